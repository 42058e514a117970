import { assert } from "chai";
import { OwnFetch, tasks } from "../harness/own-fetch.js";
import { section } from "../harness/registry.js";

const extension = section("Extension", "a loop that does not ask holds back events and nothing else");

function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip, ...options } = rest[0] ?? {};
  extension(sentence, { ...options, skip: { native: "no browser has it", ...skip } }, body);
}

const numbered = (...ids) => ids.map((id) => `id: ${id}\ndata: ${id}\n\n`).join("");

/** A source whose loop has got its first event and asks for no more, and all that the source is heard to say. */
async function idle(t, text = numbered(1), init = {}) {
  const network = new OwnFetch();
  const told = [];
  const onComment = (comment) => told.push(`: ${comment}`);
  const { fetch } = network;
  const source = t.eventSource("https://fake.test/", { fetch, onComment, reconnect: { initialDelay: 1, maxDelay: 1 }, ...init });
  for (const type of ["open", "message", "error"]) {
    source.addEventListener(type, ({ type, data }) => told.push(data ?? type));
  }
  const loop = source.events({ preventClose: true });
  const first = loop.next();
  (await network.body(0)).send(text);
  assert.equal((await first).value.data, "1");
  return { source, network, told, loop };
}

const next = async (loop) => (await loop.next()).value.data;

for (const [how, lose] of [
  ["ends", (body) => body.end()],
  ["breaks off", (body) => body.break()],
]) {
  test(`a connection that ${how} is told, and so is the one after it`, async (t) => {
    const { source, network, told } = await idle(t);
    const lost = t.next(source, "error");
    lose(network.bodies[0]);
    await lost;
    assert.equal(source.readyState, 0);
    const opened = t.next(source, "open");
    await opened;
    assert.deepEqual([source.readyState, network.ids], [1, [null, "1"]]);
    assert.deepEqual(told, ["open", "1", "error", "open"]);
  });
}

test("a loss behind an event that nobody has taken is told after it", async (t) => {
  const { source, network, told, loop } = await idle(t, numbered(1, 2));
  network.bodies[0].end();
  await tasks();
  assert.deepEqual([source.readyState, told], [1, ["open", "1"]]);
  const lost = t.next(source, "error");
  assert.equal(await next(loop), "2");
  await lost;
  assert.deepEqual(told, ["open", "1", "2", "error"]);
  assert.equal((await network.body(1)) && network.ids[1], "2");
});

test("a connection that has failed for good is told, and thrown when the loop asks", async (t) => {
  const { source, network, loop } = await idle(t, numbered(1), { reconnect: false });
  const failed = t.next(source, "error");
  network.bodies[0].break();
  await failed;
  assert.equal(source.readyState, 2);
  const error = await loop.next().catch((error) => error);
  assert.deepEqual([error.name, error.reason, error.cause.message], ["StreamError", "network", "broken by the test"]);
});

test("silence is told", async (t) => {
  const { source } = await idle(t, numbered(1), { idleTimeout: 50, reconnect: false });
  assert.equal((await t.next(source, "error")).reason, "idle");
});

test("comments before the next event are told, and those behind it after it", async (t) => {
  const { network, told, loop } = await idle(t, `${numbered(1)}: a\n:b\n`);
  network.bodies[0].send(`: c\n${numbered(2)}: d\n${numbered(3)}`);
  await tasks();
  assert.deepEqual(told, ["open", "1", ": a", ": b", ": c"]);
  assert.equal(await next(loop), "2");
  await tasks();
  assert.deepEqual(told, ["open", "1", ": a", ": b", ": c", "2", ": d"]);
});

const AHEAD = "the connection is ahead of the face: what has come is told, and nothing is asked for twice";

test("reconnect() makes another connection at once, with the ID of the event that is kept", { skip: { shared: AHEAD } }, async (t) => {
  const { source, network, told, loop } = await idle(t, numbered(1, 2, 3));
  await tasks();
  source.reconnect();
  (await network.body(1)).send(numbered(3, 4));
  assert.deepEqual([network.ids, network.bodies[0].isAborted, source.readyState], [[null, "2"], true, 0]);
  await tasks();
  assert.deepEqual(told, ["open", "1"]);
  assert.deepEqual([await next(loop), await next(loop), await next(loop)], ["2", "3", "4"]);
  assert.deepEqual(told, ["open", "1", "2", "open", "3", "4"]);
});

test("reconnect() with no event there makes another connection at once, too", async (t) => {
  const { source, network, told } = await idle(t);
  source.reconnect();
  const opened = t.next(source, "open");
  await opened;
  assert.deepEqual([network.ids, told], [[null, "1"], ["open", "1", "open"]]);
});

test("reset() keeps an event that was taken, whose ID counts, and forgets the others", async (t) => {
  const { source, network, loop } = await idle(t, numbered(1, 2, 3));
  await tasks();
  source.reset();
  network.bodies[0].send(numbered(4));
  assert.deepEqual([await next(loop), await next(loop)], ["2", "4"]);
});

test("lastEventId is that of the last event that was told", async (t) => {
  const { source, loop } = await idle(t, numbered(1, 2, 3));
  await tasks();
  assert.equal(source.lastEventId, "1");
  await next(loop);
  assert.equal(source.lastEventId, "2");
  await tasks();
  source.close();
  assert.equal(source.lastEventId, "2");
  assert.deepEqual(await loop.next(), { value: undefined, done: true });
});

test("an ID without an event counts for lastEventId although the next event is kept", async (t) => {
  const { source, network } = await idle(t, `${numbered(1)}id: only\n\n`);
  await tasks();
  network.bodies[0].send(numbered(2));
  await tasks();
  assert.include(["only", "1"], source.lastEventId);
});

test("when the loop is left, the event that was kept goes to those who are there", async (t) => {
  const { told, loop } = await idle(t, numbered(1, 2, 3));
  await tasks();
  await loop.return();
  await tasks();
  assert.deepEqual(told, ["open", "1", "2", "3"]);
});

test("what one of several loops leaves does not keep another from its events", async (t) => {
  const { source, loop } = await idle(t, numbered(1, 2, 3));
  await tasks();
  const other = source.events({ preventClose: true });
  assert.deepEqual([await next(other), await next(other)], ["2", "3"]);
  assert.deepEqual([await next(loop), await next(loop)], ["2", "3"]);
});

test("a closed source keeps nothing for its loops", async (t) => {
  const { source, told, loop } = await idle(t, numbered(1, 2));
  await tasks();
  source.close();
  assert.deepEqual(await loop.next(), { value: undefined, done: true });
  await tasks();
  assert.deepEqual(told, ["open", "1"]);
});

const NO_PAGE = "there is no page here";
const WINDOW = { node: NO_PAGE, "dedicated-worker": NO_PAGE, "shared-worker": NO_PAGE, "service-worker": NO_PAGE };

test("a page that is put away has no connection, and makes one at once when it is shown", { alone: true, skip: { ...WINDOW, shared: AHEAD } }, async (t) => {
  const { source, network, told, loop } = await idle(t, numbered(1, 2, 3));
  await tasks();
  dispatchEvent(new Event("pagehide"));
  await tasks();
  assert.deepEqual([source.readyState, network.bodies[0].isAborted], [0, true]);
  dispatchEvent(new Event("pageshow"));
  (await network.body(1)).send(numbered(3));
  assert.deepEqual(network.ids, [null, "2"]);
  assert.deepEqual([await next(loop), await next(loop)], ["2", "3"]);
  assert.deepEqual(told, ["open", "1", "2", "open", "3"]);
});
