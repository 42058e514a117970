//! The demo streams.

use std::time::Duration;

use reqwest::Response;
use serde_json::{Value, json};

use crate::client::{Fixture, expect_bytes};

async fn stream(fixture: &Fixture, path: &str) -> Response {
    fixture.request("GET", path).header("accept", "text/event-stream").send().await.expect("a response")
}

#[tokio::test]
async fn workerman_starts_with_an_empty_line_and_repeats_its_event() {
    let fixture = Fixture::start().await;
    let mut response = stream(&fixture, "/demo/workerman?interval=1").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    expect_bytes(&mut response, b"\r\n").await;
    let event = b"event: message\nid: 1\ndata: hello\n\n";
    expect_bytes(&mut response, event).await;
    expect_bytes(&mut response, event).await;
}

#[tokio::test]
async fn workerman_4_0_writes_the_id_after_the_blank_line() {
    let fixture = Fixture::start().await;
    let mut response = stream(&fixture, "/demo/workerman?interval=1&version=4.0").await;
    expect_bytes(&mut response, b"\r\nevent: message\ndata: hello\n\nid: 1\n").await;
}

#[tokio::test]
async fn workerman_sends_its_first_bytes_at_once_and_events_every_two_seconds() {
    let fixture = Fixture::start().await;
    let start = std::time::Instant::now();
    let mut response = stream(&fixture, "/demo/workerman").await;
    expect_bytes(&mut response, b"\r\n").await;
    assert!(start.elapsed() < Duration::from_secs(2));
    expect_bytes(&mut response, b"event: message\nid: 1\ndata: hello\n\n").await;
    assert!(start.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn workerman_says_ok_to_whatever_is_not_an_event_source() {
    let fixture = Fixture::start().await;
    assert_eq!(fixture.get("/demo/workerman").await.text().await.expect("a text"), "ok");
    let request = fixture.request("GET", "/demo/workerman").header("accept", "text/event-stream, */*");
    assert_eq!(request.send().await.expect("a response").text().await.expect("a text"), "ok");
}

#[tokio::test]
async fn mdn_pings_with_the_time_and_sometimes_says_a_message() {
    let fixture = Fixture::start().await;
    for path in ["/demo/mdn?interval=1", "/sse-demo.php?interval=1"] {
        let mut response = stream(&fixture, path).await;
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        let mut text = String::new();
        // At most every tenth ping comes without a message.
        while !text.contains("data: This is a message at time ") || !text.ends_with("\n\n") {
            let chunk = response.chunk().await.expect("a chunk").expect("more of the body");
            text.push_str(std::str::from_utf8(&chunk).expect("ASCII"));
        }
        let rest = text.strip_prefix("event: ping\ndata: ").expect("a ping first");
        let (data, _) = rest.split_once("\n\n").expect("the end of the event");
        let data: Value = serde_json::from_str(data).expect("JSON");
        let time = data["time"].as_str().expect("a time");
        let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00T00:00:00+0000");
        assert!((1..=10).contains(&text.matches("event: ping").count()));
    }
}

#[tokio::test]
async fn cut_breaks_off_the_streams_of_one_client_only() {
    let fixture = Fixture::start().await;
    let mut first = stream(&fixture, "/demo/workerman?client=a").await;
    let mut second = stream(&fixture, "/demo/workerman?client=a").await;
    let mut other = stream(&fixture, "/demo/workerman?client=b&interval=1").await;
    for response in [&mut first, &mut second, &mut other] {
        expect_bytes(response, b"\r\n").await;
    }
    let cut: Value = fixture.post("/demo/cut?client=a").await.json().await.expect("JSON");
    assert_eq!(cut, json!({ "cut": 2 }));
    first.chunk().await.expect_err("the body is incomplete");
    second.chunk().await.expect_err("the body is incomplete");
    expect_bytes(&mut other, b"event: message\nid: 1\ndata: hello\n\n").await;
    let cut: Value = fixture.post("/demo/cut?client=a").await.json().await.expect("JSON");
    assert_eq!(cut, json!({ "cut": 0 }));
}

#[tokio::test]
async fn requests_of_a_client_are_listed_with_the_last_event_id() {
    let fixture = Fixture::start().await;
    let _first = stream(&fixture, "/demo/workerman?client=a").await;
    let request = fixture.request("GET", "/demo/mdn?client=a").header("last-event-id", "1");
    let _second = request.send().await.expect("a response");
    let requests = fixture.get_json("/demo/requests?client=a").await;
    assert_eq!(requests[0]["path"], "/demo/workerman");
    assert_eq!(requests[0]["lastEventId"], Value::Null);
    assert_eq!(requests[1]["path"], "/demo/mdn");
    assert_eq!(requests[1]["lastEventId"], "1");
    assert_eq!(requests[1]["time"].as_str().map(str::len), Some("2026-11-20T10:00:00+0000".len()));
    assert_eq!(fixture.get_json("/demo/requests?client=b").await, json!([]));
}

#[tokio::test]
async fn the_clock_goes_on_after_the_last_event_that_a_client_has() {
    let fixture = Fixture::start().await;
    let mut response = stream(&fixture, "/demo/clock?interval=20").await;
    let first = event_id(&mut response).await;
    let second = event_id(&mut response).await;
    assert_eq!(second, first + 1);
    drop(response);
    let request = fixture.request("GET", "/demo/clock?interval=20").header("accept", "text/event-stream");
    let mut response = request.header("last-event-id", first.to_string()).send().await.expect("a response");
    assert_eq!(event_id(&mut response).await, second);
}

#[tokio::test]
async fn the_open_connections_of_a_client_are_counted() {
    let fixture = Fixture::start().await;
    let open = async || fixture.get("/demo/connections?client=me").await.json::<Value>().await.expect("JSON");
    assert_eq!(open().await, json!({ "open": 0 }));
    let response = stream(&fixture, "/demo/clock?client=me").await;
    let _other = stream(&fixture, "/demo/clock?client=other").await;
    assert_eq!(open().await, json!({ "open": 1 }));
    drop(response);
    while open().await != json!({ "open": 0 }) {
        tokio::task::yield_now().await;
    }
}

/// That of the next chunk, which has one event.
async fn event_id(response: &mut Response) -> u64 {
    let chunk = response.chunk().await.expect("a chunk").expect("one that is not the last");
    let text = String::from_utf8(chunk.to_vec()).expect("UTF-8");
    let id = text.strip_prefix("id: ").and_then(|rest| rest.split_once('\n')).map(|(id, _)| id.parse());
    id.expect("an ID").expect("a number")
}
