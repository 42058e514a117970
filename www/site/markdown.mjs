// Markdown to HTML: headings that can be linked to as on GitHub, and code that is coloured when the site is built.
import MarkdownIt from "markdown-it";
import anchor from "markdown-it-anchor";
import { createHighlighter } from "shiki";

const LANGUAGES = ["js", "ts", "jsx", "tsx", "rust", "sh", "html", "vue", "svelte", "json", "toml", "yaml", "nginx", "http"];

/** The most columns of a table that a phone shows as cards. */
const CARD_COLUMNS = 4;
/** A table of two columns fits a phone, unless it has code of so many characters. */
const LONG_CODE = /`[^`]{24,}`/;
/** A figure, and its unit. */
const NUMBER = /^[<>≤≥~−-]?\d[\d,.]*( ?(%|×|[µmn]?s|[KM]i?B|bytes))?$/;

export async function createMarkdown() {
  const highlighter = await createHighlighter({
    themes: ["github-light-high-contrast", "github-dark-high-contrast"],
    langs: LANGUAGES,
  });
  const markdown = new MarkdownIt({ html: true, highlight: (code, info) => coloured(highlighter, code, info) });
  markdown.use(anchor, {
    slugify,
    tabIndex: false,
    permalink: anchor.permalink.headerLink({ safariReaderFix: true }),
    level: [2, 3, 4],
  });
  markdown.core.ruler.push("tables", ({ tokens }) => {
    for (const [from, { type }] of tokens.entries()) {
      if (type === "table_open") {
        const table = tokens.slice(from, tokens.findIndex((token, index) => index > from && token.type === "table_close"));
        markNumbers(table);
        markCards(table);
      }
    }
  });
  return markdown;
}

/**
 * A table of few columns is a list of cards on a phone, each cell with the heading of its column. The roles stay those of a table
 * then, whatever the style sheet makes of it.
 */
function markCards(table) {
  const labels = table.flatMap(({ type }, index) => (type === "th_open" ? [table[index + 1].content.replaceAll("`", "")] : []));
  const isWide = labels.length > 2 || table.some(({ type, content }) => type === "inline" && LONG_CODE.test(content));
  if (!isWide || labels.length > CARD_COLUMNS) {
    return;
  }
  const roles = { table_open: "table", thead_open: "rowgroup", tbody_open: "rowgroup", tr_open: "row", th_open: "columnheader", td_open: "cell" };
  let column = 0;
  for (const token of table) {
    if (token.type in roles) {
      token.attrSet("role", roles[token.type]);
    }
    if (token.type === "tr_open") {
      column = 0;
    } else if (token.type === "td_open") {
      token.attrSet("data-label", labels[column]);
      column += 1;
    }
  }
  table[0].attrSet("class", "cards");
}

/** Columns of figures are of class "number", with their headings. */
function markNumbers(table) {
  const columns = [];
  let column = 0;
  for (const [index, token] of table.entries()) {
    if (token.type === "tr_open") {
      column = 0;
    } else if (token.type === "th_open" || token.type === "td_open") {
      (columns[column] ??= []).push({ token, text: table[index + 1].content });
      column += 1;
    }
  }
  for (const [heading, ...cells] of columns) {
    const texts = cells.map(({ text }) => text.replaceAll("*", "")).filter((text) => !["", "–", "-"].includes(text));
    if (texts.length > 0 && texts.every((text) => NUMBER.test(text))) {
      [heading, ...cells].forEach(({ token }) => token.attrJoin("class", "number"));
    }
  }
}

/** `rust,ignore` is Rust; lines that only rustdoc compiles are not shown. */
function coloured(highlighter, code, info) {
  const language = info.split(/[,\s]/)[0];
  const shown = language === "rust" ? code.replace(/^ *# .*\n|^ *#\n/gm, "") : code;
  const html = highlighter.codeToHtml(shown.trimEnd(), {
    lang: LANGUAGES.includes(language) ? language : "text",
    themes: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    defaultColor: "light-dark()",
  });
  // It can have the focus, to be moved sideways. A screen reader is told what that is.
  return html.replace("<pre ", '<pre role="group" aria-label="Code" ');
}

/** As GitHub does, so that a link with a fragment leads to the same heading in both places. */
export function slugify(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** The text of the first heading, without its marks. */
export function titleOf(markdown) {
  const [, title] = /^# (.+)$/m.exec(markdown) ?? [];
  return title?.replaceAll("`", "");
}

/** The first sentence of the text, as plain text. */
export function summaryOf(markdown) {
  const paragraph = withoutCode(markdown).split(/\n{2,}/).find((part) => /^[\p{L}\p{N}`*]/u.test(part)) ?? "";
  const text = paragraph.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "").replace(/\s+/g, " ");
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;
}

/** The headings of the second level: `[{ title, slug }]`. */
export function headingsOf(markdown) {
  return [...withoutCode(markdown).matchAll(/^## (.+)$/gm)].map(([, text]) => {
    const title = text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
    return { title, slug: slugify(title) };
  });
}

function withoutCode(markdown) {
  return markdown.replace(/^```.*?^```/gms, "");
}
