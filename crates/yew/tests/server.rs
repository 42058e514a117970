//! The hook where there is no browser: a component that uses it is rendered, and nothing else happens.
#![cfg(not(target_arch = "wasm32"))]

use wasm_eventsource_yew::use_event_source;
use wasm_eventsource_yew::wasm_eventsource::Event;
use yew::ServerRenderer;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
struct Props {
    url: Option<AttrValue>,
}

#[component]
fn Client(props: &Props) -> Html {
    let source = use_event_source(props.url.clone(), |_: Event| unreachable!("there is no event"));
    source.reconnect();
    source.close();
    html! { <p>{ format!("{:?}, {:?}", source.state(), source.last_event()) }</p> }
}

async fn rendered(url: Option<&'static str>) -> String {
    let props = move || Props { url: url.map(AttrValue::from) };
    ServerRenderer::<Client>::with_props(props).hydratable(false).render().await
}

#[tokio::test]
async fn a_component_is_rendered_as_connecting() {
    assert_eq!(rendered(Some("/events")).await, "<p>Connecting, None</p>");
}

#[tokio::test]
async fn without_a_url_it_is_rendered_as_closed() {
    assert_eq!(rendered(None).await, "<p>Closed, None</p>");
}
