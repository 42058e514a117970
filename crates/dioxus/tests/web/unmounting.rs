//! What is left of a component that is unmounted: nothing.

use gloo_timers::future::TimeoutFuture;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::component::mount;
use super::support::{Census, Network, URL, handles, memory, settle, until};

/// In milliseconds: a body is held for a second longer than its component, in case it has to be cancelled.
const BODY_TIME: u32 = 1_200;

#[wasm_bindgen_test]
async fn unmounting_aborts_a_request_without_a_response() {
    let network = Network::new(json!([{ "hangs": true }]));
    let mounted = mount(Some(URL));
    network.until_requests(1).await;
    assert_eq!(network.of_each("aborted"), [false]);
    drop(mounted);
    settle().await;
    assert_eq!(network.of_each("aborted"), [true]);
}

#[wasm_bindgen_test]
async fn unmounting_aborts_an_open_stream() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mounted = mount(Some(URL));
    mounted.record.until_last_state("open").await;
    assert_eq!(network.of_each("aborted"), [false]);
    drop(mounted);
    settle().await;
    assert_eq!(network.of_each("aborted"), [true]);
}

#[wasm_bindgen_test]
async fn unmounting_clears_the_timer_of_a_reconnection() {
    let network = Network::new(json!([{ "chunks": ["retry: 60000\n\n"] }]));
    // The timers of the test before are none of this one's.
    settle().await;
    let census = Census::new();
    let mounted = mount(Some(URL));
    mounted.record.until_last_state("reconnecting: the server ended the stream").await;
    // A framework may have timers of its own for a while.
    until("the reconnection's timer is the only one", || census.timers() == 1).await;
    drop(mounted);
    settle().await;
    assert_eq!(census.timers(), 0);
    assert_eq!(network.requests().len(), 1);
}

#[wasm_bindgen_test]
async fn a_handle_without_its_component_does_nothing() {
    let network = Network::new(json!([{ "hangs": true }]));
    let mounted = mount(Some(URL));
    network.until_requests(1).await;
    let hook = mounted.record.hook();
    drop(mounted);
    settle().await;
    hook.close();
    hook.reconnect();
    settle().await;
    assert_eq!(network.requests().len(), 1);
}

#[wasm_bindgen_test]
async fn a_thousand_mounts_leave_no_memory_behind() {
    let event = format!("data: {}\n\n", "x".repeat(10_000));
    let network = Network::new(json!([{ "chunks": [event], "then": "hang" }]));
    // What the first component of a page leaves behind is there once and for all.
    let first = mount(Some(URL));
    first.record.until_events(1).await;
    drop(first);
    TimeoutFuture::new(BODY_TIME).await;
    let handles_before = handles();
    let mount_a_thousand = async || {
        for _ in 0..10 {
            let mounted: Vec<_> = (0..100).map(|_| mount(Some(URL))).collect();
            for one in &mounted {
                one.record.until_events(1).await;
            }
            drop(mounted);
            settle().await;
        }
        until("JavaScript values are let go of", || handles() <= handles_before).await;
        memory()
    };
    // One may need some pages of memory more or less than another: it depends on when messages come. A leak of 256 bytes for each
    // component would be more.
    mount_a_thousand().await;
    let before = mount_a_thousand().await;
    let after = mount_a_thousand().await;
    assert!(after <= before + 256 * 1024, "{before} bytes have become {after}");
    assert_eq!(network.of_each("aborted"), vec![true; 3001]);
}
