//! Announcing, reestablishing, failing: what comes of each response and of none.

use std::time::Duration;

use wasm_eventsource::Reason;
use wasm_eventsource::connection::{MAX_RECONNECTION_TIME, ReadyState};
use wasm_eventsource::engine::{Action, Engine, Signal};
use wasm_eventsource::event_stream::Parser;

use crate::page::{FakeClock, Page, Reply, STREAM};

const EVENT: Reply = Reply::Chunk(b"data: a\n\n");

#[test]
fn a_stream_is_announced_read_and_reestablished_when_it_ends() {
    Page::new([STREAM, Reply::Chunk(b"data: a\n\ndata: b\n\n"), Reply::Chunk(b"data: c\n\n"), Reply::End, STREAM])
        .run()
        .saw(&[
            r#"request id="""#,
            "open [Open]",
            r#"message "a" id="" [Open]"#,
            r#"message "b" id="" [Open]"#,
            r#"message "c" id="" [Open]"#,
            "error (the server ended the stream) again in 3s [Connecting]",
            "wait 3000",
        ])
        .pass(3000)
        .saw(&[r#"request id="""#, "open [Open]"]);
}

#[test]
fn before_the_response_a_source_is_connecting_and_has_nothing_to_do() {
    let mut page = Page::new([]);
    assert_eq!(page.engine.ready_state(), ReadyState::Connecting);
    page.run().saw(&[r#"request id="""#]);
    page.pass(1_000_000).saw(&[]);
    assert_eq!(page.engine.ready_state(), ReadyState::Connecting);
}

#[test]
fn the_time_that_is_waited_is_measured_and_not_counted() {
    let mut page = Page::new([Reply::Broken, STREAM]);
    page.run();
    page.log.clear();
    page.pass(1).saw(&["wait 2999"]);
    page.pass(2998).saw(&["wait 1"]);
    page.pass(1).saw(&[r#"request id="""#, "open [Open]"]);

    let mut late = Page::new([Reply::Broken, STREAM]);
    late.run();
    late.log.clear();
    late.pass(86_400_000).saw(&[r#"request id="""#, "open [Open]"]);
}

#[test]
fn a_network_error_is_tried_again_for_as_long_as_it_takes() {
    let mut page = Page::new(vec![Reply::Broken; 50]);
    page.run().saw(&[
        r#"request id="""#,
        "error (the connection was lost or not made: broken) again in 3s [Connecting]",
        "wait 3000",
    ]);
    for _ in 1..50 {
        page.pass(3000);
        assert_eq!(page.log.iter().filter(|line| line.starts_with("request")).count(), 1, "{:?}", page.log);
        page.log.clear();
    }
}

#[test]
fn attempts_that_fail_in_a_row_wait_some_more_and_a_connection_ends_the_row() {
    let mut page = Page::new([Reply::Broken, Reply::Broken, STREAM, Reply::End, STREAM, EVENT, Reply::End]);
    page.clock.jitter.set(0.5);
    let mut waits = Vec::new();
    for _ in 0..4 {
        page.pass(60_000);
        waits.extend(page.log.iter().filter(|line| line.starts_with("wait")).cloned());
        page.log.clear();
    }
    assert_eq!(waits, ["wait 4500", "wait 6000", "wait 9000", "wait 4500"]);
}

#[test]
fn what_the_server_has_set_is_waited_to_the_millisecond_and_what_it_has_not_is_spread() {
    let [bare, timed]: [&[u8]; 2] = [b"data: a\n\n", b"retry: 3750\ndata: a\n\n"];
    for (body, jitter, waits, told) in
        [(bare, 0.0, 3000, "3s"), (bare, 0.25, 3750, "3.75s"), (bare, 0.5, 4500, "4.5s"), (timed, 0.5, 3750, "3.75s")]
    {
        let mut page = Page::new([STREAM, Reply::Chunk(body), Reply::End, STREAM]);
        page.clock.jitter.set(jitter);
        page.run().log.drain(..3);
        page.saw(&[
            &format!("error (the server ended the stream) again in {told} [Connecting]"),
            &format!("wait {waits}"),
        ]);
        page.pass(waits - 1).saw(&["wait 1"]);
        page.pass(1).saw(&[r#"request id="""#, "open [Open]"]);
    }
}

#[test]
fn retry_sets_the_reconnection_time_of_this_source_for_good() {
    let mut page = Page::new([
        STREAM,
        Reply::Chunk(b"retry: 110\n"),
        Reply::Broken,
        STREAM,
        Reply::End,
        STREAM,
        Reply::Chunk(b"retry: 0\n\n"),
        Reply::End,
    ]);
    page.run();
    assert_eq!(page.engine.reconnection_time().as_millis(), 110);
    assert_eq!(page.log.last().map(String::as_str), Some("wait 110"));
    page.pass(110);
    assert_eq!(page.log.last().map(String::as_str), Some("wait 110"));
    page.pass(110);
    assert_eq!(page.engine.reconnection_time(), Duration::ZERO);
    assert_eq!(page.log.last().map(String::as_str), Some(r#"request id="""#));
}

#[test]
fn a_huge_retry_is_what_a_timer_can_hold() {
    let mut page = Page::new([STREAM, Reply::Chunk(b"retry: 4294967296000\n\n"), Reply::End]);
    page.run();
    assert_eq!(page.engine.reconnection_time(), MAX_RECONNECTION_TIME);
    assert_eq!(page.log.last().map(String::as_str), Some("wait 2147483647"));
}

#[test]
fn the_last_event_id_outlives_connections_until_an_event_changes_it() {
    let mut page = Page::new([
        STREAM,
        Reply::Chunk(b"retry: 0\nid: 1\ndata: a\n\nid: 2\ndata: never complete"),
        Reply::Broken,
        STREAM,
        Reply::Chunk(b"data: b\n\n"),
        Reply::End,
        STREAM,
        Reply::Chunk("id: ü\n\n".as_bytes()),
        Reply::End,
        STREAM,
        Reply::Chunk(b"id\n\n"),
        Reply::End,
        STREAM,
    ]);
    page.run_to_the_end();
    let requests: Vec<_> = page.log.iter().filter(|line| line.starts_with("request")).collect();
    assert_eq!(
        requests,
        [r#"request id="""#, r#"request id="1""#, r#"request id="1""#, r#"request id="ü""#, r#"request id="""#]
    );
    assert!(page.log.contains(&r#"message "b" id="1" [Open]"#.to_string()), "{:?}", page.log);
}

#[test]
fn a_stream_is_resumed_from_the_id_it_is_given() {
    let mut parser = Parser::new();
    parser.set_last_event_id("41");
    Page::with_parser(parser, [STREAM, Reply::Chunk(b"data: a\n\n")]).run().saw(&[
        r#"request id="41""#,
        "open [Open]",
        r#"message "a" id="41" [Open]"#,
    ]);
}

#[test]
fn a_stream_cut_in_the_middle_of_an_event_or_a_character_loses_and_repeats_nothing() {
    let mut page = Page::new([
        STREAM,
        Reply::Chunk(b"retry: 0\nid: 1\ndata: \xE2\x82\xAC\n\nid: 2\ndata: \xE2\x82"),
        Reply::Broken,
        STREAM,
        Reply::Chunk(b"id: 2\ndata: \xE2\x82\xAC\n\n"),
        Reply::Chunk(b"id: 3\nda"),
        Reply::End,
        STREAM,
        Reply::Chunk(b"id: 3\ndata: c\n\n"),
    ]);
    page.run_to_the_end();
    let events: Vec<_> = page.log.iter().filter(|line| line.starts_with("message")).collect();
    assert_eq!(
        events,
        [r#"message "€" id="1" [Open]"#, r#"message "€" id="2" [Open]"#, r#"message "c" id="3" [Open]"#]
    );
}

#[test]
fn every_status_but_200_fails_the_connection_for_good() {
    for status in (100..=599).filter(|status| *status != 200) {
        let mut page = Page::new([Reply::Response(status, Some("text/event-stream")), STREAM]);
        page.run().saw(&[
            r#"request id="""#,
            &format!("error (the response has status {status}, and only 200 opens a stream) [Closed]"),
        ]);
        page.pass(1_000_000).saw(&[]);
    }
}

#[test]
fn every_other_content_type_fails_the_connection_for_good() {
    for content_type in [None, Some("text/plain"), Some("text/event-streamfoo"), Some("text/event-stream, text/html")] {
        let mut page = Page::new([Reply::Response(200, content_type), STREAM]);
        let name = content_type.unwrap_or_default();
        page.run().saw(&[
            r#"request id="""#,
            &format!("error (the response's Content-Type is \"{name}\" and not \"text/event-stream\") [Closed]"),
        ]);
        page.pass(1_000_000).saw(&[]);
    }
}

#[test]
fn a_refused_response_after_a_reconnect_fails_the_connection_too() {
    let mut page = Page::new([STREAM, Reply::End, Reply::Response(204, None)]);
    page.run().log.clear();
    page.pass(3000)
        .saw(&[r#"request id="""#, "error (the response has status 204, and only 200 opens a stream) [Closed]"]);
}

#[test]
fn an_event_that_is_too_large_fails_the_connection_after_the_ones_before_it() {
    let parser = Parser::new().with_max_event_size(19);
    Page::with_parser(parser, [STREAM, Reply::Chunk(b"data: a\n\ndata: 0123456789"), Reply::Chunk(b"0123456789")])
        .run()
        .saw(&[
            r#"request id="""#,
            "open [Open]",
            r#"message "a" id="" [Open]"#,
            "error (an event of the stream is too large) [Closed]",
        ])
        .pass(1_000_000)
        .saw(&[]);
}

#[test]
fn a_body_that_is_there_is_opened_read_and_at_its_end_closed_for_good() {
    for (ending, error) in
        [(Reply::End, "the server ended the stream"), (Reply::Broken, "the connection was lost or not made: broken")]
    {
        let mut page = Page::new([Reply::Chunk(b"retry: 5\nid: 1\ndata: a\n\ndata: lost"), ending]);
        page.engine = Engine::for_body(Parser::new());
        assert_eq!(page.engine.ready_state(), ReadyState::Connecting);
        page.run()
            .saw(&["open [Open]", r#"message "a" id="1" [Open]"#, &format!("error ({error}) [Closed]")])
            .pass(1_000_000)
            .saw(&[]);
        assert_eq!((page.engine.last_event_id(), page.engine.reconnection_time()), ("1", Duration::from_millis(5)));
    }
}

#[test]
fn a_reset_forgets_what_is_not_dispatched_and_keeps_the_id() {
    let mut engine = Engine::for_body(Parser::new());
    let clock = FakeClock::default();
    let mut receive = |chunk: &[u8], actions: usize| {
        while engine.next_action(&clock) != Action::Read {}
        engine.receive_chunk(chunk.len()).expect("a chunk is awaited").copy_from_slice(chunk);
        let seen: Vec<_> = (0..actions).map(|_| engine.next_action(&clock)).collect();
        assert_eq!(seen, vec![Action::Dispatch; actions]);
        let event = engine.event().map(|event| (event.data().to_string(), event.last_event_id().to_string()));
        engine.reset();
        event
    };
    let first = Some(("a".to_string(), "1".to_string()));
    assert_eq!(receive(b"id: 1\ndata: a\n\nid: 2\ndata: b\n\ndata: c\n\n", 1), first);
    assert_eq!(receive(b"id: 3\ndata: half\r", 0), None);
    let last = Some(("d".to_string(), "1".to_string()));
    assert_eq!(receive(b"\xEF\xBB\xBFdata: d\n\n", 1), last);
}

#[test]
fn of_several_reasons_why_an_attempt_is_futile_the_first_holds() {
    let mut page = Page::new([]);
    page.run().log.clear();
    page.engine.expect_futile(Reason::Unfetchable);
    page.engine.expect_futile(Reason::Blocked);
    page.engine.receive(Signal::Unusable { message: "the arguments".into() });
    page.run();
    let unfetchable = "error (nothing can be fetched from a URL with this scheme, or with a password in it) [Closed]";
    page.saw(&[unfetchable]);
}

#[test]
fn what_can_never_be_read_fails_for_good() {
    for script in [vec![Reply::Unusable], vec![STREAM, Reply::Unusable]] {
        let mut page = Page::new(script);
        page.run();
        assert_eq!(page.log.last().map(String::as_str), Some("error (fetch cannot be used: no response) [Closed]"));
        page.log.clear();
        page.pass(1_000_000).saw(&[]);
    }
}

#[test]
fn events_have_the_origin_that_the_engine_was_told() {
    let mut engine = Engine::for_body(Parser::new());
    let clock = FakeClock::default();
    engine.set_origin("https://example.com");
    while engine.next_action(&clock) != Action::Read {}
    engine.receive_chunk(9).expect("a chunk is awaited").copy_from_slice(b"data: a\n\n");
    assert_eq!(engine.next_action(&clock), Action::Dispatch);
    assert_eq!(engine.event().map(|event| event.origin().to_string()).as_deref(), Some("https://example.com"));
}
