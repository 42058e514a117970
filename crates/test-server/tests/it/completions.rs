//! The answer in OpenAI's form, consumed by the crate's `EventStream` over reqwest.

use futures::StreamExt;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use wasm_eventsource::{EventStream, EventStreamError};

use crate::client::Fixture;
use crate::event_stream::body;

const ANSWER: &str = "You said “Grüße”, and I am no language model.";

async fn ask(fixture: &Fixture, scenario: Value) -> Response {
    let message = json!({ "role": "user", "content": "Grüße" });
    let body = json!({ "model": "m", "messages": [message], "stream": true, "scenario": scenario });
    let request = fixture.request("POST", "/v1/chat/completions").header("authorization", "Bearer key");
    request.json(&body).send().await.expect("a response")
}

fn content(data: &str) -> String {
    let chunk: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(chunk["object"], "chat.completion.chunk");
    chunk["choices"][0]["delta"]["content"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_answer_comes_in_deltas_up_to_done() {
    let fixture = Fixture::start().await;
    let mut events = EventStream::new(body(ask(&fixture, Value::Null).await));
    let mut text = String::new();
    let mut deltas = 0;
    let mut done = false;
    while let Some(event) = events.next().await {
        let event = event.expect("an event");
        assert_eq!(event.event_type(), "message");
        done = event.data() == "[DONE]";
        if !done {
            text += &content(event.data());
            deltas += 1;
        }
    }
    assert_eq!((text.as_str(), done), (ANSWER, true));
    assert_eq!(deltas, ANSWER.split(' ').count() + 2, "the role, the words, the end");
}

#[tokio::test]
async fn an_answer_that_is_cut_ends_with_an_error_after_what_arrived() {
    let fixture = Fixture::start().await;
    let items: Vec<_> = EventStream::new(body(ask(&fixture, json!({ "cut": "a" })).await)).collect().await;
    let (last, events) = items.split_last().expect("an item");
    assert!(matches!(last, Err(EventStreamError::Body(_))), "{last:?}");
    let text: String = events.iter().map(|event| content(event.as_ref().expect("an event").data())).collect();
    assert!(!text.is_empty() && text != ANSWER && ANSWER.starts_with(&text), "{text}");
    // Once only.
    let again: Vec<_> = EventStream::new(body(ask(&fixture, json!({ "cut": "a" })).await)).collect().await;
    assert_eq!(again.last().expect("an item").as_ref().expect("an event").data(), "[DONE]");
}

#[tokio::test]
async fn who_is_refused_is_told_why_in_json() {
    let fixture = Fixture::start().await;
    let response = fixture.post("/v1/chat/completions").await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.json::<Value>().await.expect("JSON")["error"]["code"], "invalid_api_key");

    let busy = ask(&fixture, json!({ "busy": "a" })).await;
    assert_eq!((busy.status(), busy.headers()["retry-after"].as_bytes()), (StatusCode::TOO_MANY_REQUESTS, &b"1"[..]));
    assert_eq!(busy.json::<Value>().await.expect("JSON")["error"]["code"], "rate_limit_exceeded");
    assert_eq!(ask(&fixture, json!({ "busy": "a" })).await.status(), StatusCode::OK);

    for bad in [
        "",
        "{}",
        r#"{"model": "m", "messages": [], "stream": true}"#,
        r#"{"model": "m", "messages": [{"content": "a"}]}"#,
    ] {
        let request = fixture.request("POST", "/v1/chat/completions").header("authorization", "Bearer key");
        assert_eq!(request.body(bad).send().await.expect("a response").status(), StatusCode::BAD_REQUEST, "{bad}");
    }
}
