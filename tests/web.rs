//! The Rust face in a browser, with a `fetch` that answers from a script: no server, no network.
#![cfg(target_arch = "wasm32")]

use futures::{FutureExt, StreamExt};
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wasm_eventsource::connection::ReadyState;
use wasm_eventsource::{EventSource, Reason};

wasm_bindgen_test_configure!(run_in_browser);

const URL: &str = "https://fake.test/stream";

#[wasm_bindgen(module = "/tests/support/fake_fetch.js")]
extern "C" {
    type FakeFetch;

    #[wasm_bindgen(constructor)]
    fn new(script: &str) -> FakeFetch;

    #[wasm_bindgen(method)]
    fn requests(this: &FakeFetch) -> String;

    #[wasm_bindgen(method)]
    fn uninstall(this: &FakeFetch);
}

/// A fake fetch that is in place until it is dropped.
struct Network(FakeFetch);

impl Network {
    fn new(script: Value) -> Self {
        Self(FakeFetch::new(&script.to_string()))
    }

    fn requests(&self) -> Vec<Value> {
        serde_json::from_str(&self.0.requests()).expect("the fake writes JSON")
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.0.uninstall();
    }
}

/// Lets every task that is due run: aborts and cancellations take a few.
async fn settle() {
    gloo_timers::future::TimeoutFuture::new(0).await;
    gloo_timers::future::TimeoutFuture::new(0).await;
}

/// The next items, each as a line of text.
async fn take(source: &mut EventSource, count: usize) -> Vec<String> {
    let mut lines = Vec::new();
    while lines.len() < count {
        lines.push(match source.next().await {
            Some(Ok(event)) => format!("{} {:?} {:?}", event.event_type(), event.data(), event.last_event_id()),
            Some(Err(error)) => format!("error {}", error.reason()),
            None => "end".to_string(),
        });
    }
    lines
}

#[wasm_bindgen_test]
async fn events_come_with_type_data_and_id() {
    let network = Network::new(json!([{
        "chunks": ["\r\n", "event: ping\ndata: {}\n\nid: 1\nda", "ta: hello\n", "\ndata: a\ndata: b\n\n"],
        "then": "hang",
    }]));
    let mut source = EventSource::new(URL).expect("a valid URL");
    assert_eq!(source.ready_state(), ReadyState::Connecting);
    assert_eq!(network.requests().len(), 1, "the request goes out at once");
    assert_eq!(take(&mut source, 3).await, [r#"ping "{}" """#, r#"message "hello" "1""#, r#"message "a\nb" "1""#]);
    assert_eq!(source.ready_state(), ReadyState::Open);
    assert_eq!(source.last_event_id(), "1");
}

#[wasm_bindgen_test]
async fn the_request_is_the_one_the_standard_describes() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut plain = EventSource::new(URL).expect("a valid URL");
    take(&mut plain, 1).await;
    let mut with_credentials = EventSource::builder(URL).with_credentials(true).build().expect("a valid URL");
    take(&mut with_credentials, 1).await;
    let requests = network.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request["headers"], json!({ "accept": "text/event-stream" }));
        assert_eq!(request["cache"], "no-store");
    }
    assert_eq!(requests[0]["credentials"], "same-origin");
    assert_eq!(requests[1]["credentials"], "include");
}

#[wasm_bindgen_test]
async fn after_the_end_it_reconnects_and_sends_the_utf8_bytes_of_its_id() {
    let network = Network::new(json!([
        { "chunks": ["retry: 1\nid: ü€\ndata: a\n\nid: lost\ndata: lost\n"] },
        { "chunks": ["data: b\n\n"], "then": "hang" },
    ]));
    let mut source = EventSource::new(URL).expect("a valid URL");
    assert_eq!(
        take(&mut source, 3).await,
        [r#"message "a" "ü€""#, "error the server ended the stream", r#"message "b" "ü€""#]
    );
    let requests = network.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0]["headers"]["last-event-id"], Value::Null);
    assert_eq!(requests[1]["headers"]["last-event-id"], "\u{c3}\u{bc}\u{e2}\u{82}\u{ac}");
    assert_eq!(source.reconnection_time(), 1);
}

#[wasm_bindgen_test]
async fn a_stream_can_be_resumed_from_an_id() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut source = EventSource::builder(URL).last_event_id("41").build().expect("a valid URL");
    assert_eq!(take(&mut source, 1).await, [r#"message "a" "41""#]);
    assert_eq!(network.requests()[0]["headers"]["last-event-id"], "41");
}

#[wasm_bindgen_test]
async fn a_body_that_breaks_off_loses_and_repeats_nothing() {
    let network = Network::new(json!([
        { "chunks": ["retry: 1\nid: 1\ndata: a\n\nid: 2\ndata: ", [0xE2, 0x82]], "then": "error" },
        { "chunks": ["id: 2\ndata: ", [0xE2], [0x82, 0xAC], "\n\n"], "then": "hang" },
    ]));
    let mut source = EventSource::new(URL).expect("a valid URL");
    assert_eq!(
        take(&mut source, 3).await,
        [r#"message "a" "1""#, "error the connection was lost or not made: the body broke off", r#"message "€" "2""#]
    );
    assert_eq!(network.requests()[1]["headers"]["last-event-id"], "1");
}

#[wasm_bindgen_test]
async fn a_request_that_fails_is_an_error_that_does_not_end_the_stream() {
    for failure in ["rejects", "throws"] {
        let network = Network::new(json!([
            { "chunks": ["retry: 1\n\n"] },
            { failure: "no network" },
            { "chunks": ["data: a\n\n"], "then": "hang" },
        ]));
        let mut source = EventSource::new(URL).expect("a valid URL");
        assert_eq!(
            take(&mut source, 3).await,
            [
                "error the server ended the stream",
                "error the connection was lost or not made: no network",
                r#"message "a" """#
            ],
            "{failure}"
        );
        let probes: Vec<_> = network.requests().iter().map(|request| request["probes"].clone()).collect();
        assert_eq!(probes, [0, 1, 0], "what fails across origins may be CORS, and it is found out that it is not");
    }
}

#[wasm_bindgen_test]
async fn a_response_that_cors_hides_ends_the_stream() {
    let network = Network::new(json!([{ "rejects": "Failed to fetch", "answersProbe": true }]));
    let mut source = EventSource::new(URL).expect("a valid URL");
    assert_eq!(source.next().await, Some(Err(Reason::Cors.into())));
    assert_eq!(source.next().await, None);
    let probes: Vec<_> = network.requests().iter().map(|request| request["probes"].clone()).collect();
    assert_eq!(probes, [1, 0], "it is asked once more before it counts as refused");
}

#[wasm_bindgen_test]
async fn what_is_no_response_is_a_network_error() {
    for attempt in [json!({ "resolves": null }), json!({ "resolves": { "status": 200 } })] {
        let _network = Network::new(json!([attempt]));
        let mut source = EventSource::new(URL).expect("a valid URL");
        assert!(
            source
                .next()
                .await
                .is_some_and(|item| matches!(item.expect_err("an error").reason(), Reason::Network { .. })),
            "{attempt}"
        );
        source.close();
        assert_eq!(source.next().await, None);
    }
}

#[wasm_bindgen_test]
async fn a_refused_response_ends_the_stream_and_is_aborted() {
    let html = json!({ "Content-Type": "text/html" });
    for (attempt, error) in [
        (json!({ "status": 404, "then": "hang" }), Reason::Status { status: 404 }),
        (json!({ "status": 500, "then": "hang" }), Reason::Status { status: 500 }),
        (json!({ "headers": html, "then": "hang" }), Reason::ContentType { content_type: "text/html".into() }),
    ] {
        let network = Network::new(json!([attempt]));
        let mut source = EventSource::new(URL).expect("a valid URL");
        assert_eq!(source.next().await, Some(Err(error.into())));
        assert_eq!(source.next().await, None);
        assert_eq!(source.ready_state(), ReadyState::Closed);
        settle().await;
        let requests = network.requests();
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0]["aborted"], true, "{attempt}");
    }
}

#[wasm_bindgen_test]
async fn status_204_ends_the_stream() {
    let _network = Network::new(json!([{ "status": 204 }]));
    let mut source = EventSource::new(URL).expect("a valid URL");
    assert_eq!(source.next().await, Some(Err(Reason::Status { status: 204 }.into())));
    assert_eq!(source.next().await, None);
}

#[wasm_bindgen_test]
async fn an_event_that_is_too_large_ends_the_stream() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\ndata: 0123456789", "0123456789"], "then": "hang" }]));
    let mut source = EventSource::builder(URL).max_event_size(16).build().expect("a valid URL");
    assert_eq!(take(&mut source, 3).await, [r#"message "a" """#, "error an event of the stream is too large", "end"]);
    settle().await;
    assert_eq!(network.requests()[0]["aborted"], true);
}

#[wasm_bindgen_test]
async fn dropping_an_open_source_aborts_the_fetch() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut source = EventSource::new(URL).expect("a valid URL");
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
        let mut source = EventSource::new(URL).expect("a valid URL");
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
    drop(EventSource::new(URL).expect("a valid URL"));
    settle().await;
    assert_eq!(network.requests()[0]["aborted"], true);
    drop(network);

    let network = Network::new(json!([{ "chunks": ["retry: 200\n\n"] }]));
    let mut source = EventSource::new(URL).expect("a valid URL");
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
    let mut source = EventSource::new(URL).expect("a valid URL");
    take(&mut source, 1).await;
    source.close();
    assert_eq!(source.ready_state(), ReadyState::Closed);
    assert_eq!(source.next().await, None);
    settle().await;
    assert_eq!(network.requests()[0]["aborted"], true);
}

#[wasm_bindgen_test]
async fn the_body_is_read_only_as_fast_as_the_stream_is_polled() {
    let network = Network::new(json!([{ "chunks": vec!["data: a\n\ndata: b\n\n"; 50], "then": "hang" }]));
    let mut source = EventSource::new(URL).expect("a valid URL");
    settle().await;
    assert_eq!(network.requests()[0]["pulls"], 0, "nothing is read before the first poll");
    take(&mut source, 1).await;
    settle().await;
    assert_eq!(network.requests()[0]["pulls"], 1, "half a chunk is left");
    take(&mut source, 2).await;
    settle().await;
    assert_eq!(network.requests()[0]["pulls"], 2);
}

#[wasm_bindgen_test]
fn a_url_that_cannot_be_parsed_is_an_error() {
    for url in ["http://", "https://[", "//"] {
        assert_eq!(EventSource::new(url).err(), Some(Reason::InvalidUrl { url: url.into() }.into()), "{url}");
    }
}

#[wasm_bindgen_test]
fn a_relative_url_is_resolved() {
    let source = EventSource::new("events?a#b").expect("a valid URL");
    assert!(source.url().starts_with("http://"), "{}", source.url());
    assert!(source.url().ends_with("/events?a#b"), "{}", source.url());
}
