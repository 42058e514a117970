import { test } from "vitest";
import { EventSource, StreamError, stream } from "wasm-eventsource";
import { inProgram } from "./program.mjs";

test("the exercise", () => inProgram({ EventSource, StreamError, stream }));
