//! An event stream whose bytes axum writes, and not this server.
//!
//! `GET /axum-sse`: a retry time of 100 ms, an event and one of two lines, and the end. With a Last-Event-ID: comments
//! that keep the connection alive, an event that names the ID, `fin`; then open.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
    routing::get,
};
use futures::{Stream, StreamExt, future, stream};

use crate::{body::latin1_to_string, state::ServerState};

pub(crate) fn routes() -> Router<Arc<ServerState>> {
    Router::new().route("/axum-sse", get(events))
}

async fn events(headers: HeaderMap) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = match headers.get("last-event-id") {
        None => first().boxed(),
        Some(id) => second(latin1_to_string(id)).boxed(),
    };
    Sse::new(events.map(Ok)).keep_alive(KeepAlive::new().interval(Duration::from_millis(20)).text("still here"))
}

fn first() -> impl Stream<Item = Event> {
    stream::iter([
        Event::default().retry(Duration::from_millis(100)).id("1").data("first"),
        Event::default().event("named").id("2").data("two\nlines"),
    ])
}

fn second(last_event_id: String) -> impl Stream<Item = Event> {
    // Not without data: axum writes no line for it then, and nobody would be told.
    let fin = Event::default().event("fin").data("bye");
    // Time for some comments.
    let after = async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        Event::default().id("3").data(format!("after {last_event_id}: é € 🦀"))
    };
    stream::once(after).chain(stream::once(future::ready(fin))).chain(stream::pending())
}
