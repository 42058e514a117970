//! The hook in a browser, with a `fetch` that answers from a script.
#![cfg(target_arch = "wasm32")]

mod support;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use leptos::mount::mount_to;
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wasm_eventsource_leptos::wasm_eventsource::{ConnectionState, Event};
use wasm_eventsource_leptos::{UseEventSource, use_event_source, use_event_source_with};

use support::{Census, Network, URL, handles, memory, settle, until};

wasm_bindgen_test_configure!(run_in_browser);

/// A component that uses the hook and shows nothing. Unmounted when it is dropped.
struct Mounted {
    hook: UseEventSource,
    states: Arc<Mutex<Vec<String>>>,
    _unmount: Box<dyn Any>,
}

fn mount(use_hook: impl FnOnce() -> UseEventSource + 'static) -> Mounted {
    let slot = Rc::new(Cell::new(None));
    let states = Arc::default();
    let (filled, recorded) = (Rc::clone(&slot), Arc::clone(&states));
    let handle = mount_to(document().body().expect("a page"), move || {
        let hook = use_hook();
        filled.set(Some(hook));
        // An ordinary effect would see only the last state of a turn.
        let effect = ImmediateEffect::new(move || record(&recorded, &hook.state.get()));
        StoredValue::new_local(effect);
    });
    Mounted { hook: slot.get().expect("the component was run"), states, _unmount: Box::new(handle) }
}

fn record(states: &Mutex<Vec<String>>, state: &ConnectionState) {
    let name = match state {
        ConnectionState::Connecting => "connecting".to_owned(),
        ConnectionState::Open => "open".to_owned(),
        ConnectionState::Reconnecting { error } => format!("reconnecting: {}", error.reason()),
        ConnectionState::Failed { error } => format!("failed: {}", error.reason()),
        ConnectionState::Closed => "closed".to_owned(),
        _ => unreachable!("no such state"),
    };
    states.lock().expect("one thread").push(name);
}

impl Mounted {
    fn states(&self) -> Vec<String> {
        self.states.lock().expect("one thread").clone()
    }

    async fn until_last_state(&self, state: &str) {
        until(state, || self.states().last().is_some_and(|last| last == state)).await;
    }
}

/// A list that a handler fills.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn handler(&self) -> impl FnMut(Event) + 'static {
        let log = self.clone();
        move |event| log.add(format!("{} {}", event.event_type(), event.data()))
    }

    fn add(&self, line: impl Into<String>) {
        self.0.borrow_mut().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.borrow().clone()
    }

    async fn until_len(&self, len: usize) {
        until("events", || self.0.borrow().len() >= len).await;
    }
}

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

#[wasm_bindgen_test]
async fn a_thousand_mounts_leave_no_memory_behind() {
    let event = format!("data: {}\n\n", "x".repeat(10_000));
    let network = Network::new(json!([{ "chunks": [event], "then": "hang" }]));
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
        // A body is held for a second longer, in case it has to be cancelled.
        until("JavaScript values are let go of", || handles() <= handles_before).await;
        memory()
    };
    let before = mount_a_thousand().await;
    assert_eq!(mount_a_thousand().await, before);
    assert_eq!(network.of_each("aborted"), vec![true; 2000]);
}
