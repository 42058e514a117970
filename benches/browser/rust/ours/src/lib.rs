//! Our stream of events, in an app that counts them.

use futures::StreamExt;
use tally::{END, Tally};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_eventsource::EventSource;

/// Resolves with what was counted when the last event is there.
#[wasm_bindgen]
pub async fn run(url: String, full: bool, with_ids: bool) -> Result<String, JsError> {
    let mut tally = Tally::new(full, with_ids);
    let mut source = EventSource::new(&url)?;
    while let Some(item) = source.next().await {
        let event = item?;
        if event.event_type() == END {
            break;
        }
        let id = if tally.wants_ids() { event.last_event_id() } else { "" };
        tally.add(event.event_type(), event.data(), id);
    }
    Ok(tally.result())
}
