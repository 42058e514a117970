//! gloo-net's streams of the browser's own events, in an app that counts them.

use futures::{StreamExt, stream};
use gloo_net::eventsource::futures::EventSource;
use tally::{END, Tally};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Resolves with what was counted when the last event is there.
#[wasm_bindgen]
pub async fn run(url: String, full: bool, with_ids: bool) -> Result<String, JsError> {
    let mut tally = Tally::new(full, with_ids);
    let mut source = EventSource::new(&url).map_err(told)?;
    let mut subscribe = |event_type| source.subscribe(event_type).map_err(told);
    let (messages, updates, end) = (subscribe("message")?, subscribe("update")?, subscribe(END)?);
    let mut events = stream::select(stream::select(messages, updates), end);
    while let Some(item) = events.next().await {
        let (event_type, event) = item.map_err(told)?;
        if event_type == END {
            break;
        }
        let id = if tally.wants_ids() { event.last_event_id() } else { String::new() };
        let data = event.data().as_string().unwrap_or_default();
        tally.add(&event_type, &data, &id);
    }
    Ok(tally.result())
}

/// Its errors are none of the standard library's.
fn told(error: impl std::fmt::Display) -> JsError {
    JsError::new(&error.to_string())
}
