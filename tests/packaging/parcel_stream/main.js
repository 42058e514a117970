import { StreamError, stream } from "wasm-eventsource/stream";
import { inPage } from "./page.mjs";

inPage({ StreamError, stream });
