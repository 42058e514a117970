// The suite as one classic script, for <script>, importScripts and Node alike.
import "../suite/index.js";
import { run } from "./run.js";

globalThis.runSuite = run;
