// Alive: connections that look open and are not, and what a source does about attempts that fail.

import { Scenarios } from "./scenarios.js";

const SCENARIOS = [
  {
    title: "verify(): is this connection alive?",
    code: "verify",
    will: "After number 4, nothing comes through, and there is no error. Then press verify(): a new connection opens beside the old one and takes its place. No number is lost, none comes twice, and the source stays open.",
    button: "verify()",
  },
  {
    title: "whenBack: the network is back",
    code: "when-back",
    will: "The same loss, after number 4. The button fires the event by which the browser says that the network is back. The source verifies its connection by itself.",
    button: "The network is back",
  },
  {
    title: "connectTimeout: no response",
    code: "connect-timeout",
    will: "The server does not answer the first request. After a second, the source gives up (timeout) and tries again.",
  },
  {
    title: "bearer(): a token expires",
    code: "bearer",
    will: "Six sources use one token. When it expires, the server ends all streams, and answers with 401 to the old token. There is one refresh, and all six open again.",
    expire: "The token expires",
  },
  {
    title: "retryIf: the server has forgotten the ID",
    code: "cursor",
    will: "After number 4, the server ends the stream and forgets its IDs. It answers with 410 to the old ID. retryIf clears the ID, and the source starts anew at once, with number 101.",
  },
  {
    title: "reconnect({ lastEventId }): go back",
    code: "go-back",
    will: "The button asks for everything behind number 2 once more. The source connects again with that ID, without an error.",
    button: "Go back to number 2",
  },
];

await new Scenarios("alive", SCENARIOS).choose();
