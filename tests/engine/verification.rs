//! Verifying an open connection: another request beside it, and which of the two stays.

use std::time::Duration;

use wasm_eventsource::Reason;
use wasm_eventsource::connection::{ReadyState, Reconnect, ResponseHead};
use wasm_eventsource::engine::{Engine, Incomplete, Signal, Verify};
use wasm_eventsource::event_stream::Parser;

use crate::page::{Page, Reply, STREAM};

const OPEN: &str = "open [Open]";
const VERIFIED: &str = "verified [Open]";
const REPLACED: &str = "replaced [Open]";
const LOST: &str = "error (no response came from the server in time) again in 3s [Connecting]";

/// A page that got an event with the ID 7, twenty seconds ago.
fn silent(engine: Engine) -> Page {
    let mut page = Page::new([STREAM, Reply::Chunk(b"retry: 3000\nid: 7\ndata: a\n\n")]);
    page.engine = engine;
    page.run();
    page.pass(20_000).log.clear();
    page
}

fn verify(page: &mut Page, how: Verify) {
    assert!(page.engine.verify(how), "it can be verified");
    page.run();
}

/// Nothing proves the connection.
fn rotate() -> Verify {
    Verify::default().stale_after(Duration::ZERO)
}

fn come(page: &mut Page, chunk: &[u8]) {
    page.engine.receive_chunk(chunk.len()).expect("a chunk is awaited").copy_from_slice(chunk);
    page.run();
}

fn head(status: u16) -> ResponseHead<'static> {
    ResponseHead { status, content_type: Some("text/event-stream"), retry_after: None }
}

fn answer(page: &mut Page, status: u16) {
    page.engine.receive_for_candidate(Signal::Response(head(status)));
    page.run();
}

fn network_error<'a>() -> Signal<'a> {
    Signal::NetworkError { message: "broken".into(), hidden: true }
}

#[test]
fn bytes_that_came_a_moment_ago_prove_the_connection_and_no_request_is_sent() {
    let mut page = Page::new([STREAM]);
    page.run().log.clear();
    page.pass(14_999);
    verify(&mut page, Verify::default());
    page.saw(&[VERIFIED]);
    page.pass(1);
    verify(&mut page, Verify::default());
    page.saw(&[r#"candidate id="""#, "wait 10000"]);
}

#[test]
fn bytes_that_come_before_the_new_response_prove_it_and_nothing_changes() {
    let mut page = silent(Engine::default());
    verify(&mut page, Verify::default());
    page.saw(&[r#"candidate id="7""#, "wait 10000"]);
    come(&mut page, b":");
    page.saw(&[VERIFIED]);
    answer(&mut page, 200);
    page.saw(&[]);
    come(&mut page, b"\ndata: b\n\n");
    page.saw(&[r#"message "b" id="7" [Open]"#]);
}

#[test]
fn a_response_that_comes_first_takes_the_place_of_the_old_connection_without_open_and_without_error() {
    let mut page = silent(Engine::default());
    come(&mut page, b"id: 8\ndata: half");
    page.pass(20_000);
    verify(&mut page, Verify::default());
    page.saw(&[r#"candidate id="7""#, "wait 10000"]);
    page.network_answers([Reply::Chunk(b"id: 8\ndata: half a line\n\n")]);
    answer(&mut page, 200);
    page.saw(&[REPLACED, r#"message "half a line" id="8" [Open]"#]);
}

#[test]
fn what_still_comes_of_the_old_connection_is_not_taken() {
    let mut page = silent(Engine::default());
    verify(&mut page, Verify::default());
    page.engine.receive_for_candidate(Signal::Response(head(200)));
    assert!(page.engine.receive_chunk(9).is_none());
    page.engine.receive(Signal::EndOfBody);
    page.log.clear();
    page.run().saw(&[REPLACED]);
}

#[test]
fn an_empty_chunk_proves_nothing() {
    let mut page = silent(Engine::default());
    verify(&mut page, Verify::default());
    come(&mut page, b"");
    answer(&mut page, 200);
    page.saw(&[r#"candidate id="7""#, "wait 10000", "wait 10000", REPLACED]);
}

#[test]
fn what_was_received_is_dispatched_before_the_request_goes_out() {
    let mut page = silent(Engine::default());
    assert!(page.engine.verify(rotate()));
    come(&mut page, b"id: 8\ndata: b\n\nid: 9\ndata: c\n\n");
    page.saw(&[r#"message "b" id="8" [Open]"#, r#"message "c" id="9" [Open]"#, r#"candidate id="9""#, "wait 10000"]);
}

#[test]
fn with_a_time_of_zero_the_connection_is_replaced_even_if_it_speaks() {
    let mut page = Page::new([STREAM]);
    page.run().log.clear();
    verify(&mut page, rotate());
    page.saw(&[r#"candidate id="""#, "wait 10000"]);
    assert!(page.engine.receive_chunk(9).is_none(), "nothing is taken from it any more");
    answer(&mut page, 200);
    page.saw(&[REPLACED]);
    verify(&mut page, Verify::default());
    page.saw(&[VERIFIED]);
}

#[test]
fn a_new_request_that_is_not_answered_in_time_loses_the_connection() {
    let mut page = silent(Engine::default());
    verify(&mut page, Verify::default().timeout(Duration::from_secs(2)));
    page.saw(&[r#"candidate id="7""#, "wait 2000"]);
    page.pass(2_000).saw(&["wait 250"]);
    page.pass(250).saw(&[LOST, "wait 3000"]);
    answer(&mut page, 200);
    page.saw(&["wait 3000"]);
    page.network_answers([STREAM]);
    page.pass(3_000).saw(&[r#"request id="7""#, OPEN]);
}

#[test]
fn a_new_request_that_fails_loses_the_connection_and_no_probe_is_made() {
    for (signal, error) in [
        (network_error(), "the connection was lost or not made: broken"),
        (Signal::Unprepared { message: "no token".into() }, "the request could not be prepared: no token"),
    ] {
        let mut page = silent(Engine::default());
        verify(&mut page, Verify::default());
        page.log.clear();
        page.engine.receive_for_candidate(signal);
        page.run().saw(&[&format!("error ({error}) again in 3s [Connecting]"), "wait 3000"]);
    }
}

#[test]
fn a_refused_response_is_judged_as_ever() {
    let mut page = silent(Engine::default());
    verify(&mut page, Verify::default());
    page.log.clear();
    answer(&mut page, 401);
    page.saw(&["error (the response has status 401, and only 200 opens a stream) [Closed]"]);

    let mut page = silent(Engine::default().with_reconnect(Reconnect::default().statuses([503])));
    verify(&mut page, Verify::default());
    page.log.clear();
    answer(&mut page, 503);
    page.saw(&[
        "error (the response has status 503, and only 200 opens a stream) again in 3s [Connecting]",
        "wait 3000",
    ]);
}

#[test]
fn while_the_user_is_asked_about_a_refused_response_the_time_does_not_run() {
    let mut page = silent(Engine::default());
    verify(&mut page, Verify::default());
    page.engine.receive_for_candidate(Signal::Judging);
    page.log.clear();
    page.pass(60_000).saw(&[]);
    page.engine.receive_for_candidate(Signal::Refused { head: head(401), refusal: None, retries: true, delay: None });
    page.run().saw(&[
        "error (the response has status 401, and only 200 opens a stream) again in 3s [Connecting]",
        "wait 3000",
    ]);
}

#[test]
fn if_the_old_connection_ends_meanwhile_the_new_request_decides() {
    for end in [Signal::EndOfBody, network_error()] {
        let mut page = silent(Engine::default());
        verify(&mut page, Verify::default());
        page.log.clear();
        page.engine.receive(end);
        page.run().saw(&["wait 10000"]);
        answer(&mut page, 200);
        page.saw(&[REPLACED]);
    }
}

#[test]
fn a_complete_answer_that_must_not_be_repeated_ends_as_ever() {
    let mut page = silent(Engine::default().with_reconnect(Reconnect::default().only_with_id()));
    verify(&mut page, Verify::default());
    page.log.clear();
    page.engine.receive(Signal::EndOfBody);
    page.run().saw(&["error (the server ended the stream) [Closed]"]);
}

#[test]
fn a_request_that_must_not_be_repeated_and_a_body_cannot_be_verified() {
    let mut page = Page::new([STREAM]);
    page.engine = Engine::default().with_reconnect(Reconnect::default().only_with_id());
    page.run();
    assert!(!page.engine.verify(rotate()));
    let mut page = Page::new([]);
    page.engine = Engine::for_body(Parser::new());
    page.run();
    assert!(!page.engine.verify(rotate()));
    page.engine.close();
    assert!(!page.engine.verify(rotate()));
    assert_eq!(page.engine.ready_state(), ReadyState::Closed);
}

#[test]
fn several_verifications_have_one_request_and_one_answer() {
    let mut page = silent(Engine::default());
    for _ in 0..3 {
        verify(&mut page, Verify::default());
    }
    page.saw(&[r#"candidate id="7""#, "wait 10000", "wait 10000", "wait 10000"]);
    answer(&mut page, 200);
    page.saw(&[REPLACED]);
}

#[test]
fn one_that_replaces_in_any_case_sends_its_own_request() {
    let mut page = silent(Engine::default());
    verify(&mut page, Verify::default());
    page.log.clear();
    verify(&mut page, rotate());
    page.saw(&[r#"candidate id="7""#, "wait 10000"]);
    assert!(page.engine.receive_chunk(1).is_none());
    verify(&mut page, rotate());
    page.saw(&["wait 10000"]);
    answer(&mut page, 200);
    page.saw(&[REPLACED]);
}

#[test]
fn while_connecting_the_wait_ends_and_the_next_connection_is_the_answer() {
    let mut page = Page::new([STREAM, Reply::End]);
    page.run().log.clear();
    page.network_answers([STREAM]);
    verify(&mut page, Verify::default());
    page.saw(&[r#"request id="""#, OPEN]);
}

#[test]
fn closing_suspending_and_reconnecting_end_it() {
    for end in [Engine::close, Engine::suspend, |engine: &mut Engine| assert!(engine.reconnect())] {
        let mut page = silent(Engine::default());
        verify(&mut page, Verify::default());
        end(&mut page.engine);
        page.run().log.clear();
        answer(&mut page, 200);
        page.saw(&[]);
    }
}

#[test]
fn requests_keep_their_distance_however_often_it_is_asked() {
    let mut page = Page::new([STREAM]);
    page.run();
    for _ in 0..3 {
        verify(&mut page, rotate());
        answer(&mut page, 200);
    }
    page.log.clear();
    verify(&mut page, rotate());
    page.saw(&["wait 100"]);
    page.pass(100).saw(&[r#"candidate id="""#, "wait 10000"]);
}

#[test]
fn the_idle_timeout_rests_while_a_new_request_is_on_its_way() {
    let mut page = Page::new([STREAM]);
    page.engine = Engine::default().with_idle_timeout(Duration::from_secs(4));
    page.run();
    verify(&mut page, rotate());
    page.log.clear();
    page.pass(9_000).saw(&["wait 1000"]);
    answer(&mut page, 200);
    page.saw(&[REPLACED, "wait 4000"]);
}

#[test]
fn a_source_that_is_back_verifies_its_connection_if_it_is_made_so() {
    let mut page = silent(Engine::default());
    page.engine.come_back();
    page.engine.online();
    page.run().saw(&[]);

    let mut page = silent(Engine::default().with_verification_when_back());
    page.engine.come_back();
    page.run().saw(&[r#"candidate id="7""#, "wait 10000"]);
    come(&mut page, b": here\n");
    page.saw(&[VERIFIED]);
    page.engine.come_back();
    page.run().saw(&[VERIFIED]);
    page.pass(1);
    page.engine.online();
    page.run().saw(&[r#"candidate id="7""#, "wait 10000"]);
}

#[test]
fn a_response_that_does_not_come_within_the_connect_timeout_is_a_lost_attempt() {
    let mut page = Page::new([]);
    page.engine = Engine::default().with_connect_timeout(Duration::from_secs(1));
    page.run().saw(&[r#"request id="""#, "wait 1000"]);
    page.pass(1_000).saw(&["wait 250"]);
    page.pass(250).saw(&[LOST, "wait 3000"]);
    page.network_answers([STREAM]);
    page.pass(3_000).saw(&[r#"request id="""#, OPEN]);
    page.pass(60_000).saw(&[]);
}

#[test]
fn the_connect_timeout_and_the_idle_timeout_do_not_disturb_each_other() {
    let second = Duration::from_secs(1);
    for (connect, idle, expected) in [(1, 2, Reason::Timeout), (2, 1, Reason::Idle)] {
        let mut page = Page::new([]);
        page.engine = Engine::default().with_connect_timeout(connect * second).with_idle_timeout(idle * second);
        page.run().saw(&[r#"request id="""#, "wait 1000"]);
        page.pass(1_000);
        page.pass(250).saw(&["wait 250", &format!("error ({expected}) again in 3s [Connecting]"), "wait 3000"]);
    }
    let mut page = Page::new([STREAM]);
    page.engine = Engine::default().with_connect_timeout(second).with_idle_timeout(3 * second);
    page.run().saw(&[r#"request id="""#, OPEN, "wait 3000"]);
}

#[test]
fn an_event_that_is_cut_by_the_end_of_the_old_connection_is_left_to_the_new_one() {
    let mut page = silent(Engine::default().with_incomplete(Incomplete::Deliver));
    come(&mut page, b"id: 8\ndata: half");
    page.pass(20_000);
    verify(&mut page, Verify::default());
    page.log.clear();
    page.engine.receive(Signal::EndOfBody);
    page.run().saw(&["wait 10000"]);
    answer(&mut page, 200);
    page.saw(&[REPLACED]);
}
