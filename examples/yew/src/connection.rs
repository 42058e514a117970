//! The state of the connection, and what can be done about it.

use std::time::Duration;

use example_model::Status;
use gloo_timers::callback::Interval;
use wasm_eventsource::ConnectionState;
use wasm_eventsource_yew::UseEventSourceHandle;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) source: UseEventSourceHandle,
    /// What is POSTed here has the server cut the connection.
    pub(crate) cut: String,
}

/// The state in words, and buttons.
#[component]
pub(crate) fn Connection(Props { source, cut }: &Props) -> Html {
    let status = use_status(source.state());
    let reconnect = use_callback(source.clone(), |_: MouseEvent, source| source.reconnect());
    let close = use_callback(source.clone(), |_: MouseEvent, source| source.close());
    let ask_for_the_cut = use_callback(cut.clone(), |_: MouseEvent, cut| {
        // There is nothing to do if it fails.
        let _ = gloo_utils::window().navigator().send_beacon(cut);
    });
    let is_over = matches!(source.state(), ConnectionState::Closed);
    let is_open = matches!(source.state(), ConnectionState::Open);
    html! {
        <section class="card connection" aria-label="Connection">
            <p class="state" data-testid="state" data-state={status.name}>{ status.text }</p>
            <p class="why" role="status" data-testid="why">{ status.why }</p>
            <div class="buttons">
                <button data-testid="reconnect" onclick={reconnect}>{ "Reconnect" }</button>
                <button data-testid="close" disabled={is_over} onclick={close}>{ "Close" }</button>
                <button data-testid="cut" disabled={!is_open} onclick={ask_for_the_cut}>
                    { "Cut on the server" }
                </button>
            </div>
        </section>
    }
}

/// The state in words, which change while it counts the seconds to the next attempt.
#[hook]
fn use_status(state: &ConnectionState) -> Status {
    let now = use_state(js_sys::Date::now);
    let since = use_memo(state.clone(), |_| js_sys::Date::now());
    let set_now = now.setter();
    use_effect_with((), move |()| {
        let interval = Interval::new(200, move || set_now.set(js_sys::Date::now()));
        move || drop(interval)
    });
    let lasted = (*now - *since).max(0.0);
    Status::new(state, Duration::from_millis(lasted as u64))
}
