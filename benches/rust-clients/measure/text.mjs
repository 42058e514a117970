// Numbers and tables as they are printed.

/** The one in the middle; of an even number the greater of two. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export function count(number) {
  return number.toLocaleString("en-US");
}

/** Three digits say as much as such a measurement can. */
export function thousands(number) {
  return count(Number(number.toPrecision(3)));
}

export function times(ratio) {
  return `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)} ×`;
}

export function table(head, rows) {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  return [row(head), `|${head.map(() => "---|").join("")}`, ...rows.map(row)].join("\n");
}
