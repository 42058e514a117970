//! The fixed routes.

use reqwest::StatusCode;
use serde_json::{Value, json};
use test_server::SAMPLE_STREAM;

use crate::client::{Fixture, expect_bytes};

#[tokio::test]
async fn status_answers_with_that_status_and_an_event() {
    let fixture = Fixture::start().await;
    for code in [200, 404, 503] {
        let response = fixture.get(&format!("/status/{code}")).await;
        assert_eq!(response.status(), code);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.text().await.expect("a complete body"), "data: status\n\n");
    }
    assert_eq!(fixture.get("/status/204").await.status(), StatusCode::NO_CONTENT);
    assert_eq!(fixture.get("/status/100").await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn content_type_is_sent_as_it_is_or_not_at_all() {
    let fixture = Fixture::start().await;
    let mut response = fixture.get("/content-type?type=TEXT/Event-Stream%20;x=%22y%22").await;
    assert_eq!(response.headers()["content-type"], "TEXT/Event-Stream ;x=\"y\"");
    expect_bytes(&mut response, b"data: event\n\n").await;
    assert!(fixture.get("/content-type").await.headers().get("content-type").is_none());
}

#[tokio::test]
async fn redirects_go_where_they_are_told_and_the_loop_to_itself() {
    let fixture = Fixture::start().await;
    let response = fixture.get("/redirect/307?to=http://127.0.0.1:1/echo%3Fa").await;
    assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(response.headers()["location"], "http://127.0.0.1:1/echo?a");
    let response = fixture.get("/redirect-loop?a").await;
    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(response.headers()["location"], "/redirect-loop?a");
}

#[tokio::test]
async fn a_cookie_is_set_and_shown() {
    let fixture = Fixture::start().await;
    let response = fixture.get("/cookie/set?name=a&value=b").await;
    assert_eq!(response.headers()["set-cookie"], "a=b; Path=/; SameSite=Lax");
    let request = fixture.request("GET", "/cookie/stream").header("cookie", "a=b").header("origin", "http://x");
    let mut response = request.send().await.expect("a response");
    assert_eq!(response.headers()["access-control-allow-origin"], "http://x");
    assert_eq!(response.headers()["access-control-allow-credentials"], "true");
    expect_bytes(&mut response, b"data: a=b\n\n").await;
    expect_bytes(&mut fixture.get("/cookie/stream").await, b"data: \n\n").await;
}

#[tokio::test]
async fn what_is_cut_off_comes_again_after_the_last_event_id() {
    let fixture = Fixture::start().await;
    let events = |numbers: std::ops::RangeInclusive<u32>| -> String {
        let events = numbers.map(|number| format!("id: {number}\ndata: {number} 🦀\n\n"));
        std::iter::once("retry: 100\n\n".to_owned()).chain(events).collect()
    };
    let parts: [(&str, &[u8]); 2] =
        [("mid-event", "id: 3\ndata: 3 🦀\n".as_bytes()), ("mid-character", b"id: 3\ndata: 3 \xf0\x9f")];
    for (route, part) in parts {
        let path = format!("/cut/{route}?key=a&count=4");
        let mut response = fixture.get(&path).await;
        expect_bytes(&mut response, &[events(1..=2).as_bytes(), part].concat()).await;
        response.chunk().await.expect_err("the body is incomplete");
        let request = fixture.request("GET", &path).header("last-event-id", "2");
        expect_bytes(&mut request.send().await.expect("a response"), events(3..=4).as_bytes()).await;
        expect_bytes(&mut fixture.get(&path).await, events(1..=4).as_bytes()).await;
    }
}

#[tokio::test]
async fn the_sample_stream_comes_in_chunks_of_the_size_asked_for() {
    let fixture = Fixture::start().await;
    for size in [1, 7] {
        let mut response = fixture.raw(&format!("/chunks?size={size}")).await;
        let chunks = response.read_chunks(SAMPLE_STREAM.len()).await;
        assert!(chunks.iter().map(Vec::as_slice).eq(SAMPLE_STREAM.as_bytes().chunks(size)));
    }
}

#[tokio::test]
async fn slow_headers_come_after_that_time() {
    let fixture = Fixture::start().await;
    let start = std::time::Instant::now();
    let mut response = fixture.get("/slow-headers?ms=50").await;
    assert!(start.elapsed().as_millis() >= 50);
    expect_bytes(&mut response, b"data: event\n\n").await;
}

#[tokio::test]
async fn silence_is_headers_and_nothing_more() {
    let fixture = Fixture::start().await;
    let response = fixture.get("/silence").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
}

#[tokio::test]
async fn echo_tells_the_request_as_an_event() {
    let fixture = Fixture::start().await;
    let request = fixture.request("POST", "/echo?a=b").header("x-mine", "1").body("line\nline");
    let mut response = request.send().await.expect("a response");
    let chunk = response.chunk().await.expect("a chunk").expect("a body");
    let text = std::str::from_utf8(&chunk).expect("UTF-8");
    let data = text.strip_prefix("data: ").and_then(|text| text.strip_suffix("\n\n")).expect("an event");
    let echo: Value = serde_json::from_str(data).expect("JSON on one line");
    assert_eq!(echo["method"], "POST");
    assert_eq!(echo["url"], "/echo?a=b");
    assert_eq!(echo["body"], "line\nline");
    assert!(echo["headers"].as_array().expect("a list").contains(&json!(["x-mine", "1"])));
}
