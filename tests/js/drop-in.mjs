// Code that nobody here wrote, with our EventSource in place of the browser's: libraries, and servers of several makes.
// The browser's own is the control. `node tests/js/drop-in.mjs [FILTER...]`
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { BROWSER_NAMES, startBrowser } from "./lib/browsers.mjs";
import { makePages } from "./lib/drop-in-pages.mjs";
import { temporaryFolder, withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";
import { clients } from "./lib/with-clients.mjs";
import { nginxInBrowser, nginxInNode, startNginx } from "./lib/with-nginx.mjs";
import { serversInBrowser, serversInNode, startServers } from "./lib/with-servers.mjs";

const filter = process.argv.slice(2);
const wanted = (name) =>
  filter.length === 0 || filter.some((part) => name.toLowerCase().includes(part.toLowerCase()));

async function main() {
  const tally = new Tally();
  const test = async (name, body) => {
    if (wanted(name)) {
      await tally.test(name, body);
    }
  };
  const pages = join(temporaryFolder(), "pages");
  await mkdir(pages);
  await makePages(pages);
  const origins = await startServer({ "/": pages });
  const nginx = await startNginx(origins);
  const streams = await startServers(origins, pages);
  await nginxInNode(test, origins, nginx);
  await serversInNode(test, streams);
  await Promise.all(
    BROWSER_NAMES.map(async (name) => {
      const browser = await startBrowser(name, { insecure: true });
      for (const implementation of ["native", "ours"]) {
        await clients(test, browser, implementation, origins);
        await nginxInBrowser(test, browser, implementation, origins, nginx);
        await serversInBrowser(test, browser, implementation, streams);
      }
      await browser.stop();
    }),
  );
  tally.end({ filtered: filter.length > 0 });
}

await withCleanup(main);
