/** What the test server's sample stream means. */
export const SAMPLE = [
  ["message", "first", ""],
  ["named", "two\nlines", "1"],
  ["message", " space kept", "1"],
  ["message", "", "1"],
  ["message", "é € 🦀", "ü"],
  ["message", "last", ""],
];
