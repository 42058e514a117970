//! The named events.

use example_model::{Entry, Log};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) log: Log,
}

/// The latest named events, the last one first.
#[component]
pub(crate) fn EventLog(Props { log }: &Props) -> Html {
    html! {
        <section class="card log">
            <h2>{ "Named events" }</h2>
            <ol tabindex="0" aria-label="Events, the latest first" data-testid="log">
                { for log.entries().map(row) }
            </ol>
        </section>
    }
}

fn row(Entry { number, id, event_type, time, text }: &Entry) -> Html {
    html! {
        <li key={*number} data-id={id.clone()} data-type={event_type.clone()}>
            <span class="type">{ event_type }</span>
            <span class="text">{ text }</span>
            <time>{ time }</time>
            <span class="id">{ id }</span>
        </li>
    }
}
