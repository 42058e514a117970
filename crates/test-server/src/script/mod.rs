//! Streams that a test writes step by step (`PUT /streams/{key}`) and then asks about (`GET /streams/{key}/requests`).
//!
//! | request | answer |
//! |---|---|
//! | `PUT /streams/{key}` with a script | 204; starts afresh: nothing recorded, no signal given, attempt one next |
//! | `GET`, `POST`, ... `/streams/{key}` | the next attempt of the script, the last one for ever after |
//! | `OPTIONS /streams/{key}` | recorded, answered by the `cors` member of the attempt that would be next |
//! | `POST /streams/{key}/signal/{name}` | 204; one `waitFor` or `headersAfter` of that name goes on, now or later |
//! | `GET /streams?prefix=` | the keys with that prefix that have a request which has not ended |
//! | `GET /streams/{key}/requests` | what was requested so far, after `waitForCount` and `waitForEnded` if given |
//!
//! The script is JSON, see [`attempt::Script`]; a key without a script is a 404, a script with a mistake a 400 that says
//! which.

mod attempt;
mod play;
mod recording;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, Request},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use serde::Deserialize;
use tokio::sync::Semaphore;

use self::{
    attempt::{Attempt, Script},
    recording::{Ending, Recording, RequestRecord},
};
use crate::{
    body::Refusal,
    cors,
    listener::Connection,
    state::{ServerState, Shared, lock},
};

/// Every scripted stream by its key.
#[derive(Debug, Default)]
pub(crate) struct Streams(Mutex<HashMap<String, Arc<ScriptedStream>>>);

impl Streams {
    fn get(&self, key: &str) -> Result<Arc<ScriptedStream>, Refusal> {
        let found = lock(&self.0).get(key).cloned();
        found.ok_or_else(|| (StatusCode::NOT_FOUND, format!("no script for {key:?}: PUT one first\n")))
    }

    /// The keys with this prefix that have a request which has not ended, in order.
    fn open(&self, prefix: &str) -> Vec<String> {
        let streams = lock(&self.0);
        let open = streams.iter().filter(|(key, stream)| key.starts_with(prefix) && stream.recording.is_open());
        let mut keys: Vec<_> = open.map(|(key, _)| key.clone()).collect();
        keys.sort();
        keys
    }

    /// Responses of the replaced script keep it alive until they end.
    fn put(&self, key: String, script: Script) {
        lock(&self.0).insert(key, Arc::new(ScriptedStream::new(script)));
    }
}

/// One script and what has happened to it so far.
#[derive(Debug)]
struct ScriptedStream {
    /// Never empty.
    attempts: Vec<Arc<Attempt>>,
    next: AtomicUsize,
    recording: Arc<Recording>,
    /// A permit for each signal not yet waited for, so that it does not matter which comes first.
    signals: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl ScriptedStream {
    fn new(script: Script) -> Self {
        Self {
            attempts: script.attempts.into_iter().map(Arc::new).collect(),
            next: AtomicUsize::new(0),
            recording: Arc::default(),
            signals: Mutex::default(),
        }
    }

    fn attempt(&self, index: usize) -> Arc<Attempt> {
        Arc::clone(&self.attempts[index.min(self.attempts.len() - 1)])
    }

    fn signal(&self, name: &str) -> Arc<Semaphore> {
        let mut signals = lock(&self.signals);
        Arc::clone(signals.entry(name.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(0))))
    }

    /// Takes one signal of this name. A client that leaves meanwhile takes none.
    async fn wait_for(&self, name: &str) {
        if let Ok(signal) = self.signal(name).acquire_owned().await {
            signal.forget();
        }
    }
}

/// The routes beside the stream itself, reachable from a page of any origin.
pub(crate) fn control_routes() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/streams", get(list_open))
        .route("/streams/{key}/requests", get(list_requests))
        .route("/streams/{key}/signal/{name}", post(signal))
}

/// The stream itself, which answers CORS as its script says, except to `PUT`.
pub(crate) fn stream_routes() -> Router<Arc<ServerState>> {
    let put_script = axum::routing::put(put_script).layer(axum::middleware::from_fn(cors::allow_everything));
    Router::new().route("/streams/{key}", any(request_stream).merge(put_script))
}

async fn put_script(state: Shared, Path(key): Path<String>, body: Bytes) -> Response {
    match serde_json::from_slice::<Script>(&body) {
        Ok(script) => {
            state.streams.put(key, script);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("not a script: {error}\n")).into_response(),
    }
}

async fn signal(state: Shared, Path((key, name)): Path<(String, String)>) -> Result<StatusCode, Refusal> {
    state.streams.get(&key)?.signal(&name).add_permits(1);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Prefix {
    #[serde(default)]
    prefix: String,
}

async fn list_open(state: Shared, Query(Prefix { prefix }): Query<Prefix>) -> Json<Vec<String>> {
    Json(state.streams.open(&prefix))
}

/// How long to wait, and for what, before the requests are listed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wait {
    wait_for_count: usize,
    wait_for_ended: usize,
    timeout_ms: u64,
}

impl Default for Wait {
    fn default() -> Self {
        Self { wait_for_count: 0, wait_for_ended: 0, timeout_ms: 10_000 }
    }
}

async fn list_requests(
    state: Shared,
    Path(key): Path<String>,
    Query(wait): Query<Wait>,
) -> Result<Json<Vec<RequestRecord>>, Refusal> {
    let stream = state.streams.get(&key)?;
    let timeout = Duration::from_millis(wait.timeout_ms);
    Ok(Json(stream.recording.wait(wait.wait_for_count, wait.wait_for_ended, timeout).await))
}

async fn request_stream(
    state: Shared,
    Path(key): Path<String>,
    connection: axum::Extension<Connection>,
    request: Request,
) -> Result<Response, Refusal> {
    // A test page of another origin is about to PUT a script: that is none of the stream's requests.
    if is_preflight_of_put(request.method(), request.headers()) {
        let allowed = cors::permission_for_preflight(request.headers());
        return Ok((StatusCode::NO_CONTENT, allowed).into_response());
    }
    let stream = state.streams.get(&key)?;
    let connection = connection.0;
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut ending = stream.recording.add(RequestRecord::new(&parts, &body, state.now_ms()), connection.clone());
    if parts.method == Method::OPTIONS {
        ending.by_server();
        let next = stream.attempt(stream.next.load(Ordering::Relaxed));
        return Ok(answer_preflight(&next, &parts.headers));
    }
    let attempt = stream.attempt(stream.next.fetch_add(1, Ordering::Relaxed));
    Ok(answer(stream, attempt, &parts, ending, &connection).await)
}

fn is_preflight_of_put(method: &Method, headers: &HeaderMap) -> bool {
    let asked = headers.get(header::ACCESS_CONTROL_REQUEST_METHOD);
    cors::is_preflight(method, headers) && asked.is_some_and(|method| method.as_bytes() == b"PUT")
}

fn answer_preflight(attempt: &Attempt, headers: &HeaderMap) -> Response {
    match &attempt.cors {
        Some(cors) => (StatusCode::NO_CONTENT, cors.headers(headers, true)).into_response(),
        None => (StatusCode::FORBIDDEN, "this attempt allows no other origin\n").into_response(),
    }
}

async fn answer(
    stream: Arc<ScriptedStream>,
    attempt: Arc<Attempt>,
    request: &axum::http::request::Parts,
    mut ending: Ending,
    connection: &Connection,
) -> Response {
    if attempt.drop_before_response {
        ending.by_server();
        connection.drop_now();
        return std::future::pending().await;
    }
    if let Some(ms) = attempt.headers_after_ms {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    if let Some(name) = &attempt.headers_after {
        stream.wait_for(name).await;
    }
    let mut head = attempt.head(&request.headers);
    if request.method == Method::HEAD || attempt.has_null_body() {
        // Hyper sends no body then and would drop a stream unread, which is not the client's doing.
        ending.by_server();
        return head;
    }
    *head.body_mut() = play::body(stream, attempt, ending);
    head
}
