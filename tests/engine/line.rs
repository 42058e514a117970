//! Watching the line: when nothing comes of what was asked for.

use std::time::Duration;

use wasm_eventsource::connection::{Clock, Reconnect, ResponseHead};
use wasm_eventsource::engine::{Action, Engine, Signal};
use wasm_eventsource::event_stream::Parser;

use crate::page::{FakeClock, Page, Reply, STREAM};

const REQUEST: &str = r#"request id="""#;
const IDLE: &str = "error (nothing came from the server for too long) again in 3s [Connecting]";
const SECOND: Duration = Duration::from_secs(1);

/// A page whose source gives up on a line that is silent for a second.
fn watched(script: impl Into<Vec<Reply>>) -> Page {
    let mut page = Page::new(script);
    page.engine = Engine::default().with_idle_timeout(SECOND);
    page
}

/// The chunk that was asked for comes.
fn come(page: &mut Page, chunk: &[u8]) {
    page.engine.receive_chunk(chunk.len()).expect("a chunk is awaited").copy_from_slice(chunk);
    page.run();
}

#[test]
fn a_connection_on_which_nothing_comes_is_lost_and_made_again_with_the_id() {
    let mut page = watched([STREAM, Reply::Chunk(b"id: 7\ndata: a\n\n")]);
    page.run().saw(&[REQUEST, "open [Open]", r#"message "a" id="7" [Open]"#, "wait 1000"]);
    page.pass(1000).saw(&["wait 250"]);
    page.pass(250).saw(&[IDLE, "wait 3000"]);
    page.network_answers([STREAM]);
    page.pass(3000).saw(&[r#"request id="7""#, "open [Open]", "wait 1000"]);
}

#[test]
fn a_request_without_a_response_is_lost_as_well_and_so_are_those_after_it() {
    let mut page = watched([]);
    page.run().saw(&[REQUEST, "wait 1000"]);
    for _ in 0..3 {
        page.pass(1000).saw(&["wait 250"]);
        page.pass(250).saw(&[IDLE, "wait 3000"]);
        page.pass(3000).saw(&[REQUEST, "wait 1000"]);
    }
}

#[test]
fn the_time_begins_anew_with_the_response_and_with_every_byte() {
    let mut page = watched([]);
    page.run().saw(&[REQUEST, "wait 1000"]);
    page.pass(900).saw(&["wait 100"]);
    let content_type = Some("text/event-stream");
    page.engine.receive(Signal::Response(ResponseHead { status: 200, content_type, ..ResponseHead::default() }));
    page.run().saw(&["open [Open]", "wait 1000"]);
    page.pass(900).saw(&["wait 100"]);
    for chunk in [&b":\n"[..], b":", b"\n", b"d"] {
        come(&mut page, chunk);
        page.saw(&["wait 1000"]);
        page.pass(999).saw(&["wait 1"]);
    }
    page.pass(1).saw(&["wait 250"]);
    come(&mut page, b"ata: a\n\n");
    page.saw(&[r#"message "a" id="" [Open]"#, "wait 1000"]);
}

#[test]
fn a_chunk_without_bytes_is_silence() {
    let mut page = watched([STREAM]);
    page.run().log.clear();
    for left in [600, 200] {
        page.pass(400);
        page.log.clear();
        come(&mut page, b"");
        page.saw(&[&format!("wait {left}")]);
    }
    page.pass(200).saw(&["wait 250"]);
    come(&mut page, b"");
    page.saw(&["wait 250"]);
    page.pass(250).saw(&[IDLE, "wait 3000"]);
    page.network_answers([STREAM]);
    page.pass(3000);
    assert_eq!(page.log.last().map(String::as_str), Some("wait 1000"), "the next connection has its own time");
}

#[test]
fn a_skipped_line_without_an_end_is_no_silence_and_not_too_large() {
    let mut page = watched([STREAM]);
    page.engine = Engine::new(Parser::new().with_max_event_size(64)).with_idle_timeout(SECOND);
    page.run().log.clear();
    for chunk in [&b"data: a\n: "[..]].into_iter().chain([&[b'x'; 1000][..]; 100]) {
        come(&mut page, chunk);
        page.saw(&["wait 1000"]);
        page.pass(900).saw(&["wait 100"]);
    }
    come(&mut page, b"\n\n");
    page.saw(&[r#"message "a" id="" [Open]"#, "wait 1000"]);
}

#[test]
fn what_is_received_and_not_taken_is_no_silence() {
    let clock = FakeClock::default();
    let mut page = watched([STREAM]);
    page.run();
    let mut engine = page.engine;
    let chunk = b"data: a\n\ndata: b\n\n";
    engine.receive_chunk(chunk.len()).expect("a chunk is awaited").copy_from_slice(chunk);
    for action in [Action::Dispatch, Action::Dispatch, Action::Read] {
        clock.now.set(clock.now() + Duration::from_secs(3600));
        assert_eq!(engine.next_action(&clock), action);
    }
    assert_eq!(engine.next_action(&clock), Action::Wait { until: clock.now() + SECOND });
}

#[test]
fn after_a_sleep_what_has_come_meanwhile_is_heard_first() {
    let mut page = watched([STREAM]);
    page.run().log.clear();
    page.pass(8 * 3_600_000).saw(&["wait 1000"]);
    come(&mut page, b"data: a\n\n");
    page.saw(&[r#"message "a" id="" [Open]"#, "wait 1000"]);
    page.pass(8 * 3_600_000).saw(&["wait 1000"]);
    page.pass(8 * 3_600_000).saw(&["wait 1000"]);
    page.pass(1000).saw(&[IDLE, "wait 3000"]);
}

#[test]
fn a_server_that_is_silent_over_and_over_is_asked_less_and_less_often() {
    let mut page = watched([]);
    page.clock.jitter.set(0.5);
    page.run();
    let mut delays = Vec::new();
    for _ in 0..4 {
        page.pass(1000);
        page.pass(250);
        delays.extend(page.log.last().cloned());
        page.pass(60_000);
    }
    assert_eq!(delays, ["wait 4500", "wait 6000", "wait 9000", "wait 15000"]);
}

#[test]
fn a_proxy_that_never_sends_a_byte_of_the_body_is_given_up_like_an_absent_server() {
    for (chunks, last) in [
        (&[][..], "error (nothing came from the server for too long) [Closed]"),
        (&[&b""[..], b""][..], "error (nothing came from the server for too long) [Closed]"),
        // A byte of a comment is a sign of life.
        (&[&b":"[..]][..], "wait 4500"),
    ] {
        let mut page = watched([]);
        let policy = Reconnect::default().max_attempts(3);
        page.engine = Engine::default().with_idle_timeout(SECOND).with_reconnect(policy);
        page.clock.jitter.set(0.5);
        page.run();
        let mut ends = Vec::new();
        for _ in 0..4 {
            let content_type = Some("text/event-stream");
            page.engine.receive(Signal::Response(ResponseHead {
                status: 200,
                content_type,
                ..ResponseHead::default()
            }));
            page.run();
            for chunk in chunks {
                come(&mut page, chunk);
            }
            page.pass(1000);
            page.pass(250);
            ends.extend(page.log.last().cloned());
            page.pass(60_000);
        }
        let alive = chunks.contains(&&b":"[..]);
        let waits = if alive { ["wait 4500"; 3] } else { ["wait 4500", "wait 6000", "wait 9000"] };
        assert_eq!(ends[..3], waits, "{chunks:?}");
        assert_eq!(ends[3], last, "{chunks:?}");
    }
}

#[test]
fn only_a_line_that_something_is_awaited_of_is_watched() {
    for script in [vec![Reply::Broken], vec![Reply::Hidden]] {
        let mut page = watched(script);
        page.run();
        assert!(!page.log.contains(&"wait 1000".to_string()), "{:?}", page.log);
    }
    let mut page = watched([STREAM]);
    page.run();
    page.engine.suspend();
    page.run().log.clear();
    page.pass(1_000_000).saw(&[]);
    page.engine.resume();
    page.run().saw(&[REQUEST, "wait 1000"]);
    page.engine.close();
    page.pass(1_000_000).saw(&[]);
}

#[test]
fn a_request_that_is_not_to_be_repeated_fails_when_its_line_is_idle() {
    let mut page = watched([STREAM]);
    page.engine = Engine::default().with_reconnect(Reconnect::default().only_with_id()).with_idle_timeout(SECOND);
    page.run().log.clear();
    page.pass(1000).saw(&["wait 250"]);
    page.pass(250).saw(&["error (nothing came from the server for too long) [Closed]"]);
}

#[test]
fn a_body_that_is_there_already_fails_when_nothing_more_comes() {
    let mut page = watched([Reply::Chunk(b"data: a\n\n")]);
    page.engine = Engine::for_body(Parser::new()).with_idle_timeout(SECOND);
    page.run().saw(&["open [Open]", r#"message "a" id="" [Open]"#, "wait 1000"]);
    page.pass(1000).saw(&["wait 250"]);
    page.pass(250).saw(&["error (nothing came from the server for too long) [Closed]"]);
}

#[test]
fn while_a_response_is_judged_nothing_is_awaited_of_the_line() {
    let mut page = watched([]);
    page.run().log.clear();
    page.engine.receive(Signal::Judging);
    page.pass(60_000).saw(&[]);
    page.engine.receive(Signal::Response(ResponseHead { status: 503, ..ResponseHead::default() }));
    page.run().saw(&["error (the response has status 503, and only 200 opens a stream) [Closed]"]);
    // Only a response can be judged.
    let mut page = watched([STREAM]);
    page.run().log.clear();
    page.engine.receive(Signal::Judging);
    page.run().saw(&["wait 1000"]);
}
