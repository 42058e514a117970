// The bytes of a stream, each with its character, coloured by line.

/** How many are drawn. */
const SHOWN = 4096;

/** `onChoose(position)` is called when a byte is pressed: cut before it. */
export class Bytes {
  #element;
  #cut = null;

  constructor(element, onChoose) {
    this.#element = element;
    element.addEventListener("click", ({ target }) => {
      const byte = target.closest("[data-byte]");
      if (byte !== null) onChoose(Number(byte.dataset.byte));
    });
  }

  show(bytes, lines) {
    const cells = Array.from(bytes.subarray(0, SHOWN), (byte, index) => {
      const line = lines.findIndex(({ next, to }) => index < Math.max(next, to));
      return cell(byte, index, line % 2 === 1);
    });
    const rest = bytes.length > SHOWN ? [`… and ${(bytes.length - SHOWN).toLocaleString("en")} more`] : [];
    this.#element.replaceChildren(...cells, ...rest);
    this.#cut = null;
  }

  markCut(position) {
    this.#cut?.classList.remove("cut");
    this.#cut = this.#element.children[position] ?? null;
    this.#cut?.classList.add("cut");
  }
}

function cell(byte, index, odd) {
  const span = document.createElement("span");
  span.className = odd ? "byte odd" : "byte";
  span.dataset.byte = index;
  const glyph = document.createElement("span");
  glyph.textContent = glyphOf(byte);
  span.append(byte.toString(16).padStart(2, "0"), glyph);
  return span;
}

const NAMES = { 0x0a: "LF", 0x0d: "CR", 0x20: "␣", 0x00: "NUL", 0x09: "TAB" };

function glyphOf(byte) {
  if (NAMES[byte] !== undefined) return NAMES[byte];
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
}
