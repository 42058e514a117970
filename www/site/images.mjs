// Images get the width and height that their files say, so that nothing moves when they come.
import { readFileSync } from "node:fs";
import { posix } from "node:path";

export function withImageSizes(html, url, root) {
  return html.replace(/<img (?![^>]*\bwidth=)([^>]*\bsrc="([^":]+)")/g, (_, attributes, src) => {
    const file = posix.join(root, posix.dirname(url), src);
    const { width, height } = sizeOf(readFileSync(file, "utf8"), file);
    return `<img width="${width}" height="${height}" loading="lazy" ${attributes}`;
  });
}

function sizeOf(svg, file) {
  const [, , , width, height] = /viewBox="(\S+) (\S+) (\S+) (\S+)"/.exec(svg) ?? [];
  if (height === undefined) {
    throw new Error(`${file} has no viewBox`);
  }
  return { width: Math.round(width), height: Math.round(height) };
}
