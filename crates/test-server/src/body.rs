//! Bodies and header values, as the routes need them.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt, stream};

/// The error that a body ends with when the server cuts the connection. Hyper then closes the connection without the
/// terminating chunk, which is what tells the client that the body is incomplete.
#[derive(Debug)]
pub(crate) struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is cut, as the test asked for")
    }
}

impl std::error::Error for Cut {}

/// Lets hyper write what it has, so that the bytes so far are a chunk and a write of their own, and are not lost when an
/// error follows: hyper flushes when the body has nothing ready.
pub(crate) async fn flush() {
    tokio::task::yield_now().await;
}

/// An answer that says what is wrong with the request, or went wrong here.
pub(crate) type Refusal = (StatusCode, String);

/// A 200 response of type text/event-stream.
pub(crate) fn event_stream(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}

/// A body that sends these bytes and then stays open until the client leaves. Ending it would make every client under
/// test reconnect and see the same events again.
pub(crate) fn open_after(bytes: impl Into<Bytes>) -> Body {
    open_after_all(stream::iter([bytes.into()]))
}

/// The same for many pieces.
pub(crate) fn open_after_all(pieces: impl Stream<Item = Bytes> + Send + 'static) -> Body {
    Body::from_stream(pieces.map(Ok::<_, Infallible>).chain(stream::pending()))
}

/// The header value as a string with one character for each byte, so that no byte is lost.
pub(crate) fn latin1_to_string(value: &HeaderValue) -> String {
    value.as_bytes().iter().copied().map(char::from).collect()
}

/// The other way round; `None` if a character is beyond U+00FF or not allowed in a header.
pub(crate) fn string_to_latin1(value: &str) -> Option<HeaderValue> {
    let bytes: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}

/// Every header in the order received, values as in [`latin1_to_string`].
pub(crate) fn header_list(headers: &axum::http::HeaderMap) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_string(), latin1_to_string(value))).collect()
}
