/** An iframe with a document of its own that has loaded the class, as `Source`. */
export async function frame(t, file = "frame.html", implementation = t.implementation) {
  const iframe = document.createElement("iframe");
  const ready = new Promise((resolve) => {
    addEventListener("message", function listener({ source, data }) {
      if (source === iframe.contentWindow && "ready" in data) {
        removeEventListener("message", listener);
        resolve();
      }
    });
  });
  iframe.src = `${t.origin}/${file}?implementation=${implementation}`;
  document.body.append(iframe);
  t.defer(() => iframe.remove());
  await ready;
  return iframe;
}
