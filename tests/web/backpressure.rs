//! The body is read only as fast as its events are taken.

use futures::StreamExt;
use gloo_timers::future::TimeoutFuture;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::census::memory;
use super::network::{Network, connect};
use super::polling::{has_nothing, settle, take, take_data};

#[wasm_bindgen_test]
async fn the_body_is_read_only_as_fast_as_the_stream_is_polled() {
    let network = Network::new(json!([{ "chunks": vec!["data: a\n\ndata: b\n\n"; 50], "then": "hang" }]));
    let mut source = connect();
    settle().await;
    assert_eq!(network.requests()[0]["pulls"], 1, "one chunk is read before the first poll");
    take(&mut source, 1).await;
    settle().await;
    assert_eq!(network.requests()[0]["pulls"], 2, "half a chunk is left, and one is ahead");
    take(&mut source, 2).await;
    settle().await;
    assert_eq!(network.requests()[0]["pulls"], 3);
}

#[wasm_bindgen_test]
async fn memory_stays_flat_while_many_megabytes_are_taken_slowly() {
    const CHUNKS: usize = 1024;
    let chunk = format!("data: {}\n\n", "x".repeat(16 * 1024 - 8)).repeat(4);
    assert_eq!(chunk.len(), 64 * 1024);
    let network = Network::new(json!([{ "chunks": [chunk], "times": CHUNKS, "then": "hang" }]));
    let mut source = connect();
    let mut after_a_few = 0;
    for read in 1..=CHUNKS {
        let data = take_data(&mut source, 4).await;
        assert!(data.iter().all(|data| data.len() == 16 * 1024 - 8));
        if read % 64 == 0 {
            TimeoutFuture::new(5).await;
            assert_eq!(
                network.requests()[0]["pulls"],
                read + 1,
                "a chunk is asked for when the one before the last is taken"
            );
        }
        if read == 16 {
            after_a_few = memory();
        }
    }
    assert_eq!(memory(), after_a_few, "64 MiB went through");
}

#[wasm_bindgen_test]
async fn a_subscription_brakes_it_too_and_a_watcher_reads_no_further_than_the_next_event() {
    let network = Network::new(json!([{ "chunks": vec!["data: a\n\ndata: b\n\n"; 50], "then": "hang" }]));
    let source = connect();
    let mut messages = source.subscribe("message");
    for read in 1..=5 {
        assert_eq!(take_data(&mut messages, 2).await, ["a", "b"]);
        settle().await;
        assert_eq!(network.requests()[0]["pulls"], read + 1);
    }
    let mut states = source.state_changes();
    states.next().await;
    for _ in 0..10 {
        assert!(has_nothing(&mut states));
        settle().await;
    }
    assert_eq!(network.requests()[0]["pulls"], 7);
    assert_eq!(take_data(&mut messages, 1).await, ["a"]);
}
