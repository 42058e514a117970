//! Events whose data is JSON.

use std::cell::RefCell;

use futures::Stream;
use futures::stream::{FusedStream, StreamExt, iter};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::{Error, EventSource, EventStream, JsonError, JsonEvent, ReadyState, Reason};

use super::network::{Network, connect};
use super::polling::{settle, take_data};

#[derive(Debug, PartialEq, Deserialize)]
struct Tick {
    time: u32,
}

/// Two that are ticks, and one between them that is not.
const TICKS: &str = "id: 1\nevent: tick\ndata: {\"time\": 1}\n\nid: 2\nevent: tick\ndata: {\"time\":\ndata: \"x\"}\n\n\
                     id: 3\nevent: tick\ndata: {\ndata: \"time\": 3}\n\n";

/// What [`TICKS`] come to.
async fn expect_ticks<E>(mut ticks: impl Stream<Item = Result<JsonEvent<Tick>, JsonError<E>>> + Unpin, origin: &str) {
    let tick = ticks.next().await.expect("an item").ok().expect("a tick");
    assert_eq!(tick.data(), &Tick { time: 1 });
    assert_eq!((tick.event_type(), tick.last_event_id(), tick.origin()), ("tick", "1", origin));
    let Some(Err(JsonError::Payload { event, error })) = ticks.next().await else { panic!("a bad payload") };
    assert_eq!((event.event_type(), event.last_event_id(), event.origin()), ("tick", "2", origin));
    assert_eq!(event.data(), "{\"time\":\n\"x\"}", "the data is there as it was received");
    assert_eq!((error.line(), error.is_data()), (2, true));
    let tick = ticks.next().await.expect("an item").ok().expect("the stream goes on");
    assert_eq!(tick.last_event_id(), "3");
    assert_eq!(tick.into_data(), Tick { time: 3 });
}

#[wasm_bindgen_test]
async fn payloads_come_as_values_and_a_bad_one_as_an_error_that_keeps_it() {
    let _network = Network::new(json!([{ "chunks": [TICKS], "times": 2, "then": "hang" }]));
    let mut ticks = connect().json::<Tick>();
    expect_ticks(&mut ticks, "https://fake.test").await;
    assert_eq!(ticks.get_ref().ready_state(), ReadyState::Open);
    let mut source = ticks.into_inner();
    assert_eq!(take_data(&mut source, 1).await, ["{\"time\": 1}"]);
}

#[wasm_bindgen_test]
async fn so_they_do_on_subscriptions_and_on_bodies() {
    let _network = Network::new(json!([{ "chunks": ["data: no tick\n\n", TICKS], "then": "hang" }]));
    let source = connect();
    expect_ticks(source.subscribe("tick").json::<Tick>(), "https://fake.test").await;

    let body = iter(TICKS.as_bytes().chunks(5).map(Ok::<_, Error>));
    expect_ticks(EventStream::new(body).json::<Tick>(), "").await;
}

#[wasm_bindgen_test]
async fn errors_of_the_stream_come_through() {
    let _network = Network::new(json!([{ "chunks": ["retry: 1\ndata: 1\n\n"] }, { "status": 404 }]));
    let mut numbers = connect().json::<u32>();
    assert_eq!(numbers.next().await.expect("an item").expect("a number").into_data(), 1);
    let Some(Err(JsonError::Stream(error))) = numbers.next().await else { panic!("an error") };
    assert!(!error.is_fatal());
    assert!(!numbers.is_terminated());
    let Some(Err(JsonError::Stream(error))) = numbers.next().await else { panic!("an error") };
    assert_eq!(error.reason(), &Reason::Status { status: 404 });
    assert!(numbers.is_terminated());
    assert!(numbers.next().await.is_none());
}

#[wasm_bindgen_test]
async fn an_error_says_what_the_payload_was_for_and_why() {
    let _network = Network::new(json!([{ "chunks": ["event: tick\ndata: {}\n\n"], "then": "hang" }]));
    let Some(Err(error)) = connect().json::<Tick>().next().await else { panic!("an error") };
    assert_eq!(error.to_string(), "the data of an event of type \"tick\" is not the JSON that is expected");
    let source = std::error::Error::source(&error).expect("a source");
    assert_eq!(source.to_string(), "missing field `time` at line 1 column 2");
}

thread_local! {
    static SOURCE: RefCell<Option<EventSource>> = const { RefCell::new(None) };
}

/// Ends what it is read from, while it is read.
struct Closes;
struct Drops;

impl<'de> Deserialize<'de> for Closes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SOURCE.with_borrow(|source| source.as_ref().expect("a source").close());
        <()>::deserialize(deserializer).map(|()| Self)
    }
}

impl<'de> Deserialize<'de> for Drops {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        drop(SOURCE.take());
        <()>::deserialize(deserializer).map(|()| Self)
    }
}

async fn expect_one_and_the_end<T: serde::de::DeserializeOwned>() {
    let network = Network::new(json!([{ "chunks": ["data: null\n\ndata: null\n\n"], "then": "hang" }]));
    let source = connect();
    let mut values = source.subscribe("message").json::<T>();
    SOURCE.set(Some(source));
    assert!(values.next().await.is_some_and(|item| item.is_ok()));
    assert!(values.next().await.is_none());
    settle().await;
    assert_eq!(network.live(), 0);
    SOURCE.set(None);
}

#[wasm_bindgen_test]
async fn what_reads_a_payload_may_close_the_source_or_drop_it() {
    expect_one_and_the_end::<Closes>().await;
    expect_one_and_the_end::<Drops>().await;
}
