//! The stream of the example dashboards.

use reqwest::Response;
use serde_json::{Value, json};

use crate::client::{Fixture, expect_bytes};

/// An event as it stands in the stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sent {
    pub(crate) id: u64,
    pub(crate) event_type: String,
    pub(crate) data: Value,
}

pub(crate) async fn stream(fixture: &Fixture, path: &str, last_event_id: Option<u64>) -> Response {
    let mut request = fixture.request("GET", path);
    if let Some(id) = last_event_id {
        request = request.header("last-event-id", id);
    }
    let response = request.send().await.expect("a response");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response
}

/// The next events, of which each is a write, and so mostly a chunk, of its own.
async fn next_events(response: &mut Response, count: usize) -> Vec<Sent> {
    let mut text = String::new();
    while text.matches("\n\n").count() < count || !text.ends_with("\n\n") {
        let chunk = response.chunk().await.expect("a chunk").expect("more of the body");
        text.push_str(std::str::from_utf8(&chunk).expect("ASCII"));
    }
    text.split_terminator("\n\n").map(read).collect()
}

pub(crate) fn read(block: &str) -> Sent {
    let lines: Vec<&str> = block.lines().collect();
    let [id, event_type, data] = lines[..] else { panic!("not an event: {block:?}") };
    Sent {
        id: id.strip_prefix("id: ").expect("an id").parse().expect("a number"),
        event_type: event_type.strip_prefix("event: ").expect("a type").to_owned(),
        data: serde_json::from_str(data.strip_prefix("data: ").expect("data")).expect("JSON"),
    }
}

#[tokio::test]
async fn the_dashboard_ticks_and_says_what_happens_now_and_then() {
    let fixture = Fixture::start().await;
    let mut response = stream(&fixture, "/demo/dashboard?interval=2&retry=700", None).await;
    expect_bytes(&mut response, b"retry: 700\n\n").await;
    let events = next_events(&mut response, 21).await;
    for (event, id) in events.iter().zip(events[0].id..) {
        assert_eq!(event.id, id);
        assert_eq!(event.data["time"], json!(id * 2));
        let (event_type, members) = match id % 20 {
            0 => ("alert", &["service", "message"][..]),
            5 | 15 => ("login", &["user"][..]),
            10 => ("deploy", &["service", "version"][..]),
            _ => ("tick", &["value"][..]),
        };
        assert_eq!(event.event_type, event_type);
        assert!(members.iter().all(|member| !event.data[member].is_null()), "{event:?}");
        if event_type == "tick" {
            assert!((30.0..210.0).contains(&event.data["value"].as_f64().expect("a number")), "{event:?}");
        }
    }
}

#[tokio::test]
async fn a_client_that_comes_back_to_the_dashboard_gets_what_it_missed_as_it_was() {
    let fixture = Fixture::start().await;
    let path = "/demo/dashboard?interval=5&client=a";
    let mut first = stream(&fixture, path, None).await;
    expect_bytes(&mut first, b"retry: 2000\n\n").await;
    let before = next_events(&mut first, 12).await;
    let cut: Value = fixture.post("/demo/cut?client=a").await.json().await.expect("JSON");
    assert_eq!(cut, json!({ "cut": 1 }));
    while first.chunk().await.is_ok_and(|chunk| chunk.is_some()) {}

    let seen = &before[3];
    let mut second = stream(&fixture, path, Some(seen.id)).await;
    expect_bytes(&mut second, b"retry: 2000\n\n").await;
    let after = next_events(&mut second, before.len()).await;
    assert_eq!(after[..before.len() - 4], before[4..]);
    let requests = fixture.get_json("/demo/requests?client=a").await;
    assert_eq!(requests[1]["lastEventId"], seen.id.to_string());
}
