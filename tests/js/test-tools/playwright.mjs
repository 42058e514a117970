// Playwright's route: it answers one URL, and lets another one pass. The arguments are the page, the URL of a stream, and the browser's
// program. Prints what a source and a loop saw of both, as JSON.
import { chromium } from "playwright-core";

const [pageUrl, streamUrl, executablePath] = process.argv.slice(2);
const BODY = "retry: 1\nid: 1\ndata: of the route\n\nevent: fin\ndata\n\n";

const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
const page = await browser.newPage();
const lastEventIds = [];
await page.route("**/routed", (route) => {
  lastEventIds.push(route.request().headers()["last-event-id"] ?? null);
  return route.fulfill({ contentType: "text/event-stream", body: BODY });
});
await page.route(streamUrl, (route) => route.continue());
await page.goto(pageUrl);
const seen = await page.evaluate(async (passed) => {
  const { EventSource, stream } = await import("/pkg/dist/index.js");
  /** The messages until `fin` has come so often. */
  const received = async (events, times = 1) => {
    const messages = [];
    let ends = 0;
    for await (const { type, data } of events) {
      if (type === "fin") {
        ends += 1;
      } else {
        messages.push(data);
      }
      if (ends === times) {
        return messages;
      }
    }
  };
  const ofTwoConnections = await received(new EventSource("/routed"), 2);
  return { ofTwoConnections, streamed: await received(stream("/routed")), passed: await received(new EventSource(passed)) };
}, streamUrl);
await browser.close();
console.log(JSON.stringify({ ...seen, lastEventIds }));
