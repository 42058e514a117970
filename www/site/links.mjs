// Links between documents become links between pages, or into the repository where the site has no such page.
import { existsSync, statSync } from "node:fs";
import { posix } from "node:path";

const REPOSITORY = "https://github.com/wasm-eventsource/wasm-eventsource";
const DOCUMENTS = `${REPOSITORY}/blob/main/`;
/** A link or an image of Markdown, `](target)`, and what HTML has in its place. */
const TARGET = /(\]\(|\b(?:href|src|srcset)=")([^)"\s]+)(?=[)"])/g;

/** The address of `output` as a link on the page `from` has it; both without an ending. */
export function relative(from, output) {
  return posix.relative(posix.dirname(from), output);
}

/**
 * The Markdown of a page with each relative target replaced. `pages` maps a source to the address of its page, `titles` to the page's
 * title, `root` is the folder of the repository, `ending` is that of the pages that link to each other: `.html`, or `.md` for those who
 * read Markdown.
 */
export function withLinks(markdown, { source, output }, { pages, titles, root, ending }) {
  const replace = (target) => {
    // The README of the npm package names the repository's documents by their full address.
    const isOfRepository = target.startsWith(DOCUMENTS);
    if (!isOfRepository && /^([a-z]+:|#)/i.test(target)) {
      return target;
    }
    const [path, fragment] = target.split("#");
    const file = isOfRepository ? path.slice(DOCUMENTS.length) : posix.join(posix.dirname(source), path);
    const anchor = fragment === undefined ? "" : `#${fragment}`;
    if (pages.has(file)) {
      return `${relative(output, pages.get(file))}${ending}${anchor}`;
    }
    const asset = assetOf(file);
    if (asset !== undefined) {
      return relative(output, asset) + anchor;
    }
    return inRepository(file, root, source) + anchor;
  };
  return outsideOfCode(markdown, (text) => withTitles(text).replace(TARGET, (_, before, target) => before + replace(target)));

  /** The name of a file is the title of its page here. */
  function withTitles(text) {
    return text.replace(/\[[\w-]+\.md\]\(([^)\s#]+)\)/g, (link, target) => {
      const file = target.startsWith(DOCUMENTS) ? target.slice(DOCUMENTS.length) : posix.join(posix.dirname(source), target);
      return titles.has(file) ? `[${titles.get(file)}](${target})` : link;
    });
  }
}

/** Where the site has its copy of a file, if it has one. */
function assetOf(file) {
  if (file.startsWith("www/playground/")) {
    return file.slice("www/".length);
  }
  return /^docs\/.*\.svg$/.test(file) ? file : undefined;
}

function inRepository(file, root, source) {
  const path = posix.join(root, file);
  if (!existsSync(path)) {
    throw new Error(`${source} links to ${file}, which is not there`);
  }
  return `${REPOSITORY}/${statSync(path).isDirectory() ? "tree" : "blob"}/main/${file}`;
}

/** Where the source of a page can be changed. */
export function sourceLink(source) {
  return `${DOCUMENTS}${source}`;
}

/** Calls `replace` for what is in no fenced block and in no span of code. */
function outsideOfCode(markdown, replace) {
  const code = /(^```[^\n]*\n.*?^```[ \t]*$|`[^`\n]+`)/gms;
  return markdown
    .split(code)
    .map((part, index) => (index % 2 === 0 ? replace(part) : part))
    .join("");
}
