//! The page, and the stream that feeds it.

use dioxus::prelude::*;
use example_model::{Feed, Page};
use wasm_eventsource_dioxus::use_event_source;

use crate::chart::Chart;
use crate::chat::Chat;
use crate::connection::Connection;
use crate::log::EventLog;

/// The whole page.
#[component]
pub(crate) fn Dashboard() -> Element {
    let page = use_hook(|| {
        let search = gloo_utils::window().location().search().unwrap_or_default();
        Page::new(&search, js_sys::Math::random())
    });
    let mut feed = use_signal(Feed::default);
    let source = use_event_source(page.dashboard(), move |event| {
        feed.write().receive(event.last_event_id(), event.event_type(), event.json());
    });
    rsx! {
        header {
            h1 { "Live dashboard" }
            p { "wasm-eventsource in a Dioxus app" }
        }
        main {
            Connection { source, cut: page.cut() }
            Facts { feed }
            Chart { feed }
            EventLog { feed }
            Chat { page }
        }
    }
}

/// What has come so far.
#[component]
fn Facts(feed: ReadSignal<Feed>) -> Element {
    let feed = feed.read();
    let last_id = feed.last_id().map(|id| id.to_string());
    rsx! {
        dl { class: "card facts",
            div {
                dt { "Events" }
                dd { "data-testid": "received", "{feed.received}" }
            }
            div {
                dt { "Missing" }
                dd { "data-testid": "missing", "{feed.missing}" }
            }
            div {
                dt { "Twice" }
                dd { "data-testid": "repeated", "{feed.repeated}" }
            }
            div {
                dt { "Last ID" }
                dd { "data-testid": "last-id", {last_id} }
            }
        }
    }
}
