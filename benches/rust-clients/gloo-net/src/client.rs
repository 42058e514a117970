use futures::{StreamExt, stream};
use gloo_net::eventsource::futures::EventSource;
use leptos::task::spawn_local_scoped_with_cancellation;
use page::Log;

pub fn follow(url: &str, log: Log) {
    let mut source = match EventSource::new(url) {
        Ok(source) => source,
        Err(error) => return log.error(error),
    };
    let subscriptions = source.subscribe("message").and_then(|messages| Ok((messages, source.subscribe("update")?)));
    let (messages, updates) = match subscriptions {
        Ok(subscriptions) => subscriptions,
        Err(error) => return log.error(error),
    };
    spawn_local_scoped_with_cancellation(async move {
        let mut events = stream::select(messages, updates);
        while let Some(item) = events.next().await {
            match item {
                Ok((event_type, event)) => log.event(&event_type, &event.data().as_string().unwrap_or_default()),
                Err(error) => {
                    log.error(error);
                    // The stream itself never ends.
                    break;
                }
            }
        }
        log.ended();
        drop(source);
    });
}
