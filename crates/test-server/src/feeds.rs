//! Feeds: numbered events that happen whether somebody listens or not, and how many do. For sources that share a connection.
//!
//! | request | answer |
//! |---|---|
//! | `/feeds/{token}?ids=I&retry=MS` | the feed's events, see [`listen`]; then open |
//! | `POST /feeds/{token}?count=N&interval=MS` | makes N events (1), each `interval` (0) after the one before: `{"made": all}` |
//! | `/feeds/{token}/record` | `{"made", "open", "most", "lastEventIds"}`: the connections that are open now, and at most at once; the Last-Event-ID of each request |
//!
//! A POST whose client leaves makes no more events. So there can be a feed that goes by the clock until a test has seen enough.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, Query},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{sync::watch, time::Instant};

use crate::{
    body::{event_stream, latin1_to_string},
    state::{ServerState, Shared, lock},
};

pub(crate) fn routes() -> Router<Arc<ServerState>> {
    Router::new().route("/feeds/{token}", get(listen).post(make)).route("/feeds/{token}/record", get(record))
}

/// The feeds by the token of their test. Whoever asks for one first makes it.
#[derive(Debug, Default)]
pub(crate) struct Feeds(Mutex<HashMap<String, Arc<Feed>>>);

impl Feeds {
    fn get(&self, token: String) -> Arc<Feed> {
        Arc::clone(lock(&self.0).entry(token).or_default())
    }
}

#[derive(Debug, Default)]
struct Feed {
    /// The number of the latest event. They begin with 1.
    made: watch::Sender<u64>,
    listeners: Mutex<Listeners>,
}

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Listeners {
    open: usize,
    most: usize,
    last_event_ids: Vec<Option<String>>,
}

/// A connection. It ends when hyper drops the body, as soon as it sees that the client has left.
struct Listening(Arc<Feed>);

impl Listening {
    fn begin(feed: Arc<Feed>, last_event_id: Option<String>) -> Self {
        {
            let mut listeners = lock(&feed.listeners);
            listeners.open += 1;
            listeners.most = listeners.most.max(listeners.open);
            listeners.last_event_ids.push(last_event_id);
        }
        Self(feed)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        lock(&self.0.listeners).open -= 1;
    }
}

#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Listen {
    /// Whether events have IDs.
    ids: Ids,
    retry: u64,
}

impl Default for Listen {
    fn default() -> Self {
        Self { ids: Ids::Numbers, retry: 1000 }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Ids {
    Numbers,
    None,
}

/// `data: N` for each event from now on, with `id: N`: with a Last-Event-ID, from behind that one on. With `ids=none` there are no
/// IDs, and nobody can go on.
async fn listen(
    state: Shared,
    Path(token): Path<String>,
    Query(Listen { ids, retry }): Query<Listen>,
    headers: HeaderMap,
) -> Response {
    let feed = state.feeds.get(token);
    let last_event_id = headers.get("last-event-id").map(latin1_to_string);
    let last = last_event_id.as_deref().and_then(|id| id.parse().ok()).filter(|_| ids == Ids::Numbers);
    let listening = Listening::begin(Arc::clone(&feed), last_event_id);
    let mut made = feed.made.subscribe();
    let mut sent = last.unwrap_or(*made.borrow());
    event_stream(Body::from_stream(async_stream::stream! {
        let _listening = listening;
        yield Ok::<_, std::convert::Infallible>(Bytes::from(format!("retry: {retry}\n\n")));
        // The feed is dropped with the server alone.
        while let Ok(latest) = made.wait_for(|made| *made > sent).await.map(|made| *made) {
            yield Ok(Bytes::from(events(sent + 1, latest, ids)));
            sent = latest;
        }
    }))
}

fn events(first: u64, last: u64, ids: Ids) -> String {
    let mut text = String::new();
    for number in first..=last {
        let written = match ids {
            Ids::Numbers => write!(text, "id: {number}\ndata: {number}\n\n"),
            Ids::None => write!(text, "data: {number}\n\n"),
        };
        debug_assert!(written.is_ok(), "a string takes everything");
    }
    text
}

#[derive(Deserialize)]
#[serde(default)]
struct Make {
    count: u64,
    interval: u64,
}

impl Default for Make {
    fn default() -> Self {
        Self { count: 1, interval: 0 }
    }
}

async fn make(state: Shared, Path(token): Path<String>, Query(Make { count, interval }): Query<Make>) -> Json<Value> {
    let feed = state.feeds.get(token);
    if interval == 0 {
        feed.made.send_modify(|made| *made += count);
    } else {
        let started = Instant::now();
        for number in 1..=count {
            tokio::time::sleep_until(started + Duration::from_millis(interval.saturating_mul(number))).await;
            feed.made.send_modify(|made| *made += 1);
        }
    }
    let made = *feed.made.borrow();
    Json(json!({ "made": made }))
}

#[derive(Serialize)]
struct Record {
    made: u64,
    #[serde(flatten)]
    listeners: Listeners,
}

async fn record(state: Shared, Path(token): Path<String>) -> Json<Record> {
    let feed = state.feeds.get(token);
    let listeners = lock(&feed.listeners).clone();
    let made = *feed.made.borrow();
    Json(Record { made, listeners })
}
