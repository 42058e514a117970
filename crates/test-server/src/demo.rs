//! The streams of the demo pages, and a way to cut them.
//!
//! | request | answer |
//! |---|---|
//! | `/demo/workerman?client=ID&interval=MS&version=V` | the SSE example of the Workerman manual |
//! | `/demo/mdn?client=ID&interval=MS`, `/sse-demo.php` | the PHP example of MDN's "Using server-sent events" |
//! | `/demo/clock?client=ID&interval=MS` | the time, with the same IDs for everybody; goes on after `Last-Event-ID` |
//! | `POST /demo/cut?client=ID` | `{"cut": n}`: that client's open streams, now broken off |
//! | `/demo/requests?client=ID` | `[{"path", "lastEventId", "time"}, ...]`, the latest hundred |
//! | `/demo/connections?client=ID` | `{"open": n}`: that client's streams that are open |

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, SystemTime},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Query, Request},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures::{Stream, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};
use tokio::sync::oneshot;

use crate::{
    body::{Cut, event_stream, latin1_to_string},
    state::{ServerState, Shared, lock},
};

/// PHP's `DATE_ISO8601`, in UTC.
const ISO8601: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]+0000");

/// How many requests of one client are remembered.
const REMEMBERED: usize = 100;

/// How many events of the clock a client gets that it has missed.
const MISSED: u64 = 100;

pub(crate) fn routes() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/demo/workerman", get(workerman))
        .route("/demo/mdn", get(mdn))
        .route("/sse-demo.php", get(mdn))
        .route("/demo/clock", get(clock))
        .route("/demo/cut", post(cut))
        .route("/demo/connections", get(count_connections))
        .route("/demo/requests", get(list_requests))
}

/// The pages that use the demo streams, by the name they give themselves.
#[derive(Debug, Default)]
pub(crate) struct DemoClients(Mutex<HashMap<String, DemoClient>>);

#[derive(Debug, Default)]
struct DemoClient {
    requests: Vec<DemoRequest>,
    /// One for each stream; those whose stream has ended have no receiver any more.
    streams: Vec<oneshot::Sender<()>>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DemoRequest {
    path: String,
    last_event_id: Option<String>,
    time: String,
}

impl DemoClients {
    /// Remembers a request for a stream; what is returned resolves when the stream is to be cut.
    pub(crate) fn add(&self, client: String, request: &Request) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut clients = lock(&self.0);
        let client = clients.entry(client).or_default();
        client.streams.retain(|stream| !stream.is_closed());
        client.streams.push(sender);
        if client.requests.len() == REMEMBERED {
            client.requests.remove(0);
        }
        client.requests.push(DemoRequest {
            path: request.uri().path().to_owned(),
            last_event_id: request.headers().get("last-event-id").map(latin1_to_string),
            time: now(),
        });
        receiver
    }
}

#[derive(Deserialize)]
#[serde(default)]
struct Parameters {
    client: String,
    /// Milliseconds between events; each example has its own default.
    interval: Option<u64>,
    /// Whose bytes `/demo/workerman` sends.
    version: Version,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { client: String::new(), interval: None, version: Version::Current }
    }
}

#[derive(Clone, Copy, Deserialize)]
enum Version {
    /// The id stands before the data.
    #[serde(rename = "current")]
    Current,
    /// The first releases of Workerman 4 wrote the id after the blank line, where it belongs to the next event.
    #[serde(rename = "4.0")]
    FourZero,
}

impl Parameters {
    fn interval(&self, default_ms: u64) -> Duration {
        Duration::from_millis(self.interval.unwrap_or(default_ms))
    }
}

/// `ServerSentEvents(['event' => 'message', 'data' => 'hello', 'id' => 1])` every two seconds, after an empty line. What
/// does not ask for an event stream, and for nothing else, gets `ok`.
async fn workerman(state: Shared, Query(parameters): Query<Parameters>, request: Request) -> Response {
    if request.headers().get(header::ACCEPT) != Some(&HeaderValue::from_static("text/event-stream")) {
        return "ok".into_response();
    }
    let event = match parameters.version {
        Version::Current => "event: message\nid: 1\ndata: hello\n\n",
        Version::FourZero => "event: message\ndata: hello\n\nid: 1\n",
    };
    let interval = parameters.interval(2000);
    let events = async_stream::stream! {
        yield Bytes::from_static(b"\r\n");
        loop {
            tokio::time::sleep(interval).await;
            yield Bytes::from_static(event.as_bytes());
        }
    };
    let body = cuttable(events, state.demo.add(parameters.client, &request));
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

/// A `ping` each second, and now and then a message without a type.
async fn mdn(state: Shared, Query(parameters): Query<Parameters>, request: Request) -> Response {
    let interval = parameters.interval(1000);
    let events = async_stream::stream! {
        let mut counter = one_to_ten();
        loop {
            let time = now();
            yield Bytes::from(format!("event: ping\ndata: {{\"time\": \"{time}\"}}\n\n"));
            counter -= 1;
            if counter == 0 {
                yield Bytes::from(format!("data: This is a message at time {time}\n\n"));
                counter = one_to_ten();
            }
            tokio::time::sleep(interval).await;
        }
    };
    let body = cuttable(events, state.demo.add(parameters.client, &request));
    let headers = [("x-accel-buffering", "no"), ("content-type", "text/event-stream"), ("cache-control", "no-cache")];
    (headers, body).into_response()
}

/// The time at the end of each interval since the first request, with the number of the interval as its ID. Who has missed some gets
/// them first.
async fn clock(state: Shared, Query(parameters): Query<Parameters>, request: Request) -> Response {
    static START: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);
    let start = *START;
    let interval = parameters.interval(1000).max(Duration::from_millis(1));
    let now = move || start.elapsed().unwrap_or_default();
    let count = move |time: Duration| (time.as_millis() / interval.as_millis()) as u64;
    let last = request.headers().get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<u64>().ok());
    let current = count(now());
    let first = last.map_or(current, |last| last.saturating_add(1).clamp(current.saturating_sub(MISSED), current + 1));
    let events = async_stream::stream! {
        for id in first.. {
            let end = Duration::from_millis(interval.as_millis() as u64 * id);
            tokio::time::sleep(end.saturating_sub(now())).await;
            let time = OffsetDateTime::from(start) + end;
            yield Bytes::from(format!("id: {id}\ndata: {}\n\n", time.format(ISO8601).unwrap_or_default()));
        }
    };
    event_stream(cuttable(events, state.demo.add(parameters.client, &request)))
}

/// A body that ends with its events, or breaks off when it is cut.
pub(crate) fn cuttable(events: impl Stream<Item = Bytes> + Send + 'static, cut: oneshot::Receiver<()>) -> Body {
    let mut events = Box::pin(events).take_until(cut);
    Body::from_stream(async_stream::stream! {
        while let Some(bytes) = events.next().await {
            yield Ok(bytes);
        }
        if let Some(Ok(())) = events.take_result() {
            yield Err(Cut);
        }
    })
}

async fn cut(state: Shared, Query(parameters): Query<Parameters>) -> Json<Value> {
    let streams = match lock(&state.demo.0).get_mut(&parameters.client) {
        Some(client) => std::mem::take(&mut client.streams),
        None => Vec::new(),
    };
    let cut = streams.into_iter().filter_map(|stream| stream.send(()).ok()).count();
    Json(json!({ "cut": cut }))
}

async fn count_connections(state: Shared, Query(parameters): Query<Parameters>) -> Response {
    let clients = lock(&state.demo.0);
    let is_open = |stream: &&oneshot::Sender<()>| !stream.is_closed();
    let open = clients.get(&parameters.client).map_or(0, |client| client.streams.iter().filter(is_open).count());
    let no_store = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]);
    (no_store, Json(json!({ "open": open }))).into_response()
}

async fn list_requests(state: Shared, Query(parameters): Query<Parameters>) -> Response {
    let requests = lock(&state.demo.0).get(&parameters.client).map(|client| client.requests.clone());
    let no_store = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]);
    (no_store, Json(requests.unwrap_or_default())).into_response()
}

fn now() -> String {
    OffsetDateTime::now_utc().format(ISO8601).unwrap_or_default()
}

/// The standard library's random hash seeds are random enough for a demo.
fn one_to_ten() -> u64 {
    RandomState::new().hash_one(()) % 10 + 1
}
