//! How a source reconnects where the standard leaves it open.

use std::time::Duration;

use wasm_eventsource::connection::{ReadyState, Reconnect, ResponseHead};
use wasm_eventsource::engine::{Action, Engine, Signal};
use wasm_eventsource::event_stream::Parser;
use wasm_eventsource::{Error, Refusal};

use crate::page::{FakeClock, Page, Reply, STREAM};

const EVENT: Reply = Reply::Chunk(b"data: a\n\n");
const REFUSED: Reply = Reply::Response(503, Some("text/html"));

/// What it waited, and how it failed in the end.
fn waits(policy: Reconnect, jitter: f64, script: impl Into<Vec<Reply>>) -> Vec<String> {
    let mut page = Page::with_reconnect(policy, script);
    page.clock.jitter.set(jitter);
    page.run_to_the_end();
    let is_told = |line: &&String| line.starts_with("wait") || line.ends_with("[Closed]");
    page.log.iter().filter(is_told).cloned().collect()
}

#[test]
fn without_reconnecting_the_first_loss_is_final() {
    let ended = "error (the server ended the stream) [Closed]";
    assert_eq!(waits(Reconnect::never(), 0.5, [STREAM, EVENT, Reply::End, STREAM]), [ended]);
    let lost = "error (the connection was lost or not made: broken) [Closed]";
    assert_eq!(waits(Reconnect::never(), 0.5, [Reply::Broken, STREAM]), [lost]);
}

#[test]
fn so_many_attempts_may_fail_in_a_row_and_an_event_starts_a_new_row() {
    let policy = Reconnect::default().initial_delay(Duration::from_secs(1)).max_attempts(2);
    let lost = "error (the connection was lost or not made: broken) [Closed]";
    let script = [
        Reply::Broken,
        Reply::Broken,
        STREAM,
        EVENT,
        Reply::Broken,
        Reply::Broken,
        // Announced is not enough.
        STREAM,
        Reply::Broken,
        STREAM,
    ];
    assert_eq!(waits(policy, 0.0, script), ["wait 1000", "wait 1000", "wait 1000", "wait 1000", lost]);
}

#[test]
fn a_request_that_is_not_to_be_repeated_is_repeated_to_go_on_from_an_id() {
    let policy = Reconnect::default().only_with_id();
    let lost = "error (the connection was lost or not made: broken) [Closed]";
    assert_eq!(waits(policy.clone(), 0.0, [STREAM, EVENT, Reply::Broken, STREAM]), [lost]);
    let id = [STREAM, Reply::Chunk(b"id: 1\n\n"), Reply::Broken];
    let no_id = [STREAM, Reply::Chunk(b"id\n\n"), Reply::Broken, STREAM];
    assert_eq!(waits(policy, 0.0, [&id[..], &no_id].concat()), ["wait 3000", lost]);
}

#[test]
fn a_complete_answer_to_a_request_that_is_not_to_be_repeated_is_the_end_whatever_its_ids() {
    let policy = Reconnect::default().only_with_id();
    let ended = "error (the server ended the stream) [Closed]";
    for answer in
        [&b""[..], b"data: a\n\n", b"id: 1\ndata: a\n\nid: 2\ndata: [DONE]\n\n", b"retry: 1\nid: 1\n\nid: 3\ndata: cut"]
    {
        let mut page = Page::with_reconnect(policy.clone(), [STREAM, Reply::Chunk(answer), Reply::End, STREAM]);
        page.run();
        assert_eq!(page.log.last().map(String::as_str), Some(ended));
        assert_ne!(page.engine.last_event_id(), "3", "an incomplete block commits nothing");
        page.log.clear();
        page.pass(1_000_000).saw(&[]);
    }
    // Also after a connection that broke off was made again.
    let script = [STREAM, Reply::Chunk(b"id: 1\n\n"), Reply::Broken, STREAM, Reply::End, STREAM];
    assert_eq!(waits(policy, 0.0, script), ["wait 3000", ended]);
}

#[test]
fn a_request_that_is_not_to_be_repeated_is_not_after_a_probe_or_a_page_out_of_the_cache_either() {
    let policy = Reconnect::default().only_with_id();
    let lost = "error (the connection was lost or not made: hidden) [Closed]";
    assert_eq!(waits(policy.clone(), 0.0, [Reply::Hidden, Reply::Answered, STREAM]), [lost]);
    for (id, after) in [("", "error (the request was aborted) [Closed]"), ("id: 1\n\n", "request id=\"1\"")] {
        let mut page = Page::with_reconnect(policy.clone(), [STREAM, Reply::Chunk(id.as_bytes())]);
        page.run();
        page.engine.suspend();
        page.run().log.clear();
        page.engine.resume();
        page.run().saw(&[after]);
    }
}

#[test]
fn a_connection_that_held_for_a_second_starts_a_new_row_without_an_event() {
    let mut page = Page::with_reconnect(Reconnect::default().max_attempts(1), [Reply::Broken, STREAM]);
    page.run_to_the_end();
    page.log.clear();
    page.network_answers([]);
    page.engine.receive_chunk(1).expect("a chunk is awaited").copy_from_slice(b":");
    page.pass(1000);
    page.engine.receive(Signal::NetworkError { message: "cut".into(), hidden: false });
    page.run().saw(&["error (the connection was lost or not made: cut) again in 3s [Connecting]", "wait 3000"]);
}

#[test]
fn neither_a_connection_without_bytes_nor_one_of_less_than_a_second_starts_a_new_row() {
    for (chunk, lasts) in [(&b""[..], 60_000), (b":", 999)] {
        let mut page = Page::with_reconnect(Reconnect::default().max_attempts(1), [Reply::Broken, STREAM]);
        page.run_to_the_end();
        page.log.clear();
        page.engine.receive_chunk(chunk.len()).expect("a chunk is awaited").copy_from_slice(chunk);
        page.run();
        page.pass(lasts);
        page.engine.receive(Signal::NetworkError { message: "cut".into(), hidden: false });
        page.run().saw(&["error (the connection was lost or not made: cut) [Closed]"]);
    }
}

#[test]
fn an_engine_is_built_in_any_order() {
    type Step = fn(Engine) -> Engine;
    let reconnect: Step = |engine| engine.with_reconnect(Reconnect::never().initial_delay(Duration::from_millis(7)));
    let idle: Step = |engine| engine.with_idle_timeout(Duration::from_secs(1));
    for steps in
        [&[reconnect][..], &[idle], &[reconnect, idle], &[idle, reconnect], &[reconnect, idle, reconnect, idle]]
    {
        let built = |engine| steps.iter().fold(engine, |engine, step| step(engine));
        let mut page = Page::with_parser(Parser::new(), [Reply::Chunk(b"data: a\n\n"), Reply::End]);
        page.engine = built(Engine::for_body(Parser::new()));
        let events = ["open [Open]", r#"message "a" id="" [Open]"#];
        page.run().saw(&[events[0], events[1], "error (the server ended the stream) [Closed]"]);
        page.network_answers([STREAM, Reply::Chunk(b"data: a\n\n"), Reply::Broken]);
        page.engine = built(Engine::default());
        page.run();
        assert_eq!(page.log[1..3], events);
    }
}

#[test]
fn an_engine_at_work_takes_another_policy_and_another_timeout_without_losing_its_connection() {
    let mut page = Page::new([STREAM]);
    page.clock.now.set(Duration::from_secs(1000));
    page.run().log.clear();
    let engine = std::mem::take(&mut page.engine);
    page.engine = engine.with_reconnect(Reconnect::never()).with_idle_timeout(Duration::from_secs(1));
    page.run().saw(&[]);
    page.engine.receive_chunk(9).expect("a chunk is awaited").copy_from_slice(b"data: a\n\n");
    page.run().saw(&[r#"message "a" id="" [Open]"#, "wait 1000"]);
    page.pass(1000);
    page.pass(250);
    assert_eq!(page.log.last().map(String::as_str), Some("error (nothing came from the server for too long) [Closed]"));
}

#[test]
fn the_delay_grows_to_its_maximum_which_a_longer_reconnection_time_is_not_bound_by() {
    let policy = Reconnect::default().initial_delay(Duration::from_secs(1)).max_delay(Duration::from_secs(4));
    assert_eq!(
        waits(policy.clone(), 0.999_999, vec![Reply::Broken; 5]),
        ["wait 1999", "wait 2999", "wait 3999", "wait 3999", "wait 3999"]
    );
    let slower = [STREAM, Reply::Chunk(b"retry: 5000\n"), Reply::End, Reply::Broken, Reply::Broken];
    assert_eq!(waits(policy, 0.999_999, slower), ["wait 5000", "wait 5000", "wait 5000"]);
}

#[test]
fn a_server_that_asks_for_no_delay_is_not_asked_in_a_busy_loop() {
    let again = [STREAM, Reply::Chunk(b"retry: 0\ndata: a\n\n"), Reply::End];
    let events = again.iter().cycle().take(30).cloned().collect::<Vec<_>>();
    assert_eq!(waits(Reconnect::default(), 0.5, events), vec!["wait 100"; 7], "ten requests a second, if it delivers");
    let empty = [STREAM, Reply::Chunk(b"retry: 0\n"), Reply::End];
    let nothing = empty.iter().cycle().take(15).cloned().collect::<Vec<_>>();
    assert_eq!(
        waits(Reconnect::default(), 0.5, nothing),
        ["wait 50", "wait 150", "wait 350", "wait 750"],
        "fewer and fewer, if it does not"
    );
}

#[test]
fn a_status_that_is_worth_it_is_tried_again_and_others_are_final() {
    let policy = Reconnect::default().statuses([429, 503]);
    let unauthorized = "error (the response has status 401, and only 200 opens a stream) [Closed]";
    assert_eq!(
        waits(policy.clone(), 0.0, [REFUSED, REFUSED, Reply::Response(401, None), STREAM]),
        ["wait 3000", "wait 3000", unauthorized]
    );
    let html = "error (the response's Content-Type is \"text/html\" and not \"text/event-stream\") [Closed]";
    assert_eq!(waits(policy.statuses([200]), 0.0, [Reply::Response(200, Some("text/html"))]), [html]);
}

#[test]
fn the_next_attempt_is_not_sooner_than_the_server_wants_it() {
    for (seconds, waits) in [(1, "wait 3000"), (7, "wait 7000"), (3600, "wait 3600000")] {
        let mut page = Page::with_reconnect(Reconnect::default().statuses([503]), []);
        page.run().log.clear();
        let retry_after = Some(Duration::from_secs(seconds));
        page.engine.receive(Signal::Response(ResponseHead { status: 503, content_type: None, retry_after }));
        page.run();
        assert_eq!(page.log.last().map(String::as_str), Some(waits));
        assert_eq!(page.engine.ready_state(), ReadyState::Connecting);
    }
}

#[test]
fn what_ends_a_wait_does_not_end_one_that_the_server_has_asked_for() {
    type End = fn(&mut Engine);
    let ends: [(End, bool); 3] = [
        (|engine| engine.stop_waiting(), false),
        (
            |engine| {
                engine.suspend();
                engine.resume();
            },
            false,
        ),
        // The user knows better.
        (
            |engine| {
                engine.reconnect();
            },
            true,
        ),
    ];
    for (index, (end, requests)) in ends.into_iter().enumerate() {
        let mut page = Page::with_reconnect(Reconnect::default().statuses([429]), []);
        page.run();
        let retry_after = Some(Duration::from_secs(120));
        page.engine.receive(Signal::Response(ResponseHead { status: 429, content_type: None, retry_after }));
        page.run().log.clear();
        end(&mut page.engine);
        page.run();
        let requested = page.log.iter().any(|entry| entry.starts_with("request"));
        assert_eq!(requested, requests, "{index}: {:?}", page.log);
    }
}

/// What comes of a response that is refused, and the engine afterwards.
fn refuse(policy: Reconnect, status: u16, retries: bool) -> (Error, Engine) {
    refuse_with(policy, status, retries, None)
}

fn refuse_with(policy: Reconnect, status: u16, retries: bool, delay: Option<Duration>) -> (Error, Engine) {
    let mut engine = Engine::default().with_reconnect(policy);
    let clock = FakeClock::default();
    assert_eq!(engine.next_action(&clock), Action::Request);
    let head = ResponseHead { status, content_type: None, retry_after: Some(Duration::from_secs(7)) };
    engine.receive(Signal::Refused { head, refusal: Some(refusal(status)), retries, delay });
    match engine.next_action(&clock) {
        Action::Reconnect { error } | Action::Fail { error } => (error, engine),
        action => panic!("{action:?}"),
    }
}

fn refusal(status: u16) -> Refusal {
    Refusal::new(status, Vec::new(), "no".into())
}

#[test]
fn who_is_asked_may_want_another_attempt_whatever_was_refused_and_after_what_the_server_asks_for() {
    for status in [200, 204, 404, 503] {
        let (error, engine) = refuse(Reconnect::default(), status, true);
        assert_eq!(error.reconnects_in(), Some(Duration::from_secs(7)), "{status}");
        assert_eq!((error.refusal(), engine.ready_state()), (Some(&refusal(status)), ReadyState::Connecting));
        let (error, engine) = refuse(Reconnect::default(), status, false);
        assert!(error.is_fatal());
        assert_eq!((error.refusal(), engine.ready_state()), (Some(&refusal(status)), ReadyState::Closed));
    }
    let (error, _) = refuse(Reconnect::default().statuses([503]), 503, false);
    assert!(!error.is_fatal(), "the policy says so");
}

#[test]
fn the_bounds_of_the_policy_hold_but_for_requests_that_are_not_repeated_by_themselves() {
    assert!(refuse(Reconnect::never(), 503, true).0.is_fatal());
    assert!(!refuse(Reconnect::default().only_with_id(), 503, true).0.is_fatal());
    assert!(refuse(Reconnect::default().only_with_id().statuses([503]), 503, false).0.is_fatal());
}

#[test]
fn a_request_that_is_repeated_only_after_a_refusal_is_not_after_anything_else() {
    let policy = Reconnect::default().only_after_refusal();
    assert!(!refuse(policy.clone(), 401, true).0.is_fatal());
    assert!(refuse(policy.clone(), 401, false).0.is_fatal());
    assert!(!refuse(policy.clone().statuses([401]), 401, false).0.is_fatal());
    assert!(refuse(policy.clone().statuses([503]), 401, false).0.is_fatal());
    assert!(refuse(policy.clone().statuses([401]).max_attempts(0), 401, false).0.is_fatal());
    let lost = "error (the connection was lost or not made: broken) [Closed]";
    let id = Reply::Chunk(b"id: 1\n\n");
    assert_eq!(waits(policy.clone(), 0.0, [Reply::Broken, STREAM]), [lost]);
    assert_eq!(waits(policy.clone(), 0.0, [STREAM, id, Reply::Broken, STREAM]), [lost]);
    assert_eq!(
        waits(policy, 0.0, [STREAM, Reply::Chunk(b"id: 1\n\n"), Reply::End, STREAM]),
        ["error (the server ended the stream) [Closed]"]
    );
}

#[test]
fn a_wait_that_the_user_has_chosen_takes_the_place_of_retry_after_and_of_the_policy() {
    for milliseconds in [0, 5, 60_000] {
        let delay = Duration::from_millis(milliseconds);
        let (error, mut engine) = refuse_with(Reconnect::default(), 401, true, Some(delay));
        assert_eq!(error.reconnects_in(), Some(delay));
        let clock = FakeClock::default();
        if milliseconds > 0 {
            assert_eq!(engine.next_action(&clock), Action::Wait { until: delay });
        }
        clock.now.set(delay);
        assert_eq!(engine.next_action(&clock), Action::Request);
    }
    assert!(refuse_with(Reconnect::never(), 401, true, Some(Duration::ZERO)).0.is_fatal());
    assert!(refuse_with(Reconnect::default(), 401, false, Some(Duration::ZERO)).0.is_fatal());
}

#[test]
fn without_a_wait_the_first_attempts_follow_at_once_and_later_ones_are_spaced() {
    let mut engine = Engine::default();
    let clock = FakeClock::default();
    let mut waits = Vec::new();
    for _ in 0..6 {
        while engine.next_action(&clock) != Action::Request {
            clock.now.set(clock.now.get() + Duration::from_millis(1));
        }
        let head = ResponseHead { status: 401, ..ResponseHead::default() };
        engine.receive(Signal::Refused { head, refusal: None, retries: true, delay: Some(Duration::ZERO) });
        let Action::Reconnect { error } = engine.next_action(&clock) else { panic!("another attempt follows") };
        waits.push(error.reconnects_in().expect("a wait").as_millis());
    }
    assert_eq!(waits, [0, 0, 0, 100, 100, 100]);
}

#[test]
fn a_refusal_is_told_once() {
    let (error, mut engine) = refuse(Reconnect::default(), 503, true);
    let clock = FakeClock::default();
    clock.now.set(error.reconnects_in().expect("another attempt"));
    assert_eq!(engine.next_action(&clock), Action::Request);
    engine.receive(Signal::NetworkError { message: "broken".into(), hidden: false });
    let Action::Reconnect { error } = engine.next_action(&clock) else { panic!("it is lost") };
    assert_eq!(error.refusal(), None);
}

#[test]
fn a_refusal_that_comes_too_late_is_ignored() {
    let mut engine = Engine::default();
    let clock = FakeClock::default();
    assert_eq!(engine.next_action(&clock), Action::Request);
    engine.close();
    let head = ResponseHead { status: 503, ..ResponseHead::default() };
    engine.receive(Signal::Refused { head, refusal: None, retries: true, delay: None });
    assert_eq!(engine.next_action(&clock), Action::Nothing);
}

#[test]
fn an_error_has_its_number_among_those_in_a_row() {
    let mut engine = Engine::default().with_reconnect(Reconnect::default().max_attempts(3));
    let clock = FakeClock::default();
    let lose = |engine: &mut Engine| {
        loop {
            match engine.next_action(&clock) {
                Action::Request => {
                    engine.receive(Signal::NetworkError { message: "broken".into(), hidden: false });
                }
                Action::Wait { until } => clock.now.set(until),
                Action::Reconnect { error } | Action::Fail { error } => return (error.attempt(), error.is_fatal()),
                action => panic!("{action:?}"),
            }
        }
    };
    let told = [(); 4].map(|()| lose(&mut engine));
    assert_eq!(told, [(1, false), (2, false), (3, false), (4, true)]);
}

#[test]
fn requests_are_in_quick_succession_if_less_than_a_fifth_of_a_second_is_between_them() {
    for (between, waits) in [(150, true), (199, true), (200, false)] {
        let mut page = Page::new([]);
        page.run();
        for _ in 0..3 {
            page.engine.reconnect();
            page.pass(between);
        }
        page.log.clear();
        page.engine.reconnect();
        page.run();
        assert_eq!(page.log.contains(&"wait 100".to_string()), waits, "{between} ms: {:?}", page.log);
    }
}

#[test]
fn a_request_that_a_probe_leads_to_is_spaced_as_well() {
    let mut page = Page::new([]);
    page.run();
    for _ in 0..3 {
        page.engine.reconnect();
        page.run();
    }
    page.log.clear();
    page.network_answers([Reply::Answered]);
    page.engine.receive(Signal::NetworkError { message: "hidden".into(), hidden: true });
    page.run().saw(&["probe [Connecting]", "wait 100"]);
    page.pass(100).saw(&[r#"request id="""#]);
}
