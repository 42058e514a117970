//! An answer that comes word by word, as those of language models do.
//!
//! `GET /demo/chat?prompt=TEXT&client=ID&interval=MS&retry=MS`: an event `token` with `{"text"}` each `interval` (60 ms),
//! numbered from 1; then `done` with `{"tokens"}`, and the end. The texts joined are the answer, which follows from the
//! prompt. A request with a Last-Event-ID gets what comes behind it, and after `done` 204 No Content: do not come again.
//! Without a prompt: 400.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{Query, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    body::event_stream,
    demo::cuttable,
    state::{ServerState, Shared},
};

pub(crate) fn routes() -> Router<Arc<ServerState>> {
    Router::new().route("/demo/chat", get(chat))
}

#[derive(Deserialize)]
#[serde(default)]
struct Parameters {
    prompt: String,
    client: String,
    interval: u64,
    retry: u64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { prompt: String::new(), client: String::new(), interval: 60, retry: 2000 }
    }
}

async fn chat(state: Shared, Query(parameters): Query<Parameters>, request: Request) -> Response {
    let prompt = parameters.prompt.trim();
    if prompt.is_empty() {
        return (StatusCode::BAD_REQUEST, "there is no prompt\n").into_response();
    }
    let answer = answer(prompt);
    let tokens: Vec<String> = answer.split_inclusive(' ').map(str::to_owned).collect();
    let last = request.headers().get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<usize>().ok());
    let received = last.unwrap_or(0);
    if received > tokens.len() {
        return StatusCode::NO_CONTENT.into_response();
    }
    let interval = Duration::from_millis(parameters.interval);
    let events = async_stream::stream! {
        yield Bytes::from(format!("retry: {}\n\n", parameters.retry));
        for (index, text) in tokens.iter().enumerate().skip(received) {
            tokio::time::sleep(interval).await;
            yield Bytes::from(format!("id: {}\nevent: token\ndata: {}\n\n", index + 1, json!({ "text": text })));
        }
        let data = json!({ "tokens": tokens.len() });
        yield Bytes::from(format!("id: {}\nevent: done\ndata: {data}\n\n", tokens.len() + 1));
    };
    event_stream(cuttable(events, state.demo.add(parameters.client, &request)))
}

fn answer(prompt: &str) -> String {
    let count = prompt.split_whitespace().count();
    let words = if count == 1 { "a single word" } else { &format!("{count} words") };
    format!(
        "“{prompt}” is {words}, and I am no language model: I am a loop that sleeps between words. Each of them is an \
         event of its own, with an id. Cut the connection while I talk, and the next request names the last word that \
         arrived; I go on behind it."
    )
}
