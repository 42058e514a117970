//! Panics in code of others that runs on events.
//!
//! On wasm32 a panic aborts: it ends the turn of the event loop as an exception, and nothing that was on the stack is
//! dropped. A task that panics is never polled again and holds what it owns for ever, a source with its connection
//! included. All that can be promised is that nothing else is harmed.

use gloo_timers::callback::Timeout;
use js_sys::futures::spawn_local;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::{ConnectionState, ReadyState};

use futures::StreamExt;

use super::census::{Census, happen};
use super::network::{Network, connect};
use super::polling::{in_time, settle, take, take_data, until};

/// Runs a task that panics, up to there. What was queued behind it waits until something else is queued.
async fn expect_panic(census: &Census, task: impl Future<Output = ()> + 'static) {
    spawn_local(task);
    let mut wakes = Vec::new();
    until("the task panics", || {
        wakes.push(Timeout::new(5, || spawn_local(async {})));
        census.uncaught().len() == 1
    })
    .await;
    let message = census.uncaught()[0].to_lowercase();
    assert!(message.contains("unreachable"), "it is the abort and nothing else: {message}");
}

/// That a source works, of whom others have panicked.
async fn expect_to_work(network: &Network, source: &mut wasm_eventsource::EventSource) {
    network.send("data: b\n\nevent: ping\ndata: c\n\n");
    let mut pings = source.subscribe("ping");
    assert_eq!(in_time("two events", take_data(source, 2)).await, ["b", "c"]);
    assert_eq!(in_time("a ping", take_data(&mut pings, 1)).await, ["c"]);
    assert_eq!(source.state(), ConnectionState::Open);
}

#[wasm_bindgen_test]
async fn a_task_that_panics_leaves_other_sources_working() {
    let census = Census::new();
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut panicking = connect();
    expect_panic(&census, async move {
        take_data(&mut panicking, 1).await;
        panic!("on purpose");
    })
    .await;
    assert_eq!(network.live(), 1, "nobody drops what the task owned");

    let mut other = connect();
    assert_eq!(in_time("an event", take_data(&mut other, 1)).await, ["a"]);
    expect_to_work(&network, &mut other).await;
    let mut states = other.state_changes();
    states.next().await;
    happen("pagehide");
    assert_eq!(in_time("a state", states.next()).await, Some(ConnectionState::Connecting));
    assert_eq!(network.live(), 0, "the page lets go of both");
    happen("pageshow");
    assert_eq!(in_time("a state", states.next()).await, Some(ConnectionState::Open));
    drop(other);
    settle().await;
    assert_eq!(census.uncaught().len(), 1);
}

#[wasm_bindgen_test]
async fn a_task_that_panics_leaves_the_source_of_its_subscription_working() {
    let census = Census::new();
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut source = connect();
    let mut messages = source.subscribe("message");
    expect_panic(&census, async move {
        take_data(&mut messages, 1).await;
        panic!("on purpose");
    })
    .await;
    expect_to_work(&network, &mut source).await;
    source.close();
    assert_eq!(source.ready_state(), ReadyState::Closed);
    settle().await;
    assert_eq!(network.live(), 0);
    assert_eq!(take(&mut source, 1).await, ["end"]);
    assert_eq!(census.uncaught().len(), 1);
}

#[cfg(feature = "json")]
#[wasm_bindgen_test]
async fn a_payload_that_panics_while_it_is_read_leaves_its_source_working() {
    use serde::{Deserialize, Deserializer};

    struct Panics;

    impl<'de> Deserialize<'de> for Panics {
        fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("on purpose");
        }
    }

    let census = Census::new();
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut source = connect();
    let mut values = source.subscribe("message").json::<Panics>();
    expect_panic(&census, async move { drop(values.next().await) }).await;
    expect_to_work(&network, &mut source).await;
    drop(source);
    settle().await;
    assert_eq!(network.live(), 0);
}
