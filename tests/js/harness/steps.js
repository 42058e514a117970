// What a scripted stream of the test server does, in the short form that cases are written in.

/** The body is complete. */
export const END = { end: true };
/** The connection breaks off in the middle of the body. */
export const CUT = { cut: true };
/** Nothing more until the client leaves; what a list of steps ends with when it says nothing else. */
export const HANG = { hang: true };
/** A first byte of the body that means nothing. Without one Firefox shows no response to anybody. */
export const COMMENT = ":\n";
/** Goes on when the case calls `stream.signal(name)`, be it before or after. */
export const waitFor = (name) => ({ waitFor: name });
/** The text in chunks of `size` bytes. */
export const inChunks = (text, size) => ({ chunks: text, size });
/** Bytes that are not UTF-8. */
export const bytes = (...values) => ({ sendBase64: btoa(String.fromCharCode(...values)) });

/** An attempt is a list of steps, or an object with `steps` and the rest of the server's script. A string is sent. */
export function toAttempt(attempt) {
  const { steps = [], ...rest } = Array.isArray(attempt) ? { steps: attempt } : attempt;
  const script = steps.map((step) => (typeof step === "string" ? { send: step } : step));
  const last = script.at(-1);
  if (!last?.end && !last?.cut) {
    script.push(HANG);
  }
  return { ...rest, steps: script };
}
