//! The state of the connection, and what can be done about it.

use std::time::Duration;

use dioxus::prelude::*;
use example_model::Status;
use gloo_timers::future::TimeoutFuture;
use wasm_eventsource::ConnectionState;
use wasm_eventsource_dioxus::UseEventSource;

/// The state in words, and buttons. What is POSTed to `cut` has the server cut the connection.
#[component]
pub(crate) fn Connection(source: UseEventSource, cut: String) -> Element {
    let status = use_status(source.state);
    let status = status.read();
    let is_over = matches!(&*source.state.read(), ConnectionState::Closed);
    let is_open = matches!(&*source.state.read(), ConnectionState::Open);
    let ask_for_the_cut = move |_| {
        // There is nothing to do if it fails.
        let _ = gloo_utils::window().navigator().send_beacon(&cut);
    };
    rsx! {
        section { class: "card connection", "aria-label": "Connection",
            p { class: "state", "data-testid": "state", "data-state": status.name, "{status.text}" }
            p { class: "why", role: "status", "data-testid": "why", {status.why.clone()} }
            div { class: "buttons",
                button { "data-testid": "reconnect", onclick: move |_| source.reconnect(), "Reconnect" }
                button { "data-testid": "close", disabled: is_over, onclick: move |_| source.close(), "Close" }
                button { "data-testid": "cut", disabled: !is_open, onclick: ask_for_the_cut, "Cut on the server" }
            }
        }
    }
}

/// The state in words, which change while it counts the seconds to the next attempt.
fn use_status(state: ReadSignal<ConnectionState>) -> Memo<Status> {
    let mut now = use_signal(js_sys::Date::now);
    let since = use_memo(move || {
        let _tracked = state.read();
        js_sys::Date::now()
    });
    use_future(move || async move {
        loop {
            TimeoutFuture::new(200).await;
            now.set(js_sys::Date::now());
        }
    });
    use_memo(move || {
        let lasted = (now() - since()).max(0.0);
        Status::new(&state.read(), Duration::from_millis(lasted as u64))
    })
}
