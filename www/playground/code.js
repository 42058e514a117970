// A button to copy each example.

/** Adds it to every `.code` of the page. */
export function addCopyButtons() {
  for (const figure of document.querySelectorAll(".code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy the code of ${figure.dataset.of}`);
    button.addEventListener("click", () => copy(figure.querySelector("code"), button));
    figure.append(button);
  }
}

async function copy(code, button) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    // Without a permission, or over plain http, the visitor's own Ctrl-C does it.
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
}
