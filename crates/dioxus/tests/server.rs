//! The hook where there is no browser: a component that uses it is rendered, and nothing else happens.
#![cfg(not(target_arch = "wasm32"))]

use dioxus::prelude::*;
use wasm_eventsource_dioxus::use_event_source;

#[component]
fn Client(url: Option<String>) -> Element {
    let source = use_event_source(url, |_| unreachable!("there is no event"));
    source.reconnect();
    source.close();
    let shown = format!("{:?}, {:?}", source.state.read(), source.last_event.read());
    rsx! {
        p { "{shown}" }
    }
}

fn rendered(url: Option<&str>) -> String {
    let mut dom = VirtualDom::new_with_props(Client, ClientProps { url: url.map(str::to_owned) });
    dom.rebuild_in_place();
    // Effects are run now, if ever.
    dom.render_immediate(&mut dioxus::core::NoOpMutations);
    dioxus::ssr::render(&dom)
}

#[test]
fn a_component_is_rendered_as_connecting() {
    assert_eq!(rendered(Some("/events")), "<p>Connecting, None</p>");
}

#[test]
fn without_a_url_it_is_rendered_as_closed() {
    assert_eq!(rendered(None), "<p>Closed, None</p>");
}
