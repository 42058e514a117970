use futures::StreamExt;
use leptos::task::spawn_local_scoped_with_cancellation;
use page::Log;
use wasm_eventsource::EventSource;

pub fn follow(url: &str, log: Log) {
    let mut source = match EventSource::new(url) {
        Ok(source) => source,
        Err(error) => return log.error(error),
    };
    spawn_local_scoped_with_cancellation(async move {
        while let Some(item) = source.next().await {
            match item {
                Ok(event) => log.event(event.event_type(), event.data()),
                Err(error) => log.error(error),
            }
        }
        log.ended();
    });
}
