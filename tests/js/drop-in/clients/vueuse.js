import { useEventSource } from "@vueuse/core";
import { effectScope, watch } from "vue";
import { saw, tell, url } from "./outcome.js";

const outcome = new Promise((resolve) => {
  const received = [];
  const states = [];
  const scope = effectScope();
  scope.run(() => {
    const { data, event, eventSource, lastEventId, status } = useEventSource(url, ["named", "fin"], {
      autoReconnect: { retries: 3, delay: 20 },
      serializer: { read: JSON.parse },
    });
    const types = ["message", "named", "fin"];
    const listen = (source) => types.forEach((type) => source?.addEventListener(type, saw));
    watch(eventSource, listen, { flush: "sync", immediate: true });
    watch(status, (now) => states.push(now), { flush: "sync" });
    // It sets the ID last, and the script gives each event another one.
    const take = (id) => {
      received.push([event.value, data.value, id]);
      if (event.value === "fin") {
        const source = eventSource.value;
        // Leaving the scope, as a component does that is unmounted, closes the source.
        queueMicrotask(() => {
          scope.stop();
          resolve({ received, states, readyState: source.readyState });
        });
      }
    };
    watch(lastEventId, take, { flush: "sync" });
  });
});

tell(outcome);
