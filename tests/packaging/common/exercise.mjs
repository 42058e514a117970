// The same small thing for every project. The streams are those that tests/js/lib/packaging-run.mjs writes on the test server.

/**
 * Twelve events over three connections, a refused source, twenty deltas by `stream()`, a refused stream. `entry` has what is
 * imported from the package. With `wasm-eventsource/stream` there are no sources.
 */
export async function exercise(entry, streams) {
  const { EventSource, stream, StreamError } = entry;
  return {
    ...(EventSource && { ...(await twelveEvents(EventSource, streams)), refused: await refusedSource(EventSource, streams) }),
    deltas: await deltas(stream, streams),
    thrown: await refusedStream(stream, StreamError, streams),
  };
}

function twelveEvents(EventSource, streams) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(streams);
    const seen = { opened: 0, events: [] };
    source.onopen = () => {
      seen.opened += 1;
    };
    source.onmessage = ({ data, lastEventId }) => {
      seen.events.push([lastEventId, data]);
      if (lastEventId === "12") {
        source.close();
        resolve(seen);
      }
    };
    source.onerror = ({ message }) => {
      if (source.readyState === EventSource.CLOSED) {
        reject(new Error(`the source is closed: ${message}`));
      }
    };
  });
}

function refusedSource(EventSource, streams) {
  return new Promise((resolve) => {
    const source = new EventSource(`${streams}-none`);
    source.onerror = ({ reason, status }) => resolve({ readyState: source.readyState, reason, status });
  });
}

async function deltas(stream, streams) {
  let text = "";
  for await (const { data } of stream(`${streams}-deltas`)) {
    text += data;
  }
  return text;
}

async function refusedStream(stream, StreamError, streams) {
  try {
    await deltas(stream, `${streams}-none`);
  } catch (error) {
    const { reason, status } = error;
    return { isStreamError: error instanceof StreamError, reason, status };
  }
}
