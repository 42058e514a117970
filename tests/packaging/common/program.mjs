// What a project's program does: the exercise, whose outcome the tests read from its output.
import { exercise } from "./exercise.mjs";

export async function inProgram(entry) {
  tell(await exercise(entry, process.env.STREAMS));
}

export function tell(outcome) {
  console.log(`OUTCOME ${JSON.stringify(outcome)}`);
}
