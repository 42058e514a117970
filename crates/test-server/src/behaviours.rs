//! One fixed route for each thing a server can do, for tests that need no script and for a look in a browser.
//!
//! | request | answer |
//! |---|---|
//! | `/status/{code}` | that status, type text/event-stream, body `data: status\n\n`, complete |
//! | `/content-type?type=T` | 200 with the Content-Type `T` as it is (without `type`: none); one event, then open |
//! | `/redirect/{code}?to=URL` | that status with the Location `URL` as it is |
//! | `/redirect-loop` | 302 to itself |
//! | `/cookie/set?name=N&value=V` | Set-Cookie `N=V; Path=/; SameSite=Lax` |
//! | `/cookie/stream` | an event with the Cookie header received, empty if none; then open |
//! | `/cut/mid-event?key=K&count=N` | numbered events, see [`cut_and_resume`]; the first request is cut in an event |
//! | `/cut/mid-character?key=K&count=N` | the same, cut within the bytes of one character |
//! | `/chunks?size=N` | [`SAMPLE_STREAM`] in chunks of N bytes (default 1), then open |
//! | `/slow-headers?ms=N` | the status line after N milliseconds (default 1000); one event, then open |
//! | `/silence` | status line and headers, then nothing |
//! | `/echo` | an event with the request as JSON: `{"method", "url", "headers": [[name, value]], "body"}`; then open |
//! | `/csp?page=PATH&policy=P` | the static file `PATH` with the header `Content-Security-Policy: P` |
//!
//! Each of them allows every origin, credentials included, unless the query has `cors=none`. "Open" means that the stream
//! goes on in silence until the client leaves.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, Query, Request},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use futures::{StreamExt, stream};
use serde::Deserialize;
use serde_json::json;

use crate::{
    body::{Cut, Refusal, event_stream, flush, header_list, latin1_to_string, open_after, open_after_all},
    files,
    state::{ServerState, Shared, lock},
};

/// What `/chunks` sends: a byte order mark, all three line ends, comments, fields with and without a value, several lines
/// of data, an id that is set, kept, cleared and (with U+0000) ignored, and characters of two to four bytes.
///
/// A client dispatches, as (type, data, last event ID): (`message`, `first`, ``), (`named`, `two\nlines`, `1`),
/// (`message`, ` space kept`, `1`), (`message`, ``, `1`), (`message`, `é € 🦀`, `ü`), (`message`, `last`, ``).
pub const SAMPLE_STREAM: &str = concat!(
    "\u{feff}data: first\n\n",
    ": a comment\r\n\r\n",
    "retry: 1000\r\nevent: named\r\nid: 1\r\ndata: two\r\ndata: lines\r\n\r\n",
    "event\rdata:  space kept\rid: ignored\0\r\r",
    "unknown: field\ndata\n\n",
    "event: without data\n\n",
    "id: ü\r\ndata: é € 🦀\n\r\n",
    "id\ndata:last\n\n",
);

pub(crate) fn routes() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/status/{code}", any(status))
        .route("/content-type", any(content_type))
        .route("/redirect/{code}", any(redirect))
        .route("/redirect-loop", any(redirect_loop))
        .route("/cookie/set", any(set_cookie))
        .route("/cookie/stream", any(cookie_stream))
        .route("/cut/mid-event", any(cut_mid_event))
        .route("/cut/mid-character", any(cut_mid_character))
        .route("/chunks", any(chunks))
        .route("/slow-headers", any(slow_headers))
        .route("/silence", any(silence))
        .route("/echo", any(echo))
        .route("/csp", get(csp))
}

async fn status(Path(code): Path<u16>) -> Response {
    let mut response = event_stream(Body::from("data: status\n\n"));
    match final_status(code) {
        Ok(status) => *response.status_mut() = status,
        Err(refusal) => return refusal.into_response(),
    }
    response
}

#[derive(Deserialize)]
struct ContentType {
    r#type: Option<String>,
}

async fn content_type(Query(query): Query<ContentType>) -> Response {
    let mut response = event_stream(open_after("data: event\n\n"));
    response.headers_mut().remove(header::CONTENT_TYPE);
    if let Some(value) = query.r#type {
        match HeaderValue::from_bytes(value.as_bytes()) {
            Ok(value) => response.headers_mut().insert(header::CONTENT_TYPE, value),
            Err(_) => return bad_request("not a header value").into_response(),
        };
    }
    response
}

#[derive(Deserialize)]
struct Target {
    to: String,
}

async fn redirect(Path(code): Path<u16>, Query(Target { to }): Query<Target>) -> Response {
    match (final_status(code), HeaderValue::from_bytes(to.as_bytes())) {
        (Ok(status), Ok(location)) => (status, [(header::LOCATION, location)]).into_response(),
        (Err(refusal), _) => refusal.into_response(),
        (_, Err(_)) => bad_request("not a header value").into_response(),
    }
}

async fn redirect_loop(uri: Uri) -> Response {
    let target = uri.path_and_query().map_or("/redirect-loop", |target| target.as_str());
    (StatusCode::FOUND, [(header::LOCATION, target)]).into_response()
}

#[derive(Deserialize)]
struct Cookie {
    name: String,
    value: String,
}

async fn set_cookie(Query(Cookie { name, value }): Query<Cookie>) -> Response {
    // The site is the same for all ports of a host, so Lax lets the other origin send the cookie as well.
    match HeaderValue::try_from(format!("{name}={value}; Path=/; SameSite=Lax")) {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], "set\n").into_response(),
        Err(_) => bad_request("not a header value").into_response(),
    }
}

async fn cookie_stream(headers: HeaderMap) -> Response {
    let cookie = headers.get(header::COOKIE).map(latin1_to_string).unwrap_or_default();
    event_stream(open_after(format!("data: {cookie}\n\n")))
}

/// The keys whose first request has been answered, with the route in front.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashSet<String>>);

impl Attempts {
    pub(crate) fn is_first(&self, route: &str, key: &str) -> bool {
        lock(&self.0).insert(format!("{route} {key}"))
    }
}

#[derive(Deserialize)]
#[serde(default)]
struct Numbered {
    key: String,
    count: u32,
}

impl Default for Numbered {
    fn default() -> Self {
        Self { key: String::new(), count: 10 }
    }
}

async fn cut_mid_event(state: Shared, Query(query): Query<Numbered>, headers: HeaderMap) -> Response {
    cut_and_resume(&state, &query, &headers, "mid-event", |number| {
        // All but the blank line: neither the event nor its id counts.
        format!("id: {number}\ndata: {number} 🦀\n").into_bytes()
    })
}

async fn cut_mid_character(state: Shared, Query(query): Query<Numbered>, headers: HeaderMap) -> Response {
    cut_and_resume(&state, &query, &headers, "mid-character", |number| {
        let mut part = format!("id: {number}\ndata: {number} 🦀").into_bytes();
        part.truncate(part.len() - 2);
        part
    })
}

/// Events numbered 1 to `count`, as `id: N`, `data: N 🦀`, each once for a client that resumes correctly.
///
/// The first request of a `key` gets the first half, a part of the next event, and is cut. Later ones get the events after
/// their Last-Event-ID, all of them without one, and stay open. The reconnection time is set to 100 ms.
fn cut_and_resume(
    state: &ServerState,
    query: &Numbered,
    headers: &HeaderMap,
    route: &str,
    part_of: fn(u32) -> Vec<u8>,
) -> Response {
    let event = |number: u32| Bytes::from(format!("id: {number}\ndata: {number} 🦀\n\n"));
    let retry = Bytes::from_static(b"retry: 100\n\n");
    if state.attempts.is_first(route, &query.key) {
        let half = query.count / 2;
        let whole = std::iter::once(retry).chain((1..=half).map(event)).collect::<Vec<_>>().concat();
        let body = async_stream::stream! {
            yield Ok(Bytes::from(whole));
            yield Ok(Bytes::from(part_of(half + 1)));
            flush().await;
            yield Err(Cut);
        };
        return event_stream(Body::from_stream(body));
    }
    let last: Option<u32> = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let remaining = last.map_or(1, |last| last.saturating_add(1))..=query.count;
    event_stream(open_after_all(stream::iter(std::iter::once(retry).chain(remaining.map(event)))))
}

#[derive(Deserialize)]
struct Size {
    #[serde(default = "one")]
    size: usize,
}

fn one() -> usize {
    1
}

async fn chunks(Query(Size { size }): Query<Size>) -> Response {
    let sample = Bytes::from_static(SAMPLE_STREAM.as_bytes());
    let starts = (0..sample.len()).step_by(size.max(1));
    let pieces = stream::iter(starts).then(move |start| {
        let piece = sample.slice(start..sample.len().min(start.saturating_add(size.max(1))));
        async move {
            flush().await;
            piece
        }
    });
    event_stream(open_after_all(pieces))
}

#[derive(Deserialize)]
struct Delay {
    #[serde(default = "one_second")]
    ms: u64,
}

fn one_second() -> u64 {
    1000
}

async fn slow_headers(Query(Delay { ms }): Query<Delay>) -> Response {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    event_stream(open_after("data: event\n\n"))
}

async fn silence() -> Response {
    event_stream(open_after_all(stream::empty()))
}

async fn echo(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let request = json!({
        "method": parts.method.as_str(),
        "url": parts.uri.to_string(),
        "headers": header_list(&parts.headers),
        "body": String::from_utf8_lossy(&body),
    });
    event_stream(open_after(format!("data: {request}\n\n")))
}

#[derive(Deserialize)]
struct Page {
    page: String,
    policy: String,
}

async fn csp(state: Shared, Query(Page { page, policy }): Query<Page>, mut request: Request) -> Response {
    let (Ok(uri), Ok(policy)) = (page.parse::<Uri>(), HeaderValue::try_from(policy)) else {
        return bad_request("page is to be a path, policy a header value").into_response();
    };
    *request.uri_mut() = uri;
    let mut response = files::serve_file(&state, request).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn bad_request(message: &str) -> Refusal {
    (StatusCode::BAD_REQUEST, format!("{message}\n"))
}

/// A status that can end a request; 1xx can't.
fn final_status(code: u16) -> Result<StatusCode, Refusal> {
    let status = StatusCode::from_u16(code).ok().filter(|status| !status.is_informational());
    status.ok_or_else(|| bad_request("the status is to be between 200 and 999"))
}
