// The part of drop-in.mjs in which libraries use the global EventSource: the browser's own, and ours in its place.
import assert from "node:assert/strict";
import { CUT, END, waitFor } from "../harness/steps.js";
import { ScriptedStream } from "../harness/stream.js";

/** With an end: without a byte of the body Firefox would show no response to anybody. */
const REFUSAL = { status: 503, steps: [END] };
/** The page has had an event. When a body breaks off, `fetch` loses what nobody has read yet. */
const SEEN = waitFor("seen");

/** Each page, what the server plays to it, what it then tells, and what the requests had as their last event ID. */
const CLIENTS = [
  {
    sentence: "htmx: sse-swap, hx-trigger and sse-close, over a cut",
    page: "htmx.html",
    attempts: [
      [
        "retry: 20\nid: 1\ndata: <li>one</li>\n\n",
        "event: headline\nid: 2\ndata: <b>two\ndata: lines</b>\n\n",
        ...[SEEN, SEEN, CUT],
      ],
      ["data: <li>three</li>\n\nevent: tick\ndata\n\nevent: unheard\ndata\n\nevent: bye\nid: 4\ndata\n\n"],
    ],
    told: {
      states: [["open", 1], ["error", 0], ["open", 1]],
      events: [
        ["message", "<li>one</li>", "1"],
        ["headline", "<b>two\nlines</b>", "2"],
        ["message", "<li>three</li>", "2"],
      ],
      messages: ["one", "three"],
      headlines: ["two\nlines"],
      fetched: ["fetched"],
      closedBy: "message",
      left: [true, 2, true, true],
    },
    lastEventIds: [undefined, "2"],
  },
  {
    sentence: "htmx: its own new source after a refusal",
    page: "htmx.html",
    attempts: [
      REFUSAL,
      ["event: update\nid: 1\ndata: <b>now</b>\n\nevent: tick\ndata\n\nevent: bye\ndata\n\n"],
    ],
    told: {
      states: [["error", 2], ["open", 1]],
      events: [["update", "<b>now</b>", "1"]],
      messages: [],
      headlines: ["now"],
      fetched: ["fetched"],
      closedBy: "message",
      left: [true, 2, true, true],
    },
    lastEventIds: [undefined, undefined],
  },
  ...["", "&as-an-option"].map((query) => ({
    sentence: `reconnecting-eventsource: ${query ? "class as option" : "global class"}, over a cut and a refusal`,
    page: "reconnecting-eventsource.html",
    query,
    attempts: [
      ["retry: 20\nid: 1\ndata: one\n\n", SEEN, CUT],
      ["event: named\nid: 2\ndata: two\ndata: lines\n\n", END],
      REFUSAL,
      ["event: fin\ndata\n\n"],
    ],
    told: {
      log: [
        ["open", 1],
        ["message", "one", "1"],
        ["error", 0],
        ["open", 1],
        ["named", "two\nlines", "2"],
        ["error", 0],
        ["open", 1],
        ["fin", "", ""],
      ],
      readyState: 2,
    },
    lastEventIds: [undefined, "1", "2", undefined],
    // What it makes a new source with has the ID in the URL.
    queries: [undefined, undefined, undefined, "lastEventId=2"],
  })),
  {
    sentence: "RxJS: fromEvent and an observable that closes, over an end",
    page: "rxjs.html",
    attempts: [
      ["retry: 20\nid: 1\ndata: one\n\nevent: named\nid: 2\ndata: two\ndata: lines\n\n", END],
      ["data: three\n\nevent: fin\ndata\n\ndata: late\n\nevent: end\ndata: last\n\n"],
    ],
    told: {
      taken: [
        ["open", null, null],
        ["message", "one", "1"],
        ["named", "two\nlines", "2"],
        ["error", null, null],
        ["open", null, null],
        ["message", "three", "2"],
      ],
      end: "last",
      closed: [2],
    },
    lastEventIds: [undefined, "2"],
  },
  {
    sentence: "Turbo: <turbo-stream-source> renders its actions, over a cut",
    page: "turbo.html",
    attempts: [
      [turboStream("append", "list", "<li>one</li>", "retry: 20\nid: 1\n"), SEEN, CUT],
      [
        turboStream("append", "list", "<li>two</li>"),
        turboStream("update", "status", "two\ndata: lines"),
        'data: <turbo-stream action="remove" target="source"></turbo-stream>\n\n',
      ],
    ],
    told: { list: "<li>one</li><li>two</li>", status: "two\nlines", errors: [0], left: [true, 2] },
    lastEventIds: [undefined, "1"],
  },
  {
    sentence: "VueUse: useEventSource with autoReconnect, over a cut, an end and a refusal",
    page: "vueuse.html",
    attempts: [
      ['retry: 20\nid: 1\ndata: {"a":\ndata: 1}\n\n', SEEN, CUT],
      ['event: named\nid: 2\ndata: "é € 🦀"\n\n', END],
      REFUSAL,
      ["event: fin\nid: 3\ndata: null\n\n"],
    ],
    told: {
      received: [
        [null, { a: 1 }, "1"],
        ["named", "é € 🦀", "2"],
        ["fin", null, "3"],
      ],
      states: ["OPEN", "CLOSED", "OPEN", "CLOSED", "CONNECTING", "OPEN"],
      readyState: 2,
    },
    lastEventIds: [undefined, "1", "2", undefined],
  },
];

function turboStream(action, target, html, fields = "") {
  const start = `data: <turbo-stream action="${action}" target="${target}">`;
  return `${fields}${start}\ndata: <template>${html}</template></turbo-stream>\n\n`;
}

export async function clients(test, browser, implementation, origins) {
  for (const [index, client] of CLIENTS.entries()) {
    await test(`${browser.name} ${implementation}: ${client.sentence}`, async () => {
      const stream = new ScriptedStream(origins, `${browser.name}-${implementation}-${index}`);
      await stream.put(client.attempts);
      const query = `stream=${stream.path}${client.query ?? ""}`;
      await browser.goTo(`${origins.origin}/${implementation}/${client.page}?${query}`);
      const { told, ...whose } = await outcomeOf(browser);
      assert.deepEqual(told, client.told);
      assert.deepEqual(whose, ofImplementation(implementation));
      await assertRequests(stream, client);
    });
  }
}

/** What the page tells; a failure there is one here. */
export async function outcomeOf(browser) {
  const outcome = await browser.waitFor("() => window.outcome", "the page's outcome");
  assert.equal(outcome.failed, undefined);
  return outcome;
}

/** Which class was the global one, and whose events came. */
export function ofImplementation(implementation) {
  const native = implementation === "native";
  return { native, trusted: [native] };
}

async function assertRequests(stream, { lastEventIds, queries = lastEventIds.map(() => undefined) }) {
  const count = lastEventIds.length;
  // The last one, which would go on, is ended by the client: the library has closed its source.
  const requests = await stream.requests({ count, ended: count });
  assert.deepEqual(requests.map((request) => request.header("last-event-id")), lastEventIds);
  assert.deepEqual(requests.map(({ url }) => url.split("?")[1]), queries);
  assert.equal(requests.at(-1).endedBy, "client");
}
