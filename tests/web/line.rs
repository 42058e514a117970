//! Watching the line, and the document that may be hidden.

use std::time::Duration;

use futures::StreamExt;
use gloo_timers::future::TimeoutFuture;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::{ConnectionState, EventSource, ReadyState, Reason, WhenHidden};

use super::census::{Census, document_becomes};
use super::network::{Network, URL, connect};
use super::polling::{has_nothing, in_time, settle, take, until};

const IDLE: &str = "error nothing came from the server for too long";
const A: &str = r#"message "a" "1""#;

#[wasm_bindgen_test]
async fn a_line_on_which_nothing_comes_is_lost_and_made_again_with_the_id() {
    let network = Network::new(json!([
        { "chunks": ["retry: 1\nid: 1\ndata: a\n\n"], "then": "hang" },
        { "hangs": true },
        { "chunks": ["data: a\n\n"], "then": "hang" },
    ]));
    let mut source =
        EventSource::builder(URL).idle_timeout(Duration::from_millis(100)).build().expect("a valid source");
    assert_eq!(in_time("two losses", take(&mut source, 4)).await, [A, IDLE, IDLE, A]);
    let requests = network.requests();
    assert_eq!(requests.iter().map(|request| &request["aborted"]).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(requests[1]["headers"]["last-event-id"], "1");
    assert_eq!(source.ready_state(), ReadyState::Open);
}

#[wasm_bindgen_test]
async fn what_is_there_and_not_polled_is_no_silence() {
    let network = Network::new(json!([{ "chunks": ["id: 1\ndata: a\n\n"], "times": 3, "then": "hang" }]));
    let mut source =
        EventSource::builder(URL).idle_timeout(Duration::from_millis(100)).build().expect("a valid source");
    for _ in 0..3 {
        // Longer than the line may be idle, and than it is waited for late news.
        TimeoutFuture::new(500).await;
        assert_eq!(take(&mut source, 1).await, [A]);
    }
    assert_eq!(network.count(), 1);
}

#[wasm_bindgen_test]
async fn a_chunk_sets_no_timer_anew() {
    let network = Network::new(json!([{ "chunks": ["id: 1\ndata: a\n\n"], "times": 200, "then": "hang" }]));
    let census = Census::new();
    let mut source = EventSource::builder(URL).idle_timeout(Duration::from_secs(60)).build().expect("a valid source");
    take(&mut source, 200).await;
    assert!(has_nothing(&mut source));
    assert_eq!((census.timers(), census.timers_set()), (1, 1));
    drop(source);
    until("no timer is set", || census.timers() == 0 && network.live() == 0).await;
}

#[wasm_bindgen_test]
async fn an_idle_timeout_of_nothing_is_no_option() {
    let error = EventSource::builder(URL).idle_timeout(Duration::ZERO).build().expect_err("it would be lost at once");
    assert!(matches!(error.reason(), Reason::InvalidOption { option: "idle_timeout", .. }), "{error}");
}

#[wasm_bindgen_test]
async fn a_hidden_source_has_no_connection_and_says_no_error() {
    let network = Network::new(json!([{ "chunks": ["id: 1\ndata: a\n\n"], "then": "hang" }]));
    document_becomes("hidden");
    let builder = EventSource::builder(URL).when_hidden(WhenHidden::Close).idle_timeout(Duration::from_secs(60));
    let mut source = builder.build().expect("a valid source");
    let mut states = source.state_changes();
    let mut kept = connect();
    assert!(has_nothing(&mut source));
    assert_eq!(network.count(), 1, "only the other one has sent its request");
    assert_eq!(take(&mut kept, 1).await, [A]);
    document_becomes("visible");
    assert_eq!(take(&mut source, 1).await, [A]);
    document_becomes("hidden");
    // After 8 ms of work the page gets its turn first.
    until("it has let go", || has_nothing(&mut source) && source.state() == ConnectionState::Connecting).await;
    assert!(has_nothing(&mut kept));
    assert_eq!((source.ready_state(), kept.ready_state()), (ReadyState::Connecting, ReadyState::Open));
    assert_eq!(states.next().await, Some(ConnectionState::Connecting));
    until("one connection is left", || network.live() == 1).await;
    document_becomes("visible");
    assert_eq!(take(&mut source, 1).await, [A]);
    assert_eq!(network.requests()[2]["headers"]["last-event-id"], "1");
    assert_eq!(states.next().await, Some(ConnectionState::Open));
    drop(source);
    assert_eq!(states.next().await, Some(ConnectionState::Closed));
}

#[wasm_bindgen_test]
async fn a_source_that_is_dropped_while_hidden_is_gone() {
    let network = Network::new(json!([{ "chunks": ["id: 1\ndata: a\n\n"], "then": "hang" }]));
    let builder = EventSource::builder(URL).when_hidden(WhenHidden::Close);
    document_becomes("hidden");
    drop(builder.clone().build());
    document_becomes("visible");
    settle().await;
    assert_eq!(network.count(), 0);
    let mut source = builder.build().expect("a valid source");
    take(&mut source, 1).await;
    document_becomes("hidden");
    drop(source);
    document_becomes("visible");
    settle().await;
    assert_eq!(network.count(), 1);
}
