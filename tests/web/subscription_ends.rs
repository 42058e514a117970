//! How subscriptions end.

use futures::StreamExt;
use futures::stream::FusedStream;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::Reason;

use super::network::{Network, connect};
use super::polling::{has_nothing, in_time, settle, take, take_data};

#[wasm_bindgen_test]
async fn closing_ends_them_and_drops_what_they_have_not_taken() {
    let _network = Network::new(json!([{ "chunks": ["data: a\n\ndata: b\n\n"], "then": "hang" }]));
    let mut source = connect();
    let (mut first, mut second) = (source.subscribe("message"), source.subscribe("message"));
    take_data(&mut first, 2).await;
    source.close();
    assert!(second.is_terminated(), "what was kept for it is gone");
    for stream in [&mut first, &mut second] {
        assert_eq!(stream.next().await, None);
        assert_eq!(stream.next().await, None, "it is fused");
    }
    assert_eq!(source.next().await, None);
}

#[wasm_bindgen_test]
async fn closing_and_dropping_wake_those_who_wait() {
    for drops in [false, true] {
        let _network = Network::new(json!([{ "then": "hang" }]));
        let source = connect();
        let (mut first, mut second) = (source.subscribe("message"), source.subscribe("ping"));
        let (sender, receiver) = futures::channel::oneshot::channel();
        js_sys::futures::spawn_local(async move {
            let _ = sender.send(futures::future::join(first.next(), second.next()).await);
        });
        settle().await;
        if drops {
            drop(source)
        } else {
            source.close()
        }
        let ends = in_time("the end", receiver).await;
        assert_eq!(ends, Ok((None, None)), "dropped: {drops}");
    }
}

#[wasm_bindgen_test]
async fn the_drop_of_the_source_ends_them() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\ndata: b\n\n"], "then": "hang" }]));
    let source = connect();
    let (mut first, mut second) = (source.subscribe("message"), source.subscribe("message"));
    take_data(&mut first, 1).await;
    drop(source);
    settle().await;
    assert_eq!(network.live(), 0, "subscriptions do not keep the connection");
    assert_eq!(first.next().await, None);
    assert_eq!(second.next().await, None);
    assert!(first.is_terminated() && second.is_terminated());
}

#[wasm_bindgen_test]
async fn a_fatal_error_comes_last_and_once_to_each() {
    let _network = Network::new(json!([
        { "chunks": ["retry: 1\ndata: a\n\n"] },
        { "status": 404 },
    ]));
    let mut source = connect();
    let (mut messages, mut pings) = (source.subscribe("message"), source.subscribe("ping"));
    let error = "error the response has status 404, and only 200 opens a stream";
    assert_eq!(take(&mut messages, 3).await, [r#"message "a" """#, error, "end"]);
    assert!(!pings.is_terminated(), "its error is not taken yet");
    assert_eq!(take(&mut pings, 3).await, [error, "end", "end"]);
    assert!(pings.is_terminated());
    // It failed before the source was ever polled, which is told nevertheless.
    assert_eq!(take(&mut source, 3).await, [error, "end", "end"]);
}

#[wasm_bindgen_test]
async fn a_fatal_error_is_the_same_for_all() {
    let _network = Network::new(json!([{ "status": 401 }]));
    let mut source = connect();
    let mut messages = source.subscribe("message");
    let error = messages.next().await.expect("an item").expect_err("an error");
    assert!(error.is_fatal());
    assert_eq!(error.reason(), &Reason::Status { status: 401 });
    assert_eq!(source.next().await, Some(Err(error.clone())));
    assert_eq!(source.state().error(), Some(&error));
}

#[wasm_bindgen_test]
async fn one_made_after_the_end_ends_at_once() {
    let _network = Network::new(json!([{ "status": 404 }]));
    let mut failed = connect();
    take(&mut failed, 2).await;
    let closed = connect();
    closed.close();
    for source in [&failed, &closed] {
        let mut late = source.subscribe("message");
        assert!(late.is_terminated());
        assert_eq!(late.next().await, None);
        assert_eq!(late.next().await, None);
    }
}

#[wasm_bindgen_test]
async fn dropping_one_has_no_effect_on_the_rest() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\ndata: b\n\n"], "then": "hang" }]));
    let mut source = connect();
    let (first, mut second) = (source.subscribe("message"), source.subscribe("message"));
    assert!(has_nothing(&mut second));
    drop(first);
    assert_eq!(take_data(&mut second, 1).await, ["a"]);
    drop(second);
    assert_eq!(take_data(&mut source, 1).await, ["b"]);
    assert_eq!(network.live(), 1);
}
