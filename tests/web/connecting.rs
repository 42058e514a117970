//! Requests, what their responses mean, and reconnecting.

use std::time::Duration;

use futures::StreamExt;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::connection::Reconnect;
use wasm_eventsource::{Error, EventSource, ReadyState, Reason};

use super::network::{Network, URL, connect};
use super::polling::{settle, take};

#[wasm_bindgen_test]
async fn events_come_with_type_data_and_id() {
    let network = Network::new(json!([{
        "chunks": ["\r\n", "event: ping\ndata: {}\n\nid: 1\nda", "ta: hello\n", "\ndata: a\ndata: b\n\n"],
        "then": "hang",
    }]));
    let mut source = connect();
    assert_eq!(source.ready_state(), ReadyState::Connecting);
    assert_eq!(network.requests().len(), 1, "the request goes out at once");
    assert_eq!(take(&mut source, 3).await, [r#"ping "{}" """#, r#"message "hello" "1""#, r#"message "a\nb" "1""#]);
    assert_eq!(source.ready_state(), ReadyState::Open);
    assert_eq!(source.last_event_id(), "1");
}

#[wasm_bindgen_test]
async fn the_request_is_the_one_the_standard_describes() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut plain = connect();
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
    let mut source = connect();
    assert_eq!(
        take(&mut source, 3).await,
        [r#"message "a" "ü€""#, "error the server ended the stream", r#"message "b" "ü€""#]
    );
    let requests = network.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0]["headers"]["last-event-id"], Value::Null);
    assert_eq!(requests[1]["headers"]["last-event-id"], "\u{c3}\u{bc}\u{e2}\u{82}\u{ac}");
    assert_eq!(source.reconnection_time(), Duration::from_millis(1));
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
    let mut source = connect();
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
        let mut source = connect();
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
        assert_eq!(probes, [0, 0, 0], "who was connected takes it for a server that is not there");
    }
}

#[wasm_bindgen_test]
async fn what_fails_across_origins_may_be_cors_and_it_is_found_out_that_it_is_not() {
    let network = Network::new(json!([{ "rejects": "no network" }, { "chunks": ["data: a\n\n"], "then": "hang" }]));
    let policy = Reconnect::default().initial_delay(Duration::from_millis(1));
    let mut source = EventSource::builder(URL).reconnect(policy).build().expect("a valid URL");
    let lost = "error the connection was lost or not made: no network";
    assert_eq!(take(&mut source, 2).await, [lost, r#"message "a" """#]);
    let probes: Vec<_> = network.requests().iter().map(|request| request["probes"].clone()).collect();
    assert_eq!(probes, [1, 0]);
}

#[wasm_bindgen_test]
async fn who_was_connected_is_refused_after_three_probes_in_a_row() {
    let network =
        Network::new(json!([{ "chunks": ["retry: 1\n\n"] }, { "rejects": "Failed to fetch", "answersProbe": true }]));
    let mut source = connect();
    let ended = "error the server ended the stream";
    let lost = "error the connection was lost or not made: Failed to fetch";
    let refused = "error the server answers, but does not allow this origin to read it (CORS)";
    assert_eq!(take(&mut source, 7).await, [ended, lost, lost, lost, lost, refused, "end"]);
    let probes = network.requests().iter().filter(|request| request["probes"] == 1).count();
    assert_eq!((network.count(), probes), (1 + 5 + 3, 3));
}

#[wasm_bindgen_test]
async fn a_response_that_cors_hides_ends_the_stream() {
    let network = Network::new(json!([{ "rejects": "Failed to fetch", "answersProbe": true }]));
    let mut source = connect();
    assert_eq!(source.next().await, Some(Err(Error::fatal(Reason::Cors))));
    assert_eq!(source.next().await, None);
    let probes: Vec<_> = network.requests().iter().map(|request| request["probes"].clone()).collect();
    assert_eq!(probes, [1, 0], "it is asked once more before it counts as refused");
}

#[wasm_bindgen_test]
async fn what_is_no_response_ends_the_stream() {
    for attempt in [json!({ "resolves": null }), json!({ "resolves": { "status": 200 } })] {
        let _network = Network::new(json!([attempt]));
        let mut source = connect();
        assert!(
            source
                .next()
                .await
                .is_some_and(|item| matches!(item.expect_err("an error").reason(), Reason::Unusable { .. })),
            "{attempt}"
        );
        source.close();
        assert_eq!(source.next().await, None);
    }
}

async fn next_reason(source: &mut EventSource) -> Reason {
    source.next().await.expect("an item").expect_err("an error").reason().clone()
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
        let mut source = connect();
        assert_eq!(next_reason(&mut source).await, error);
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
    let mut source = connect();
    assert_eq!(next_reason(&mut source).await, Reason::Status { status: 204 });
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
fn a_url_that_cannot_be_parsed_is_an_error() {
    // Chromium's parser allows the spaces.
    for url in ["http://", "https://[", "//", "http://this is invalid/", "//a%20b/", "ws://\u{b4}/"] {
        assert_eq!(EventSource::new(url).err(), Some(Error::fatal(Reason::InvalidUrl { url: url.into() })), "{url}");
    }
}

#[wasm_bindgen_test]
fn escapes_that_are_not_in_a_domain_are_in_order() {
    for url in ["http://a%20b@127.0.0.1/%20?a%20b#a%20b", "unknown://a%20b/"] {
        assert_eq!(EventSource::new(url).expect("a valid URL").url(), url);
    }
}

#[wasm_bindgen_test]
fn a_relative_url_is_resolved() {
    let source = EventSource::new("events?a#b").expect("a valid URL");
    assert!(source.url().starts_with("http://"), "{}", source.url());
    assert!(source.url().ends_with("/events?a#b"), "{}", source.url());
}
