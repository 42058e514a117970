//! What a body means does not depend on what it is made of or how it is cut.

use std::convert::Infallible;

use futures::StreamExt;
use futures::executor::block_on;
use futures::stream::{self, Stream};
use wasm_eventsource::{Event, EventStream};

use crate::support::vectors::{Interpretation, Message};
use crate::support::{naive, vectors};

fn message(event: Event) -> Message {
    Message {
        event_type: event.event_type().to_string(),
        last_event_id: event.last_event_id().to_string(),
        data: event.into_data(),
    }
}

/// What a body comes to. Of the reconnection times only the last one can be asked for.
fn interpret<B: AsRef<[u8]>>(chunks: impl IntoIterator<Item = B>) -> Interpretation {
    let mut events = EventStream::new(stream::iter(chunks.into_iter().map(Ok::<_, Infallible>)));
    let taken = block_on((&mut events).map(|item| message(item.expect("an event"))).collect());
    let time = events.reconnection_time().map(|time| time.as_millis().try_into().expect("a u32"));
    Interpretation {
        events: taken,
        last_event_id: events.last_event_id(),
        reconnection_times: time.into_iter().collect(),
    }
}

/// The same of what somebody else found.
fn comparable(mut expected: Interpretation) -> Interpretation {
    expected.reconnection_times = expected.reconnection_times.pop().into_iter().collect();
    expected
}

#[test]
fn every_vector_means_what_it_says_in_pieces_of_any_size() {
    let vectors = vectors::all();
    assert!(vectors.len() >= 65, "the vectors are there");
    for vector in vectors {
        let expected = comparable(vector.expected);
        for size in [1, 2, 3, 7, 64, vector.stream.len().max(1)] {
            assert_eq!(interpret(vector.stream.chunks(size)), expected, "{} by {size}", vector.name);
        }
    }
}

#[test]
fn every_vector_means_the_same_cut_in_two_anywhere_with_nothing_between() {
    for vector in vectors::all() {
        let expected = comparable(vector.expected);
        for at in 0..=vector.stream.len() {
            let (left, right) = vector.stream.split_at(at);
            assert_eq!(interpret([left, b"", right]), expected, "{} cut at {at}", vector.name);
        }
    }
}

#[test]
fn the_chunks_may_be_anything_that_is_bytes() {
    const TEXT: &str = "retry: 10\nid: 1\nevent: ping\ndata: ü\n\ndata: b\n\n";
    let expected = comparable(naive::interpret(TEXT.as_bytes()));
    assert_eq!(expected.events.len(), 2);
    assert_eq!(interpret([TEXT]), expected);
    assert_eq!(interpret([TEXT.to_string()]), expected);
    assert_eq!(interpret([TEXT.as_bytes()]), expected);
    assert_eq!(interpret([TEXT.as_bytes().to_vec()]), expected);
    assert_eq!(interpret([Box::<[u8]>::from(TEXT.as_bytes())]), expected);
    assert_eq!(interpret([std::sync::Arc::<[u8]>::from(TEXT.as_bytes())]), expected);
    assert_eq!(interpret(TEXT.bytes().map(|byte| [byte])), expected);
    assert_eq!(interpret([std::borrow::Cow::Borrowed(TEXT.as_bytes())]), expected);
    let (left, right) = TEXT.split_at(20);
    assert_eq!(interpret([Kind::Text(left.into()), Kind::Bytes(right.into())]), expected);
}

/// A kind of bytes that somebody else thought of.
enum Kind {
    Text(String),
    Bytes(Vec<u8>),
}

impl AsRef<[u8]> for Kind {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_ref(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

#[test]
fn every_event_has_the_origin_and_the_id_that_were_given() {
    let body = stream::iter([Ok::<_, Infallible>("data: a\n\nid: 2\ndata: b\n\nid\ndata: c\n\n")]);
    let events = EventStream::new(body).with_last_event_id("1").with_origin("https://example.com");
    assert_eq!(events.last_event_id(), "1");
    let seen: Vec<_> = block_on(events.map(|item| item.expect("an event")).collect());
    assert!(seen.iter().all(|event| event.origin() == "https://example.com"));
    assert_eq!(seen.iter().map(Event::last_event_id).collect::<Vec<_>>(), ["1", "2", ""]);
}

#[test]
fn it_is_a_stream_like_others_whatever_the_body_is() {
    // An async block must be pinned; the events need not be.
    let body = stream::once(async { Ok::<_, Infallible>("data: a\n\n") });
    fn goes_to_another_thread<S: Stream + Unpin + Send + 'static>(stream: S) -> S {
        stream
    }
    let mut events = goes_to_another_thread(EventStream::new(body));
    assert!(block_on(events.next()).is_some());
    assert!(block_on(events.next()).is_none());
}
