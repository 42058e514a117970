//! How streams of events end.

use std::error::Error;
use std::task::Poll;

use futures::StreamExt;
use futures::executor::block_on;
use futures::stream::FusedStream;
use wasm_eventsource::event_stream::{DEFAULT_MAX_EVENT_SIZE, EventPart, EventTooLarge};
use wasm_eventsource::{EventStream, EventStreamError};

use crate::body::{Body, Broken, Cable, line};

/// All items as lines, and two more: it is fused, and the body would panic if it were asked again.
fn all<S>(mut events: S) -> Vec<String>
where
    S: FusedStream<Item = Result<wasm_eventsource::Event, EventStreamError<Broken>>> + Unpin,
{
    let mut lines = Vec::new();
    while !events.is_terminated() {
        lines.push(line(block_on(events.next())));
        assert!(lines.len() < 10, "it does not end: {lines:?}");
    }
    assert_eq!(block_on(events.next()), None);
    assert_eq!(block_on(events.next()), None);
    lines
}

#[test]
fn it_ends_with_its_body() {
    let (body, _) = Body::of(["data: a\n\n"]);
    assert_eq!(all(EventStream::new(body)), [r#"message "a" """#, "end"]);
    let (body, _) = Body::of([]);
    assert_eq!(all(EventStream::new(body)), ["end"]);
}

#[test]
fn an_event_that_is_not_complete_is_lost() {
    for incomplete in ["id: 2\ndata: b\n", "id: 2\ndata: b", "data", "id: 2\n"] {
        let (body, _) = Body::of(["id: 1\ndata: a\n\n", incomplete]);
        let mut events = EventStream::new(body);
        assert_eq!(all(&mut events), [r#"message "a" "1""#, "end"], "{incomplete:?}");
        assert_eq!(events.last_event_id(), "1", "{incomplete:?}");
    }
}

#[test]
fn an_error_of_the_body_ends_it() {
    let chunks = [Poll::Ready(Ok("id: 1\ndata: a\n\ndata: b\n")), Poll::Ready(Err(Broken)), Poll::Ready(Ok("\n"))];
    let (body, polls) = Body::new(chunks);
    let mut events = EventStream::new(body);
    assert_eq!(all(&mut events), [r#"message "a" "1""#, "error the body of the stream broke off: no more bytes"]);
    assert_eq!(polls.get(), 2, "it is not asked any more");
    assert_eq!(events.last_event_id(), "1", "what a reconnection sends");
}

#[test]
fn an_error_of_the_body_says_what_is_behind_it_and_nothing_twice() {
    let (body, _) = Body::new([Poll::Ready(Err(Broken))]);
    let error = block_on(EventStream::new(body).next()).expect("an item").expect_err("an error");
    assert_eq!(error, EventStreamError::Body(Broken));
    let behind = error.source().expect("the body's own source");
    assert_eq!(behind.downcast_ref(), Some(&Cable));
}

#[test]
fn an_event_that_is_too_large_ends_it() {
    let (body, polls) = Body::of(["data: 12345678\n\ndata: 0123", "4567890", "1\n\n", "data: b\n\n"]);
    let mut events = EventStream::new(body).max_event_size(10);
    assert_eq!(line(block_on(events.next())), r#"message "12345678" """#);
    let error = block_on(events.next()).expect("an item").expect_err("an error");
    assert_eq!(error, EventStreamError::EventTooLarge(EventTooLarge { part: EventPart::Event, max_size: 10 }));
    assert_eq!(error.to_string(), "an event of the stream is too large");
    assert_eq!(
        error.source().and_then(<dyn Error>::downcast_ref),
        Some(&EventTooLarge { part: EventPart::Event, max_size: 10 })
    );
    assert_eq!(polls.get(), 2);
    assert_eq!(all(events), [""; 0]);
}

#[test]
fn there_is_a_bound_on_events_unless_another_is_set() {
    let piece: &'static str = Box::leak("x".repeat(1024 * 1024).into_boxed_str());
    let pieces = DEFAULT_MAX_EVENT_SIZE / piece.len() + 1;
    let endless = || {
        futures::stream::iter(std::iter::once("data: ").chain(std::iter::repeat_n(piece, pieces)).map(Ok::<_, Broken>))
    };
    let error = block_on(EventStream::new(endless()).next()).expect("an item").expect_err("an error");
    let bound = EventTooLarge { part: EventPart::Event, max_size: DEFAULT_MAX_EVENT_SIZE };
    assert_eq!(error, EventStreamError::EventTooLarge(bound));
    let mut unbounded = EventStream::new(endless()).max_event_size(usize::MAX);
    assert_eq!(block_on(unbounded.next()), None);
}

#[test]
fn a_body_is_let_go_of_at_its_end() {
    let (body, polls) = Body::of(["data: a\n\n"]);
    let mut events = EventStream::new(body);
    block_on(events.next());
    assert_eq!(std::rc::Rc::strong_count(&polls), 2);
    block_on(events.next());
    assert_eq!(std::rc::Rc::strong_count(&polls), 1);
}
