// axe-core, which finds what keeps people out of a page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Runs axe in the page, in the frames that are of the page's origin too. */
const RUN_AXE = `async (source) => {
  const frames = Array.from(document.querySelectorAll("iframe"), ({ contentWindow }) => contentWindow);
  for (const scope of [window, ...frames]) scope.eval(source);
  const { violations, passes } = await axe.run(document, { resultTypes: ["violations"] });
  const where = ({ target, any, all }) => target + " (" + [...any, ...all].map(({ message }) => message).join("; ") + ")";
  return {
    passes: passes.length,
    violations: violations.map(({ id, nodes }) => id + ": " + nodes.map(where).join(" | ")),
  };
}`;

/** Fails if axe finds anything in the page, or has hardly looked. */
export async function isAccessible(browser, page) {
  const { passes, violations } = await browser.run(RUN_AXE, AXE);
  assert.deepEqual(violations, [], page);
  assert.ok(passes > 20, `${passes} rules of axe passed in ${page}`);
}
