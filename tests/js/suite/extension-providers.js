import { assert } from "chai";
import { PROVIDERS } from "../harness/provider-streams.js";
import { section } from "../harness/registry.js";
import { CUT, END } from "../harness/steps.js";

const extension = section("Extension", "answers in the shapes of well-known services");

const NO_MODULE = "the classic script has no exports";
const WORKERS = { "dedicated-worker": NO_MODULE, "shared-worker": NO_MODULE, "service-worker": NO_MODULE };

function test(sentence, body) {
  extension(sentence, { skip: { native: "no browser has it", ...WORKERS } }, body);
}

/** The text of an answer, and what the loop over it throws. An error among its events that has no type of its own is thrown here. */
async function read(events, { textOf, inBand }) {
  let text = "";
  try {
    for await (const event of events) {
      const failure = event.data === "[DONE]" ? undefined : inBand.of?.(event);
      if (failure !== undefined) {
        throw new Error(failure);
      }
      text += textOf(event);
    }
    return { text };
  } catch (error) {
    return { text, error };
  }
}

for (const provider of PROVIDERS) {
  const { name, events, until, refused, inBand } = provider;
  const init = { method: "POST", body: "{}", until, errorEvents: inBand.errorEvents };
  const readFrom = (t, url, more) => read(t.iterate(url, { ...init, ...more }), provider);

  test(`${name}: read to its end, whether or not the connection goes on`, async (t) => {
    for (const rest of [[END], []]) {
      const stream = await t.stream([...events, ...rest]);
      assert.deepEqual(await readFrom(t, stream.url), { text: "Grüße" });
      await stream.requests({ count: 1, ended: 1 });
    }
  });

  test(`${name}: truncated wherever it ends too early`, async (t) => {
    for (const [index, last] of events.entries()) {
      const before = [...events.slice(0, index), last.slice(0, last.length / 2)];
      const stream = await t.stream([...before, END]);
      const { text, error } = await readFrom(t, stream.url);
      assert.deepEqual(["Grüße".startsWith(text), error.reason], [true, "truncated"], before.join(""));
    }
  });

  test(`${name}: a connection that breaks off is not taken for the end`, async (t) => {
    const stream = await t.stream([...events.slice(0, -1), CUT]);
    const { error } = await readFrom(t, stream.url);
    // If the connection breaks before the response is seen, nothing has begun that could be truncated.
    assert.include(["truncated", "network"], error.reason);
  });

  test(`${name}: refused, with what the response says`, async (t) => {
    const { status, body } = refused;
    const stream = await t.stream({ status, headers: [["Content-Type", "application/json"]], steps: [body, END] });
    const { error } = await readFrom(t, stream.url);
    assert.deepEqual([error.reason, error.status, error.body], ["status", status, body]);
  });

  test(`${name}: an error in the middle`, async (t) => {
    const stream = await t.stream([events[0], inBand.event, END]);
    const { error } = await readFrom(t, stream.url);
    assert.match(error.message, /overloaded/);
    assert.equal(error.reason, inBand.errorEvents && "event");
  });

  test(`${name}: an error that a proxy sends as a stream`, async (t) => {
    const stream = await t.stream([refused.body, END]);
    const { error } = await readFrom(t, stream.url);
    assert.deepEqual([error.reason, error.body], ["not-event-stream", refused.body]);
  });
}
