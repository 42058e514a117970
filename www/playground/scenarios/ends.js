// Ends: how an answer ends, and how a program notices that it has not.

import { Scenarios } from "./scenarios.js";

const SCENARIOS = [
  {
    title: "until: is the answer complete?",
    code: "until",
    will: "A complete answer ends with [DONE]. You get the three events that came, and then the loop throws: truncated. Without until, the loop would end as if all were well.",
    choose: "The server",
    choices: [
      ["early", "ends the stream too early"],
      ["cut", "breaks the connection"],
      ["complete", "sends all of it"],
    ],
  },
  {
    title: "incomplete: the last blank line is missing",
    code: "incomplete",
    will: "The server forgets the blank line behind its fourth event. By the standard, that event is discarded. You choose what becomes of it.",
    choose: "incomplete",
    choices: [
      ["discard", "discard"],
      ["deliver", "deliver"],
      ["error", "error"],
    ],
  },
  {
    title: "errorEvents: the server reports an error",
    code: "error-events",
    will: "The server sends three events, and then one of the type error. The loop throws it, with its data, and closes the connection.",
  },
  {
    title: "A body that is no event stream",
    code: "no-event-stream",
    will: "The response has the status 200 and the type text/event-stream, but its body is an error in JSON. The loop throws, and the error has the body.",
  },
  {
    title: "accept: another Content-Type",
    code: "accept",
    will: "The server sends a stream under another Content-Type. The function accepts text/plain and a missing type. Anything else is rejected.",
    choose: "Content-Type",
    choices: [
      ["none", "none"],
      ["plain", "text/plain"],
      ["html", "text/html"],
    ],
  },
  {
    title: "resume: one POST, then a GET for the rest",
    code: "resume",
    will: "The answer is lost twice. The POST is sent once. Each time, a GET with the last event ID asks for the rest. You get each number once, and [DONE].",
    choose: "The server",
    choices: [
      ["cut", "breaks the connection"],
      ["end", "ends the stream"],
    ],
  },
];

await new Scenarios(
  "ends",
  SCENARIOS.map((scenario) => ({ ...scenario, isAnswer: true })),
).choose();
