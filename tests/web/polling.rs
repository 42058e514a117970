//! Polling, and waiting for what comes of it.

use std::pin::pin;

use futures::future::{self, Either};
use futures::{FutureExt, Stream, StreamExt};
use gloo_timers::future::TimeoutFuture;
use wasm_eventsource::{Error, Event};

/// Lets every task that is due run: aborts and cancellations take a few.
pub(crate) async fn settle() {
    TimeoutFuture::new(0).await;
    TimeoutFuture::new(0).await;
}

/// Waits for what will be so soon, and is so for good then.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..500 {
        if is_so() {
            return;
        }
        TimeoutFuture::new(10).await;
    }
    panic!("it does not come to pass: {what}");
}

/// An item as a line of text.
pub(crate) fn line(item: Option<Result<Event, Error>>) -> String {
    match item {
        Some(Ok(event)) => format!("{} {:?} {:?}", event.event_type(), event.data(), event.last_event_id()),
        Some(Err(error)) => format!("error {}", error.reason()),
        None => "end".to_string(),
    }
}

/// The next items, each as a line of text.
pub(crate) async fn take<S>(stream: &mut S, count: usize) -> Vec<String>
where
    S: Stream<Item = Result<Event, Error>> + Unpin,
{
    let mut lines = Vec::new();
    while lines.len() < count {
        lines.push(line(stream.next().await));
    }
    lines
}

/// The data of the next items, all of which are events.
pub(crate) async fn take_data<S>(stream: &mut S, count: usize) -> Vec<String>
where
    S: Stream<Item = Result<Event, Error>> + Unpin,
{
    let events: Vec<_> = stream.take(count).collect().await;
    events.into_iter().map(|item| item.expect("an event").into_data()).collect()
}

/// Polls once. Whether there was nothing yet.
pub(crate) fn has_nothing<S: Stream + Unpin>(stream: &mut S) -> bool {
    stream.next().now_or_never().is_none()
}

/// What comes of it, unless that takes so long that it will not come.
pub(crate) async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    match future::select(pin!(future), TimeoutFuture::new(10_000)).await {
        Either::Left((output, _)) => output,
        Either::Right(_) => panic!("it does not come to pass: {what}"),
    }
}
