// What a run found, on the terminal: for whoever changes something and looks what comes of it.

export function print({ browsers, sizes }) {
  for (const { name, speed, delays, first, blocking, memory } of browsers) {
    printed(`${name}: ms (times native)`, speed && speedRows(speed));
    printed(`${name}: delay in ms`, delays?.results?.map(({ client, p50, p99 }) => [client, `p50 ${fixed(p50)}`, `p99 ${fixed(p99)}`]));
    printed(`${name}: import to first event in ms`, first?.map((one) => [one.client, state(one) ?? fixed(median(one.runs))]));
    printed(`${name}: longest in ms under flood A`, blocking?.map((one) => [one.client, ...blocked(one)]));
    printed(`${name}: memory in KB, heap / wasm / process`, memory?.map((one) => [one.client, ...remembered(one)]));
  }
  printed("bytes: raw, gzip, brotli", sizes?.map(({ name, raw, gzip, brotli }) => [name, raw, gzip, brotli].map(String)));
}

function printed(title, rows) {
  if (rows === undefined) {
    return;
  }
  console.log(`\n${title}`);
  const columns = rows.filter(({ length }) => length > 1);
  const widths = columns.reduce((all, row) => row.map((cell, index) => Math.max(cell.length, all[index] ?? 0)), []);
  for (const [first, ...rest] of rows) {
    const cells = rest.map((cell, index) => cell.padStart(widths[index + 1] ?? 0));
    console.log([first.padEnd(widths[0] ?? 0), ...cells].join("  ").trimEnd());
  }
}

function speedRows(speed) {
  const streams = [...new Set(speed.map(({ stream }) => stream))];
  const clients = [...new Set(speed.map(({ client }) => client))];
  const of = (stream, client) => speed.find((one) => one.stream === stream && one.client === client);
  const cell = (stream, client) => {
    const result = of(stream, client);
    const native = of(stream, "native")?.runs;
    if (result.runs.length === 0) {
      return state(result) ?? result.wrong ?? "";
    }
    const ratio = native?.length > 0 ? ` (${median(result.runs.map((ms, round) => native[round] / ms)).toFixed(2)})` : "";
    return `${median(result.runs).toFixed(0)}${ratio}${result.wrong ? " WRONG" : ""}`;
  };
  const faults = speed.filter(({ wrong, failed }) => wrong ?? failed).map(({ stream, client, wrong, failed }) => {
    return [`${stream} ${client}: ${wrong ? `WRONG: ${wrong}` : failed}`];
  });
  return [["", ...streams], ...clients.map((client) => [client, ...streams.map((stream) => cell(stream, client))]), ...faults];
}

function state({ absent, failed }) {
  return absent ? "not there yet" : failed && "failed";
}

function blocked({ runs, ...result }) {
  const of = (name) => (runs.every((run) => run[name] === null) ? "-" : fixed(median(runs.map((run) => run[name]))));
  return state(result) ? [state(result)] : ["longTask", "timer", "frame"].map((name) => `${name} ${of(name)}`);
}

function remembered({ loaded, first, second, idle, ...result }) {
  const kilobytes = (bytes) => (bytes === null ? "-" : String(Math.round(bytes / 1024)));
  const both = (growth) => (growth ? [growth.heap, growth.wasm, growth.process].map(kilobytes).join(" / ") : "-");
  const named = Object.entries({ client: loaded, idle, flood: first, again: second });
  return state(result) ? [state(result)] : named.map(([name, growth]) => `${name} ${both(growth)}`);
}

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

function fixed(number) {
  return number.toFixed(2);
}
