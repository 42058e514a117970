import { assert } from "chai";
import { section } from "../harness/registry.js";

const extension = section("Extension", "answers in the form of OpenAI's API");

const NO_MODULE = "the classic script has no exports";
const WORKERS = { "dedicated-worker": NO_MODULE, "shared-worker": NO_MODULE, "service-worker": NO_MODULE };

/** `{ workers: true }`, where no module is needed. */
function test(sentence, ...rest) {
  const body = rest.pop();
  const { workers = false } = rest[0] ?? {};
  extension(sentence, { skip: { native: "no browser has it", ...(workers ? {} : WORKERS) } }, body);
}

const ANSWER = "You said “Grüße”, and I am no language model.";
const url = (t) => `${t.origin}/v1/chat/completions`;

/** What is asked, once as it is and once as a scenario of this case has it. */
function request(scenario) {
  const messages = [{ role: "user", content: "Grüße" }];
  return {
    method: "POST",
    headers: { Authorization: "Bearer key", "Content-Type": "application/json" },
    body: JSON.stringify({ model: "m", messages, stream: true, scenario }),
  };
}

const content = (data) => JSON.parse(data).choices[0].delta.content ?? "";

/** The text of an answer, whether it is complete, and the error it ends with. */
async function read(events) {
  let text = "";
  try {
    for await (const { data } of events) {
      if (data === "[DONE]") {
        return { text, done: true };
      }
      text += content(data);
    }
    return { text, done: false };
  } catch (error) {
    return { text, done: false, error };
  }
}

/** The same of a source, which is closed after the answer. */
function readSource(source) {
  let text = "";
  const errors = [];
  return new Promise((resolve) => {
    source.onmessage = ({ data }) => {
      if (data === "[DONE]") {
        source.close();
        resolve({ text, done: true, errors });
      } else {
        text += content(data);
      }
    };
    source.onerror = (error) => {
      errors.push(error);
      if (source.readyState === 2) {
        resolve({ text, done: false, errors });
      }
    };
  });
}

test("stream() gives the deltas up to [DONE]", async (t) => {
  assert.deepEqual(await read(t.iterate(url(t), request())), { text: ANSWER, done: true });
});

test("stream() throws a 401 with what its JSON says", async (t) => {
  const { error } = await read(t.iterate(url(t), { ...request(), headers: {} }));
  assert.deepEqual([error.name, error.status, JSON.parse(error.body).error.code], ["StreamError", 401, "invalid_api_key"]);
});

test("stream() throws a 429 with its Retry-After, and who comes again is answered", async (t) => {
  const init = request({ busy: t.unique });
  const { error } = await read(t.iterate(url(t), init));
  assert.deepEqual([error.status, error.headers.get("retry-after")], [429, "1"]);
  assert.equal(JSON.parse(error.body).error.code, "rate_limit_exceeded");
  assert.deepEqual(await read(t.iterate(url(t), init)), { text: ANSWER, done: true });
});

test("an answer that is cut is not taken for a complete one", async (t) => {
  const { text, done, error } = await read(t.iterate(url(t), request({ cut: t.unique })));
  assert.isTrue(ANSWER.startsWith(text) && text !== ANSWER, text);
  assert.isFalse(done);
  // The fetch of Node and of WebKit takes a body that breaks off for one that ends.
  assert.equal(error?.reason, t.engine === "node" || t.engine === "webkit" ? undefined : "network");
});

test("a POST of an EventSource is answered the same", { workers: true }, async (t) => {
  const answer = await readSource(t.eventSource(url(t), request()));
  assert.deepEqual(answer, { text: ANSWER, done: true, errors: [] });
});

test("a source that is refused says what the JSON of the 401 says", { workers: true }, async (t) => {
  const { errors } = await readSource(t.eventSource(url(t), { ...request(), headers: {} }));
  assert.deepEqual(
    errors.map(({ status, body }) => [status, JSON.parse(body).error.code]),
    [[401, "invalid_api_key"]],
  );
});

test("a source comes again after a 429 when its retryIf says so", { workers: true }, async (t) => {
  const retryIf = ({ body }) => JSON.parse(body).error.code === "rate_limit_exceeded";
  const init = { ...request({ busy: t.unique }), reconnect: { initialDelay: 1, retryIf } };
  const { text, done, errors } = await readSource(t.eventSource(url(t), init));
  assert.deepEqual([text, done, errors.length, errors[0].status], [ANSWER, true, 1, 429]);
  assert.isAtLeast(errors[0].reconnectsIn, 1000);
});

test("a source does not ask again by itself for an answer that was cut", { workers: true }, async (t) => {
  const { text, done, errors } = await readSource(t.eventSource(url(t), request({ cut: t.unique })));
  assert.isTrue(ANSWER.startsWith(text) && text !== ANSWER, text);
  assert.deepEqual([done, errors.length], [false, 1]);
});
