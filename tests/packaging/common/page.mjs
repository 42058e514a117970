// What a project's page does: the exercise, whose outcome the tests read from the window, with all that was told in the console.
import { exercise } from "./exercise.mjs";

export function inPage(entry) {
  const told = [];
  for (const level of ["warn", "error"]) {
    console[level] = (...words) => told.push(`${level}: ${words.join(" ")}`);
  }
  document.addEventListener("securitypolicyviolation", ({ blockedURI }) => told.push(`a policy forbids ${blockedURI}`));
  const streams = new URL(new URLSearchParams(location.search).get("streams"), location.href).href;
  exercise(entry, streams).then(
    (outcome) => {
      window.outcome = { ...outcome, told };
    },
    (error) => {
      window.outcome = { failed: `${error}`, told };
    },
  );
}
