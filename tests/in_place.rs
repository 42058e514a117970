//! Data that is not copied: where it is, and that it is the same as data that is.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/stopped.rs"]
mod stopped;

use proptest::prelude::*;
use wasm_eventsource::engine::{Action, Engine};
use wasm_eventsource::event_stream::{Event, Parser, Step};

use stopped::Stopped;

/// The events of a stream in pieces, each taken both ways; and how many of them lay in their piece.
fn events<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Event>, usize) {
    let mut parser = Parser::new();
    parser.set_origin("https://example.com");
    let mut events = Vec::new();
    let mut in_place = 0;
    for piece in pieces {
        let mut rest = piece;
        while let Some(step) = parser.advance(&mut rest).expect("small") {
            let Step::Event(event) = step else { continue };
            let is_in_piece = piece.as_ptr_range().contains(&event.data().as_ptr());
            in_place += usize::from(is_in_piece);
            let head = event.head();
            assert_eq!([event.event_type(), event.origin()], [head.event_type, head.origin]);
            let looked_at = [head.event_type, event.data(), head.last_event_id, head.origin].map(ToString::to_string);
            let event = event.into_event();
            assert_eq!(looked_at, [event.event_type(), event.data(), event.last_event_id(), event.origin()]);
            events.push(event);
        }
    }
    (events, in_place)
}

#[test]
fn data_of_one_line_that_arrives_with_its_blank_line_is_not_copied() {
    for (stream, expected) in [
        (&b"data: a\n\n"[..], 1),
        (b"data: a\nid: 1\nevent: x\n: comment\n\n", 1),
        (b"\xEF\xBB\xBFdata:a\r\n\r\n", 1),
        ("data: ü€🎈\n\n".as_bytes(), 1),
        (b"data: a\ndata: b\n\n", 0),
        (b"data: \xFF\n\n", 0),
        (b"data: a\n\ndata: b\n\n", 2),
    ] {
        let (_, in_place) = events([stream]);
        assert_eq!(in_place, expected, "{stream:?}");
    }
    assert_eq!(events([&b"data: a\n"[..], b"\n"]).1, 0, "the piece is gone when the event is handed out");
    assert_eq!(events([&b"data: a\n\r"[..], b"\ndata: b\r", b"\n\r\n"]).1, 1);
}

#[test]
fn an_event_is_the_same_wherever_its_stream_is_cut() {
    let stream = "data: one\n\nid: 1\nevent: x\ndata: zwei ü€🎈\nretry: 5\n\ndata: 3\ndata: 4\n\ndata\n\nevent: x\ndata: \r\n\r\n";
    let mut bytes = stream.as_bytes().to_vec();
    bytes.extend_from_slice(b"data: \xF0\x9F\x8E then \xFF\n\nid\ndata:last\n\n");
    let (whole, in_place) = events([&bytes[..]]);
    let data: Vec<_> = whole.iter().map(Event::data).collect();
    assert_eq!(data, ["one", "zwei ü€🎈", "3\n4", "", "", "\u{fffd} then \u{fffd}", "last"]);
    assert_eq!(in_place, 3, "not what is in two fields, is malformed, has a `retry` behind it or no colon");
    for at in 0..=bytes.len() {
        let (left, right) = bytes.split_at(at);
        assert_eq!(events([left, right]).0, whole, "cut at {at}");
    }
    for size in 1..=9 {
        assert_eq!(events(bytes.chunks(size)).0, whole, "by {size}");
    }
}

/// The data of the events of a body in chunks, and whether it lay in its chunk.
fn dispatched(chunks: &[&[u8]]) -> Vec<(bool, String)> {
    let mut chunks = chunks.iter();
    let mut engine = Engine::for_body(Parser::new());
    let mut dispatched = Vec::new();
    let mut place = None;
    loop {
        match engine.next_action(&Stopped) {
            Action::Read => match chunks.next() {
                Some(chunk) => {
                    let buffer = engine.receive_chunk(chunk.len()).expect("it was asked for");
                    buffer.copy_from_slice(chunk);
                    place = Some(buffer.as_ptr_range());
                }
                None => return dispatched,
            },
            Action::Dispatch => {
                let head = engine.event_head().expect("of the event").event_type.to_string();
                let raw = engine.raw_data().expect("of the event");
                let (raw, start) = (String::from_utf8_lossy(raw).into_owned(), raw.as_ptr());
                let event = engine.event().expect("it is to be dispatched");
                assert_eq!(event.event_type(), head);
                let data = event.data().to_string();
                assert_eq!(raw, data);
                // Once more, for a face may ask for one part after another.
                assert_eq!(engine.event().map(|event| event.data().to_string()), Some(data.clone()));
                dispatched.push((place.as_ref().is_some_and(|place| place.contains(&start)), data));
            }
            _ => assert_eq!(engine.raw_data(), None),
        }
    }
}

#[test]
fn the_engine_gives_data_where_it_lies() {
    let told =
        dispatched(&[b"data: a\n\nretry: 5\nid: 1\ndata:bc\nevent: x\n\nda", b"ta: d\n\ndata: \xFF\n\ndata: e\n\n"]);
    let expected = [(true, "a"), (true, "bc"), (false, "d"), (true, "\u{fffd}"), (true, "e")];
    assert_eq!(told, expected.map(|(in_chunk, data)| (in_chunk, data.to_string())));
}

#[test]
fn nothing_is_at_hand_after_a_reset_or_a_close() {
    for let_go in [Engine::reset, Engine::close] {
        let mut engine = Engine::for_body(Parser::new());
        while engine.next_action(&Stopped) != Action::Read {}
        let chunk = b"data: a\n\ndata: b\n\n";
        engine.receive_chunk(chunk.len()).expect("it was asked for").copy_from_slice(chunk);
        assert_eq!(engine.next_action(&Stopped), Action::Dispatch);
        assert_eq!(engine.raw_data(), Some(&b"a"[..]));
        let_go(&mut engine);
        assert_eq!(engine.raw_data(), None);
        assert_eq!((engine.event().is_some(), engine.event_head().is_some()), (false, false));
    }
}

#[test]
fn versions_change_with_their_strings_and_only_then() {
    let mut parser = Parser::new();
    let mut stream = &b"data: a\n\nid: 1\ndata: b\n\nid: 1\nevent: message\ndata: c\n\nevent: x\nid: 2\ndata: d\n\nevent: x\n\nevent: x\ndata: e\n\n"[..];
    let mut seen = Vec::new();
    while let Some(step) = parser.advance(&mut stream).expect("small") {
        let Step::Event(event) = step else { continue };
        let head = event.head();
        seen.push(((head.event_type.to_string(), head.last_event_id.to_string()), head.versions));
    }
    assert_eq!(seen.len(), 5);
    for ((one_strings, one), (other_strings, other)) in seen.iter().zip(&seen[1..]) {
        assert_eq!(one_strings.0 == other_strings.0, one.event_type == other.event_type, "{seen:?}");
        assert_eq!(one_strings.1 == other_strings.1, one.last_event_id == other.last_event_id, "{seen:?}");
        assert_eq!(one.origin, other.origin);
    }
}

proptest! {
    #[test]
    fn malformed_data_is_the_same_in_place_and_put_together(
        data in proptest::collection::vec(any::<u8>().prop_filter("no line ends", |byte| !b"\r\n".contains(byte)), 0..40),
        at in any::<prop::sample::Index>(),
    ) {
        let stream = [b"data:", &data[..], b"\n\n"].concat();
        let (left, right) = stream.split_at(at.index(stream.len()));
        let (whole, _) = events([&stream[..]]);
        prop_assert_eq!(whole[0].data(), String::from_utf8_lossy(data.strip_prefix(b" ").unwrap_or(&data)));
        prop_assert_eq!(events([left, right]).0, whole);
    }
}
