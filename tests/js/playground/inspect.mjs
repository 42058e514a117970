// What the tab Inspect shows of a stream.
import assert from "node:assert/strict";

export async function samples(page) {
  await page.open("inspect");
  const samples = await page.browser.run(
    `() => Array.from(document.querySelector("#sample").options, ({ value }) => value)`,
  );
  assert.equal(samples.length, 7);
  for (const sample of samples) {
    await page.set("#sample", sample);
    for (const lineEnd of ["LF", "CRLF", "CR", "mixed"]) {
      await page.set("#line-end", lineEnd);
      await page.click('[data-testid="every-split"]');
      const verdict = await page.textWhen("verdict", /cuts|differ/);
      assert.match(verdict, /^\d+ cuts, and one byte at a time: always the same events\.$/, `${sample}, ${lineEnd}`);
    }
  }
}

const READ_INSPECT = `() => {
  const rows = (id) => Array.from(document.querySelector('[data-testid="' + id + '"]').rows, ({ cells }) => Array.from(cells, (cell) => cell.textContent));
  return { lines: rows("lines"), events: rows("inspect-events"), cut: document.querySelector(".byte.cut")?.textContent };
}`;

export async function cut(page) {
  await page.open("inspect");
  await page.set("#line-end", "CRLF");
  await page.set("#stream-text", "id: 7\ndata: a\n\ndata: b\n\n");
  await page.set("#split", "17");
  await page.textWhen("split-output", /^17 of 29, between CR and LF of line 3$/);
  await page.browser.waitFor(
    `() => document.querySelectorAll('[data-chunk="1"]').length === 1 || null`,
    "the first part to have an event",
  );
  const { lines, events, cut } = await page.browser.run(READ_INSPECT);
  assert.equal(cut, "0aLF");
  assert.deepEqual(lines[0], ["0–7", "id", "7", "CRLF"]);
  assert.equal(lines.length, 5);
  assert.deepEqual(events, [
    ["part 1", "message", "7", "a"],
    ["part 2", "message", "7", "b"],
  ]);
  assert.equal(await page.text("after-stream"), 'After this stream a client waits 3000 ms, and sends the ID "7".');
}

export async function difference(page) {
  await page.open("inspect");
  // The page's few lines know no bounds.
  await page.set("#stream-text", `id: ${"7".repeat(70_000)}\ndata: a\n\n`);
  await page.textWhen("verdict", /^The package and this page differ in event 1: .*more than 64 KiB/);
  assert.equal(await page.browser.run(`() => document.querySelector('[data-testid="verdict"]').dataset.same`), "false");
}

export async function fetched(page) {
  await page.open("inspect");
  await page.set("#fetch-url", "demo/mdn?interval=100");
  await page.click('[data-testid="fetch"]');
  await page.textWhen("fetch-status", /bytes/);
  await page.textWhen("verdict", /read the same: \d\d+ events/);
  const { events } = await page.browser.run(READ_INSPECT);
  assert.equal(events[0][1], "ping");
}
