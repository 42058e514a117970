// Why cases of the suite fail in a runtime. Each is a failure that is expected: when the case passes, its line has to go.

/** What the runtimes' platforms have not, and what they do in ways of their own. */
const REASONS = [
  {
    why: "a script's dispatchEvent() calls all listeners with the script below them on the stack",
    in: ["bun", "deno", "workerd"],
    cases: ["microtasks run between two listeners of one event, too"],
  },
  {
    why: "isTrusted is a property of each event",
    in: ["bun", "deno", "workerd"],
    cases: ["no event has a prototype of its own"],
  },
  {
    why: "the time stamp of every event is 0",
    in: ["bun", "deno", "workerd"],
    cases: [
      "an event's time is when it came, by the clock of its scope",
      "Retry-After is waited for",
      "with true Retry-After is waited for, whatever the status",
      "an error says that the server ended the stream, and when the next attempt is",
      "a connection on which nothing comes is lost, and made again with the ID",
    ],
  },
  {
    why: "as in Node, such an ID is left out: the platform refuses to send it",
    in: ["bun", "deno", "workerd"],
    cases: ["U+0001", "U+001B", "U+007F"].map((character) => `an ID with ${character}, which no header may have, is refused by the server`),
  },
  {
    why: "there is no CORS: nothing is hidden, and a redirect is followed or told",
    in: ["bun", "deno", "workerd"],
    cases: [
      "a redirect to a URL with a password at another origin is an error",
      "a header of one's own is not sent on after a redirect to another origin",
      "redirect: error makes a redirect a failure, which is final where a probe can tell that it is one",
    ],
  },
  {
    why: "the platform has words of its own",
    in: ["bun", "deno", "workerd"],
    cases: ["Node says what was behind the failure of a fetch", "a URL that cannot be parsed is a failure for good, for nothing was sent"],
  },
  {
    why: "reportError() prints the error, and no handler of a page or a process hears of it",
    in: ["bun"],
    cases: [
      "a handler that throws is reported, and the stream goes on",
      "a listener that throws is reported, and neither the other listeners nor the stream suffer",
      "a callback that throws is reported, and keeps nobody from the event",
      "what onComment throws is reported, and the stream goes on",
      "an exception of accept is reported, and the response stays refused",
      "what resume throws is reported, and no request follows",
    ],
  },
  {
    why: "Request and fetch do not judge methods, bodies and referrers as the standard does",
    in: ["bun"],
    cases: [
      "a bad value is a TypeError of the constructor that names the option, and no request is sent",
      "a bad value is a TypeError of stream() at once, too",
      "a method that there is not is a failure for good, for nothing was sent",
      "a body of a GET is a failure for good, for nothing was sent",
      "The end of a request of any method but GET is the end",
    ],
  },
  {
    why: "referrers are ignored",
    in: ["bun", "workerd"],
    cases: ["a referrer that is no URL is a failure for good, for nothing was sent"],
  },
  {
    why: "the members of an event and of a MessageEvent are properties of each object",
    in: ["deno", "workerd"],
    cases: ["a message shows the members of every MessageEvent, and copies into another"],
  },
  {
    why: "MessageEvent.prototype has no name of its own",
    in: ["deno"],
    cases: ["open and error are plain events, and a message is a MessageEvent"],
  },
  {
    why: "the event's composedPath() and target are not the standard's",
    in: ["deno", "workerd"],
    cases: ["after it was dispatched an event has its target only"],
  },
  {
    why: "composedPath() is not the standard's",
    in: ["deno"],
    cases: ["while it is dispatched an event is at its target, the source"],
  },
  {
    why: "addEventListener() takes neither capture nor an object that gets its handleEvent later",
    in: ["workerd"],
    cases: [
      "a listener that was removed is not called",
      "handleEvent is looked up at each event",
      "events that nobody listens to follow each other without turns, where somebody has listened, and does no longer",
      "a type is listened to as long as one of its listeners is there",
    ],
  },
  {
    why: "the class has a dispatchEvent() of its own, so that no handler is called twice",
    in: ["workerd"],
    cases: ["the prototype has the members of the standard"],
  },
  {
    why: "failures of the network and of arguments are told by the same plain Error",
    in: ["workerd"],
    cases: ["a refused port is a StreamError that has a cause", "a body that can be sent once only, and was sent, is a failure for good"],
  },
  {
    why: "the script of the case takes a request whose redirect is manual, as fetch gets it there, for a probe",
    in: ["workerd"],
    cases: [
      "Headers go with each request, and do not follow a redirect from another origin",
      "With redirect error none is followed",
      "Headers can be made for each attempt, and know the last event ID",
      "Credentials and headers go together",
      "Authorization is guarded as any other header",
    ],
  },
  {
    why: "headers are texts, of which the platform sends the UTF-8, and the script of the case wants the bytes",
    in: ["workerd"],
    cases: ["An ID is sent as the bytes of its UTF-8", "An ID of the options beyond ASCII is sent as the bytes of its UTF-8, too"],
  },
  {
    why: "the platform writes the method in capitals only if it knows it",
    in: ["workerd"],
    cases: ["The end of a request of any method but GET is the end"],
  },
];

/** Cases that say nothing in a runtime. */
const LEFT_OUT = {
  bun: [],
  // There is no initEvent().
  deno: ["a message cannot be initialized anew"],
  // The entry for shared connections has no engine there.
  workerd: ["a message cannot be initialized anew", "one connection for several sources", "sources that share their connection need a key, and refresh once"],
};

export function knownIn(runtime) {
  const reasons = REASONS.filter((reason) => reason.in.includes(runtime));
  return new Map(reasons.flatMap(({ why, cases }) => cases.map((sentence) => [sentence, why])));
}

export function leftOutIn(runtime) {
  return LEFT_OUT[runtime];
}
