import { section } from "./registry.js";

// For cases of sources that share a connection.

/** It would be the same test: the class is in it, whatever the implementation is. */
const SKIP = { native: "no browser has it", shared: "the case has its own class" };

/** As `section`, but none of the cases is for a browser's own class. */
export function sharedSection(title) {
  const extension = section("Extension", title);
  return (sentence, ...rest) => {
    const body = rest.pop();
    const [options] = rest;
    extension(sentence, { ...options, skip: { ...SKIP, ...options?.skip } }, body);
  };
}

/** A first byte of the body, which is not even a comment. Without one Firefox shows no response to anybody. */
export const BEGINNING = "\n";

/** The data of the next messages. */
export const dataOf = async (events, count) => (await events.take(count)).map(({ event }) => event.data);

/** Resolves when all sources are open: `{ leader, others }`. */
export async function leaderOf(...sources) {
  await Promise.all(sources.map((source) => opened(source)));
  const leader = sources.find(({ shared }) => shared === "leader");
  return { leader, others: sources.filter((source) => source !== leader) };
}

async function opened(source) {
  if (source.readyState === 0) {
    await new Promise((resolve) => source.addEventListener("open", resolve, { once: true }));
  }
}
