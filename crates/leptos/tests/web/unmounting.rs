//! What is left of a component that is unmounted: nothing.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource_leptos::use_event_source;

use super::component::{Log, mount};
use super::support::{Census, Network, URL, handles, memory, settle, until};

/// In milliseconds: a body is held for a second longer than its component, in case it has to be cancelled.
const BODY_TIME: u32 = 1_200;

#[wasm_bindgen_test]
async fn unmounting_aborts_a_request_without_a_response() {
    let network = Network::new(json!([{ "hangs": true }]));
    let mounted = mount(|| use_event_source(URL, |_| {}));
    network.until_requests(1).await;
    assert_eq!(network.of_each("aborted"), [false]);
    drop(mounted);
    settle().await;
    assert_eq!(network.of_each("aborted"), [true]);
}

#[wasm_bindgen_test]
async fn unmounting_aborts_an_open_stream() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mounted = mount(|| use_event_source(URL, |_| {}));
    mounted.until_last_state("open").await;
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
    let mounted = mount(|| use_event_source(URL, |_| {}));
    mounted.until_last_state("reconnecting: the server ended the stream").await;
    // A framework may have timers of its own for a while.
    until("the reconnection's timer is the only one", || census.timers() == 1).await;
    drop(mounted);
    settle().await;
    assert_eq!(census.timers(), 0);
    assert_eq!(network.requests().len(), 1);
}

#[wasm_bindgen_test]
async fn unmounting_before_the_first_effect_sends_nothing() {
    let network = Network::new(json!([{ "hangs": true }]));
    drop(mount(|| use_event_source(URL, |_| {})));
    settle().await;
    assert_eq!(network.requests().len(), 0);
}

#[wasm_bindgen_test]
async fn a_handle_without_its_component_does_nothing() {
    let network = Network::new(json!([{ "hangs": true }]));
    let mounted = mount(|| use_event_source(URL, |_| {}));
    network.until_requests(1).await;
    let hook = mounted.hook;
    drop(mounted);
    hook.close();
    hook.reconnect();
    settle().await;
    assert_eq!(network.requests().len(), 1);
}

#[wasm_bindgen_test]
async fn no_event_follows_a_handler_that_unmounts_its_component() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\ndata: b\n\n"], "then": "hang" }]));
    let log = Log::default();
    let mut handler = log.handler();
    let slot = Rc::new(RefCell::new(None));
    let page = Rc::clone(&slot);
    slot.replace(Some(mount(move || {
        use_event_source(URL, move |event| {
            handler(event);
            page.take();
        })
    })));
    log.until_len(1).await;
    settle().await;
    assert_eq!(log.lines(), ["message a"]);
    assert_eq!(network.of_each("aborted"), [true]);
}

#[wasm_bindgen_test]
async fn a_thousand_mounts_leave_no_memory_behind() {
    let event = format!("data: {}\n\n", "x".repeat(10_000));
    let network = Network::new(json!([{ "chunks": [event], "then": "hang" }]));
    // What the first component of a page leaves behind is there once and for all.
    let first = mount(|| use_event_source(URL, |_| {}));
    first.until_last_state("open").await;
    drop(first);
    TimeoutFuture::new(BODY_TIME).await;
    let handles_before = handles();
    let mount_a_thousand = async || {
        for _ in 0..10 {
            let log = Log::default();
            let mounted: Vec<_> = (0..100)
                .map(|_| {
                    let handler = log.clone();
                    mount(move || use_event_source(URL, move |event| handler.add(event.data())))
                })
                .collect();
            log.until_len(100).await;
            drop(mounted);
            settle().await;
        }
        until("JavaScript values are let go of", || handles() <= handles_before).await;
        memory()
    };
    let before = mount_a_thousand().await;
    assert_eq!(mount_a_thousand().await, before);
    assert_eq!(network.of_each("aborted"), vec![true; 2001]);
}
