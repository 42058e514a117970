//! Events that are taken many at once are those that are taken one by one, and none counts before it was handed out.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/stopped.rs"]
mod stopped;

use proptest::prelude::*;
use wasm_eventsource::engine::{Action, Engine};
use wasm_eventsource::event_stream::{Batch, Parser};

use stopped::Stopped;

/// Type, data and ID of an event, and what the engine says of the last event ID and of the reconnection time afterwards.
type Told = (String, String, String, String, u32);

/// How many of the events of a batch are to be taken, at least one.
type Take<'a> = &'a mut dyn FnMut(usize) -> usize;

fn told(engine: &Engine, event_type: &str, data: &str, id: &str) -> Told {
    let last = engine.last_event_id().to_string();
    (event_type.to_string(), data.to_string(), id.to_string(), last, engine.reconnection_time().as_millis() as u32)
}

fn one(engine: &mut Engine) -> Told {
    let event = engine.event().expect("it is to be dispatched");
    let (event_type, data, id) =
        (event.event_type().to_string(), event.data().to_string(), event.last_event_id().to_string());
    told(engine, &event_type, &data, &id)
}

/// As a face does it, which has the text as UTF-16.
fn many(engine: &mut Engine, batch: &mut Batch, take: Take<'_>) -> Vec<Told> {
    engine.fill(batch);
    let head = engine.event_head().expect("of the event");
    let (mut event_type, mut id) = (head.event_type.to_string(), head.last_event_id.to_string());
    let (Ok(text), false) = (core::str::from_utf8(batch.text()), batch.is_empty()) else {
        engine.settle(batch, 0);
        return vec![one(engine)];
    };
    check_pages(text, batch);
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut start = 0;
    let mut part = |end: u32| {
        let part = String::from_utf16(&units[start..end as usize]).expect("whole characters");
        start = end as usize;
        part
    };
    let count = take(batch.len());
    let mut events = Vec::new();
    for places in batch.places().chunks(3).take(count) {
        let data = part(places[0]);
        for (known, new) in [(&mut id, part(places[1])), (&mut event_type, part(places[2]))] {
            if !new.is_empty() {
                *known = new;
            }
        }
        events.push((event_type.clone(), data, id.clone()));
    }
    engine.settle(batch, count);
    assert_eq!(engine.last_event_id(), id, "that of the last event that was handed out");
    // One by one, each event's ID would be the engine's last.
    events
        .iter()
        .map(|(event_type, data, id)| {
            (event_type.clone(), data.clone(), id.clone(), id.clone(), engine.reconnection_time().as_millis() as u32)
        })
        .collect()
}

/// Every event is in one page, and every page is small, or is one event. What is cut out of a page keeps all of it in memory.
fn check_pages(text: &str, batch: &Batch) {
    let mut events = batch.places().chunks(3).map(|places| places[2]).peekable();
    let (mut start, mut units) = (0, 0);
    for end in batch.pages().iter().map(|end| *end as usize) {
        let page = &text[start..end];
        units += page.encode_utf16().count() as u32;
        let in_page: Vec<u32> = std::iter::from_fn(|| events.next_if(|event| *event <= units)).collect();
        assert_eq!(in_page.last(), Some(&units), "it ends with an event");
        let in_memory = if page.is_ascii() { page.len() } else { 2 * page.encode_utf16().count() };
        assert!(in_page.len() == 1 || in_memory <= 5 * 1024, "{} events with {in_memory} bytes", in_page.len());
        start = end;
    }
    assert_eq!((start, events.next()), (text.len(), None), "the last page ends with the text");
}

/// The events of a body in chunks: one by one, or many at once.
fn events(chunks: &[&[u8]], parser: Parser, mut take: Option<Take<'_>>) -> Vec<Told> {
    let mut chunks = chunks.iter();
    let mut engine = Engine::for_body(parser);
    let mut batch = Batch::default();
    let mut events = Vec::new();
    loop {
        match engine.next_action(&Stopped) {
            Action::Read => match chunks.next() {
                Some(chunk) => {
                    engine.receive_chunk(chunk.len()).expect("it was asked for").copy_from_slice(chunk);
                }
                None => return events,
            },
            Action::Dispatch => match &mut take {
                Some(take) => events.extend(many(&mut engine, &mut batch, take)),
                None => events.push(one(&mut engine)),
            },
            Action::Fail { .. } => return events,
            _ => {}
        }
    }
}

fn batch_of(stream: &[u8]) -> (Engine, Batch) {
    let mut engine = Engine::for_body(Parser::new());
    while engine.next_action(&Stopped) != Action::Read {}
    engine.receive_chunk(stream.len()).expect("it was asked for").copy_from_slice(stream);
    assert_eq!(engine.next_action(&Stopped), Action::Dispatch);
    let mut batch = Batch::default();
    engine.fill(&mut batch);
    (engine, batch)
}

#[test]
fn a_batch_goes_on_over_what_is_nothing_but_events() {
    for (stream, expected) in [
        (&b"data: a\n\ndata: b\n\ndata: c\n\n"[..], 3),
        (b"data: a\r\n\r\ndata: b\r\n\r\n: comment\r\ndata: c\r\n\r\n", 3),
        (b"data: a\n\nid: 1\nevent: x\ndata: b\n\nevent\ndata\ndata: c\nnot a field\n\n", 3),
        (b"data: a\n\n\n\nevent: of nothing\n\ndata: b\n\n", 2),
        // What else there is counts when it is its turn.
        (b"data: a\n\nretry: 5\ndata: b\n\n", 1),
        (b"data: a\n\nid: 1\n\ndata: b\n\n", 1),
        (b"data: a\n\nid\ndata: b\n\n", 1),
        // Not whole: after a CR an LF may follow.
        (b"data: a\n\ndata: b\n", 1),
        (b"data: a\n\ndata: b\n\r", 1),
    ] {
        let (_, batch) = batch_of(stream);
        assert_eq!((batch.len(), batch.is_empty()), (expected, false), "{}", String::from_utf8_lossy(stream));
    }
    let sized = |size: usize| [b"data: ", &vec![b'a'; size][..], b"\n\n"].concat();
    assert!(!batch_of(&sized(4096)).1.is_empty());
    let large = sized(4097);
    assert!(batch_of(&large).1.is_empty(), "a large one is left alone");
    assert_eq!(batch_of(&[b"data: a\n\n", &large[..]].concat()).1.len(), 1, "also behind a small one");
    let (mut engine, mut batch) = batch_of(b"data: a\n\n");
    engine.reset();
    engine.fill(&mut batch);
    assert_eq!(batch.len(), 0, "there is no event any more");
}

#[test]
fn what_is_malformed_does_not_become_a_character_with_what_follows() {
    for stream in [&b"data: \xE2\x82\n\ndata: \xAC\n\n"[..], b"data: a\n\nid: \xA4\ndata: \xC3\n\n"] {
        let told = events(&[stream], Parser::new(), Some(&mut |count| count));
        assert_eq!(told, events(&[stream], Parser::new(), None));
    }
    let (mut engine, mut batch) = batch_of(&b"data: \xFF\n\n".repeat(3));
    engine.settle(&mut batch, 0);
    for _ in 1..3 {
        assert_eq!(engine.next_action(&Stopped), Action::Dispatch);
        engine.fill(&mut batch);
        assert_eq!(batch.len(), 1, "others are malformed, too");
    }
}

#[test]
fn comments_that_are_to_be_told_are_not_passed_over() {
    let mut engine = Engine::for_body(Parser::new().with_comments());
    while engine.next_action(&Stopped) != Action::Read {}
    let stream = b"data: a\n\n: b\ndata: c\n\n";
    engine.receive_chunk(stream.len()).expect("it was asked for").copy_from_slice(stream);
    assert_eq!(engine.next_action(&Stopped), Action::Dispatch);
    let mut batch = Batch::default();
    engine.fill(&mut batch);
    engine.settle(&mut batch, 1);
    assert_eq!(engine.next_action(&Stopped), Action::Comment);
}

#[test]
fn what_is_too_large_by_itself_is_not_passed_over() {
    // Two and two bytes, and the LF between them. Malformed bytes count as what they are, although they become three each.
    for (stream, expected) in [
        (&b"data: a\n\ndata: bb\ndata: cc\n\n"[..], 1),
        (b"data: a\n\nevent: \xFF\xFF\ndata: \xFF\xFF\xFF\n\n", 1),
        (b"data: a\n\nevent: \xFF\xFF\ndata: \xFF\xFF\n\n", 2),
        (b"data: a\n\nid: \xFF\xFF\ndata: \xFF\ndata\n\n", 2),
    ] {
        let parser = || Parser::new().with_max_event_size(4);
        let told = events(&[stream], parser(), Some(&mut |count| count));
        assert_eq!(told.len(), expected, "{}", String::from_utf8_lossy(stream));
        assert_eq!(told, events(&[stream], parser(), None));
        for at in 0..stream.len() {
            let (left, right) = stream.split_at(at);
            assert_eq!(told, events(&[left, right], parser(), Some(&mut |count| count)), "cut at {at}");
        }
    }
}

#[test]
fn a_long_batch_has_small_pages_whatever_is_in_it() {
    for (data, pages) in
        [("a".repeat(100), 7..10), ("ä".repeat(50), 15..18), ("a🎈".repeat(20), 15..18), ("a".repeat(1500), 10..13)]
    {
        let stream = format!("id: {data}\ndata: {data}\n\n").repeat(400);
        let (_, batch) = batch_of(stream.as_bytes());
        assert!(pages.contains(&batch.pages().len()), "{} pages of {} bytes", batch.pages().len(), batch.text().len());
        check_pages(core::str::from_utf8(batch.text()).expect("UTF-8"), &batch);
    }
    // A page that is exactly full, and events that are larger than one.
    for (data, count, pages) in [("a".repeat(1024), 8, 2), ("ä".repeat(1500), 3, 3)] {
        let (_, batch) = batch_of(format!("data: {data}\n\n").repeat(count).as_bytes());
        assert_eq!((batch.len(), batch.pages().len()), (count, pages));
        check_pages(core::str::from_utf8(batch.text()).expect("UTF-8"), &batch);
    }
    // Nothing but empty events.
    let (_, batch) = batch_of(&b"data\n\n".repeat(3));
    assert_eq!((batch.places(), batch.pages()), (&[0; 9][..], &[0][..]));
}

#[test]
fn what_was_not_handed_out_does_not_count() {
    let stream = b"id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n";
    for (count, id) in [(0, "1"), (1, "1"), (2, "2"), (3, "3"), (4, "1")] {
        let (mut engine, mut batch) = batch_of(stream);
        engine.settle(&mut batch, count);
        assert_eq!((engine.last_event_id(), batch.len()), (id, 0), "{count} of three");
    }
    // Let go of in between, the connection is asked for what comes after the events that were handed out.
    let (mut engine, mut batch) = batch_of(stream);
    engine.close();
    engine.settle(&mut batch, 2);
    assert_eq!(engine.last_event_id(), "2");
    assert_eq!(engine.next_action(&Stopped), Action::Nothing);
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => Just(b"".to_vec()),
        5 => "data: ?[a-zäß€🎈]{0,9}".prop_map(String::into_bytes),
        1 => Just(b"data".to_vec()),
        2 => "id: [0-9ä]{0,3}".prop_map(String::into_bytes),
        2 => "event: ?(message|ping|)".prop_map(String::into_bytes),
        1 => "retry: [0-9]{1,3}".prop_map(String::into_bytes),
        1 => ":[a-z]{0,5}".prop_map(String::into_bytes),
        1 => Just(b"other: x".to_vec()),
        1 => Just(b"id: a\0b".to_vec()),
        1 => Just(b"data: \xE2\x82".to_vec()),
        1 => Just(b"data: \xAC".to_vec()),
        1 => Just(b"id: \xAC\xE2\x82".to_vec()),
        1 => Just(b"event: \xAC\xE2\x82".to_vec()),
    ]
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    proptest::collection::vec((line(), end), 0..60)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.as_bytes().to_vec()].concat()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn events_taken_many_at_once_are_those_taken_one_by_one(
        stream in stream(),
        cut in any::<prop::sample::Index>(),
        counts in proptest::collection::vec(1usize..9, 1..8),
        max_event_size in prop_oneof![Just(usize::MAX), 5usize..30],
    ) {
        let (left, right) = stream.split_at(cut.index(stream.len() + 1));
        let parser = || Parser::new().with_max_event_size(max_event_size);
        let expected = events(&[left, right], parser(), None);
        let mut counts = counts.iter().cycle();
        let mut some = |count: usize| count.min(*counts.next().expect("for ever"));
        prop_assert_eq!(&events(&[left, right], parser(), Some(&mut some)), &expected);
        prop_assert_eq!(&events(&[left, right], parser(), Some(&mut |count| count)), &expected);
    }
}
