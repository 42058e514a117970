// Each block of code gets a button that copies it. Without this script, or without a clipboard, the page works all the same.
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
