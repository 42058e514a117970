import { Component } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { EventSource, init, StreamError, stream } from "wasm-eventsource/external";
import { inPage } from "../page.mjs";

init({ wasm: new URL("wasm-eventsource.wasm", document.baseURI) });

@Component({ selector: "app-root", template: "" })
class App {
  constructor() {
    inPage({ EventSource, StreamError, stream });
  }
}

void bootstrapApplication(App);
