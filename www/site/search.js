// What the search has found: the words are `?q=` of the page's address. The index was made by Pagefind when the site was built.
import * as pagefind from "./pagefind/pagefind.js";

/** How many pages are shown. */
const MOST = 20;

const query = new URLSearchParams(location.search).get("q")?.trim() ?? "";
const found = document.querySelector("#found");
const results = document.querySelector("#results");

async function search() {
  await pagefind.options({ baseUrl: new URL(".", location.href).pathname });
  const pages = (await pagefind.search(query)).results;
  const shown = await Promise.all(pages.slice(0, MOST).map((page) => page.data()));
  results.append(...shown.map(itemOf));
  const count = pages.length === 1 ? "One page has" : `${pages.length === 0 ? "No" : pages.length} pages have`;
  found.textContent = `${count} “${query}”.`;
}

function itemOf({ url, meta, excerpt }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = url;
  link.textContent = meta.title;
  const text = document.createElement("p");
  // Pagefind has escaped everything but its own <mark>.
  text.innerHTML = excerpt;
  item.append(link, text);
  return item;
}

for (const input of document.querySelectorAll('[name="q"]')) input.value = query;
if (query === "") {
  found.textContent = "Type what you are looking for.";
} else {
  search().catch((error) => (found.textContent = `The search does not work: ${error.message}`));
}
