//! The answer that comes word by word.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::client::{Fixture, expect_bytes};
use crate::dashboard::{Sent, read, stream};

const PATH: &str = "/demo/chat?interval=1&prompt=How+are+you?";

/// All events of a stream that ends.
async fn all(fixture: &Fixture, path: &str, last_event_id: Option<u64>) -> Vec<Sent> {
    let text = stream(fixture, path, last_event_id).await.text().await.expect("a complete body");
    let events = text.strip_prefix("retry: 2000\n\n").expect("the reconnection time first");
    events.split_terminator("\n\n").map(read).collect()
}

#[tokio::test]
async fn an_answer_comes_as_tokens_then_done_then_ends() {
    let fixture = Fixture::start().await;
    let mut events = all(&fixture, PATH, None).await;
    let done = events.pop().expect("events");
    assert_eq!((done.event_type.as_str(), &done.data), ("done", &json!({ "tokens": events.len() })));
    assert!(events.iter().chain([&done]).map(|event| event.id).eq(1..=done.id));
    assert!(events.iter().all(|event| event.event_type == "token"));
    let answer: String = events.iter().map(|event| event.data["text"].as_str().expect("a text")).collect();
    assert!(answer.starts_with("“How are you?” is 3 words, and I am no"), "{answer}");
    assert_eq!(answer.split(' ').count(), events.len());
}

#[tokio::test]
async fn an_answer_that_broke_off_goes_on_behind_the_last_token_that_arrived() {
    let fixture = Fixture::start().await;
    let whole = all(&fixture, PATH, None).await;
    assert_eq!(all(&fixture, PATH, Some(7)).await, whole[7..]);

    let path = "/demo/chat?interval=60000&client=a&prompt=Wait";
    let mut response = stream(&fixture, path, None).await;
    expect_bytes(&mut response, b"retry: 2000\n\n").await;
    let cut: Value = fixture.post("/demo/cut?client=a").await.json().await.expect("JSON");
    assert_eq!(cut, json!({ "cut": 1 }));
    response.chunk().await.expect_err("the body is incomplete");
}

#[tokio::test]
async fn who_has_the_whole_answer_is_asked_not_to_come_again() {
    let fixture = Fixture::start().await;
    let done = all(&fixture, PATH, None).await.pop().expect("events");
    let request = fixture.request("GET", PATH).header("last-event-id", done.id);
    assert_eq!(request.send().await.expect("a response").status(), StatusCode::NO_CONTENT);
    assert_eq!(fixture.get("/demo/chat?prompt=+").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(fixture.get("/demo/chat").await.status(), StatusCode::BAD_REQUEST);
}
