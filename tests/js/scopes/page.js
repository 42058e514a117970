// Called by the runner through WebDriver: `startSuite` once, then `takeReports` until there is `done`.
const reports = [];
const report = (entry) => reports.push(entry);
const classicScript = new URL("worker.js", location.href);

globalThis.takeReports = () => reports.splice(0);

globalThis.startSuite = (environment) => {
  const done = environment.scope === "window" ? runHere(environment) : runInWorker(environment);
  done.catch((error) => report({ fatal: String(error?.stack ?? error) })).then(() => report({ done: true }));
};

async function runHere(environment) {
  if (environment.implementation === "native") {
    await runSuite({ ...environment, EventSource: globalThis.EventSource }, report);
  } else {
    const { EventSource, stream } = await import("/pkg/dist/index.js");
    const { EventSource: SharedEventSource } = await import("/pkg/dist/shared.js");
    await runSuite({ ...environment, EventSource, SharedEventSource, iterate: stream }, report);
  }
}

function runInWorker(environment) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      if (data.done) {
        resolve();
      } else {
        report(data);
      }
    };
    connect(environment.scope, reject).then((target) => target.postMessage({ environment }, [port2]), reject);
  });
}

async function connect(scope, reject) {
  const failed = (event) => reject(new Error(`the worker fails: ${event.message ?? event.type}`));
  if (scope === "dedicated-worker") {
    const worker = new Worker(classicScript);
    worker.onerror = failed;
    return worker;
  }
  if (scope === "shared-worker") {
    const worker = new SharedWorker(classicScript);
    worker.onerror = failed;
    worker.port.start();
    return worker.port;
  }
  const registration = await navigator.serviceWorker.register(classicScript, { scope: "./nothing/" });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  while (worker.state !== "activated") {
    await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
    if (worker.state === "redundant") {
      throw new Error("the service worker could not be installed");
    }
  }
  // Browsers stop a service worker that has nothing to do for half a minute, as if it could not be busy by itself.
  setInterval(() => worker.postMessage({ stay: true }), 2000);
  return worker;
}
