// What a client makes of what servers do: what its user is told, and what the server sees of it.
import { CUT, END, waitFor } from "../../../tests/js/harness/steps.js";
import { ScriptedStream } from "../../../tests/js/harness/stream.js";
import { delay } from "../../../tests/js/lib/resources.mjs";

/** How long nothing more may happen until a client is done: leptos-use waits for three seconds, ours for up to six. */
const QUIET = 8000;
/** How long a client may take to notice that its connection was cut. */
const NOTICE = 500;

const FIRST = "retry: 100\nid: 1\ndata: first\n\n";
const LAZY = "retry: 2000\nid: 1\ndata: first\n\n";
const SECOND = "data: second\n\n";
const RECEIVED = waitFor("received");
const refused = (status) => ({ status, steps: [END] });

/** In the order of the table. With `unmount` the component goes when the first event is there, or when it was cut off. */
export const SCENES = [
  { name: "401", title: "401 Unauthorized", attempts: [refused(401)] },
  { name: "204", title: "204 No Content", attempts: [refused(204)] },
  { name: "cut", title: "cut: the connection breaks", attempts: [[FIRST, RECEIVED, CUT], [SECOND]] },
  { name: "end", title: "cut: the response ends", attempts: [[FIRST, RECEIVED, END], [SECOND]] },
  { name: "unanswered", title: "cut: the first request gets no answer", attempts: [{ dropBeforeResponse: true }, [FIRST]] },
  { name: "at-once", title: "cut: it breaks right behind an event", attempts: [[FIRST, CUT], [SECOND]] },
  { name: "drop", title: "drop: unmounted while open", attempts: [[FIRST]], unmount: "open" },
  { name: "drop-waiting", title: "drop: unmounted while it waits", attempts: [[LAZY, RECEIVED, CUT], [SECOND]], unmount: "cut" },
];

/** `{ scene, client, notes, requests }` for each; the clients of a scene are in one page, side by side. */
export async function behaviours(browser, origins, clients) {
  const results = [];
  for (const scene of SCENES) {
    results.push(...(await play(browser, origins, scene, clients)));
    console.error(`${browser.name}: ${scene.title}`);
  }
  return results;
}

async function play(browser, origins, scene, clients) {
  const streams = await Promise.all(clients.map(({ name }) => {
    return new ScriptedStream(origins, `${browser.name}-${scene.name}-${name}`).put(scene.attempts);
  }));
  await browser.goTo(`${origins.origin}/frames.html`);
  const addresses = clients.map(({ name }, index) => {
    return `/?${new URLSearchParams({ client: name, url: streams[index].url })}`;
  });
  await browser.run("(addresses) => open(addresses)", addresses);
  return Promise.all(clients.map(async ({ name }, index) => {
    await proceed(browser, scene, streams[index], index);
    const requests = await settled(streams[index]);
    const notes = await browser.run("(index) => notes(index)", index);
    return { scene: scene.name, client: name, notes, requests: requests.map(brief) };
  }));
}

/** What happens when the first event is there. */
async function proceed(browser, { title, attempts, unmount }, stream, index) {
  if (!unmount && !attempts[0].includes?.(RECEIVED)) {
    return;
  }
  const hasEvent = "(index) => notes(index).some((note) => note.startsWith('event ')) || null";
  await browser.waitFor(hasEvent, `the first event of "${title}" in frame ${index}`, index);
  await stream.signal("received");
  if (unmount === "cut") {
    await stream.requests({ ended: 1 });
    // Nothing tells from outside, and one of the clients tells nobody.
    await delay(NOTICE);
  }
  if (unmount) {
    await browser.run("(index) => leave(index)", index);
  }
}

/** The requests, when there has been no other for some seconds. */
async function settled(stream) {
  let requests = await stream.requests({ count: 1 });
  for (;;) {
    const more = await stream.requests({ count: requests.length + 1, timeout: QUIET });
    if (more.length === requests.length) {
      return more;
    }
    requests = more;
  }
}

function brief(request) {
  return { lastEventId: request.header("last-event-id"), endedBy: request.endedBy };
}
