//! Code of others that runs within a source: wakers of whatever executor that close it, drop it or poll it on the spot.

use std::cell::RefCell;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use futures::future::FutureExt;
use futures::stream::{Stream, StreamExt};
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::{EventSource, ReadyState, StateChanges, Subscription};

use super::census::{Census, happen};
use super::network::{Network, connect};
use super::polling::{has_nothing, in_time, line, settle, take, take_data, until};

#[wasm_bindgen(module = "/tests/support/platform.js")]
extern "C" {
    #[wasm_bindgen(js_name = replacePromise)]
    fn replace(how: &str);
    #[wasm_bindgen(js_name = restorePromise)]
    fn restore();
}

thread_local! {
    static SOURCE: RefCell<Option<EventSource>> = const { RefCell::new(None) };
    static OTHERS: RefCell<Option<(Subscription, StateChanges)>> = const { RefCell::new(None) };
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A waker that does something at once instead of later.
struct AtOnce(fn());

impl Wake for AtOnce {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

fn poll_with(act: fn(), stream: &mut (impl Stream + Unpin)) {
    let waker = Waker::from(Arc::new(AtOnce(act)));
    assert!(stream.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
}

fn drop_all() {
    drop(SOURCE.take());
    drop(OTHERS.take());
}

fn close() {
    SOURCE.with_borrow(|source| source.as_ref().map(EventSource::close));
}

/// Takes whatever there is, and comes back when there is more: an executor without a queue.
fn pull() {
    let waker = Waker::from(Arc::new(AtOnce(pull)));
    let mut context = Context::from_waker(&waker);
    // Taken out: it may be called while it runs.
    while let Some(mut source) = SOURCE.take() {
        let item = source.poll_next_unpin(&mut context);
        SOURCE.set(Some(source));
        match item {
            Poll::Ready(None) => return drop(SOURCE.take()),
            Poll::Ready(item) => LINES.with_borrow_mut(|lines| lines.push(line(item))),
            Poll::Pending => return,
        }
    }
}

#[wasm_bindgen_test]
async fn a_waker_may_drop_the_source_that_wakes_it_and_all_its_streams() {
    for attempt in [
        json!({ "chunks": ["data: a\n\n"], "then": "hang" }),
        json!({ "chunks": [], "then": "error" }),
        json!({ "status": 404, "then": "hang" }),
        json!({ "rejects": "no network" }),
        json!({ "resolves": null }),
    ] {
        for act in [drop_all, close] {
            let census = Census::new();
            let network = Network::new(json!([attempt]));
            let mut source = connect();
            let (mut messages, mut states) = (source.subscribe("message"), source.state_changes());
            states.next().await;
            poll_with(act, &mut source);
            poll_with(act, &mut messages);
            poll_with(act, &mut states);
            SOURCE.set(Some(source));
            OTHERS.set(Some((messages, states)));
            let is_over = |source: &EventSource| source.ready_state() == ReadyState::Closed;
            until("a waker is called", || SOURCE.with_borrow(|source| source.as_ref().is_none_or(is_over))).await;
            until("nothing is left", || network.live() == 0 && census.timers() == 0).await;
            assert_eq!(network.count(), 1, "{attempt}");
            drop_all();
            assert_eq!(census.uncaught(), [""; 0], "{attempt}");
        }
    }
}

#[wasm_bindgen_test]
async fn a_waker_may_poll_at_once() {
    let census = Census::new();
    let _network = Network::new(json!([
        { "chunks": ["retry: 1\ndata: a\n\ndata: b\n\n", "data: c\n\n"] },
        { "chunks": ["data: d\n\n"] },
        { "status": 204 },
    ]));
    let source = connect();
    let mut messages = source.subscribe("message");
    assert!(has_nothing(&mut messages));
    SOURCE.set(Some(source));
    pull();
    // What it pulls is kept for the subscription, which is woken in the middle of that.
    assert_eq!(take_data(&mut messages, 4).await, ["a", "b", "c", "d"]);
    until("it has ended", || SOURCE.with_borrow(Option::is_none)).await;
    assert_eq!(
        LINES.take(),
        [
            r#"message "a" """#,
            r#"message "b" """#,
            r#"message "c" """#,
            "error the server ended the stream",
            r#"message "d" """#,
            "error the server ended the stream",
            "error the response has status 204, and only 200 opens a stream",
        ]
    );
    assert_eq!(census.uncaught(), [""; 0]);
}

#[wasm_bindgen_test]
async fn a_task_may_drop_its_source_after_an_event_and_while_another_waits() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\ndata: b\n\n"], "then": "hang" }]));
    let source = connect();
    let mut messages = source.subscribe("message");
    let mut pings = source.subscribe("ping");
    let (sender, receiver) = futures::channel::oneshot::channel();
    js_sys::futures::spawn_local(async move {
        let first = take_data(&mut messages, 1).await;
        drop(source);
        drop(messages);
        let _ = sender.send(first);
    });
    assert_eq!(pings.next().await, None, "its end is told to who waits");
    assert_eq!(receiver.await.expect("the task ends"), ["a"]);
    settle().await;
    assert_eq!(network.live(), 0);
}

#[wasm_bindgen_test]
async fn what_the_page_tells_may_end_the_source() {
    let network = Network::new(json!([{ "chunks": ["retry: 600000\n\n"] }]));
    let mut source = connect();
    let mut other = connect();
    take(&mut source, 1).await;
    take(&mut other, 1).await;
    poll_with(drop_all, &mut source);
    assert!(has_nothing(&mut other));
    SOURCE.set(Some(source));
    happen("online");
    assert!(SOURCE.with_borrow(Option::is_none), "the waker was called within the event");
    assert!(other.next().now_or_never().is_none());
    assert_eq!(network.count(), 3, "the other one does not wait any longer");
}

#[wasm_bindgen_test]
async fn a_promise_of_the_page_s_own_may_throw_or_call_back_at_once() {
    let a = json!({ "chunks": ["retry: 1\ndata: a\n\n"], "then": "hang" });
    for how in ["throws", "calls back at once", "calls back twice"] {
        let census = Census::new();
        let network = Network::new(json!([a]));
        let mut source = connect();
        assert_eq!(take_data(&mut source, 1).await, ["a"]);
        source.reconnect();
        replace(how);
        assert!(has_nothing(&mut source));
        restore();
        assert_eq!(network.count(), 2, "the request was sent");
        let lost = "error the connection was lost or not made: no promise";
        assert_eq!(in_time(how, take(&mut source, 2)).await, [lost, r#"message "a" """#]);
        drop(source);
        until("nothing is left", || census.timers() == 0 && network.live() == 0).await;
        assert_eq!((network.count(), census.uncaught()), (3, vec![]), "{how}");
    }
}
