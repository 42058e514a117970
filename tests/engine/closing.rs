//! Closing at any moment, and what an engine does not ask for.

use wasm_eventsource::connection::{ReadyState, ResponseHead};
use wasm_eventsource::engine::{Action, Engine, Signal};
use wasm_eventsource::event_stream::Parser;

use crate::page::{FakeClock, Page, Reply, STREAM};

#[test]
fn closing_from_a_listener_drops_the_rest_of_the_chunk() {
    let mut page = Page::new([STREAM, Reply::Chunk(b"data: a\n\ndata: b\n\ndata: c\n\n"), STREAM]);
    page.close_on = Some("b");
    page.run()
        .saw(&[r#"request id="""#, "open [Open]", r#"message "a" id="" [Open]"#, r#"message "b" id="" [Open]"#])
        .pass(1_000_000)
        .saw(&[]);
    assert_eq!(page.engine.ready_state(), ReadyState::Closed);
}

#[test]
fn comments_are_shown_in_their_place_and_closing_from_one_drops_the_rest() {
    let comments: [&[u8]; 2] = [b": one\n\ndata: a\n: tw", b"o\n\n: three\n: four\n"];
    let script = || [STREAM, Reply::Chunk(comments[0]), Reply::Chunk(comments[1])];
    let mut page = Page::with_parser(Parser::new().with_comments(), script());
    page.close_on = Some("three");
    page.run()
        .saw(&[
            r#"request id="""#,
            "open [Open]",
            r#"comment "one" [Open]"#,
            r#"comment "two" [Open]"#,
            r#"message "a" id="" [Open]"#,
            r#"comment "three" [Open]"#,
        ])
        .pass(1_000_000)
        .saw(&[]);
    assert_eq!(page.engine.comment(), None);

    let mut page = Page::new(script());
    page.run().saw(&[r#"request id="""#, "open [Open]", r#"message "a" id="" [Open]"#]);
}

#[test]
fn after_close_in_any_state_nothing_happens_whatever_is_received() {
    let before: [(&str, Vec<Reply>); 6] = [
        ("connecting", vec![]),
        ("open", vec![STREAM]),
        ("in the middle of an event", vec![STREAM, Reply::Chunk(b"data: a")]),
        ("probing", vec![Reply::Hidden]),
        ("waiting", vec![Reply::Broken]),
        ("failed", vec![Reply::Response(500, None)]),
    ];
    for (state, script) in before {
        let mut page = Page::new(script);
        page.run().log.clear();
        page.engine.close();
        page.engine.close();
        page.engine.suspend();
        page.engine.resume();
        page.engine.stop_waiting();
        let head = ResponseHead { status: 200, content_type: Some("text/event-stream"), ..ResponseHead::default() };
        page.engine.receive(Signal::Response(head));
        page.engine.receive(Signal::EndOfBody);
        page.engine.receive(Signal::Answered);
        page.engine.receive(Signal::Unusable { message: "no response".into() });
        page.engine.receive(Signal::NetworkError { message: String::new(), hidden: true });
        assert!(page.engine.receive_chunk(9).is_none(), "{state}");
        page.pass(1_000_000).saw(&[]);
        assert_eq!(page.engine.ready_state(), ReadyState::Closed, "{state}");
    }
}

#[test]
fn a_signal_received_before_close_is_not_acted_on_after_it() {
    let mut page = Page::new([]);
    page.run().log.clear();
    let head = ResponseHead { status: 200, content_type: Some("text/event-stream"), ..ResponseHead::default() };
    page.engine.receive(Signal::Response(head));
    assert_eq!(page.engine.ready_state(), ReadyState::Connecting, "the state changes with its event");
    page.engine.close();
    page.run().saw(&[]);
}

#[test]
fn what_nobody_asked_for_is_ignored() {
    let mut page = Page::new([]);
    assert!(page.engine.receive_chunk(3).is_none());
    page.run().log.clear();
    page.engine.receive(Signal::EndOfBody);
    page.engine.receive(Signal::Answered);
    assert!(page.engine.receive_chunk(3).is_none());
    page.run().saw(&[]);
    assert_eq!(page.engine.ready_state(), ReadyState::Connecting);
}

#[test]
fn a_chunk_is_asked_for_only_when_the_last_one_is_consumed() {
    let mut engine = Engine::default();
    let clock = FakeClock::default();
    assert_eq!(engine.next_action(&clock), Action::Request);
    engine.receive(Signal::Response(ResponseHead {
        status: 200,
        content_type: Some("text/event-stream"),
        ..ResponseHead::default()
    }));
    assert_eq!(engine.next_action(&clock), Action::Open);
    assert_eq!(engine.next_action(&clock), Action::Read);
    assert_eq!(engine.next_action(&clock), Action::Nothing);
    let stream = b"data: a\n\ndata: b\n\n";
    engine.receive_chunk(stream.len()).expect("a chunk is awaited").copy_from_slice(stream);
    assert_eq!(engine.next_action(&clock), Action::Dispatch);
    assert!(engine.receive_chunk(1).is_none(), "no chunk is awaited between two events of one");
    assert_eq!(engine.next_action(&clock), Action::Dispatch);
    assert_eq!(engine.next_action(&clock), Action::Read);
}

#[test]
fn a_smaller_chunk_does_not_bring_back_what_a_larger_one_left_in_the_buffer() {
    let large: &'static [u8] = "data: 0123456789\n\n".repeat(10_000).leak().as_bytes();
    let mut page = Page::new([STREAM, Reply::Chunk(b"data: a\n\n"), Reply::Chunk(b"data"), Reply::Chunk(b": b\n\n")]);
    page.run();
    assert_eq!(page.log.iter().filter(|line| line.starts_with("message")).count(), 2);

    let mut engine = Engine::default();
    let clock = FakeClock::default();
    engine.next_action(&clock);
    engine.receive(Signal::Response(ResponseHead {
        status: 200,
        content_type: Some("text/event-stream"),
        ..ResponseHead::default()
    }));
    let mut count = 0;
    for chunk in [large, b"data: a\n\n", large, b"data: b\n"] {
        loop {
            match engine.next_action(&clock) {
                Action::Dispatch => count += 1,
                Action::Read => break,
                _ => {}
            }
        }
        engine.receive_chunk(chunk.len()).expect("a chunk is awaited").copy_from_slice(chunk);
    }
    while engine.next_action(&clock) != Action::Read {
        count += 1;
    }
    assert_eq!(count, 20_001);
}

#[test]
fn only_a_request_can_be_one_that_was_not_prepared() {
    let unprepared = || Signal::Unprepared { message: "no token".into() };
    let mut page = Page::new([]);
    page.run().log.clear();
    page.engine.receive(unprepared());
    page.run().saw(&["error (the request could not be prepared: no token) again in 3s [Connecting]", "wait 3000"]);
    page.engine.receive(unprepared());
    page.run().saw(&["wait 3000"]);
    let mut page = Page::new([STREAM]);
    page.run().log.clear();
    page.engine.receive(unprepared());
    page.run().saw(&[]);
}

#[test]
fn of_two_signals_before_an_action_the_first_counts() {
    let mut page = Page::new([]);
    page.run().log.clear();
    page.engine.receive(Signal::Unprepared { message: "no token".into() });
    page.engine.receive(Signal::NetworkError { message: "broken".into(), hidden: true });
    page.engine.receive(Signal::Unusable { message: "no response".into() });
    page.run().saw(&["error (the request could not be prepared: no token) again in 3s [Connecting]", "wait 3000"]);
}

#[test]
fn a_body_that_is_there_already_asks_for_nothing_but_its_chunks() {
    let mut page = Page::new([]);
    page.engine = Engine::for_body(Parser::new());
    assert!(!page.engine.reconnect());
    page.engine.receive(Signal::NetworkError { message: "broken".into(), hidden: true });
    page.engine.receive(Signal::Unusable { message: "no response".into() });
    page.run().saw(&["open [Open]"]);
    assert!(!page.engine.reconnect());
    page.engine.close();
    assert!(!page.engine.reconnect());
}
