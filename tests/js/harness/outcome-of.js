/** The data of the events of a loop, in `seen`, and what it throws, as `error`, if it does. */
export async function outcomeOf(events) {
  const seen = [];
  try {
    for await (const { data } of events) {
      seen.push(data);
    }
  } catch (error) {
    return { seen, error };
  }
  return { seen };
}
