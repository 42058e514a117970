// How late an event is: its data is the server's clock when it was written, and both clocks are of one machine.

/** `[{ name, delays: [ms] }]`; the clients take turns in blocks, so that what else happens meets all alike. */
export async function delays(clients, { count, every, blocks }) {
  const offset = await clockOffset();
  const results = clients.map(({ name }) => ({ name, delays: [] }));
  for (let block = 0; block < blocks; block += 1) {
    for (const [index, { open }] of clients.entries()) {
      results[index].delays.push(...(await ofBlock(open, { count, every, offset })));
    }
  }
  return { offset: offset / 1000, results };
}

function ofBlock(open, { count, every, offset }) {
  return new Promise((resolve) => {
    const found = [];
    const close = open(`/bench/ticks?count=${count}&every=${every}`, (type, data) => {
      if (type === "end") {
        close();
        // What comes first pays for what is loaded at first use.
        resolve(found.slice(5));
      } else {
        found.push((now() + offset - Number(data)) / 1000);
      }
    }, "data");
  });
}

/** Microseconds since 1970. */
function now() {
  return (performance.timeOrigin + performance.now()) * 1000;
}

/**
 * What to add to the page's clock to have the server's, in microseconds. Each answer says between which bounds it is;
 * zero, if it may be zero.
 */
async function clockOffset() {
  let [low, high] = [-Infinity, Infinity];
  for (let index = 0; index < 100; index += 1) {
    const before = now();
    const clock = Number(await (await fetch("/bench/clock")).text());
    low = Math.max(low, clock - now());
    high = Math.min(high, clock - before);
  }
  return low <= 0 && high >= 0 ? 0 : (low + high) / 2;
}
