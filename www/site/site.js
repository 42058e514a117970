// The place in the menu, buttons that copy code, and the choice of the colours. Without this script, or without a clipboard, the page works all the same.

// The menu shows where one is, also far down in it.
const menu = document.querySelector("#menu");
const showCurrent = () => {
  const current = menu.querySelector("[aria-current]");
  if (current !== null) menu.scrollTop += current.getBoundingClientRect().top - menu.getBoundingClientRect().top - menu.clientHeight / 2;
};
showCurrent();
menu.addEventListener("toggle", showCurrent);

const scheme = document.querySelector("#scheme");
scheme.parentElement.hidden = false;
scheme.value = document.documentElement.dataset.scheme ?? "";
scheme.addEventListener("change", () => {
  document.documentElement.dataset.scheme = scheme.value;
  try {
    localStorage.setItem("scheme", scheme.value);
  } catch {
    // Nothing may be stored here: the choice is for this page.
  }
});

if (navigator.clipboard) {
  for (const code of document.querySelectorAll("main pre:not(#live pre)")) {
    code.before(withButton(code));
  }
}

function withButton(code) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  const place = document.createElement("div");
  place.className = "copy-place";
  place.append(button);
  return place;
}
