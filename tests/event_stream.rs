//! The parser against the vectors, at every split, and against a naive interpreter of the standard.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use proptest::prelude::*;
use support::vectors::{Interpretation, Message};
use support::{naive, vectors};
use wasm_eventsource::event_stream::{
    DEFAULT_MAX_EVENT_SIZE, Event, EventPart, EventRef, EventTooLarge, MAX_HEAD_SIZE, Parser, Step,
};

/// The number of `.sse` files: a vector that is lost or not found is a failure and no silence.
const VECTORS: usize = 65;

fn message(event: &EventRef<'_>) -> Message {
    Message {
        event_type: event.event_type().to_string(),
        data: event.data().to_string(),
        last_event_id: event.last_event_id().to_string(),
    }
}

fn interpret<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Interpretation {
    let mut parser = Parser::new();
    let mut result = Interpretation::default();
    for mut piece in pieces {
        while let Some(step) = parser.advance(&mut piece).expect("no vector is too large") {
            match step {
                Step::Event(event) => result.events.push(message(&event)),
                Step::ReconnectionTime(time) => {
                    result.reconnection_times.push(time.as_millis().try_into().expect("a u32"));
                }
                other => panic!("nobody asked for {other:?}"),
            }
        }
        assert!(piece.is_empty(), "a piece is taken whole");
    }
    result.last_event_id = parser.last_event_id().to_string();
    result
}

#[test]
fn every_vector_means_what_it_says() {
    let vectors = vectors::all();
    assert_eq!(vectors.len(), VECTORS);
    for vector in vectors {
        assert_eq!(interpret([&vector.stream[..]]), vector.expected, "{}", vector.name);
    }
}

#[test]
fn the_referee_agrees_with_every_vector() {
    for vector in vectors::all() {
        assert_eq!(naive::interpret(&vector.stream), vector.expected, "{}", vector.name);
    }
}

#[test]
fn every_vector_means_the_same_cut_in_two_anywhere() {
    for vector in vectors::all() {
        for at in 0..=vector.stream.len() {
            let (left, right) = vector.stream.split_at(at);
            assert_eq!(interpret([left, right]), vector.expected, "{} cut at {at}", vector.name);
            assert_eq!(interpret([left, b"", right]), vector.expected, "{} cut at {at}, nothing between", vector.name);
        }
    }
}

#[test]
fn every_vector_means_the_same_byte_by_byte() {
    for vector in vectors::all() {
        for size in 1..=7 {
            assert_eq!(interpret(vector.stream.chunks(size)), vector.expected, "{} by {size}", vector.name);
        }
    }
}

#[test]
fn an_event_is_handed_out_with_the_byte_that_ends_it() {
    for vector in vectors::all() {
        let mut delivered_up_to = Vec::new();
        let mut parser = Parser::new();
        for (at, byte) in vector.stream.iter().enumerate() {
            let mut piece = std::slice::from_ref(byte);
            while let Some(step) = parser.advance(&mut piece).expect("no vector is too large") {
                if matches!(step, Step::Event(_)) {
                    delivered_up_to.push(at);
                }
            }
        }
        assert_eq!(delivered_up_to.len(), vector.expected.events.len(), "{}", vector.name);
        for (count, at) in (1..).zip(delivered_up_to) {
            // A CR ends its line although an LF may follow.
            let meaning = naive::interpret(&vector.stream[..=at]);
            assert_eq!(meaning.events.len(), count, "{} at byte {at}", vector.name);
        }
    }
}

#[test]
fn a_restart_drops_what_is_incomplete_and_keeps_the_last_event_id() {
    let mut parser = Parser::new();
    let mut stream = &b"id: 1\ndata: a\n\nid: 2\nevent: x\ndata: lost\nda"[..];
    let mut events = 0;
    while let Some(step) = parser.advance(&mut stream).expect("small") {
        events += usize::from(matches!(step, Step::Event(_)));
    }
    assert_eq!((events, parser.last_event_id()), (1, "1"));

    parser.restart();
    let mut stream = &b"\xEF\xBB\xBFdata: b\n\n"[..];
    let Ok(Some(Step::Event(event))) = parser.advance(&mut stream) else { panic!("an event") };
    let expected = Message { event_type: "message".into(), data: "b".into(), last_event_id: "1".into() };
    assert_eq!(message(&event), expected);
}

#[test]
fn an_event_can_be_owned_and_the_parser_goes_on() {
    let mut parser = Parser::new();
    let mut stream = &b"id: 1\nevent: x\ndata: a\n\ndata: b\n\n"[..];
    let Ok(Some(Step::Event(first))) = parser.advance(&mut stream) else { panic!("an event") };
    let first = first.into_event();
    let Ok(Some(Step::Event(second))) = parser.advance(&mut stream) else { panic!("an event") };
    let second = second.into_event();
    assert_eq!((first.event_type(), first.data(), first.last_event_id()), ("x", "a", "1"));
    assert_eq!((second.event_type(), second.data(), second.last_event_id()), ("message", "b", "1"));
    assert!(format!("{first:?}").contains("\"x\""));
    assert_eq!(first.into_data(), "a");
    assert!(matches!(parser.advance(&mut stream), Ok(None)));
}

#[test]
fn an_event_larger_than_the_bound_is_an_error_until_the_restart() {
    let streams: [&[u8]; 4] = [
        b"data: 0123456789a",
        b"data: 01234\ndata: 56789\n",
        b"event: 0123456\ndata: 7890\n",
        b"id: 0123456\ndata: 7890\n",
    ];
    for stream in streams {
        for size in [1, 3, stream.len()] {
            let mut parser = Parser::new().with_max_event_size(10);
            let outcome = stream.chunks(size).find_map(|mut piece| parser.advance(&mut piece).err());
            assert_eq!(outcome, Some(EventTooLarge { part: EventPart::Event, max_size: 10 }), "{stream:?} by {size}");
            assert!(parser.advance(&mut &b"\n\ndata: a\n\n"[..]).is_err(), "{stream:?}: the error stays");
            parser.restart();
            assert!(matches!(parser.advance(&mut &b"data: a\n\n"[..]), Ok(Some(Step::Event(_)))), "{stream:?}");
        }
    }
}

#[test]
fn the_bound_holds_for_one_event_and_not_for_a_stream() {
    let mut parser = Parser::new().with_max_event_size(10);
    let mut events = 0;
    for _ in 0..100 {
        let mut piece = &b": comment\n\ndata: 0123\nid: 1\n\n"[..];
        while let Some(step) = parser.advance(&mut piece).expect("each event is small") {
            events += usize::from(matches!(step, Step::Event(_)));
        }
    }
    assert_eq!(events, 100);
}

#[test]
fn an_event_that_is_made_has_what_it_was_given_in_any_order() {
    let made = Event::new("ping", "a");
    let both = [
        made.clone().with_last_event_id("7").with_origin("https://example.com"),
        made.clone().with_origin("https://example.com").with_last_event_id("7"),
    ];
    for event in both {
        let parts = [event.event_type(), event.data(), event.last_event_id(), event.origin()];
        assert_eq!(parts, ["ping", "a", "7", "https://example.com"]);
    }
    assert_eq!([made.last_event_id(), made.origin()], [""; 2]);
}

#[test]
fn the_bounds_are_those_that_the_documents_name() {
    assert_eq!((DEFAULT_MAX_EVENT_SIZE, MAX_HEAD_SIZE), (134_217_728, 65_536));
}

/// Streams of what matters to the standard, and of what is next to it.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just(b"data".to_vec()),
        Just(b"data: ".to_vec()),
        Just(b"event: ".to_vec()),
        Just(b"id: ".to_vec()),
        Just(b"retry: ".to_vec()),
        Just(b":".to_vec()),
        Just(b"\0".to_vec()),
        Just(b" ".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\n\n".to_vec()),
        Just(b"\xEF\xBB\xBF".to_vec()),
        Just("ü€🎈".as_bytes().to_vec()),
        "[0-9]{1,12}".prop_map(String::into_bytes),
        "[a-z]{0,4}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_stream_in_any_pieces_means_what_the_referee_says(
        stream in stream(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|ends| &stream[ends[0]..ends[1]]);
        prop_assert_eq!(interpret(pieces), naive::interpret(&stream));
    }
}
