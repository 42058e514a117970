//! What the benchmarks in browsers load: a page, and streams as fast as they can be sent.
//!
//! | request | answer |
//! |---|---|
//! | `GET /bench/page` | an empty page that loads `/page.js`, isolated so that its clocks are precise |
//! | `GET /bench/streams/{name}` | the stream `A` to `G`, whole, then open; its last event is of the type `end` |
//! | `GET /bench/expected/{name}` | what has to arrive of it, as JSON |
//! | `GET /bench/ticks?count=N&every=MS` | so many events whose data is the server's clock, one at a time; then `end`, then open |

mod digest;
mod streams;

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, Query},
    http::{HeaderName, HeaderValue, StatusCode},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use futures::StreamExt;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    bench::streams::Generated,
    body::{Refusal, event_stream, open_after_all},
    state::{ServerState, Shared},
};

/// What is handed to the socket at once.
const PIECE: usize = 64 * 1024;
const END: &str = "event: end\ndata: end\n\n";
const PAGE: &str = "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Benchmark</title>\n<script type=\"module\" src=\"/page.js\"></script>\n<body></body>\n";

pub(crate) fn routes() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/bench/page", get(page))
        .route("/bench/streams/{name}", get(stream))
        .route("/bench/expected/{name}", get(expected))
        .route("/bench/ticks", get(ticks))
}

/// The streams, each generated when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Streams([OnceLock<Generated>; streams::NAMES.len()]);

impl Streams {
    fn get(&self, name: &str) -> Option<&Generated> {
        let index = streams::NAMES.iter().position(|known| *known == name)?;
        self.0.get(index).map(|stream| stream.get_or_init(|| streams::generate(index)))
    }
}

async fn page() -> impl IntoResponse {
    // Isolated, a page has finer clocks, and may ask how much memory it takes.
    let isolated = [("cross-origin-opener-policy", "same-origin"), ("cross-origin-embedder-policy", "require-corp")];
    (isolated.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))), Html(PAGE))
}

async fn stream(state: Shared, Path(name): Path<String>) -> Result<Response, Refusal> {
    let bytes = generated(&state, name, |stream| stream.bytes.clone()).await?;
    let pieces = (0..bytes.len()).step_by(PIECE).map(move |at| bytes.slice(at..bytes.len().min(at + PIECE)));
    Ok(event_stream(open_after_all(futures::stream::iter(pieces.collect::<Vec<Bytes>>()))))
}

async fn expected(state: Shared, Path(name): Path<String>) -> Result<Json<Value>, Refusal> {
    generated(&state, name, |stream| Json(stream.expected.clone())).await
}

/// On a thread where it may take its time.
async fn generated<T: Send + 'static>(
    state: &Arc<ServerState>,
    name: String,
    take: fn(&Generated) -> T,
) -> Result<T, Refusal> {
    let state = Arc::clone(state);
    let found = tokio::task::spawn_blocking(move || state.bench.get(&name).map(take)).await;
    match found {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err((StatusCode::NOT_FOUND, "the streams are A to G\n".to_owned())),
        Err(_) => Err((StatusCode::INTERNAL_SERVER_ERROR, "the stream could not be generated\n".to_owned())),
    }
}

#[derive(Debug, Deserialize)]
struct Ticks {
    count: u32,
    /// In milliseconds; 0 sends them at once.
    #[serde(default)]
    every: u64,
}

async fn ticks(Query(Ticks { count, every }): Query<Ticks>) -> Response {
    let pieces = async_stream::stream! {
        for _ in 0..count {
            if every > 0 {
                tokio::time::sleep(Duration::from_millis(every)).await;
            }
            yield Bytes::from(format!("data: {}\n\n", now()));
        }
        yield Bytes::from_static(END.as_bytes());
    };
    let open = pieces.map(Ok::<_, Infallible>).chain(futures::stream::pending());
    event_stream(Body::from_stream(open))
}

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_micros())
}
