//! The crate's `EventStream` over bodies that an HTTP client received.

use std::error::Error;

use futures::{Stream, StreamExt, stream};
use reqwest::Response;
use serde_json::json;
use wasm_eventsource::{EventStream, EventStreamError};

use crate::client::Fixture;

/// What reqwest's `bytes_stream` is, which is a feature of its own.
pub(crate) fn body(response: Response) -> impl Stream<Item = reqwest::Result<impl AsRef<[u8]> + use<>>> {
    stream::try_unfold(
        response,
        |mut response| async move { Ok(response.chunk().await?.map(|chunk| (chunk, response))) },
    )
}

#[tokio::test]
async fn the_events_of_a_response_are_those_that_were_sent() {
    let fixture = Fixture::start().await;
    let steps = json!([
        { "chunks": "retry: 10\nid: 1\nevent: ping\ndata: é\n\n", "size": 5 },
        { "repeat": { "text": "data: x\n\n", "times": 10_000 } },
        { "send": "id: 2\ndata: lost\n" },
    ]);
    fixture.put_steps("key", steps).await;
    let mut events = EventStream::new(body(fixture.get("/streams/key").await));
    let ping = events.next().await.expect("an item").expect("an event");
    assert_eq!((ping.event_type(), ping.data(), ping.last_event_id()), ("ping", "é", "1"));
    let rest: Vec<_> = (&mut events).map(|item| item.expect("an event").into_data()).collect().await;
    assert_eq!(rest, vec!["x"; 10_000]);
    assert_eq!(events.last_event_id(), "1");
    assert_eq!(events.reconnection_time().map(|time| time.as_millis()), Some(10));
}

#[tokio::test]
async fn a_response_that_breaks_off_ends_with_an_error_after_its_events() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "send": "data: a\n\ndata: b\n" }, { "cut": true }])).await;
    let mut events = EventStream::new(body(fixture.get("/streams/key").await));
    assert_eq!(events.next().await.expect("an item").expect("an event").into_data(), "a");
    let error = events.next().await.expect("an item").expect_err("an error");
    assert!(matches!(error, EventStreamError::Body(_)), "{error:?}");
    assert!(error.to_string().starts_with("the body of the stream broke off: "), "{error}");
    assert!(error.source().is_some(), "what hyper says of it");
    assert!(events.next().await.is_none());
}
