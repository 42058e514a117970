//! What is left of a source that was dropped, wherever it was: nothing.

use futures::StreamExt;
use gloo_timers::future::TimeoutFuture;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::census::{Census, handles, happen};
use super::network::{Network, connect};
use super::polling::{has_nothing, settle, take, take_data};
use super::stages::Stage;

/// What the first source of a realm leaves behind is there once and for all.
async fn warm_up() {
    for stage in Stage::ALL {
        let network = stage.network();
        stage.reach(&network).await.drop(true);
    }
    // Bodies that were not read are let go of after a second.
    TimeoutFuture::new(1_200).await;
}

#[wasm_bindgen_test]
async fn a_drop_in_any_stage_leaves_no_request_no_timer_no_listener_and_no_handle() {
    warm_up().await;
    for stage in Stage::ALL {
        for source_first in [true, false] {
            let handles_before = handles();
            let census = Census::new();
            let network = stage.network();
            let census_and_network = handles() - handles_before;
            let parts = stage.reach(&network).await;
            settle().await;
            match stage {
                Stage::Waiting => assert_eq!((network.live(), census.timers()), (0, 1)),
                Stage::Probing => assert_eq!((network.live(), census.timers()), (1, 1), "the probe is timed"),
                Stage::Failed | Stage::Closed | Stage::Suspended => assert_eq!(network.live(), 0, "{stage:?}"),
                _ => assert_eq!((network.live(), census.timers()), (1, 0), "{stage:?}"),
            }
            let requests = network.requests().len();
            parts.drop(source_first);
            settle().await;
            assert_eq!(network.live(), 0, "{stage:?}, source first: {source_first}");
            // An abort takes some tasks to reach the body, which clears the timers; far less than their second.
            for _ in 0..20 {
                if census.timers() == 0 {
                    break;
                }
                TimeoutFuture::new(10).await;
            }
            assert_eq!(census.timers(), 0, "{stage:?}, source first: {source_first}");
            happen("pagehide");
            happen("pageshow");
            happen("online");
            settle().await;
            assert_eq!(network.requests().len(), requests, "nobody hears of the page any more: {stage:?}");
            assert_eq!(census.listeners(), 0, "{stage:?}");
            assert_eq!(handles() - handles_before, census_and_network, "{stage:?}, source first: {source_first}");
            assert_eq!(census.uncaught(), [""; 0]);
        }
    }
}

#[wasm_bindgen_test]
async fn all_sources_of_a_realm_share_one_set_of_listeners() {
    let _network = Network::new(json!([{ "then": "hang" }]));
    drop(connect());
    let census = Census::new();
    let sources = [connect(), connect(), connect()];
    assert_eq!(census.listeners(), 0, "they are there from the first source on");
    drop(sources);
    assert_eq!(census.listeners(), 0);
}

#[wasm_bindgen_test]
async fn the_body_of_a_dropped_source_is_neither_read_on_nor_kept() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\ndata: b\n\n"], "times": 9, "then": "hang" }]));
    let mut source = connect();
    take(&mut source, 3).await;
    drop(source);
    settle().await;
    let request = &network.requests()[0];
    assert_eq!((&request["aborted"], &request["pulls"]), (&json!(true), &json!(3)));
}

#[wasm_bindgen_test]
async fn closing_and_dropping_clear_the_timer_of_the_next_request() {
    for drops in [false, true] {
        let census = Census::new();
        let network = Network::new(json!([{ "chunks": ["retry: 30\n\n"] }]));
        let mut source = connect();
        take(&mut source, 1).await;
        assert!(has_nothing(&mut source));
        settle().await;
        assert_eq!(census.timers(), 1);
        let closed = if drops {
            drop(source);
            None
        } else {
            source.close();
            Some(source)
        };
        assert_eq!(census.timers(), 0, "dropped: {drops}");
        drop(closed);
        TimeoutFuture::new(100).await;
        assert_eq!(network.count(), 1);
    }
}

#[wasm_bindgen_test]
async fn a_response_without_a_url_leaves_no_handle_either() {
    warm_up().await;
    let before = handles();
    let network = Network::new(json!([{ "url": "", "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut source = connect();
    let event = source.next().await.expect("an item").expect("an event");
    assert_eq!(event.origin(), "https://fake.test", "it is that of the request then");
    drop((source, network));
    settle().await;
    assert_eq!(handles(), before);
}

#[wasm_bindgen_test]
async fn a_source_that_only_its_streams_outlive_holds_nothing_but_them() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let source = connect();
    let (mut messages, states) = (source.subscribe("message"), source.state_changes());
    assert_eq!(take_data(&mut messages, 1).await, ["a"]);
    assert!(has_nothing(&mut messages));
    let census = Census::new();
    drop(source);
    settle().await;
    assert_eq!((network.live(), census.timers()), (0, 0));
    assert_eq!(messages.next().await, None);
    assert_eq!(states.collect::<Vec<_>>().await.len(), 1);
}
