use codee::string::FromToStringCodec;
use leptos::prelude::*;
use leptos_use_event_source::{UseEventSourceOptions, UseEventSourceReturn, use_event_source_with_options};
use page::Log;

pub fn follow(url: &str, log: Log) {
    let options = UseEventSourceOptions::default().named_events(["update".to_owned()]);
    let UseEventSourceReturn { message, ready_state, error, .. } =
        use_event_source_with_options::<String, FromToStringCodec>(url.to_owned(), options);
    Effect::new(move || {
        message.with(|message| {
            if let Some(message) = message {
                log.event(&message.event_type, &message.data);
            }
        });
    });
    Effect::new(move || {
        error.with(|error| {
            if let Some(error) = error {
                log.error(error);
            }
        });
    });
    Effect::new(move || log.state(ready_state.get()));
}
