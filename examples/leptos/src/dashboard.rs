//! The page, and the stream that feeds it.

use example_model::{Feed, Page};
use leptos::prelude::*;
use wasm_eventsource_leptos::use_event_source;

use crate::chart::Chart;
use crate::chat::Chat;
use crate::connection::Connection;
use crate::log::EventLog;

/// The whole page.
#[component]
pub(crate) fn Dashboard() -> impl IntoView {
    let search = window().location().search().unwrap_or_default();
    let page = Page::new(&search, js_sys::Math::random());
    let feed = RwSignal::new(Feed::default());
    let source = use_event_source(Some(page.dashboard()), move |event| {
        feed.update(|feed| feed.receive(event.last_event_id(), event.event_type(), event.json()));
    });
    view! {
        <header>
            <h1>"Live dashboard"</h1>
            <p>"wasm-eventsource in a Leptos app"</p>
        </header>
        <main>
            <Connection source cut=page.cut() />
            <Facts feed />
            <Chart feed />
            <EventLog feed />
            <Chat page />
        </main>
    }
}

/// What has come so far.
#[component]
fn Facts(feed: RwSignal<Feed>) -> impl IntoView {
    let last_id = move || feed.with(Feed::last_id).map(|id| id.to_string());
    view! {
        <dl class="card facts">
            <div>
                <dt>"Events"</dt>
                <dd data-testid="received">{move || feed.with(|feed| feed.received)}</dd>
            </div>
            <div>
                <dt>"Missing"</dt>
                <dd data-testid="missing">{move || feed.with(|feed| feed.missing)}</dd>
            </div>
            <div>
                <dt>"Twice"</dt>
                <dd data-testid="repeated">{move || feed.with(|feed| feed.repeated)}</dd>
            </div>
            <div>
                <dt>"Last ID"</dt>
                <dd data-testid="last-id">{last_id}</dd>
            </div>
        </dl>
    }
}
