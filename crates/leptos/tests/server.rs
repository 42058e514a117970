//! The hook where there is no browser: a component that uses it is rendered, and nothing else happens.
#![cfg(not(target_arch = "wasm32"))]

use leptos::prelude::*;
use wasm_eventsource_leptos::wasm_eventsource::ConnectionState;
use wasm_eventsource_leptos::{UseEventSource, use_event_source};

/// Renders a component with this URL, on one thread, and disposes of it on another, as a server may.
fn rendered(url: Option<&'static str>) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        let url = url.map(str::to_owned);
        let source = use_event_source(move || url.clone(), |_| unreachable!("there is no event"));
        act_on(source);
        view! {
            <p>{move || format!("{:?}, {:?}", source.state.get(), source.last_event.get())}</p>
        }
        .to_html()
    });
    std::thread::spawn(move || drop(owner)).join().expect("the owner can be dropped anywhere");
    html
}

fn act_on(source: UseEventSource) {
    source.reconnect();
    source.close();
}

#[test]
fn a_component_is_rendered_as_connecting() {
    assert_eq!(rendered(Some("/events")), "<p>Connecting, None</p>");
}

#[test]
fn without_a_url_it_is_rendered_as_closed() {
    assert_eq!(rendered(None), "<p>Closed, None</p>");
}

#[test]
fn what_it_returns_can_be_sent_to_another_thread() {
    fn is_send_and_sync(_: &(impl Send + Sync + Copy + 'static)) {}
    let owner = Owner::new();
    let state = owner.with(|| {
        let source = use_event_source("/events", |_| {});
        is_send_and_sync(&source);
        std::thread::spawn(move || source.state.get_untracked()).join().expect("it may be read anywhere")
    });
    assert_eq!(state, ConnectionState::Connecting);
}
