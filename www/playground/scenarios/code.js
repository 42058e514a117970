// The code of a scenario: the file that runs, with its keywords and strings marked.

const KEYWORDS = "import|from|export|async|function|const|let|new|for|await|of|return|if|try|catch|throw|instanceof";
/** A comment, a string, or a keyword. */
const TOKENS = new RegExp(`(//.*)|("[^"\\n]*"|\`[^\`]*\`)|\\b(?:${KEYWORDS})\\b`, "g");

export async function codeOf(name) {
  const response = await fetch(new URL(`${name}.js`, import.meta.url));
  if (!response.ok) throw new Error(`the code of ${name} is missing: status ${response.status}`);
  return (await response.text()).trimEnd();
}

/** Shows it as the other tabs have theirs: `<b>` for keywords, `<i>` for strings. */
export function showCode(element, text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [token, comment, string] = match;
    if (comment !== undefined) continue;
    parts.push(text.slice(end, match.index), marked(string === undefined ? "b" : "i", token));
    end = match.index + token.length;
  }
  element.replaceChildren(...parts, text.slice(end));
}

function marked(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
