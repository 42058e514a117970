//! The engine when its surroundings interfere: a document that is put away, a network that is back, a policy, an abort.

use wasm_eventsource::Reason;
use wasm_eventsource::connection::{ReadyState, Reconnect, ResponseHead};
use wasm_eventsource::engine::{Engine, Signal};
use wasm_eventsource::event_stream::Parser;

use crate::page::{Page, Reply, STREAM};

const REQUEST: &str = r#"request id="""#;

#[test]
fn a_document_that_is_put_away_connects_again_at_once_and_says_no_error() {
    let mut page = Page::new([STREAM, Reply::Chunk(b"id: 7\ndata: a\n\ndata: b")]);
    page.run().saw(&[REQUEST, "open [Open]", r#"message "a" id="7" [Open]"#]);
    page.engine.suspend();
    page.pass(1_000_000).saw(&["suspended [Connecting]"]);
    page.engine.resume();
    page.network_answers([STREAM, Reply::Chunk(b"data: c\n\n")]);
    page.run().saw(&[r#"request id="7""#, "open [Open]", r#"message "c" id="7" [Open]"#]);
}

#[test]
fn in_every_state_but_closed_a_document_can_be_put_away() {
    let states: [(&str, Vec<Reply>); 4] = [
        ("connecting", vec![]),
        ("open", vec![STREAM]),
        ("probing", vec![Reply::Hidden]),
        ("waiting", vec![Reply::Broken]),
    ];
    for (state, script) in states {
        let mut page = Page::new(script);
        page.run().log.clear();
        page.engine.suspend();
        page.engine.suspend();
        page.engine.receive(Signal::Response(ResponseHead {
            status: 200,
            content_type: Some("text/event-stream"),
            ..ResponseHead::default()
        }));
        page.engine.receive(Signal::NetworkError { message: String::new(), hidden: true });
        assert!(page.engine.receive_chunk(9).is_none(), "{state}");
        page.pass(1_000_000).saw(&["suspended [Connecting]"]);
        page.engine.resume();
        page.run().saw(&[REQUEST]);
    }
}

#[test]
fn what_was_received_before_the_document_went_is_not_acted_on_after_it() {
    let mut page = Page::new([STREAM, Reply::Chunk(b"id: 1\ndata: a\n\nid: 2\ndata: b\n\n")]);
    page.run().log.clear();
    page.engine.receive(Signal::EndOfBody);
    page.engine.suspend();
    page.engine.resume();
    page.run().saw(&["suspended [Connecting]", r#"request id="2""#]);
}

#[test]
fn a_document_that_was_never_put_away_is_only_shown() {
    let mut page = Page::new([STREAM]);
    page.run().log.clear();
    page.engine.resume();
    page.run().saw(&[]);
    assert_eq!(page.engine.ready_state(), ReadyState::Open);
}

#[test]
fn a_body_that_is_there_already_goes_on_when_the_document_is_put_away() {
    let mut engine = Engine::for_body(Parser::new());
    engine.suspend();
    let mut page = Page::new([Reply::Chunk(b"data: a\n\n")]);
    page.engine = engine;
    page.run().saw(&["open [Open]", r#"message "a" id="" [Open]"#]);
}

#[test]
fn when_the_network_is_back_what_waits_waits_no_longer() {
    let mut page = Page::new([STREAM, Reply::Chunk(b"retry: 60000\n\n"), Reply::End, STREAM]);
    page.run().saw(&[
        REQUEST,
        "open [Open]",
        "error (the server ended the stream) again in 60s [Connecting]",
        "wait 60000",
    ]);
    page.engine.stop_waiting();
    page.run().saw(&[REQUEST, "open [Open]"]);
    page.engine.stop_waiting();
    page.run().saw(&[]);
}

#[test]
fn a_request_that_a_policy_blocks_fails_for_good_when_that_is_known() {
    let mut page = Page::new([Reply::Hidden]);
    page.run().saw(&[REQUEST, "probe [Connecting]", "wait 5000"]);
    page.engine.expect_futile(Reason::Blocked);
    page.engine.receive(Signal::NetworkError { message: String::new(), hidden: true });
    page.run().saw(&["error (the page's Content-Security-Policy does not allow the request (connect-src)) [Closed]"]);
    page.pass(1_000_000).saw(&[]);
}

#[test]
fn a_blocked_request_of_another_client_harms_no_connection() {
    let mut page = Page::new([STREAM]);
    page.run().log.clear();
    page.engine.expect_futile(Reason::Blocked);
    page.engine.receive(Signal::NetworkError { message: "cut".into(), hidden: true });
    page.run().saw(&["error (the connection was lost or not made: cut) again in 3s [Connecting]", "wait 3000"]);
    page.engine.expect_futile(Reason::Blocked);
    page.pass(3000).saw(&[REQUEST]);
    page.engine.receive(Signal::NetworkError { message: "no server".into(), hidden: false });
    page.run().saw(&["error (the connection was lost or not made: no server) again in 3s [Connecting]", "wait 3000"]);
}

#[test]
fn a_document_that_is_put_away_twice_is_shown_once() {
    let mut page = Page::new([STREAM]);
    page.run().log.clear();
    page.engine.suspend();
    page.run().saw(&["suspended [Connecting]"]);
    page.engine.suspend();
    page.run().saw(&[]);
    page.engine.resume();
    page.run().saw(&[REQUEST]);
}

#[test]
fn what_was_never_requested_is_not_repeated_when_the_document_is_shown() {
    let mut page = Page::with_reconnect(Reconnect::default().only_with_id(), []);
    page.engine.suspend();
    page.pass(1_000_000).saw(&["suspended [Connecting]"]);
    page.engine.resume();
    page.run().saw(&[REQUEST]);
}

#[test]
fn whoever_asks_for_connections_over_and_over_gets_ten_a_second() {
    let again: [fn(&mut Engine); 2] = [
        |engine| assert!(engine.reconnect()),
        |engine| {
            engine.suspend();
            engine.resume();
        },
    ];
    for again in again {
        let mut page = Page::new([]);
        page.run();
        for _ in 0..1_000 {
            again(&mut page.engine);
            page.pass(1);
        }
        let requests = page.log.iter().filter(|line| *line == REQUEST).count();
        assert!((10..=14).contains(&requests), "{requests} requests in a second");
        page.pass(100).log.clear();
        page.pass(200);
        again(&mut page.engine);
        page.run().saw(&["suspended [Connecting]", REQUEST]);
    }
}
