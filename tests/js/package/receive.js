/** Reads the sample stream of the test server with this class, and answers its messages: [type, data, last event ID]. */
export function receive(EventSource, origin = "") {
  return new Promise((resolve, reject) => {
    const source = new EventSource(`${origin}/chunks?size=3`);
    const messages = [];
    const take = ({ type, data, lastEventId }) => {
      messages.push([type, data, lastEventId]);
      if (data === "last") {
        source.close();
        resolve(messages);
      }
    };
    source.addEventListener("message", take);
    source.addEventListener("named", take);
    source.addEventListener("error", () => reject(new Error(`an error event, readyState ${source.readyState}`)));
  });
}
