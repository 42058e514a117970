//! The limits on an event, on its type and on its ID. The result is the same however the stream is cut, and the parser needs no more
//! memory than the limits allow.
//!
//! The allocator of this program counts bytes, so these tests have a program of their own.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/naive_bound.rs"]
mod naive_bound;
#[path = "support/stopped.rs"]
mod stopped;
mod support;

use allocation_counter::measure;
use proptest::prelude::*;
use stopped::Stopped;
use support::vectors::{Interpretation, Message};
use support::{naive, vectors};
use wasm_eventsource::engine::{Action, Engine};
use wasm_eventsource::event_stream::{Batch, EventPart, EventTooLarge, MAX_HEAD_SIZE, Parser, Step};

/// What a parser stores beside an event: buffers that it keeps, and bytes that wait to be decoded.
const CONSTANT: u64 = 32 * 1024;

/// While a buffer grows, its old memory and its new memory, which is twice as large, exist together.
const GROWTH: u64 = 3;

/// The result of reading a stream.
#[derive(Debug, PartialEq)]
struct Outcome {
    meaning: Interpretation,
    comments: usize,
    error: Option<EventTooLarge>,
}

/// Reads a stream in pieces.
fn read<'a>(parser: &mut Parser, pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut outcome = Outcome { meaning: Interpretation::default(), comments: 0, error: None };
    let meaning = &mut outcome.meaning;
    'stream: for mut piece in pieces {
        loop {
            match parser.advance(&mut piece) {
                Ok(Some(Step::Event(event))) => meaning.events.push(Message {
                    event_type: event.event_type().to_string(),
                    data: event.data().to_string(),
                    last_event_id: event.last_event_id().to_string(),
                }),
                Ok(Some(Step::ReconnectionTime(time))) => meaning.reconnection_times.push(time.as_millis() as u32),
                Ok(Some(_)) => outcome.comments += 1,
                Ok(None) => break,
                Err(error) => {
                    outcome.error = Some(error);
                    break 'stream;
                }
            }
        }
    }
    meaning.last_event_id = parser.last_event_id().to_string();
    outcome
}

/// The result that is expected, from the two naive parsers.
fn referee(stream: &[u8], max_event_size: usize, with_comments: bool) -> Outcome {
    let (end, error) = naive_bound::find(stream, max_event_size, with_comments);
    // A line that exceeds the limit is not complete, so it is ignored.
    let stream = &stream[..end];
    let lines = stream.split(|byte| matches!(byte, b'\n' | b'\r'));
    let complete = lines.clone().count() - 1;
    let is_comment = |line: &&[u8]| line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).starts_with(b":");
    let comments = if with_comments { lines.take(complete).filter(is_comment).count() } else { 0 };
    Outcome { meaning: naive::interpret(stream), comments, error }
}

/// Reads a body in chunks, as a face does that reads ahead. Returns the data of its events, their number, and the last event ID.
fn read_ahead(parser: Parser, chunks: &[&[u8]]) -> (Vec<u8>, usize, String) {
    let mut chunks = chunks.iter();
    let mut engine = Engine::for_body(parser);
    let mut batch = Batch::default();
    let (mut data, mut count) = (Vec::new(), 0);
    loop {
        match engine.next_action(&Stopped) {
            Action::Read => match chunks.next() {
                Some(chunk) => engine.receive_chunk(chunk.len()).expect("it was asked for").copy_from_slice(chunk),
                None => break,
            },
            Action::Dispatch => {
                engine.fill(&mut batch);
                // Malformed text, and large events, come one by one.
                let taken = if core::str::from_utf8(batch.text()).is_ok() { batch.len() } else { 0 };
                match taken {
                    0 | 1 => {
                        engine.settle(&mut batch, taken);
                        data.extend_from_slice(engine.event().expect("an event").data().as_bytes());
                        count += 1;
                    }
                    _ => {
                        let text: Vec<u16> = String::from_utf8_lossy(batch.text()).encode_utf16().collect();
                        let mut start = 0;
                        for places in batch.places().chunks(3) {
                            let part = &text[start..places[0] as usize];
                            data.extend_from_slice(String::from_utf16(part).expect("whole characters").as_bytes());
                            start = places[2] as usize;
                        }
                        count += taken;
                        engine.settle(&mut batch, taken);
                    }
                }
            }
            Action::Fail { .. } => break,
            _ => {}
        }
    }
    (data, count, engine.last_event_id().to_string())
}

#[test]
fn every_vector_has_the_same_events_and_the_same_error_with_any_bound_in_pieces_of_any_size() {
    for vector in vectors::all() {
        assert_eq!(referee(&vector.stream, usize::MAX, false).meaning, vector.expected, "{}", vector.name);
        for max_event_size in 0..40 {
            let expected = referee(&vector.stream, max_event_size, true);
            for size in [1, 2, 3, 5, 8, 13, vector.stream.len().max(1)] {
                let mut parser = Parser::new().with_comments().with_max_event_size(max_event_size);
                let outcome = read(&mut parser, vector.stream.chunks(size));
                assert_eq!(outcome, expected, "{} by {size}, {max_event_size} bytes", vector.name);
            }
        }
    }
}

/// Lines of every kind, short and long.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof![
        3 => Just("data: "), 2 => Just("data:"), 2 => Just("id: "), 1 => Just("id:"), 2 => Just("event: "), 1 => Just(": "),
        1 => Just(":"), 1 => Just("retry: "), 1 => Just("other: "), 1 => Just("events: "), 1 => Just("no colon "), 1 => Just("x"),
    ];
    let value = prop_oneof![
        4 => "[0-9]{0,12}".prop_map(String::into_bytes),
        4 => "[a-zäß€🎈]{0,12}".prop_map(String::into_bytes),
        2 => (0usize..300).prop_map(|length| vec![b'7'; length]),
        1 => proptest::collection::vec(any::<u8>().prop_filter("not an end", |byte| !matches!(byte, b'\n' | b'\r')), 0..60),
        1 => (0usize..60, 0usize..60).prop_map(|(before, behind)| [vec![b'a'; before], vec![0], vec![b'b'; behind]].concat()),
    ];
    prop_oneof![
        4 => Just(Vec::new()),
        1 => prop_oneof![Just("data"), Just("id"), Just("event"), Just("retry"), Just("dat")].prop_map(|name| name.into()),
        9 => (name, value).prop_map(|(name, value)| [name.as_bytes(), &value].concat()),
    ]
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let end = prop_oneof![6 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    let mark = prop_oneof![4 => Just(&b""[..]), 1 => Just(&b"\xEF\xBB\xBF"[..]), 1 => Just(&b"\xEF\xBB"[..])];
    (mark, proptest::collection::vec((line(), end), 0..30), line()).prop_map(|(mark, lines, cut)| {
        let lines = lines.into_iter().flat_map(|(line, end)| [line, end.as_bytes().to_vec()].concat());
        mark.iter().copied().chain(lines).chain(cut).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_stream_has_the_same_events_and_the_same_error_however_it_is_cut(
        stream in stream(),
        max_event_size in prop_oneof![1 => 0usize..10, 4 => 10usize..200, 1 => Just(usize::MAX)],
        with_comments in any::<bool>(),
    ) {
        let parser = || {
            let parser = Parser::new().with_max_event_size(max_event_size);
            if with_comments { parser.with_comments() } else { parser }
        };
        let expected = referee(&stream, max_event_size, with_comments);
        prop_assert_eq!(&read(&mut parser(), [&stream[..]]), &expected);
        for at in 0..=stream.len() {
            let (left, right) = stream.split_at(at);
            prop_assert_eq!(&read(&mut parser(), [left, right]), &expected, "cut at {}", at);
        }
        for size in 1..9 {
            prop_assert_eq!(&read(&mut parser(), stream.chunks(size)), &expected, "by {}", size);
        }
        let data: String = expected.meaning.events.iter().map(|event| event.data.as_str()).collect();
        let all = (data.into_bytes(), expected.meaning.events.len(), expected.meaning.last_event_id);
        for at in [0, stream.len() / 3, stream.len() / 2] {
            let (left, right) = stream.split_at(at);
            prop_assert_eq!(&read_ahead(parser(), &[left, right]), &all, "read ahead, cut at {}", at);
        }
    }
}

const LONG: usize = 1_000_000;
const MAX_SIZE: usize = 100_000;

fn long(before: &str, byte: u8, behind: &str) -> Vec<u8> {
    [before.as_bytes(), &vec![byte; LONG], behind.as_bytes()].concat()
}

/// Ways to cut the stream: into one piece, into a few, and in the middle of a field's name.
fn splits(stream: &[u8]) -> Vec<Vec<&[u8]>> {
    let mut splits: Vec<Vec<&[u8]>> =
        [1, 3, 1000, 4096, 70_000].iter().map(|size| stream.chunks(*size).collect()).collect();
    splits.extend((0..20).map(|at| vec![&stream[..at], &stream[at..]]));
    splits
}

#[test]
fn what_is_skipped_takes_no_memory_and_does_not_count() {
    for stream in [
        long(": ", b'a', "\ndata: a\n\n"),
        long(":", b':', "\ndata: a\n\n"),
        long("other: ", b'a', "\ndata: a\n\n"),
        long("no colon ", b'a', "\ndata: a\n\n"),
        long("datax: ", b'a', "\ndata: a\n\n"),
        long("dat: ", b'a', "\ndata: a\n\n"),
        long("\u{feff}other: ", b'a', "\ndata: a\n\n"),
        long("\u{feff}: ", b'a', "\ndata: a\n\n"),
        long("retry: x", b'1', "\ndata: a\n\n"),
        long("retry: 0", b'0', "\ndata: a\n\n"),
        long("retry: 1", b'9', "x\ndata: a\n\n"),
        long("id: a\0", b'a', "\ndata: a\n\n"),
        long("data: a\n: ", b'a', "\n\n"),
    ] {
        for pieces in splits(&stream) {
            let mut parser = Parser::new().with_max_event_size(64);
            let mut events = 0;
            let peak = measure(|| {
                for mut piece in pieces.iter().copied() {
                    while let Some(step) = parser.advance(&mut piece).expect("nothing is too large") {
                        events += usize::from(matches!(step, Step::Event(event) if event.data() == "a"));
                    }
                }
            })
            .bytes_max;
            assert_eq!(events, 1, "{:?}", String::from_utf8_lossy(&stream[..12]));
            assert!(peak <= 1024, "{:?}: {peak} bytes", String::from_utf8_lossy(&stream[..12]));
        }
    }
}

#[test]
fn what_counts_takes_no_more_memory_than_the_limit_and_what_a_buffer_grows_by() {
    for (stream, part) in [
        (long("data: ", b'a', "\n\n"), EventPart::Event),
        ([b"data: ".to_vec(), b"a\ndata: ".repeat(LONG / 8)].concat(), EventPart::Event),
        (long("data: a\ndata: ", b'a', "\n\n"), EventPart::Event),
        (long("\u{feff}data:", b'a', "\n\n"), EventPart::Event),
        (long("id: ", b'a', "\n\n"), EventPart::Id),
        (long("event:", b'a', "\n\n"), EventPart::EventType),
        (long(": ", b'a', "\n\n"), EventPart::Comment),
    ] {
        let max_size = if matches!(part, EventPart::Id | EventPart::EventType) { MAX_HEAD_SIZE } else { MAX_SIZE };
        for pieces in splits(&stream) {
            let mut parser = Parser::new().with_max_event_size(MAX_SIZE).with_comments();
            let mut error = None;
            let read = measure(|| error = pieces.iter().find_map(|piece| parser.advance(&mut &**piece).err()));
            assert_eq!(error, Some(EventTooLarge { part, max_size }));
            assert!(read.bytes_max <= GROWTH * MAX_SIZE as u64 + CONSTANT, "{part:?}: {} bytes", read.bytes_max);
            assert!(read.bytes_current <= CONSTANT as i64, "{part:?}: {} bytes are kept", read.bytes_current);
        }
    }
}

#[test]
fn what_is_malformed_takes_three_times_as_much_at_most() {
    let stream = long("data: ", b'\xFF', "\n\n");
    for pieces in splits(&stream) {
        let mut parser = Parser::new().with_max_event_size(MAX_SIZE);
        let peak = measure(|| assert!(pieces.iter().any(|piece| parser.advance(&mut &**piece).is_err()))).bytes_max;
        assert!(peak <= GROWTH * 3 * MAX_SIZE as u64 + CONSTANT, "{peak} bytes");
    }
}

#[test]
fn what_was_large_is_given_back() {
    let type_and_id = "x".repeat(MAX_HEAD_SIZE);
    let large = "x".repeat(LONG);
    for (first, is_error) in [
        (format!("data: {large}\n\n"), false),
        (format!("data: a\ndata: {large}\n\n"), false),
        (format!(": {large}\n\n"), false),
        (format!("event: {type_and_id}\ndata: a\n\n"), false),
        (format!("id: {type_and_id}\ndata: a\n\n"), false),
        (format!("id: {type_and_id}\n\n"), false),
        (format!("id: {type_and_id}\nevent: {type_and_id}\ndata: cut"), false),
        (format!("id: {large}\n\n"), true),
        (format!("event: {large}\n\n"), true),
    ] {
        for size in [1, 1000, first.len()] {
            let mut parser = Parser::new().with_comments();
            let kept = measure(|| {
                assert_eq!(read(&mut parser, first.as_bytes().chunks(size)).error.is_some(), is_error);
                parser.restart();
                read(&mut parser, [&b"id: 1\nevent: x\ndata: a\n\ndata: b\n\n: c\n"[..]]);
            })
            .bytes_current;
            assert!(kept <= CONSTANT as i64, "{:?} by {size}: {kept} bytes are kept", &first[..12]);
        }
    }
}

#[test]
fn an_engine_that_waits_keeps_no_large_chunk() {
    let chunk = format!("data: {}\n\n", "x".repeat(LONG));
    let mut engine = Engine::for_body(Parser::new());
    while engine.next_action(&Stopped) != Action::Read {}
    let kept = measure(|| {
        engine.receive_chunk(chunk.len()).expect("it was asked for").copy_from_slice(chunk.as_bytes());
        for action in [Action::Dispatch, Action::Read, Action::Nothing] {
            assert_eq!(engine.next_action(&Stopped), action);
        }
    })
    .bytes_current;
    assert!(kept <= 1024, "{kept} bytes are kept");
}

#[test]
fn data_of_exactly_the_limit_passes_byte_by_byte_and_one_byte_more_does_not() {
    const LIMIT: usize = 100;
    // If the data has two lines, the LF between them counts.
    for lines in [vec![LIMIT], vec![40, LIMIT - 41]] {
        for more in [0, 1] {
            let mut stream: String = lines.iter().map(|length| format!("data: {}\n", "x".repeat(*length))).collect();
            stream.insert_str(stream.len() - 1, &"x".repeat(more));
            stream.push('\n');
            let mut parser = Parser::new().with_max_event_size(LIMIT);
            let outcome = read(&mut parser, stream.as_bytes().chunks(1));
            let error = (more > 0).then_some(EventTooLarge { part: EventPart::Event, max_size: LIMIT });
            assert_eq!((outcome.meaning.events.len(), outcome.error), (1 - more, error));
        }
    }
}

#[test]
fn a_type_and_an_id_up_to_their_limit_pass_and_beyond_it_they_are_too_large_new_or_not() {
    for (field, part) in [("event", EventPart::EventType), ("id", EventPart::Id)] {
        for more in [0, 1] {
            // The first ID of this length is new, and the second is not.
            let value = "x".repeat(MAX_HEAD_SIZE + more);
            let stream = format!("{field}: {value}\ndata: a\n\n{field}: {value}\ndata: a\n\n");
            let error = (more > 0).then_some(EventTooLarge { part, max_size: MAX_HEAD_SIZE });
            let mut streams = splits(stream.as_bytes());
            streams.extend([65_536, 65_540, 65_541, 65_542, 65_543, 65_544].map(|at| {
                let (left, right) = stream.as_bytes().split_at(at);
                vec![left, right]
            }));
            for pieces in streams {
                let mut parser = Parser::new();
                parser.set_last_event_id(&value);
                let outcome = read(&mut parser, pieces);
                assert_eq!((outcome.meaning.events.len(), outcome.error), (if more > 0 { 0 } else { 2 }, error));
            }
        }
    }
    let error = EventTooLarge { part: EventPart::Id, max_size: MAX_HEAD_SIZE };
    assert_eq!(error.to_string(), "the event's ID exceeds the 65536 bytes allowed for one");
}
