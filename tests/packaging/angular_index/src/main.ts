import { Component } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { EventSource, StreamError, stream } from "wasm-eventsource";
import { inPage } from "../page.mjs";

@Component({ selector: "app-root", template: "" })
class App {
  constructor() {
    inPage({ EventSource, StreamError, stream });
  }
}

void bootstrapApplication(App);
