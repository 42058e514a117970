// The last 30 seconds of one client: a band coloured by readyState, a tick for each event.

const SECONDS = 30;
const BIN_MS = 100;
const SVG = "http://www.w3.org/2000/svg";

export class Timeline {
  #svg;
  #ticks;
  #spans = [];
  #bins = new Set();
  #timer = null;

  constructor(svg) {
    this.#svg = svg;
    this.#ticks = document.createElementNS(SVG, "path");
    svg.append(this.#ticks);
  }

  state(state) {
    const now = performance.now();
    const last = this.#spans.at(-1);
    if (last) last.to = now;
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("height", "1");
    rect.setAttribute("data-state", state);
    this.#svg.insertBefore(rect, this.#ticks);
    this.#spans.push({ rect, from: now, to: null });
    this.#draw();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#timer ??= setInterval(() => this.#draw(), calm ? 1000 : BIN_MS);
  }

  event() {
    this.#bins.add(Math.floor(performance.now() / BIN_MS));
  }

  #draw() {
    const now = performance.now();
    const start = now - SECONDS * 1000;
    const x = (time) => (Math.max(time, start) - start) / 1000;

    while (this.#spans[0]?.to !== null && this.#spans[0]?.to < start) this.#spans.shift().rect.remove();
    for (const { rect, from, to } of this.#spans) {
      rect.setAttribute("x", x(from).toFixed(2));
      rect.setAttribute("width", (x(to ?? now) - x(from)).toFixed(2));
    }

    let path = "";
    for (const bin of this.#bins) {
      const time = (bin + 0.5) * BIN_MS;
      if (time < start) this.#bins.delete(bin);
      else path += `M${x(time).toFixed(2)} .2V.8`;
    }
    this.#ticks.setAttribute("d", path);
  }
}
