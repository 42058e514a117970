//! The named events.

use dioxus::prelude::*;
use example_model::{Entry, Feed};

/// The latest named events, the last one first.
#[component]
pub(crate) fn EventLog(feed: ReadSignal<Feed>) -> Element {
    rsx! {
        section { class: "card log",
            h2 { "Named events" }
            ol { tabindex: "0", "aria-label": "Events, the latest first", "data-testid": "log",
                for Entry { number , id , event_type , time , text } in feed.read().log.entries().cloned() {
                    li { key: "{number}", "data-id": "{id}", "data-type": "{event_type}",
                        span { class: "type", "{event_type}" }
                        span { class: "text", "{text}" }
                        time { "{time}" }
                        span { class: "id", "{id}" }
                    }
                }
            }
        }
    }
}
