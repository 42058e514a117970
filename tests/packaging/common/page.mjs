// What a project's page does: the exercise, whose outcome the tests read from the window.
import { exercise } from "./exercise.mjs";

export function inPage(entry) {
  const streams = new URL(new URLSearchParams(location.search).get("streams"), location.href).href;
  exercise(entry, streams).then(
    (outcome) => {
      window.outcome = outcome;
    },
    (error) => {
      window.outcome = { failed: `${error}` };
    },
  );
}
