import { Observable, filter, firstValueFrom, fromEvent, map, merge, share, takeUntil, tap, toArray } from "rxjs";
import { saw, tell, url } from "./outcome.js";

/** The usual way to have an event source as an observable: subscribing connects, unsubscribing closes. */
function events(address, types) {
  return new Observable((subscriber) => {
    const source = new EventSource(address);
    const all = merge(...types.map((type) => fromEvent(source, type)));
    const subscription = all.subscribe(subscriber);
    return () => {
      subscription.unsubscribe();
      source.close();
      closed.push(source.readyState);
    };
  });
}

const closed = [];

async function outcome() {
  const all = events(url, ["open", "error", "message", "named", "fin", "end"]).pipe(tap(saw), share());
  const of = (type) => all.pipe(filter((event) => event.type === type));
  const end = firstValueFrom(of("end"));
  // Everything until `fin`; what comes between that and `end` is for nobody.
  const taken = firstValueFrom(
    all.pipe(
      takeUntil(of("fin")),
      map(({ type, data, lastEventId }) => [type, data ?? null, lastEventId ?? null]),
      toArray(),
    ),
  );
  const { data } = await end;
  return { taken: await taken, end: data, closed };
}

tell(outcome());
