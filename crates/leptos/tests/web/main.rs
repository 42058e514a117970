//! The hook in a browser, with a `fetch` that answers from a script.
#![cfg(target_arch = "wasm32")]

mod component;
#[path = "../support/mod.rs"]
mod support;
mod unmounting;

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wasm_eventsource_leptos::wasm_eventsource::{Event, Shared};
use wasm_eventsource_leptos::{UseEventSource, use_event_source, use_event_source_with};

use component::{Log, mount};
use support::{Network, URL, settle, until};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn every_event_reaches_the_handler_in_order() {
    let _network = Network::new(json!([{
        "chunks": ["data: a\n\nevent: ping\ndata: b\n\nid: 7\nda", "ta: c\n\n"],
        "then": "hang",
    }]));
    let log = Log::default();
    let handler = log.handler();
    let mounted = mount(move || use_event_source(URL, handler));
    assert_eq!(mounted.hook.last_event.get_untracked(), None);
    log.until_len(3).await;
    assert_eq!(log.lines(), ["message a", "ping b", "message c"]);
    let last = mounted.hook.last_event.get_untracked().expect("there were events");
    assert_eq!((last.data(), last.last_event_id()), ("c", "7"));
    assert_eq!(mounted.states(), ["connecting", "open"]);
}

#[wasm_bindgen_test]
async fn the_state_follows_the_connection() {
    let network = Network::new(json!([
        { "chunks": ["retry: 1\nid: 1\ndata: a\n\n"] },
        { "chunks": ["data: b\n\n"] },
        { "status": 404 },
    ]));
    let log = Log::default();
    let handler = log.handler();
    let mounted = mount(move || use_event_source(URL, handler));
    let failed = "failed: the response has status 404, and only 200 opens a stream";
    mounted.until_last_state(failed).await;
    let ended = "reconnecting: the server ended the stream";
    assert_eq!(mounted.states(), ["connecting", "open", ended, "open", ended, failed]);
    assert_eq!(log.lines(), ["message a", "message b"]);
    assert_eq!(network.last_event_ids(), [Value::Null, json!("1"), json!("1")]);
}

#[wasm_bindgen_test]
async fn a_view_shows_state_and_events() {
    let _network = Network::new(json!([{ "chunks": ["data: hello\n\n"], "then": "hang" }]));
    let body = document().body().expect("a page");
    let _unmount = mount_to(body.clone(), || {
        let source = use_event_source(URL, |_| {});
        view! {
            <p id="shown">
                {move || format!("{:?} ", source.state.get())}
                {move || source.last_event.get().map(Event::into_data)}
            </p>
        }
    });
    let shown = || document().get_element_by_id("shown").and_then(|element| element.text_content());
    assert_eq!(shown().as_deref(), Some("Connecting "));
    until("the event is shown", || shown().as_deref() == Some("Open hello")).await;
}

#[wasm_bindgen_test]
async fn a_bad_url_is_a_failed_state_until_there_is_a_good_one() {
    let network = Network::new(json!([{ "hangs": true }]));
    let url = ArcRwSignal::new(Some("https://[".to_owned()));
    let url_of_hook = url.clone();
    let mounted = mount(move || use_event_source(url_of_hook, |_| {}));
    mounted.until_last_state("failed: the URL \"https://[\" cannot be parsed").await;
    assert_eq!(network.requests().len(), 0);
    mounted.hook.reconnect();
    mounted.hook.close();
    settle().await;
    url.set(Some(URL.to_owned()));
    mounted.until_last_state("connecting").await;
    assert_eq!(network.requests().len(), 1);
}

#[wasm_bindgen_test]
async fn another_url_aborts_the_old_request_and_does_not_resume_it() {
    let network = Network::new(json!([
        { "chunks": ["id: 1\ndata: a\n\n"], "then": "hang" },
        { "chunks": ["data: b\n\n"], "then": "hang" },
    ]));
    let log = Log::default();
    let handler = log.handler();
    let url = ArcRwSignal::new(Some(URL.to_owned()));
    let url_of_hook = url.clone();
    let mounted = mount(move || use_event_source(url_of_hook, handler));
    log.until_len(1).await;
    url.set(Some("https://fake.test/other".to_owned()));
    log.until_len(2).await;
    assert_eq!(log.lines(), ["message a", "message b"]);
    assert_eq!(mounted.states(), ["connecting", "open", "connecting", "open"]);
    assert_eq!(network.of_each("url"), [URL, "https://fake.test/other"]);
    assert_eq!(network.of_each("aborted"), [true, false]);
    assert_eq!(network.requests()[1]["headers"]["last-event-id"], Value::Null);
}

#[wasm_bindgen_test]
async fn the_same_url_again_is_no_reason_to_connect_again() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let url = ArcRwSignal::new(URL.to_owned());
    let url_of_hook = url.clone();
    let mounted = mount(move || use_event_source(move || Some(url_of_hook.get()), |_| {}));
    mounted.until_last_state("open").await;
    url.set(URL.to_owned());
    settle().await;
    assert_eq!(network.of_each("aborted"), [false]);
}

#[wasm_bindgen_test]
async fn without_a_url_it_is_closed() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let url = ArcRwSignal::new(None::<String>);
    let url_of_hook = url.clone();
    let mounted = mount(move || use_event_source(url_of_hook, |_| {}));
    mounted.hook.reconnect();
    settle().await;
    assert_eq!(mounted.states(), ["closed"]);
    assert_eq!(network.requests().len(), 0);
    url.set(Some(URL.to_owned()));
    mounted.until_last_state("open").await;
    url.set(None);
    mounted.until_last_state("closed").await;
    settle().await;
    assert_eq!(network.of_each("aborted"), [true]);
    assert_eq!(mounted.states(), ["closed", "connecting", "open", "closed"]);
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
    let mounted = mount(|| use_event_source(URL, |_| {}));
    mounted.until_last_state("open").await;
    mounted.hook.reconnect();
    mounted.until_last_state("reconnecting: the server ended the stream").await;
    mounted.hook.reconnect();
    mounted.until_last_state("open").await;
    mounted.hook.close();
    mounted.until_last_state("closed").await;
    mounted.hook.reconnect();
    mounted.until_last_state("failed: the response has status 500, and only 200 opens a stream").await;
    mounted.hook.reconnect();
    mounted.until_last_state("connecting").await;
    network.until_requests(5).await;
    mounted.hook.reconnect();
    mounted.until_last_state("open").await;
    assert_eq!(network.last_event_ids(), [Value::Null, json!("1"), json!("2"), json!("3"), json!("3"), json!("3")]);
    let aborted = network.of_each("aborted");
    assert_eq!([0, 2, 4, 5].map(|index| aborted[index].clone()), [true, true, true, false]);
}

/// Mounts a hook whose handler does something to it after each event, and returns what it received.
async fn events_with_a_handler_that(act: fn(UseEventSource)) -> (Network, Vec<String>) {
    let network = Network::new(json!([
        { "chunks": ["id: 1\ndata: a\n\ndata: b\n\ndata: c\n\n"], "then": "hang" },
        { "hangs": true },
    ]));
    let log = Log::default();
    let mut handler = log.handler();
    let slot = Rc::new(Cell::new(None));
    let hook_of_handler = Rc::clone(&slot);
    let mounted = mount(move || {
        use_event_source(URL, move |event| {
            handler(event);
            act(hook_of_handler.get().expect("the component is mounted"));
        })
    });
    slot.set(Some(mounted.hook));
    log.until_len(1).await;
    settle().await;
    (network, log.lines())
}

#[wasm_bindgen_test]
async fn no_event_follows_a_close_in_the_handler() {
    let (network, lines) = events_with_a_handler_that(|hook| hook.close()).await;
    assert_eq!(lines, ["message a"]);
    assert_eq!(network.of_each("aborted"), [true]);
}

#[wasm_bindgen_test]
async fn no_event_of_the_old_connection_follows_a_reconnect_in_the_handler() {
    let (network, lines) = events_with_a_handler_that(|hook| hook.reconnect()).await;
    assert_eq!(lines, ["message a"]);
    assert_eq!(network.requests().len(), 2);
    assert_eq!(network.requests()[0]["aborted"], true);
    assert_eq!(network.requests()[1]["headers"]["last-event-id"], "1");
}

#[wasm_bindgen_test]
async fn a_burst_loses_no_event() {
    let chunk: String = (0..2000).map(|number| format!("data: {number}\n\n")).collect();
    let _network = Network::new(json!([{ "chunks": [chunk.clone(), chunk], "then": "hang" }]));
    let log = Log::default();
    let handler = log.handler();
    let _mounted = mount(move || use_event_source(URL, handler));
    log.until_len(4000).await;
    let expected: Vec<_> = (0..4000).map(|number| format!("message {}", number % 2000)).collect();
    assert_eq!(log.lines(), expected);
}

#[wasm_bindgen_test]
async fn every_option_of_the_builder_can_be_given() {
    let network = Network::new(json!([
        { "chunks": ["data: a\n\n"], "then": "hang" },
        { "chunks": ["id: 9\ndata: b\n\n"], "then": "hang" },
        { "hangs": true },
    ]));
    let log = Log::default();
    let handler = log.handler();
    let mounted =
        mount(move || use_event_source_with(URL, |builder| builder.with_credentials(true).last_event_id("8"), handler));
    log.until_len(1).await;
    mounted.hook.reconnect();
    log.until_len(2).await;
    mounted.hook.reconnect();
    network.until_requests(3).await;
    assert_eq!(network.of_each("credentials"), ["include", "include", "include"]);
    assert_eq!(network.last_event_ids(), ["8", "8", "9"], "the option is for the first request");
}

#[wasm_bindgen_test]
async fn two_components_share_one_connection_and_one_goes_on_without_the_other() {
    let network = Network::new(json!([{ "then": "hang" }]));
    let logs = [Log::default(), Log::default()];
    let mount_shared = |log: &Log| {
        let handler = log.handler();
        mount(move || use_event_source_with(URL, |builder| builder.shared(Shared::new()), handler))
    };
    let one = mount_shared(&logs[0]);
    one.until_last_state("open").await;
    let other = mount_shared(&logs[1]);
    other.until_last_state("open").await;
    network.send("id: 1\ndata: a\n\n");
    logs[0].until_len(1).await;
    logs[1].until_len(1).await;
    assert_eq!(network.requests().len(), 1);
    drop(one);
    network.until_requests(2).await;
    network.send("id: 2\ndata: b\n\n");
    logs[1].until_len(2).await;
    assert_eq!(
        (logs[1].lines(), other.states()),
        (vec!["message a".into(), "message b".into()], vec!["connecting".into(), "open".into()])
    );
    assert_eq!((network.last_event_ids(), network.live()), (vec![Value::Null, json!("1")], 1));
    drop(other);
    until("nobody has a connection", || network.live() == 0).await;
}

#[wasm_bindgen_test]
async fn payloads_can_be_typed() {
    #[derive(serde::Deserialize)]
    struct Tick {
        count: u32,
    }
    let _network = Network::new(json!([{ "chunks": ["data: {\"count\": 7}\n\ndata: seven\n\n"], "then": "hang" }]));
    let log = Log::default();
    let handler_log = log.clone();
    let _mounted = mount(move || {
        use_event_source(URL, move |event| {
            handler_log.add(match event.json::<Tick>() {
                Ok(tick) => tick.count.to_string(),
                Err(error) => error.to_string(),
            });
        })
    });
    log.until_len(2).await;
    assert_eq!(log.lines(), ["7", "expected value at line 1 column 1"]);
}
