//! Requests that fail where CORS may have hidden the response: what is found out, and what follows.

use wasm_eventsource::connection::Reconnect;
use wasm_eventsource::engine::Signal;

use crate::page::{Page, Reply, STREAM};

const REQUEST: &str = r#"request id="""#;
const PROBE: &str = "probe [Connecting]";
const LOST: &str = "error (the connection was lost or not made: hidden) again in 3s [Connecting]";
const WAIT: &str = "wait 3000";
const REFUSED: &str = "error (the server answers, but does not allow this origin to read it (CORS)) [Closed]";

/// What the network says to a request that is refused, when it is probed.
const ROUND: [Reply; 3] = [Reply::Hidden, Reply::Answered, Reply::Hidden];

/// A page whose connection is lost, and two attempts to make another.
fn lost() -> Page {
    let mut page = Page::new([STREAM, Reply::End, Reply::Hidden, Reply::Hidden]);
    page.run();
    page.pass(3000);
    page.pass(3000);
    page.log.clear();
    page
}

/// What is seen of the next attempt, to which the network answers so.
fn attempt(page: &mut Page, script: impl Into<Vec<Reply>>) -> Vec<String> {
    page.network_answers(script);
    page.pass(3000);
    std::mem::take(&mut page.log)
}

#[test]
fn a_request_that_fails_before_and_after_an_answered_probe_is_futile() {
    Page::new([Reply::Hidden, Reply::Answered, Reply::Hidden, STREAM])
        .run()
        .saw(&[REQUEST, PROBE, REQUEST, REFUSED])
        .pass(1_000_000)
        .saw(&[]);
}

#[test]
fn a_passing_fault_is_no_refusal() {
    let mut page = Page::new([Reply::Hidden, Reply::Answered, STREAM]);
    page.run().saw(&[REQUEST, PROBE, REQUEST, "open [Open]"]);
}

#[test]
fn a_probe_that_is_not_answered_in_time_counts_as_no_server() {
    let mut page = Page::new([Reply::Hidden]);
    page.run().saw(&[REQUEST, PROBE, "wait 5000"]);
    page.pass(5000).saw(&[LOST, WAIT]);
    page.engine.receive(Signal::Answered);
    page.run().saw(&[WAIT]);
}

#[test]
fn a_request_that_fails_across_origins_is_tried_again_if_nothing_answers_the_probe() {
    Page::new([Reply::Hidden, Reply::Broken, STREAM])
        .run()
        .saw(&[REQUEST, PROBE, LOST, WAIT])
        .pass(3000)
        .saw(&[REQUEST, "open [Open]"]);
}

#[test]
fn a_body_that_breaks_off_across_origins_needs_no_probe() {
    Page::new([STREAM, Reply::Hidden]).run().saw(&[REQUEST, "open [Open]", LOST, WAIT]);
}

#[test]
fn who_was_connected_is_not_probed_for_before_the_third_attempt() {
    let mut page = Page::new([STREAM, Reply::End, Reply::Hidden, Reply::Hidden, Reply::Hidden, Reply::Broken]);
    page.run().log.clear();
    page.pass(3000).saw(&[REQUEST, LOST, WAIT]);
    page.pass(3000).saw(&[REQUEST, LOST, WAIT]);
    page.pass(3000).saw(&[REQUEST, PROBE, LOST, WAIT]);
    assert_eq!(attempt(&mut page, [Reply::Hidden]), [REQUEST, LOST, WAIT], "nobody was there");
}

#[test]
fn who_was_connected_is_refused_in_the_third_round_in_a_row() {
    let mut page = lost();
    for _ in 0..2 {
        assert_eq!(attempt(&mut page, ROUND), [REQUEST, PROBE, REQUEST, LOST, WAIT]);
    }
    assert_eq!(attempt(&mut page, ROUND), [REQUEST, PROBE, REQUEST, REFUSED]);
    page.pass(1_000_000).saw(&[]);
}

#[test]
fn a_server_that_is_busy_or_gone_in_between_has_refused_nobody() {
    let mut page = lost();
    let nearly_refused = |page: &mut Page| {
        for _ in 0..2 {
            assert_eq!(attempt(page, ROUND), [REQUEST, PROBE, REQUEST, LOST, WAIT]);
        }
    };
    let not_probed = |page: &mut Page| {
        for _ in 0..2 {
            assert_eq!(attempt(page, [Reply::Hidden]), [REQUEST, LOST, WAIT]);
        }
    };
    for _ in 0..10 {
        nearly_refused(&mut page);
        assert_eq!(attempt(&mut page, [Reply::Hidden, Reply::Broken]), [REQUEST, PROBE, LOST, WAIT]);
        not_probed(&mut page);
        nearly_refused(&mut page);
        page.network_answers([Reply::Hidden]);
        page.pass(3000).saw(&[REQUEST, PROBE, "wait 5000"]);
        page.pass(5000).saw(&[LOST, WAIT]);
        not_probed(&mut page);
        nearly_refused(&mut page);
        let comes_back = [Reply::Hidden, Reply::Answered, STREAM, Reply::End];
        assert_eq!(attempt(&mut page, comes_back)[..4], [REQUEST, PROBE, REQUEST, "open [Open]"]);
        not_probed(&mut page);
    }
}

#[test]
fn a_response_that_is_refused_and_can_be_read_says_that_the_origin_is_allowed() {
    let busy = Reply::Response(503, None);
    let mut page = Page::with_reconnect(Reconnect::default().statuses([503]), [busy]);
    page.run().log.clear();
    for _ in 0..2 {
        assert_eq!(attempt(&mut page, [Reply::Hidden]), [REQUEST, LOST, WAIT]);
    }
    for _ in 0..2 {
        assert_eq!(attempt(&mut page, ROUND), [REQUEST, PROBE, REQUEST, LOST, WAIT]);
    }
    assert_eq!(attempt(&mut page, ROUND), [REQUEST, PROBE, REQUEST, REFUSED]);
}

#[test]
fn the_bound_on_attempts_holds_for_who_is_refused() {
    let mut page = Page::with_reconnect(Reconnect::default().max_attempts(2), [STREAM, Reply::End, Reply::Hidden]);
    page.run();
    page.pass(3000).log.clear();
    let lost = "error (the connection was lost or not made: hidden) [Closed]";
    assert_eq!(attempt(&mut page, [Reply::Hidden]), [REQUEST, lost]);
}
