//! The Rust face in a dedicated worker, where there is no document.
#![cfg(all(target_arch = "wasm32", feature = "web"))]

#[expect(dead_code, reason = "the table of cases uses more of it")]
#[path = "web/network.rs"]
mod network;

use futures::StreamExt;
use gloo_timers::future::TimeoutFuture;
use serde_json::json;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wasm_eventsource::{ConnectionState, EventSource, ReadyState, Reason};

use network::{Network, URL, connect};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Whether this is what it says; a test in a window would show nothing.
fn is_in_a_worker() -> bool {
    js_sys::Reflect::get(&js_sys::global(), &"document".into()).is_ok_and(|document| document.is_undefined())
}

async fn data(source: &mut EventSource) -> String {
    source.next().await.expect("an item").expect("an event").into_data()
}

#[wasm_bindgen_test]
async fn events_come_and_a_lost_connection_is_made_again() {
    assert!(is_in_a_worker());
    let network = Network::new(json!([
        { "chunks": ["retry: 1\nid: 1\nda", "ta: a\n\n"] },
        { "chunks": ["data: b\n\n"], "then": "hang" },
    ]));
    let mut source = connect();
    assert_eq!((source.url(), source.ready_state()), (URL, ReadyState::Connecting));
    assert_eq!(data(&mut source).await, "a");
    let error = source.next().await.expect("an item").expect_err("an error");
    assert_eq!((error.reason(), error.is_fatal()), (&Reason::Ended, false));
    assert_eq!(data(&mut source).await, "b");
    assert_eq!((network.count(), network.pulls(), network.live()), (2, 5, 1));
    assert_eq!(network.requests()[1]["headers"]["last-event-id"], "1");
}

#[wasm_bindgen_test]
async fn a_drop_aborts_the_request() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut source = connect();
    assert_eq!(data(&mut source).await, "a");
    drop(source);
    TimeoutFuture::new(0).await;
    assert_eq!(network.live(), 0);
    assert_eq!(network.requests()[0]["aborted"], true);
}

#[wasm_bindgen_test]
async fn subscriptions_and_states_are_as_in_a_window() {
    let network = Network::new(json!([{ "then": "hang" }, { "status": 204 }]));
    let source = connect();
    let (mut pings, mut states) = (source.subscribe("ping"), source.state_changes());
    assert_eq!(states.next().await, Some(ConnectionState::Connecting));
    assert_eq!(states.next().await, Some(ConnectionState::Open));
    let (ping, ()) =
        futures::join!(pings.next(), async { network.send("data: a\n\nevent: ping\ndata: b\nretry: 1\n\n") });
    assert_eq!(ping.expect("an item").expect("an event").data(), "b");
    let (fatal, ()) = futures::join!(pings.next(), async { network.end() });
    let error = fatal.expect("an item").expect_err("an error");
    assert_eq!((error.reason(), error.is_fatal()), (&Reason::Status { status: 204 }, true));
    assert_eq!(states.collect::<Vec<_>>().await, [ConnectionState::Failed { error }]);
    assert_eq!(pings.next().await, None);
}

#[wasm_bindgen_test]
fn a_relative_url_is_relative_to_the_script() {
    let source = EventSource::new("events").expect("a valid URL");
    let location = js_sys::Reflect::get(&js_sys::global(), &"location".into()).expect("a worker has a location");
    let script =
        js_sys::Reflect::get(&location, &"href".into()).expect("which has a URL").as_string().expect("as text");
    let folder = script.rsplit_once('/').map(|(folder, _)| folder).expect("a URL has a path");
    assert_eq!(source.url(), format!("{folder}/events"));
}
