//! Closing and dropping: what becomes of the request.

use futures::{FutureExt, StreamExt};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::ReadyState;

use super::network::{Network, connect};
use super::polling::{settle, take};

#[wasm_bindgen_test]
async fn dropping_an_open_source_aborts_the_fetch() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut source = connect();
    take(&mut source, 1).await;
    assert_eq!(source.next().now_or_never(), None);
    drop(source);
    settle().await;
    assert_eq!(network.requests()[0]["aborted"], true);
}

#[wasm_bindgen_test]
async fn the_body_of_a_fetch_that_does_not_heed_its_signal_is_cancelled() {
    for attempt in [
        json!({ "heedless": true, "chunks": ["data: a\n\n"], "then": "hang" }),
        json!({ "heedless": true, "status": 404, "then": "hang" }),
    ] {
        let network = Network::new(json!([attempt]));
        let mut source = connect();
        take(&mut source, 1).await;
        assert_eq!(source.next().now_or_never().flatten(), None);
        drop(source);
        // A little later, for the abort comes first.
        for _ in 0..500 {
            if network.requests()[0]["cancelled"] == true {
                break;
            }
            gloo_timers::future::TimeoutFuture::new(20).await;
        }
        assert_eq!(network.requests()[0]["cancelled"], true, "{attempt}");
    }
}

#[wasm_bindgen_test]
async fn dropping_a_source_that_is_connecting_or_waiting_leaves_nothing_behind() {
    let network = Network::new(json!([{ "hangs": true }]));
    drop(connect());
    settle().await;
    assert_eq!(network.requests()[0]["aborted"], true);
    drop(network);

    let network = Network::new(json!([{ "chunks": ["retry: 200\n\n"] }]));
    let mut source = connect();
    assert_eq!(take(&mut source, 1).await, ["error the server ended the stream"]);
    assert_eq!(source.next().now_or_never(), None, "the timer is set");
    drop(source);
    // That nothing happens cannot be awaited.
    gloo_timers::future::TimeoutFuture::new(400).await;
    assert_eq!(network.requests().len(), 1);
}

#[wasm_bindgen_test]
async fn closing_drops_what_was_received_and_ends_the_stream() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\ndata: b\n\ndata: c\n\n"], "then": "hang" }]));
    let mut source = connect();
    take(&mut source, 1).await;
    source.close();
    assert_eq!(source.ready_state(), ReadyState::Closed);
    assert_eq!(source.next().await, None);
    settle().await;
    assert_eq!(network.requests()[0]["aborted"], true);
}
