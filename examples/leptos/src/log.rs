//! The named events.

use example_model::{Entry, Feed};
use leptos::prelude::*;

/// The latest named events, the last one first.
#[component]
pub(crate) fn EventLog(feed: RwSignal<Feed>) -> impl IntoView {
    let entries = move || feed.with(|feed| feed.log.entries().cloned().collect::<Vec<_>>());
    view! {
        <section class="card log">
            <h2>"Named events"</h2>
            <ol tabindex="0" aria-label="Events, the latest first" data-testid="log">
                <For each=entries key=|entry| entry.number children=row />
            </ol>
        </section>
    }
}

fn row(entry: Entry) -> impl IntoView {
    let Entry { id, event_type, time, text, .. } = entry;
    view! {
        <li data-id=id.clone() data-type=event_type.clone()>
            <span class="type">{event_type.clone()}</span>
            <span class="text">{text}</span>
            <time>{time}</time>
            <span class="id">{id.clone()}</span>
        </li>
    }
}
