//! The end of a body: complete or not, an event stream or not.

use wasm_eventsource::connection::{Reconnect, ResponseHead};
use wasm_eventsource::engine::{Action, Engine, Incomplete, Signal};
use wasm_eventsource::event_stream::Parser;
use wasm_eventsource::{Error, Reason};

use crate::page::FakeClock;

/// How a body comes to its end.
#[derive(Clone, Copy)]
enum End {
    Regular,
    Broken,
}

/// The data of the events, the last event ID, and the error behind them, when the body comes in pieces of this size.
fn read(engine: Engine, body: &[u8], size: usize, end: End) -> (Vec<String>, String, Error) {
    let mut engine = engine;
    let clock = FakeClock::default();
    let mut chunks = body.chunks(size);
    let mut told = Vec::new();
    loop {
        match engine.next_action(&clock) {
            Action::Request => {
                let head = ResponseHead { status: 200, content_type: Some("text/event-stream"), retry_after: None };
                engine.receive(Signal::Response(head));
            }
            Action::Read => match (chunks.next(), end) {
                (Some(chunk), _) => engine.receive_chunk(chunk.len()).expect("it was asked for").copy_from_slice(chunk),
                (None, End::Regular) => engine.receive(Signal::EndOfBody),
                (None, End::Broken) => engine.receive(Signal::NetworkError { message: "cut".into(), hidden: false }),
            },
            Action::Dispatch => told.push(engine.event().expect("an event").data().to_string()),
            Action::Open => {}
            Action::Reconnect { error } | Action::Fail { error } => {
                return (told, engine.last_event_id().to_string(), error);
            }
            action => panic!("{action:?}"),
        }
    }
}

/// At every size of the pieces it comes to the same.
fn read_at_every_split(engine: impl Fn() -> Engine, body: &str, end: End) -> (Vec<String>, String, Error) {
    let whole = read(engine(), body.as_bytes(), body.len().max(1), end);
    for size in 1..body.len() {
        assert_eq!(read(engine(), body.as_bytes(), size, end), whole, "{body:?} in pieces of {size}");
    }
    whole
}

const CUT: [(&str, &str); 9] = [
    ("data: a\n\ndata: b\n", "b"),
    ("data: a\n\ndata: b", "b"),
    ("data: a\r\n\r\ndata: b\r\n", "b"),
    ("data: a\r\rdata: b\r", "b"),
    ("data: a\n\nid: 7\ndata: b\ndata: c", "b\nc"),
    ("data: a\n\ndata: b\nid: 7", "b"),
    ("data: a\n\ndata: b\n: comment", "b"),
    ("data: a\n\ndata", ""),
    ("data: a\n\ndata:", ""),
];

#[test]
fn an_event_whose_blank_line_has_not_come_is_discarded_delivered_or_an_error() {
    for (body, last) in CUT {
        let of = |incomplete| read_at_every_split(|| Engine::default().with_incomplete(incomplete), body, End::Regular);
        let (told, id, error) = of(Incomplete::Discard);
        assert_eq!((told, id.as_str(), error.reason()), (vec!["a".to_string()], "", &Reason::Ended), "{body:?}");
        let (told, id, error) = of(Incomplete::Deliver);
        assert_eq!(told, ["a", last], "{body:?}");
        assert_eq!(
            (id.as_str(), error.reason()),
            (if body.contains('7') { "7" } else { "" }, &Reason::Ended),
            "{body:?}"
        );
        let (told, id, error) = of(Incomplete::Error);
        assert_eq!((told, id.as_str(), error.reason()), (vec!["a".to_string()], "", &Reason::Truncated), "{body:?}");
    }
}

#[test]
fn a_complete_stream_is_the_same_with_each_of_them() {
    for body in [
        "",
        "\r\n",
        "data: a\n\n",
        "data: a\n\n: comment",
        "data: a\n\nid: 7\n",
        "data: a\n\nevent: x\n",
        "data: a\r\n\r\n",
        "data: a\n\nunknown",
    ] {
        let of = |incomplete| {
            let (told, _, error) =
                read_at_every_split(|| Engine::default().with_incomplete(incomplete), body, End::Regular);
            (told, error)
        };
        let told = of(Incomplete::Discard);
        assert_eq!(told.1.reason(), &Reason::Ended);
        assert_eq!(of(Incomplete::Deliver), told, "{body:?}");
        if !body.contains("unknown") {
            assert_eq!(of(Incomplete::Error), told, "{body:?}");
        }
    }
}

#[test]
fn a_connection_that_breaks_off_delivers_no_half_an_event() {
    let engine = || Engine::default().with_incomplete(Incomplete::Deliver);
    let (told, _, error) = read_at_every_split(engine, "data: a\n\ndata: b", End::Broken);
    assert_eq!((told, error.reason().name()), (vec!["a".to_string()], "network"));
}

#[test]
fn before_its_declared_end_a_stream_that_is_over_was_truncated() {
    for end in [End::Regular, End::Broken] {
        let engine = || Engine::default().with_declared_end().with_reconnect(Reconnect::never());
        let (told, _, error) = read_at_every_split(engine, "data: a\n\n", end);
        assert_eq!((told, error.reason(), error.is_fatal()), (vec!["a".to_string()], &Reason::Truncated, true));
        let engine = || Engine::default().with_declared_end();
        let (_, _, error) = read_at_every_split(engine, "data: a\n\n", end);
        assert_eq!((error.reason(), error.is_fatal()), (&Reason::Truncated, false), "it reconnects, and goes on");
    }
    let (_, _, error) = read(Engine::for_body(Parser::new()).with_declared_end(), b"data: a\n\n", 9, End::Regular);
    assert_eq!(error.reason(), &Reason::Truncated);
    // No stream has begun, so none was truncated.
    let mut engine = Engine::default().with_declared_end().with_reconnect(Reconnect::never());
    assert_eq!(engine.next_action(&FakeClock::default()), Action::Request);
    engine.receive(Signal::NetworkError { message: "refused".into(), hidden: false });
    let Action::Fail { error } = engine.next_action(&FakeClock::default()) else { panic!("it fails") };
    assert_eq!(error.reason().name(), "network");
}

#[test]
fn a_body_without_a_line_of_an_event_stream_is_told_with_its_beginning() {
    let page = format!("<!doctype html>\n<title>{}</title>\n", "x".repeat(2000));
    for body in
        [r#"{"error": "no credit"}"#, "{\n  \"error\": \"data: x\"\n}\n", "Not found\r\n", "\u{FEFF}x", &page, "\n\nda"]
    {
        let (told, _, error) = read_at_every_split(Engine::default, body, End::Regular);
        let Reason::NotEventStream { beginning } = error.reason() else { panic!("{body:?}: {error}") };
        assert_eq!((told.len(), beginning.as_str()), (0, &body[..body.len().min(1024)]));
        assert!(!error.is_fatal(), "as after every end");
    }
}

#[test]
fn a_body_with_a_line_of_an_event_stream_has_just_ended() {
    let late = format!("{}\ndata: a\n\n", "x".repeat(5000));
    for body in [
        "",
        "\r\n",
        " \n",
        "data: a\n\n",
        "data",
        ": hello",
        ":",
        "retry: 1",
        "id",
        "{}\nevent: x\n{}",
        "\u{FEFF}data: a",
        &late,
    ] {
        let (_, _, error) = read(Engine::default(), body.as_bytes(), 700, End::Regular);
        assert_eq!(error.reason(), &Reason::Ended, "{body:?}");
    }
}

#[test]
fn the_next_body_is_judged_anew() {
    let mut engine = Engine::default();
    let clock = FakeClock::default();
    let mut bodies = ["data: a\n\n", "<html>", "data: b\n\n"].into_iter();
    let mut reasons = Vec::new();
    let mut body = None;
    while reasons.len() < 3 {
        match engine.next_action(&clock) {
            Action::Request => {
                body = bodies.next();
                let head = ResponseHead { status: 200, content_type: Some("text/event-stream"), retry_after: None };
                engine.receive(Signal::Response(head));
            }
            Action::Read => match body.take() {
                Some(text) => engine.receive_chunk(text.len()).expect("asked for").copy_from_slice(text.as_bytes()),
                None => engine.receive(Signal::EndOfBody),
            },
            Action::Reconnect { error } => reasons.push(error.reason().name()),
            Action::Wait { until } => clock.now.set(until),
            Action::Open | Action::Dispatch => {}
            action => panic!("{action:?}"),
        }
    }
    assert_eq!(reasons, ["ended", "not-event-stream", "ended"]);
}

#[test]
fn a_last_event_id_that_is_set_goes_into_the_next_request() {
    let (_, id, _) = read(Engine::default(), b"id: 7\ndata: a\n\n", 4, End::Regular);
    assert_eq!(id, "7");
    let mut engine = Engine::default();
    engine.set_last_event_id("5");
    assert_eq!(engine.last_event_id(), "5");
    let (_, id, _) = read(engine, b"data: a\n\n", 4, End::Regular);
    assert_eq!(id, "5");
}
