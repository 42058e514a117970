//! Each step of a script, byte by byte.

use reqwest::StatusCode;
use serde_json::json;

use crate::client::{Fixture, body_of, chunks_of, expect_bytes};

#[tokio::test]
async fn an_attempt_without_members_is_an_empty_event_stream() {
    let fixture = Fixture::start().await;
    fixture.put_script("key", json!([{}])).await;
    let response = fixture.get("/streams/key").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.bytes().await.expect("a complete body"), "");
}

#[tokio::test]
async fn sends_arrive_as_chunks_of_their_own_and_exactly_as_written() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "send": "data: é\r\n" }, { "sendBase64": "/wAK" }, { "send": "\r\n" }])).await;
    let response = fixture.raw("/streams/key").await.read_to_end().await;
    let (chunks, complete) = chunks_of(body_of(&response));
    assert_eq!(chunks, ["data: é\r\n".as_bytes(), &[0xff, 0x00, 0x0a], b"\r\n"]);
    assert!(complete);
}

#[tokio::test]
async fn chunks_have_the_size_asked_for_but_the_last_which_has_the_rest() {
    let fixture = Fixture::start().await;
    let steps = json!([{ "chunks": "abcdefgh", "size": 3 }, { "chunksBase64": "w6k=", "size": 1, "pauseMs": 1 }]);
    fixture.put_steps("key", steps).await;
    let response = fixture.raw("/streams/key").await.read_to_end().await;
    let (chunks, complete) = chunks_of(body_of(&response));
    assert_eq!(chunks, [b"abc".as_slice(), b"def", b"gh", &[0xc3], &[0xa9]]);
    assert!(complete);
}

#[tokio::test]
async fn repeat_sends_the_text_that_many_times() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "repeat": { "text": "data: x\n\n", "times": 300_000 } }])).await;
    let body = fixture.get("/streams/key").await.bytes().await.expect("a complete body");
    assert_eq!(body, "data: x\n\n".repeat(300_000));
}

#[tokio::test]
async fn repeat_goes_on_only_as_fast_as_the_client_reads() {
    let fixture = Fixture::start().await;
    // Far more than sockets and buffers can hold.
    fixture.put_steps("key", json!([{ "repeat": { "text": "data: x\n\n", "times": 1_000_000_000_000_u64 } }])).await;
    let mut response = fixture.get("/streams/key").await;
    let chunk = response.chunk().await.expect("a chunk").expect("a body");
    assert!(chunk.starts_with(b"data: x\n\n"));
    let requests = fixture.get_json("/streams/key/requests").await;
    assert_eq!(requests[0]["endedBy"], json!(null));
}

#[tokio::test]
async fn wait_ms_waits_at_least_that_long() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "waitMs": 50 }, { "send": "late" }])).await;
    let start = std::time::Instant::now();
    assert_eq!(fixture.get("/streams/key").await.bytes().await.expect("a complete body"), "late");
    assert!(start.elapsed().as_millis() >= 50);
}

#[tokio::test]
async fn wait_for_goes_on_when_the_signal_comes() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "send": "one" }, { "waitFor": "go" }, { "send": "two" }])).await;
    let mut response = fixture.get("/streams/key").await;
    expect_bytes(&mut response, b"one").await;
    assert_eq!(fixture.post("/streams/key/signal/go").await.status(), StatusCode::NO_CONTENT);
    expect_bytes(&mut response, b"two").await;
    assert_eq!(response.chunk().await.expect("a clean end"), None);
}

#[tokio::test]
async fn signals_count_and_may_come_before_the_wait() {
    let fixture = Fixture::start().await;
    let steps =
        json!([{ "waitFor": "go" }, { "waitFor": "go" }, { "send": "two" }, { "waitFor": "go" }, { "hang": true }]);
    fixture.put_steps("key", steps).await;
    fixture.post("/streams/key/signal/go").await;
    fixture.post("/streams/key/signal/go").await;
    expect_bytes(&mut fixture.get("/streams/key").await, b"two").await;
}

#[tokio::test]
async fn a_client_that_leaves_while_waiting_uses_up_no_signal() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "send": "1" }, { "waitFor": "go" }, { "send": "2" }])).await;
    let mut left = fixture.get("/streams/key").await;
    expect_bytes(&mut left, b"1").await;
    drop(left);
    fixture.get("/streams/key/requests?waitForEnded=1").await;
    fixture.post("/streams/key/signal/go").await;
    assert_eq!(fixture.get("/streams/key").await.bytes().await.expect("a complete body"), "12");
}

#[tokio::test]
async fn end_is_clean_and_skips_the_steps_after_it() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "send": "a" }, { "end": true }, { "send": "b" }])).await;
    let response = fixture.raw("/streams/key").await.read_to_end().await;
    assert_eq!(chunks_of(body_of(&response)), (vec![b"a".to_vec()], true));
}

#[tokio::test]
async fn cut_delivers_what_was_sent_and_then_is_an_error_of_the_body() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "send": "data: a\n" }, { "cut": true }])).await;
    let mut response = fixture.get("/streams/key").await;
    expect_bytes(&mut response, b"data: a\n").await;
    response.chunk().await.expect_err("the body is incomplete");
    let raw = fixture.raw("/streams/key").await.read_to_end().await;
    assert_eq!(chunks_of(body_of(&raw)), (vec![b"data: a\n".to_vec()], false));
}

#[tokio::test]
async fn hang_sends_the_headers_and_what_came_before_and_then_nothing() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "hang": true }])).await;
    let response = fixture.get("/streams/key").await;
    assert_eq!(response.status(), StatusCode::OK);
    drop(response);
    let requests = fixture.get_json("/streams/key/requests?waitForEnded=1").await;
    assert_eq!(requests[0]["endedBy"], "client");
}

#[tokio::test]
async fn attempts_are_used_in_order_and_the_last_one_repeats() {
    let fixture = Fixture::start().await;
    let attempt = |text: &str| json!({ "steps": [{ "send": text }] });
    fixture.put_script("key", json!([attempt("one"), attempt("two")])).await;
    for expected in ["one", "two", "two"] {
        assert_eq!(fixture.get("/streams/key").await.text().await.expect("a complete body"), expected);
    }
}

#[tokio::test]
async fn status_reason_and_headers_are_those_of_the_script() {
    let fixture = Fixture::start().await;
    let headers = json!([["Content-Type", "text/plain;charset=\"é\""], ["x-twice", "1"], ["x-twice", "2"]]);
    fixture.put_script("key", json!([{ "status": 503, "reason": "Come back later", "headers": headers }])).await;
    let response = fixture.raw("/streams/key").await.read_to_end().await;
    assert!(response.starts_with(b"HTTP/1.1 503 Come back later\r\n"));
    // One byte for the character in the value.
    let expected = b"content-type: text/plain;charset=\"\xe9\"\r\n";
    assert!(response.windows(expected.len()).any(|window| window == expected));
    let response = fixture.get("/streams/key").await;
    assert_eq!(response.headers().get_all("x-twice").iter().collect::<Vec<_>>(), ["1", "2"]);
}

#[tokio::test]
async fn a_status_without_a_body_counts_as_ended_by_the_server() {
    let fixture = Fixture::start().await;
    fixture.put_script("key", json!([{ "status": 204, "steps": [{ "hang": true }] }])).await;
    assert_eq!(fixture.get("/streams/key").await.status(), StatusCode::NO_CONTENT);
    let requests = fixture.get_json("/streams/key/requests?waitForEnded=1").await;
    assert_eq!(requests[0]["endedBy"], "server");
}

#[tokio::test]
async fn headers_after_a_signal_come_after_it() {
    let fixture = Fixture::start().await;
    fixture.put_script("key", json!([{ "headersAfter": "go", "headersAfterMs": 1, "steps": [{ "send": "a" }] }])).await;
    let response = tokio::spawn(fixture.request("GET", "/streams/key").send());
    fixture.get("/streams/key/requests?waitForCount=1").await;
    assert!(!response.is_finished());
    fixture.post("/streams/key/signal/go").await;
    let response = response.await.expect("no panic").expect("a response");
    assert_eq!(response.text().await.expect("a complete body"), "a");
}

#[tokio::test]
async fn drop_before_response_closes_the_connection_without_a_byte() {
    let fixture = Fixture::start().await;
    fixture.put_script("key", json!([{ "dropBeforeResponse": true }, { "steps": [{ "send": "a" }] }])).await;
    assert_eq!(fixture.raw("/streams/key").await.read_to_end().await, b"");
    assert_eq!(fixture.get("/streams/key").await.text().await.expect("a complete body"), "a");
    let requests = fixture.get_json("/streams/key/requests?waitForEnded=2").await;
    assert_eq!(requests[0]["endedBy"], "server");
}

#[tokio::test]
async fn framing_by_close_has_no_chunks_and_ends_with_the_connection() {
    let fixture = Fixture::start().await;
    fixture.put_script("key", json!([{ "framing": "close", "steps": [{ "send": "a" }, { "send": "b" }] }])).await;
    let response = fixture.raw("/streams/key").await.read_to_end().await;
    assert!(response.starts_with(b"HTTP/1.0 200 OK\r\n"));
    assert_eq!(body_of(&response), b"ab");
    assert_eq!(fixture.get("/streams/key").await.text().await.expect("a complete body"), "ab");
}

#[tokio::test]
async fn a_mistake_in_a_script_is_refused_with_the_reason() {
    let fixture = Fixture::start().await;
    for (script, reason) in [
        (json!({ "attempts": [] }), "at least one attempt"),
        (json!({ "attempts": [{ "step": [] }] }), "unknown field `step`"),
        (json!({ "attempts": [{ "status": 101 }] }), "status 101"),
        (json!({ "attempts": [{ "headers": [["a b", "c"]] }] }), "not a header name"),
        (json!({ "attempts": [{ "headers": [["a", "\u{100}"]] }] }), "not a header value"),
        (json!({ "attempts": [{ "steps": [{ "send": "a", "end": true }] }] }), "exactly one of"),
        (json!({ "attempts": [{ "steps": [{ "sendBase64": "?" }] }] }), "not base64"),
        (json!({ "attempts": [{ "steps": [{ "chunks": "a", "size": 0 }] }] }), "at least 1"),
        (json!({ "attempts": [{ "steps": [{ "send": "a", "size": 1 }] }] }), "belong to chunks"),
    ] {
        let response = fixture.try_put_script("key", script).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let text = response.text().await.expect("a text");
        assert!(text.contains(reason), "{text:?} does not say {reason:?}");
    }
    assert_eq!(fixture.get("/streams/key").await.status(), StatusCode::NOT_FOUND);
}
