// The events of a service worker that answers as the routes say, and keeps files.

addEventListener("install", (event) => {
  // Without waiting for pages that still use the last version.
  skipWaiting();
  event.waitUntil(keepFiles());
});

addEventListener("activate", (event) => {
  // The page that has registered this worker uses it at once.
  event.waitUntil(clients.claim());
});

addEventListener("message", (event) => {
  // Any message keeps this worker from being stopped. A page that was reloaded past its cache asks to be served again.
  if (event.data === "claim") event.waitUntil(clients.claim());
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const answer = answerOf(event.request, url);
  if (answer !== undefined) event.respondWith(answer);
  else if (event.request.method === "GET" && isKept(url)) event.respondWith(fileOf(event.request));
});
