// What a screen reader is told of a page, in Chromium.
import assert from "node:assert/strict";

/** Roles that say nothing. */
const NO_ROLES = ["generic", "none", "paragraph"];

const isFocusable = ({ properties = [] }) => properties.some(({ name, value }) => name === "focusable" && value.value === true);

/** Fails unless everything that can have the focus has a name and a role. Answers them as "role: name", in the order of the page. */
export async function namesOf(browser, page) {
  const { nodes } = await browser.command("goog/cdp/execute", { cmd: "Accessibility.getFullAXTree", params: {} });
  const controls = nodes.filter((node) => !node.ignored && node.role.value !== "RootWebArea" && isFocusable(node));
  const told = controls.map(({ role, name }) => ({ role: role.value, name: name?.value?.trim() ?? "" }));
  // The link that skips to the content leads to main, which needs no name: there is one.
  const nameless = told.filter(({ role, name }) => (name === "" && role !== "main") || NO_ROLES.includes(role));
  assert.deepEqual(nameless, [], page);
  return told.map(({ role, name }) => `${role}: ${name}`);
}
