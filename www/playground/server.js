// The page's side of the server: a service worker, which is started, kept running and asked.

/** Browsers stop a service worker that has heard nothing for 30 seconds. */
const KEEP_RUNNING_EVERY = 10_000;

/** Fulfilled when the service worker answers the requests of this page. Rejects with an error whose message says what to do. */
export async function startServer() {
  const container = navigator.serviceWorker;
  if (container === undefined) throw new Error(whyMissing());
  try {
    // Its parts are never taken from the browser's cache, so that they are of one version.
    await container.register("sw.js", { updateViaCache: "none" });
  } catch (error) {
    throw new Error(`${whyRefused()} The browser says: ${error.message}`, { cause: error });
  }
  const { active } = await container.ready;
  if (container.controller === null) {
    const controlled = new Promise((resolve) =>
      container.addEventListener("controllerchange", resolve, { once: true }),
    );
    active.postMessage("claim");
    await controlled;
  }
  setInterval(() => container.controller?.postMessage("keep running"), KEEP_RUNNING_EVERY);
}

function whyMissing() {
  if (location.protocol === "file:") {
    return "This page was opened as a file. Serve its folder, for example by “npx serve”, and open it at http://localhost.";
  }
  if (!isSecureContext) {
    return "This page came over plain http. Browsers allow a service worker only over https and at http://localhost. Open the page there.";
  }
  return "This browser has no service workers. Private windows have none in some browsers: open the page in an ordinary window.";
}

function whyRefused() {
  return (
    "The browser does not allow the service worker. Private windows, and settings that block cookies, may be the reason: open the page " +
    "in an ordinary window, or allow cookies for this site."
  );
}

/** Sets faults of one client: see `server/routes.js`. Answers how many connections it has, or had. */
export async function setFaults(client, faults) {
  const response = await fetch(`demo/faults?client=${client}`, { method: "POST", body: JSON.stringify(faults) });
  if (!response.ok) throw new Error(`the service worker answered ${response.status}`);
  const { count } = await response.json();
  return count;
}
