// Starts the client that the address names: one of the apps, or one of two references that are no apps.
const parameters = new URLSearchParams(location.search);
const url = parameters.get("url");
const LAST = "the last one";

const references = {
  /** The browser's own, and a listener that looks at the data no further. */
  native() {
    const since = performance.now();
    let count = 0;
    const source = new EventSource(url);
    const listener = ({ data }) => {
      if (data === LAST) {
        source.close();
        finish(count, since);
      } else {
        count += 1;
      }
    };
    source.addEventListener("message", listener);
    source.addEventListener("update", listener);
  },
  /** The bytes themselves: what the server and the browser's network could do. */
  async fetch() {
    const since = performance.now();
    let missing = Number(parameters.get("bytes"));
    const reader = (await fetch(url)).body.getReader();
    while (missing > 0) {
      const { value, done } = await reader.read();
      missing -= done ? missing : value.length;
    }
    finish(0, since);
    await reader.cancel();
  },
};

function finish(count, since) {
  const milliseconds = performance.now() - since;
  document.documentElement.dataset.result = JSON.stringify({ count, milliseconds });
}

const client = parameters.get("client");
if (client in references) {
  await references[client]();
} else {
  const { default: start } = await import(`/apps/${client}/app.js`);
  await start();
}
