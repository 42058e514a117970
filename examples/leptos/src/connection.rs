//! The state of the connection, and what can be done about it.

use std::time::Duration;

use example_model::Status;
use leptos::prelude::*;
use wasm_eventsource::ConnectionState;
use wasm_eventsource_leptos::UseEventSource;

/// The state in words, and buttons. What is POSTed to `cut` has the server cut the connection.
#[component]
pub(crate) fn Connection(source: UseEventSource, cut: String) -> impl IntoView {
    let status = use_status(source.state);
    let is_over = move || source.state.with(|state| matches!(state, ConnectionState::Closed));
    let is_open = move || source.state.with(|state| matches!(state, ConnectionState::Open));
    let ask_for_the_cut = move |_| {
        // There is nothing to do if it fails.
        let _ = window().navigator().send_beacon(&cut);
    };
    view! {
        <section class="card connection" aria-label="Connection">
            <p class="state" data-testid="state" data-state=move || status.get().name>
                {move || status.get().text}
            </p>
            <p class="why" role="status" data-testid="why">{move || status.get().why}</p>
            <div class="buttons">
                <button data-testid="reconnect" on:click=move |_| source.reconnect()>"Reconnect"</button>
                <button data-testid="close" disabled=is_over on:click=move |_| source.close()>"Close"</button>
                <button data-testid="cut" disabled=move || !is_open() on:click=ask_for_the_cut>
                    "Cut on the server"
                </button>
            </div>
        </section>
    }
}

/// The state in words, which change while it counts the seconds to the next attempt.
fn use_status(state: Signal<ConnectionState>) -> Memo<Status> {
    let now = RwSignal::new(js_sys::Date::now());
    let since = Memo::new(move |_| {
        state.track();
        js_sys::Date::now()
    });
    if let Ok(interval) = set_interval_with_handle(move || now.set(js_sys::Date::now()), Duration::from_millis(200)) {
        on_cleanup(move || interval.clear());
    }
    Memo::new(move |_| {
        let lasted = (now.get() - since.get()).max(0.0);
        state.with(|state| Status::new(state, Duration::from_millis(lasted as u64)))
    })
}
