// The site out of the repository's Markdown: a page and its Markdown twin for each document, and llms.txt.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measure } from "../../pkg/size-budget.mjs";
import { withImageSizes } from "./images.mjs";
import { relative, sourceLink, withLinks } from "./links.mjs";
import { createMarkdown, headingsOf, summaryOf, titleOf } from "./markdown.mjs";
import { LANDING, PAGES, SECTIONS } from "./pages.mjs";
import { RECIPES, withCode, withRunningRecipe } from "./recipes.mjs";
import { referenceOf } from "./reference.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const HIDDEN = { eleventyExcludeFromCollections: true };

export default async function configure(eleventy) {
  const markdown = await createMarkdown();
  eleventy.setLibrary("md", markdown);
  eleventy.addFilter("from", (output, page) => relative(page, output));
  eleventy.addTransform("tables", (html) => html.replace(/<table\b.*?<\/table>/gs, accessible));
  eleventy.addTransform("images", function (html) {
    return this.page.outputPath?.endsWith(".html") ? withImageSizes(html, this.page.url, ROOT) : html;
  });
  copyAssets(eleventy);

  const sizes = await measure(new URL("../../pkg/dist/", import.meta.url));
  const documents = [{ source: LANDING, output: "index" }, ...PAGES].map((page) => {
    const text = textOf(page, sizes);
    return { ...page, text, title: page.title ?? titleOf(text), summary: summaryOf(text) };
  });
  const outputs = new Map(documents.map(({ source, output }) => [source, output]));
  const titles = new Map(documents.map(({ source, title }) => [source, title]));
  const navigation = SECTIONS.map(({ name }) => ({ name, pages: documents.filter(({ section }) => section === name) }));
  eleventy.addGlobalData("navigation", navigation);
  documents.forEach((document, index) => addPage(eleventy, document, { outputs, titles, next: documents[index + 1] }));
  eleventy.addTemplate("search.md", "", {
    layout: "search.njk",
    permalink: "search.html",
    output: "search",
    title: "Search",
    summary: "Search the pages of wasm-eventsource.",
    ...HIDDEN,
  });
  eleventy.addTemplate("llms.11ty.js", { data: { permalink: "llms.txt", ...HIDDEN }, render: () => llms(documents[0], navigation) });
  return { markdownTemplateEngine: false };
}

function addPage(eleventy, document, { outputs, titles, next }) {
  const { output, source, text, title, summary } = document;
  const linked = (ending) => withLinks(text, document, { pages: outputs, titles, root: ROOT, ending });
  const isRecipe = source.startsWith(RECIPES);
  eleventy.addTemplate(`${output}.md`, isRecipe ? withRunningRecipe(linked(".html"), output, ROOT) : linked(".html"), {
    layout: output === "index" ? "landing.njk" : isRecipe ? "recipe.njk" : "page.njk",
    permalink: `${output}.html`,
    output,
    title,
    summary,
    next,
    headings: headingsOf(text),
    sourceLink: sourceLink(source),
  });
  eleventy.addTemplate(`${output}-twin.11ty.js`, { data: { permalink: `${output}.md`, ...HIDDEN }, render: () => linked(".md") });
}

/** The Markdown of a page. */
function textOf({ source, output, title }, sizes) {
  if (output === "reference/options") {
    return referenceOf(join(ROOT, source));
  }
  const text = readFileSync(join(ROOT, source), "utf8");
  if (output === "rust") {
    return `# ${title}\n\n${partsOn("Rust", text)}`;
  }
  if (source.startsWith(RECIPES)) {
    return withCode(text, ROOT);
  }
  return source === LANDING ? withSizes(text, sizes) : text;
}

/** The parts of a document whose headings have this word. */
function partsOn(word, text) {
  const parts = text.split(/^(?=## )/m).filter((part) => part.startsWith("## ") && part.split("\n", 1)[0].includes(word));
  if (parts.length === 0) {
    throw new Error(`no heading of the second level has the word ${word}`);
  }
  return parts.join("");
}

/** `{size of ./stream}` becomes what the entry weighs in pkg/dist. */
function withSizes(text, sizes) {
  return text.replace(/\{size of ([^}]+)\}/g, (_, entry) => {
    const { now } = sizes.find((size) => size.entry === entry);
    return `${(now / 1000).toFixed(1)} KB`;
  });
}

/** Wide tables are moved sideways by themselves, also with the keyboard, and not the page with them. A heading without a text is none. */
function accessible(table) {
  const kind = table.includes("<pre") ? "scroll side-by-side" : "scroll";
  const labelled = kind === "scroll" ? table : withLabels(table);
  return `<div class="${kind}" tabindex="0" role="group" aria-label="Table">${labelled.replace(/<th\b[^>]*><\/th>/g, "<td></td>")}</div>`;
}

/** Programs that stand beside each other stand one below the other on a phone, each with its heading. */
function withLabels(table) {
  const labels = [...table.matchAll(/<th>(.*?)<\/th>/g)].map(([, label]) => label.replace(/<[^>]+>/g, ""));
  let cells = 0;
  return table.replace(/<td>/g, () => `<td data-label="${labels[cells++ % labels.length]}">`);
}

function copyAssets(eleventy) {
  const copy = (from, to) => eleventy.addPassthroughCopy({ [`../../${from}`]: to });
  for (const name of readdirSync(`${ROOT}www`).filter((each) => /\.(js|css|svg)$/.test(each))) {
    copy(`www/${name}`, name);
  }
  copy("www/site/site.css", "site.css");
  copy("www/site/site.js", "site.js");
  copy("www/site/search.js", "search.js");
  copy("pkg/dist", "pkg/dist");
  copy("docs/reconnecting.svg", "docs/reconnecting.svg");
  copy("docs/benchmarks", "docs/benchmarks");
  copy("www/playground", "playground");
  for (const name of readdirSync(`${ROOT}www/recipes`).filter((each) => /\.(js|css)$/.test(each))) {
    copy(`www/recipes/${name}`, `recipes/${name}`);
  }
}

/** A map of the site for language models: https://llmstxt.org */
function llms({ title, summary }, navigation) {
  const sections = navigation.map(({ name, pages }) => {
    const links = pages.map((page) => `- [${page.title}](${page.output}.md): ${page.summary}`);
    return `## ${name}\n\n${links.join("\n")}\n`;
  });
  return `# ${title}\n\n> ${summary}\n\n${sections.join("\n")}`;
}
