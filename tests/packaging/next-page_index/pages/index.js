import { useEffect } from "react";
import { EventSource, StreamError, stream } from "wasm-eventsource";
import { inPage } from "../page.mjs";

export default function Page() {
  useEffect(() => inPage({ EventSource, StreamError, stream }), []);
  return null;
}
