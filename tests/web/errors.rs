//! What an error says.

use std::error::Error as _;
use std::time::Duration;

use futures::StreamExt;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::event_stream::{EventPart, EventTooLarge};
use wasm_eventsource::{ConnectionState, Error, EventSource, Reason};

use super::network::{Network, URL, connect};

async fn error(source: &mut EventSource) -> Error {
    source.next().await.expect("an item").expect_err("an error")
}

#[wasm_bindgen_test]
async fn a_transient_error_says_when_the_next_attempt_is() {
    let network = Network::new(json!([{ "chunks": ["retry: 125\n\n"] }, { "then": "hang" }]));
    let mut source = connect();
    let error = error(&mut source).await;
    assert_eq!(error.reason(), &Reason::Ended);
    assert_eq!(error.reconnects_in(), Some(Duration::from_millis(125)));
    assert!(!error.is_fatal());
    assert_eq!(error.to_string(), "the server ended the stream; the next attempt is in 125 ms");
    assert!(error.source().is_none());
    assert_eq!(source.state(), ConnectionState::Reconnecting { error });
    assert_eq!(network.requests().len(), 1, "it is told before the wait");
}

#[wasm_bindgen_test]
async fn attempts_that_fail_in_a_row_say_their_longer_wait() {
    let _network = Network::new(json!([{ "chunks": ["retry: 110\n\n"] }, { "rejects": "no network" }]));
    let mut source = connect();
    assert_eq!(error(&mut source).await.reconnects_in(), Some(Duration::from_millis(110)));
    for most in [220, 440, 880] {
        let error = error(&mut source).await;
        let delay = error.reconnects_in().expect("another attempt").as_millis();
        assert!((110..=most).contains(&delay), "{delay} ms are not between 110 and {most}");
        assert_eq!(
            error.to_string(),
            format!("the connection was lost or not made: no network; the next attempt is in {delay} ms")
        );
    }
}

#[wasm_bindgen_test]
async fn a_fatal_error_names_no_attempt() {
    let html = json!({ "Content-Type": "text/html" });
    for (attempt, text) in [
        (json!({ "status": 401 }), "the response has status 401, and only 200 opens a stream"),
        (json!({ "headers": html }), "the response's Content-Type is \"text/html\" and not \"text/event-stream\""),
        (
            json!({ "rejects": "Failed to fetch", "answersProbe": true }),
            "the server answers, but does not allow this origin to read it (CORS)",
        ),
    ] {
        let _network = Network::new(json!([attempt]));
        let mut source = connect();
        let error = error(&mut source).await;
        assert!(error.is_fatal(), "{attempt}");
        assert_eq!(error.reconnects_in(), None);
        assert_eq!(error.to_string(), text);
        assert!(error.source().is_none());
        assert_eq!(source.state(), ConnectionState::Failed { error });
        assert_eq!(source.next().await, None);
    }
}

#[wasm_bindgen_test]
async fn an_event_that_is_too_large_has_its_bound_as_the_source_of_its_error() {
    let _network = Network::new(json!([{ "chunks": ["data: 0123456789\n\n"], "then": "hang" }]));
    let mut source = EventSource::builder(URL).max_event_size(8).build().expect("a valid URL");
    let error = error(&mut source).await;
    assert_eq!(error.reason(), &Reason::EventTooLarge(EventTooLarge { part: EventPart::Event, max_size: 8 }));
    assert_eq!(error.to_string(), "an event of the stream is too large");
    let bound = error.source().and_then(|source| source.downcast_ref::<EventTooLarge>());
    assert_eq!(bound, Some(&EventTooLarge { part: EventPart::Event, max_size: 8 }));
    assert!(error.is_fatal());
}

#[wasm_bindgen_test]
fn a_url_that_cannot_be_parsed_is_said_as_it_was_given() {
    let error = EventSource::new("http://[").expect_err("an error");
    assert_eq!(error.to_string(), "the URL \"http://[\" cannot be parsed");
    assert!(error.is_fatal());
}

#[wasm_bindgen_test]
async fn an_abort_from_outside_is_a_lost_connection() {
    let _network = Network::new(json!([{ "aborts": true }]));
    let mut source = connect();
    let error = error(&mut source).await;
    assert_eq!(error.message(), "the connection was lost or not made: aborted from outside");
    assert!(!error.is_fatal());
}

#[wasm_bindgen_test]
async fn what_cannot_be_fetched_is_fatal() {
    let _network = Network::new(json!([{ "rejects": "unsupported" }]));
    let mut source = EventSource::new("https://user:secret@fake.test/").expect("a valid URL");
    assert_eq!(error(&mut source).await.reason(), &Reason::Unfetchable);
    assert_eq!(source.next().await, None);
}
