use leptos::prelude::*;
use page::Log;
use wasm_eventsource_leptos::use_event_source;

pub fn follow(url: &str, log: Log) {
    let source = use_event_source(Some(url.to_owned()), move |event| log.event(event.event_type(), event.data()));
    Effect::new(move || {
        source.state.with(|state| match state.error() {
            Some(error) => log.error(error),
            None => log.state(format!("{:?}", state.ready_state())),
        });
    });
}
