// What a project's program does: the exercise, whose outcome the tests read from its output.
import { exercise } from "./exercise.mjs";

export async function inProgram(entry) {
  tell(await exercise(entry, process.env.STREAMS));
}

/** Not by the console, which test runners decorate. */
export function tell(outcome) {
  process.stdout.write(`OUTCOME ${JSON.stringify(outcome)}\n`);
}
