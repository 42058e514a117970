// How late an event is: its data is the server's clock when it was written, and both clocks are of one machine.

/** `[{ name, delays: [ms] }]`; the clients take turns in blocks, so that what else happens meets all alike. */
export async function delays(clients, { count, every, blocks }) {
  const results = clients.map(({ name }) => ({ name, delays: [] }));
  for (let block = 0; block < blocks; block += 1) {
    for (const [index, { open }] of clients.entries()) {
      const offset = clockOffset();
      results[index].delays.push(...(await ofBlock(open, { count, every, offset })));
    }
  }
  return results;
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

/** Microseconds since 1970, as far as a page's time origin is when it says. */
function now() {
  return (performance.timeOrigin + performance.now()) * 1000;
}

/** Of how many beginnings of a millisecond the one that was seen first is taken. */
const TICKS = 10;

/**
 * What to add to that to have the machine's clock, which is the server's, in microseconds: a time origin may be half a millisecond
 * off, which is as much as a delay. The date is of the machine's clock, and exact when it changes.
 */
function clockOffset() {
  let offset = -Infinity;
  for (let tick = 0; tick < TICKS; tick += 1) {
    const before = Date.now();
    let date = before;
    while (date === before) {
      date = Date.now();
    }
    offset = Math.max(offset, date * 1000 - now());
  }
  return offset;
}
