//! When the body is asked for more.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::FutureExt;
use futures::StreamExt;
use wasm_eventsource::EventStream;

use crate::body::{Body, line};

#[test]
fn the_next_chunk_is_asked_for_when_the_events_of_the_last_one_are_taken() {
    let (body, polls) = Body::of(["data: a\n\ndata: b\n\nda", "ta: c\n\n", "data: d\n\n"]);
    let mut events = EventStream::new(body);
    assert_eq!(polls.get(), 0, "nothing is read before the first poll");
    for (data, polled) in [("a", 1), ("b", 1), ("c", 2), ("d", 3)] {
        let event = events.next().now_or_never().flatten().expect("an item").expect("an event");
        assert_eq!((event.data(), polls.get()), (data, polled));
    }
    assert_eq!(events.next().now_or_never(), Some(None));
    assert_eq!(polls.get(), 4);
}

#[test]
fn chunks_without_an_event_are_read_in_one_go() {
    let (body, polls) = Body::of(["", ": comment\n", "da", "ta", ": ", "a\n", "\r", "\n"]);
    let mut events = EventStream::new(body);
    assert_eq!(line(events.next().now_or_never().expect("an event")), r#"message "a" """#);
    assert_eq!(polls.get(), 7, "a CR ends the line; whether an LF follows does not matter");
    assert_eq!(events.next().now_or_never(), Some(None));
}

#[test]
fn it_is_pending_where_its_body_is() {
    let (body, polls) =
        Body::new([Poll::Pending, Poll::Ready(Ok("data: a\n")), Poll::Pending, Poll::Ready(Ok("\ndata: b\n\n"))]);
    let mut events = pin!(EventStream::new(body));
    let mut context = Context::from_waker(Waker::noop());
    let mut poll = || events.poll_next_unpin(&mut context).map(line);
    assert_eq!(poll(), Poll::Pending);
    assert_eq!(poll(), Poll::Pending);
    assert_eq!(poll(), Poll::Ready(r#"message "a" """#.into()));
    assert_eq!(polls.get(), 4);
    assert_eq!(poll(), Poll::Ready(r#"message "b" """#.into()));
    assert_eq!(polls.get(), 4);
    assert_eq!(poll(), Poll::Ready("end".into()));
}

#[test]
fn what_the_stream_says_of_itself_goes_with_its_events() {
    let (body, _) = Body::of(["id: 1\ndata: a\n\nretry: 5\nid: 2\ndata: b\n\nretry: 7000\nretry: x\nid: lost\n"]);
    let mut events = EventStream::new(body);
    assert_eq!((events.last_event_id().as_str(), events.reconnection_time()), ("", None));
    events.next().now_or_never();
    assert_eq!((events.last_event_id().as_str(), events.reconnection_time()), ("1", None));
    events.next().now_or_never();
    let five = Some(Duration::from_millis(5));
    assert_eq!((events.last_event_id().as_str(), events.reconnection_time()), ("2", five));
    assert_eq!(events.next().now_or_never(), Some(None));
    let seven = Some(Duration::from_secs(7));
    assert_eq!((events.last_event_id().as_str(), events.reconnection_time()), ("2", seven), "an ID needs its block");
}
