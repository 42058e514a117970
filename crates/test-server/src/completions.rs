//! A language model's answer in the form that OpenAI's API has made common.
//!
//! `POST /v1/chat/completions` with `{"model", "messages": [{"role", "content"}], "stream": true, "scenario"}`: the answer, which
//! says what the last message was, as events without a name, one `choices[0].delta.content` each; then `[DONE]`, and the end.
//!
//! | request | answer |
//! |---|---|
//! | without `Authorization: Bearer KEY` | 401 and `{"error": {"message", "type", "code"}}` |
//! | no such JSON, no message, or not `"stream": true` | 400 and the same |
//! | `"scenario": {"busy": KEY}` | 429, `Retry-After: 1` and the same to the first request of this key; then the answer |
//! | `"scenario": {"cut": KEY}` | to the first request of this key an answer that is cut in the middle of an event |

use std::sync::Arc;

use axum::{
    Json, Router,
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    body::{Cut, event_stream, flush},
    state::{ServerState, Shared},
};

pub(crate) fn routes() -> Router<Arc<ServerState>> {
    Router::new().route("/v1/chat/completions", post(completions))
}

#[derive(Deserialize)]
struct Completion {
    model: String,
    messages: Vec<Message>,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    scenario: Option<Scenario>,
}

#[derive(Deserialize)]
struct Message {
    content: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Scenario {
    Busy(String),
    Cut(String),
}

async fn completions(state: Shared, headers: HeaderMap, body: Bytes) -> Response {
    let key = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if key.is_none_or(str::is_empty) {
        return refusal(StatusCode::UNAUTHORIZED, "invalid_api_key", "You have to give a key.");
    }
    let completion: Completion = match serde_json::from_slice(&body) {
        Ok(completion) => completion,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, "invalid_request", &error.to_string()),
    };
    let Some(Message { content }) = completion.messages.last().filter(|_| completion.stream) else {
        return refusal(StatusCode::BAD_REQUEST, "invalid_request", "There is no message, or no stream is asked for.");
    };
    let is_first = |kind: &str, key: &str| state.attempts.is_first(kind, key);
    let is_cut = match &completion.scenario {
        Some(Scenario::Busy(key)) if is_first("completions busy", key) => {
            let busy = refusal(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", "Try again in a second.");
            return ([(header::RETRY_AFTER, "1")], busy).into_response();
        }
        Some(Scenario::Cut(key)) => is_first("completions cut", key),
        _ => false,
    };
    answer(&completion.model, content, is_cut)
}

/// The answer in deltas: the role, the words, the reason why there are no more.
fn answer(model: &str, message: &str, is_cut: bool) -> Response {
    let answer = format!("You said “{message}”, and I am no language model.");
    let words = answer.split_inclusive(' ').map(|word| delta(model, &json!({ "content": word }), None));
    let first = delta(model, &json!({ "role": "assistant", "content": "" }), None);
    let last = delta(model, &json!({}), Some("stop"));
    let mut events: Vec<String> =
        std::iter::once(first).chain(words).chain([last, "data: [DONE]\n\n".into()]).collect();
    if is_cut {
        events.truncate(events.len() / 2);
        let half = events.last().map_or(0, |event| event.len() / 2);
        events.last_mut().into_iter().for_each(|event| event.truncate(half));
    }
    let body = async_stream::stream! {
        for event in events {
            yield Ok(Bytes::from(event));
            flush().await;
        }
        if is_cut {
            yield Err(Cut);
        }
    };
    event_stream(Body::from_stream(body))
}

fn delta(model: &str, delta: &Value, finish_reason: Option<&str>) -> String {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish_reason });
    let chunk = json!({ "object": "chat.completion.chunk", "model": model, "choices": [choice] });
    format!("data: {chunk}\n\n")
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let error = json!({ "message": message, "type": "invalid_request_error", "code": code });
    (status, Json(json!({ "error": error }))).into_response()
}
