//! The hook in a browser, with a `fetch` that answers from a script.
#![cfg(target_arch = "wasm32")]

mod component;
#[path = "../../../leptos/tests/support/mod.rs"]
mod support;
mod unmounting;

use dioxus::prelude::ReadableExt;
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wasm_eventsource_dioxus::UseEventSource;
use wasm_eventsource_dioxus::wasm_eventsource::{Event, Refusal, Script};

use component::{mount, mount_shared, mount_with_handler, mount_with_options, mount_with_script};
use support::{Network, URL, settle, until};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn every_event_reaches_the_handler_in_order() {
    let _network = Network::new(json!([{
        "chunks": ["data: a\n\nevent: ping\ndata: b\n\nid: 7\nda", "ta: c\n\n"],
        "then": "hang",
    }]));
    let mounted = mount(Some(URL));
    mounted.record.until_events(3).await;
    assert_eq!(mounted.record.events(), ["message a", "ping b", "message c"]);
    until("the last rendering", || mounted.shown() == "Open c").await;
    assert_eq!(mounted.record.states(), ["connecting", "open"]);
    let hook = mounted.record.hook();
    assert_eq!(hook.last_event.peek().as_ref().map(Event::last_event_id), Some("7"));
}

#[wasm_bindgen_test]
async fn the_state_follows_the_connection() {
    let network = Network::new(json!([
        { "chunks": ["retry: 50\nid: 1\ndata: a\n\n"] },
        { "chunks": ["data: b\n\n"] },
        { "status": 404 },
    ]));
    let mounted = mount(Some(URL));
    let failed = "failed: the response has status 404, and only 200 opens a stream";
    mounted.record.until_last_state(failed).await;
    let states = mounted.record.states();
    assert_eq!((states[0].as_str(), states.len() > 3), ("connecting", true), "{states:?}");
    assert!(states.iter().any(|state| state == "reconnecting: the server ended the stream"), "{states:?}");
    assert_eq!(mounted.record.events(), ["message a", "message b"]);
    assert_eq!(network.last_event_ids(), [Value::Null, json!("1"), json!("1")]);
}

#[wasm_bindgen_test]
async fn a_bad_url_is_a_failed_state_until_there_is_a_good_one() {
    let network = Network::new(json!([{ "hangs": true }]));
    let mounted = mount(Some("https://["));
    mounted.record.until_last_state("failed: the URL \"https://[\" cannot be parsed").await;
    assert_eq!(network.requests().len(), 0);
    mounted.record.hook().reconnect();
    mounted.record.hook().close();
    settle().await;
    mounted.render_with(Some(URL), "");
    mounted.record.until_last_state("connecting").await;
    assert_eq!(network.requests().len(), 1);
}

#[wasm_bindgen_test]
async fn another_url_aborts_the_old_request_and_does_not_resume_it() {
    let network = Network::new(json!([
        { "chunks": ["id: 1\ndata: a\n\n"], "then": "hang" },
        { "chunks": ["data: b\n\n"], "then": "hang" },
    ]));
    let mounted = mount(Some(URL));
    mounted.record.until_events(1).await;
    mounted.render_with(Some("https://fake.test/other"), "");
    mounted.record.until_events(2).await;
    assert_eq!(mounted.record.events(), ["message a", "message b"]);
    assert_eq!(network.of_each("url"), [URL, "https://fake.test/other"]);
    assert_eq!(network.of_each("aborted"), [true, false]);
    assert_eq!(network.last_event_ids(), [Value::Null, Value::Null]);
}

#[wasm_bindgen_test]
async fn the_handler_of_the_last_rendering_is_called_and_rendering_does_not_connect_again() {
    let network = Network::new(json!([
        { "chunks": ["id: 1\ndata: a\n\n"], "then": "hang" },
        { "chunks": ["data: b\n\n"], "then": "hang" },
    ]));
    let mounted = mount(Some(URL));
    mounted.record.until_events(1).await;
    let renderings = mounted.record.renderings();
    mounted.render_with(Some(URL), "second ");
    until("the next rendering", || mounted.record.renderings() > renderings).await;
    settle().await;
    assert_eq!(network.of_each("aborted"), [false]);
    mounted.record.hook().reconnect();
    mounted.record.until_events(2).await;
    assert_eq!(mounted.record.events(), ["message a", "second message b"]);
}

#[wasm_bindgen_test]
async fn without_a_url_it_is_closed() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mounted = mount(None);
    mounted.record.until_last_state("closed").await;
    mounted.record.hook().reconnect();
    settle().await;
    assert_eq!(network.requests().len(), 0);
    mounted.render_with(Some(URL), "");
    mounted.record.until_last_state("open").await;
    mounted.render_with(None, "");
    mounted.record.until_last_state("closed").await;
    settle().await;
    assert_eq!(network.of_each("aborted"), [true]);
}

#[wasm_bindgen_test]
async fn reconnect_resumes_after_the_last_event_whatever_the_state() {
    let network = Network::new(json!([
        { "chunks": ["id: 1\ndata: a\n\n"], "then": "hang" },
        { "chunks": ["retry: 60000\nid: 2\n\n"] },
        { "chunks": ["id: 3\n\n"], "then": "hang" },
        { "status": 500 },
        { "hangs": true },
        { "chunks": ["data: b\n\n"], "then": "hang" },
    ]));
    let mounted = mount(Some(URL));
    let record = &mounted.record;
    record.until_last_state("open").await;
    record.hook().reconnect();
    record.until_last_state("reconnecting: the server ended the stream").await;
    record.hook().reconnect();
    record.until_last_state("open").await;
    record.hook().close();
    record.until_last_state("closed").await;
    record.hook().reconnect();
    record.until_last_state("failed: the response has status 500, and only 200 opens a stream").await;
    record.hook().reconnect();
    record.until_last_state("connecting").await;
    network.until_requests(5).await;
    record.hook().reconnect();
    record.until_last_state("open").await;
    assert_eq!(network.last_event_ids(), [Value::Null, json!("1"), json!("2"), json!("3"), json!("3"), json!("3")]);
    let aborted = network.of_each("aborted");
    assert_eq!([0, 2, 4, 5].map(|index| aborted[index].clone()), [true, true, true, false]);
}

/// Mounts a component whose handler does something to it after each event, and returns what it received.
async fn events_with_a_handler_that(act: fn(UseEventSource)) -> (Network, Vec<String>) {
    let network = Network::new(json!([
        { "chunks": ["id: 1\ndata: a\n\ndata: b\n\ndata: c\n\n"], "then": "hang" },
        { "hangs": true },
    ]));
    let mounted = mount_with_handler(Some(URL), act);
    mounted.record.until_events(1).await;
    settle().await;
    (network, mounted.record.events())
}

#[wasm_bindgen_test]
async fn no_event_follows_a_close_in_the_handler() {
    let (network, events) = events_with_a_handler_that(|hook| hook.close()).await;
    assert_eq!(events, ["message a"]);
    assert_eq!(network.of_each("aborted"), [true]);
}

#[wasm_bindgen_test]
async fn no_event_of_the_old_connection_follows_a_reconnect_in_the_handler() {
    let (network, events) = events_with_a_handler_that(|hook| hook.reconnect()).await;
    assert_eq!(events, ["message a"]);
    assert_eq!(network.requests()[0]["aborted"], true);
    assert_eq!(network.last_event_ids(), [Value::Null, json!("1")]);
}

#[wasm_bindgen_test]
async fn a_burst_loses_no_event_and_is_not_rendered_for_each() {
    let chunk: String = (0..2000).map(|number| format!("data: {number}\n\n")).collect();
    let _network = Network::new(json!([{ "chunks": [chunk.clone(), chunk], "then": "hang" }]));
    let mounted = mount(Some(URL));
    mounted.record.until_events(4000).await;
    settle().await;
    let expected: Vec<_> = (0..4000).map(|number| format!("message {}", number % 2000)).collect();
    assert_eq!(mounted.record.events(), expected);
    assert_eq!(mounted.shown(), "Open 1999");
    // At first, when it opens, for either chunk, and whenever the page gets its turn between, after 8 ms.
    let renderings = mounted.record.renderings();
    assert!(renderings <= 100, "{renderings} renderings of 4000 events");
}

#[wasm_bindgen_test]
async fn every_option_of_the_builder_can_be_given() {
    let network = Network::new(json!([
        { "chunks": ["data: a\n\n"], "then": "hang" },
        { "chunks": ["id: 9\ndata: b\n\n"], "then": "hang" },
        { "hangs": true },
    ]));
    let mounted = mount_with_options(Some(URL));
    mounted.record.until_events(1).await;
    mounted.record.hook().reconnect();
    mounted.record.until_events(2).await;
    mounted.record.hook().reconnect();
    network.until_requests(3).await;
    assert_eq!(network.of_each("credentials"), ["include", "include", "include"]);
    assert_eq!(network.last_event_ids(), ["8", "8", "9"], "the option is for the first request");
}

#[wasm_bindgen_test]
async fn two_components_share_one_connection_and_one_goes_on_without_the_other() {
    let network = Network::new(json!([{ "then": "hang" }]));
    let one = mount_shared(Some(URL));
    one.record.until_last_state("open").await;
    let other = mount_shared(Some(URL));
    other.record.until_last_state("open").await;
    network.send("id: 1\ndata: a\n\n");
    one.record.until_events(1).await;
    other.record.until_events(1).await;
    assert_eq!(network.requests().len(), 1);
    drop(one);
    network.until_requests(2).await;
    network.send("id: 2\ndata: b\n\n");
    other.record.until_events(2).await;
    assert_eq!(other.record.events(), ["message a", "message b"]);
    assert_eq!(other.record.states(), ["connecting", "open"]);
    assert_eq!((network.last_event_ids(), network.live()), (vec![Value::Null, json!("1")], 1));
    drop(other);
    until("nobody has a connection", || network.live() == 0).await;
}

#[wasm_bindgen_test]
async fn what_it_returns_is_the_same_at_each_rendering() {
    let _network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let (one, other) = (mount(Some(URL)), mount(None));
    other.record.until_last_state("closed").await;
    until("its first rendering", || one.record.renderings() > 0).await;
    let first = one.record.hook();
    until("it is rendered", || one.shown() == "Open a").await;
    assert!(one.record.hook() == first);
    assert!(other.record.hook() != first);
}

#[wasm_bindgen_test]
async fn payloads_can_be_typed() {
    #[derive(serde::Deserialize)]
    struct Tick {
        count: u32,
    }
    let _network = Network::new(json!([{ "chunks": ["data: {\"count\": 7}\n\n"], "then": "hang" }]));
    let mounted = mount(Some(URL));
    mounted.record.until_events(1).await;
    let last = mounted.record.hook().last_event;
    let tick: Tick = last.peek().as_ref().expect("there was one").json().expect("it is a tick");
    assert_eq!(tick.count, 7);
}

#[wasm_bindgen_test]
async fn what_the_handler_reads_it_does_not_track() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mounted = mount_with_handler(Some(URL), |hook| {
        let _ = hook.last_event.read();
        let _ = hook.state.read();
    });
    mounted.record.until_events(1).await;
    network.send("data: b\n\n");
    mounted.record.until_events(2).await;
    until("it is rendered", || mounted.shown() == "Open b").await;
    settle().await;
    assert_eq!(network.of_each("aborted"), [false], "the effect that connects did not run again");
}

#[wasm_bindgen_test]
async fn a_script_takes_the_place_of_the_network() {
    let network = Network::new(json!([]));
    let script = Script::new();
    script.send("id: 1\ndata: a\n\n");
    script.end();
    let mounted = mount_with_script(Some("/events"), &script);
    mounted.record.until_events(1).await;
    mounted.record.until_last_state("reconnecting: the server ended the stream").await;
    script.send("data: b\n\n");
    mounted.record.until_events(2).await;
    until("it is rendered", || mounted.shown() == "Open b").await;
    assert!(script.has_connection());
    script.refuse(Refusal::new(401, Vec::new(), String::new()));
    mounted.record.until_last_state("failed: the response has status 401, and only 200 opens a stream").await;
    let ids: Vec<_> = script.requests().iter().map(|request| request.last_event_id().to_owned()).collect();
    assert_eq!((ids, network.requests().len()), (vec![String::new(), "1".into(), "1".into()], 0));
    drop(mounted);
    settle().await;
    assert!(!script.has_connection());
}
