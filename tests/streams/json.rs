//! Events of a body with their data as JSON.

use std::task::Poll;

use futures::StreamExt;
use futures::executor::block_on;
use futures::stream::FusedStream;
use serde::Deserialize;
use wasm_eventsource::{EventStream, EventStreamError, JsonError};

use crate::body::{Body, Broken};

#[derive(Debug, PartialEq, Deserialize)]
struct Tick {
    time: u32,
    name: String,
}

#[test]
fn a_bad_payload_is_an_error_that_keeps_the_event_and_the_stream_goes_on() {
    let (body, _) = Body::new([
        Poll::Ready(Ok("id: 1\nevent: tick\ndata: {\"time\": 1, \"name\": \"ü\"}\n\nid: 2\ndata: {\"time\":\n\n")),
        Poll::Ready(Ok("data: {\"time\": 3,\ndata: \"name\": \"\"}\n\n")),
        Poll::Ready(Err(Broken)),
    ]);
    let mut ticks = EventStream::new(body).with_origin("https://example.com").json::<Tick>();

    let tick = block_on(ticks.next()).expect("an item").expect("a tick");
    assert_eq!((tick.event_type(), tick.last_event_id(), tick.origin()), ("tick", "1", "https://example.com"));
    assert_eq!(tick.data(), &Tick { time: 1, name: "ü".into() });
    assert_eq!(ticks.get_ref().last_event_id(), "1");

    let Some(Err(JsonError::Payload { event, error })) = block_on(ticks.next()) else { panic!("a bad payload") };
    assert_eq!((event.data(), event.last_event_id(), error.is_eof()), ("{\"time\":", "2", true));

    let tick = block_on(ticks.next()).expect("an item").expect("the stream goes on");
    assert_eq!(tick.into_data(), Tick { time: 3, name: String::new() });

    assert!(!ticks.is_terminated());
    let Some(Err(JsonError::Stream(error))) = block_on(ticks.next()) else { panic!("an error of the body") };
    assert_eq!(error, EventStreamError::Body(Broken));
    assert!(ticks.is_terminated());
    assert!(block_on(ticks.next()).is_none());
}

#[test]
fn errors_read_as_those_below_them() {
    let error = |body: Body| {
        let item = block_on(EventStream::new(body).json::<Tick>().next());
        item.expect("an item").expect_err("an error")
    };
    let payload = error(Body::of(["event: tick\ndata: 1\n\n"]).0);
    assert_eq!(payload.to_string(), "the data of an event of type \"tick\" is not the JSON that is expected");
    assert!(std::error::Error::source(&payload).is_some_and(|source| source.is::<serde_json::Error>()));
    let broken = error(Body::new([Poll::Ready(Err(Broken))]).0);
    assert_eq!(broken.to_string(), "the body of the stream broke off: no more bytes");
    assert_eq!(std::error::Error::source(&broken).expect("a source").to_string(), "somebody pulled the cable");
}

#[test]
fn an_event_can_be_read_as_what_borrows_from_it() {
    #[derive(Deserialize)]
    struct Borrows<'event> {
        name: &'event str,
    }
    let (body, _) = Body::of(["data: {\"name\": \"a\"}\n\n"]);
    let event = block_on(EventStream::new(body).next()).expect("an item").expect("an event");
    let borrows: Borrows<'_> = event.json().expect("JSON");
    assert!(event.data().as_bytes().as_ptr_range().contains(&borrows.name.as_ptr()), "nothing is copied");
    assert!(event.json::<u32>().is_err());
}

#[test]
fn empty_data_is_read_as_null() {
    let (body, _) = Body::of(["id: 1\ndata\n\ndata: null\n\ndata: 7\n\n"]);
    let numbers = EventStream::new(body).json::<Option<u32>>();
    let numbers: Vec<_> = block_on(numbers.map(|item| item.expect("JSON").into_data()).collect());
    assert_eq!(numbers, [None, None, Some(7)]);
}

#[test]
fn empty_data_of_what_cannot_be_null_is_an_error_that_says_so_and_the_stream_goes_on() {
    let (body, _) = Body::of(["id: 1\ndata\n\ndata: 7\n\n"]);
    let mut numbers = EventStream::new(body).json::<u32>();
    let Some(Err(JsonError::Payload { event, error })) = block_on(numbers.next()) else { panic!("a bad payload") };
    assert_eq!((event.data(), event.last_event_id(), error.is_eof()), ("", "1", true));
    assert_eq!(block_on(numbers.next()).expect("an item").expect("the stream goes on").into_data(), 7);
}

#[test]
fn the_stream_below_goes_on_without_it() {
    let (body, polls) = Body::of(["data: {}\n\ndata: b\n\n"]);
    let mut ticks = EventStream::new(body).json::<serde_json::Value>();
    assert!(block_on(ticks.next()).is_some_and(|item| item.is_ok()));
    let mut events = ticks.into_inner();
    assert_eq!(block_on(events.next()).expect("an item").expect("an event").into_data(), "b");
    assert_eq!(polls.get(), 1);
}

#[test]
fn an_event_whose_data_was_read_does_not_keep_its_text() {
    let (body, _) = Body::new([Poll::Ready(Ok("event: tick\ndata: [\"a long text\"]\n\n")), Poll::Ready(Err(Broken))]);
    let mut events = EventStream::new(body).json::<serde::de::IgnoredAny>();
    let event = block_on(events.next()).expect("an item").expect("an event");
    let shown = format!("{event:?}");
    assert!(shown.contains("tick") && !shown.contains("long text"), "{shown}");
}
