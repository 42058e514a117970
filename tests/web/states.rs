//! Watching the state of a connection.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::FusedStream;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::{ConnectionState, ReadyState, Reason, StateChanges};

use super::census::happen;
use super::network::{Network, connect};
use super::polling::{has_nothing, in_time, settle, take, take_data, until};

async fn next(states: &mut StateChanges) -> Option<ConnectionState> {
    in_time("a new state", states.next()).await
}

/// Why the connection is lost, and the delay.
fn loss(state: Option<ConnectionState>) -> (Reason, Option<Duration>) {
    match state {
        Some(ConnectionState::Reconnecting { error }) => (error.reason().clone(), error.reconnects_in()),
        other => panic!("it is not reconnecting but {other:?}"),
    }
}

/// Why the connection has failed for good.
fn failure(state: Option<&ConnectionState>) -> Reason {
    match state {
        Some(ConnectionState::Failed { error }) => error.reason().clone(),
        other => panic!("it has not failed but is {other:?}"),
    }
}

#[wasm_bindgen_test]
async fn every_state_of_a_connection_is_seen_with_its_reason_and_its_delay() {
    let network = Network::new(json!([
        { "chunks": ["retry: 120\ndata: a\n\n"] },
        { "chunks": ["retry: 130\ndata: b\n\n"], "then": "error" },
        { "then": "hang" },
        { "status": 404 },
    ]));
    let mut source = connect();
    let mut states = source.state_changes();
    assert_eq!(next(&mut states).await, Some(ConnectionState::Connecting));
    assert_eq!(next(&mut states).await, Some(ConnectionState::Open));
    assert_eq!(take_data(&mut source, 1).await, ["a"]);
    assert_eq!(loss(next(&mut states).await), (Reason::Ended, Some(Duration::from_millis(120))));
    assert_eq!(source.ready_state(), ReadyState::Connecting);
    assert_eq!(next(&mut states).await, Some(ConnectionState::Open));
    assert_eq!(take(&mut source, 2).await, ["error the server ended the stream", r#"message "b" """#]);
    let broken = Reason::Network { message: "the body broke off".into() };
    assert_eq!(loss(next(&mut states).await), (broken, Some(Duration::from_millis(130))));
    assert_eq!(next(&mut states).await, Some(ConnectionState::Open));
    network.end();
    let (reason, delay) = loss(next(&mut states).await);
    assert_eq!(reason, Reason::Ended);
    let delay = delay.expect("another attempt").as_millis();
    assert!((130..=260).contains(&delay), "a connection without an event waits some more: {delay} ms");
    let failed = next(&mut states).await;
    assert_eq!(failure(failed.as_ref()), Reason::Status { status: 404 });
    assert!(states.is_terminated());
    assert_eq!(next(&mut states).await, None);
    assert_eq!(next(&mut states).await, None);
    assert_eq!(Some(source.state()), failed);
}

#[wasm_bindgen_test]
async fn the_state_agrees_with_ready_state() {
    let _network = Network::new(json!([{ "chunks": ["retry: 60000\n\n"] }]));
    let mut source = connect();
    assert_eq!((source.state(), source.ready_state()), (ConnectionState::Connecting, ReadyState::Connecting));
    let mut states = source.state_changes();
    for expected in [ReadyState::Connecting, ReadyState::Open, ReadyState::Connecting] {
        let state = next(&mut states).await.expect("a state");
        assert_eq!((state.ready_state(), source.ready_state()), (expected, expected), "{state:?}");
    }
    assert_eq!(source.state().error().and_then(wasm_eventsource::Error::reconnects_in), Some(Duration::from_secs(60)));
    source.close();
    assert_eq!((source.state(), source.ready_state()), (ConnectionState::Closed, ReadyState::Closed));
    assert_eq!(source.next().await, None);
}

#[wasm_bindgen_test]
async fn closing_and_dropping_are_seen_by_who_waits_and_by_who_looks_later() {
    for drops in [false, true] {
        let _network = Network::new(json!([{ "then": "hang" }]));
        let source = connect();
        let (waits, looks_later) = (source.state_changes(), source.state_changes());
        let (sender, receiver) = futures::channel::oneshot::channel();
        js_sys::futures::spawn_local(async move {
            let _ = sender.send(waits.collect::<Vec<_>>().await);
        });
        until("it is open", || source.ready_state() == ReadyState::Open).await;
        settle().await;
        if drops {
            drop(source)
        } else {
            source.close()
        }
        let seen = in_time("the end", receiver).await.expect("the task ends");
        assert_eq!(seen, [ConnectionState::Connecting, ConnectionState::Open, ConnectionState::Closed]);
        let late: Vec<_> = in_time("the end", looks_later.collect()).await;
        assert_eq!(late, [ConnectionState::Closed], "who looks late sees the latest only");
    }
}

/// Watches in a task of its own until the source is CLOSED, and gives all that was seen.
fn watched(states: StateChanges) -> impl Future<Output = Vec<ConnectionState>> {
    let (sender, receiver) = futures::channel::oneshot::channel();
    js_sys::futures::spawn_local(async move {
        let _ = sender.send(states.collect::<Vec<_>>().await);
    });
    async { in_time("the end", receiver).await.expect("the task ends") }
}

#[wasm_bindgen_test]
async fn watching_alone_drops_events_and_learns_of_every_loss() {
    let network = Network::new(json!([
        { "chunks": ["retry: 1\nid: 1\ndata: a\n\ndata: b\n\n"], "times": 3 },
        { "chunks": ["id: 2\ndata: c\n\n"], "then": "error" },
        { "status": 204 },
    ]));
    let source = connect();
    let seen = watched(source.state_changes()).await;
    assert_eq!(seen.len(), 6, "two connections, and what became of each: {seen:?}");
    assert_eq!(loss(seen.get(2).cloned()).0, Reason::Ended);
    assert_eq!(failure(seen.last()), Reason::Status { status: 204 });
    let requests = network.requests();
    let ids: Vec<_> = requests.iter().map(|request| request["headers"]["last-event-id"].as_str()).collect();
    assert_eq!(ids, [None, Some("1"), Some("2")], "what was dropped counts");
    assert_eq!((source.missed(), source.last_event_id().as_str()), (0, "2"), "nothing was kept for anybody");
}

#[wasm_bindgen_test]
async fn events_of_types_that_nobody_takes_do_not_stop_a_watcher() {
    let _network = Network::new(json!([{ "chunks": ["retry: 1\ndata: a\n\ndata: b\n\n"] }, { "status": 204 }]));
    let source = connect();
    let mut pings = source.subscribe("ping");
    let seen = watched(source.state_changes()).await;
    assert_eq!(seen.len(), 4, "{seen:?}");
    assert!(in_time("the failure", pings.next()).await.is_some_and(|item| item.is_err()));
}

#[wasm_bindgen_test]
async fn a_watcher_stops_at_an_event_that_somebody_takes_until_nobody_does() {
    let network =
        Network::new(json!([{ "chunks": ["retry: 1\ndata: a\n\ndata: b\n\n"], "times": 3 }, { "status": 204 }]));
    let source = connect();
    let messages = source.subscribe("message");
    let seen = watched(source.state_changes());
    until("it is open", || source.ready_state() == ReadyState::Open).await;
    settle().await;
    settle().await;
    assert_eq!((network.requests()[0]["pulls"].as_u64(), source.ready_state()), (Some(2), ReadyState::Open));
    drop(messages);
    assert_eq!(seen.await.len(), 4);
}

#[wasm_bindgen_test]
async fn watching_takes_no_event_from_a_source_that_is_polled() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\ndata: b\n\n"], "times": 3, "then": "hang" }]));
    let mut source = connect();
    let mut states = source.state_changes();
    assert!(has_nothing(&mut source), "from now on it takes events");
    assert_eq!(next(&mut states).await, Some(ConnectionState::Connecting));
    assert_eq!(next(&mut states).await, Some(ConnectionState::Open));
    for _ in 0..3 {
        assert!(has_nothing(&mut states));
        settle().await;
    }
    assert_eq!(network.requests()[0]["pulls"], 2, "it stops at the first event, and one chunk is ahead");
    let mut messages = source.subscribe("message");
    assert_eq!(take_data(&mut source, 6).await, ["a", "b"].repeat(3));
    assert_eq!(take_data(&mut messages, 6).await, ["a", "b"].repeat(3));
}

#[wasm_bindgen_test]
async fn an_event_that_a_watcher_came_upon_outlives_the_connection() {
    let _network = Network::new(json!([
        { "chunks": ["id: 1\ndata: a\n\n"], "then": "hang" },
        { "chunks": ["id: 2\ndata: b\n\n"], "then": "hang" },
    ]));
    let mut source = connect();
    let mut states = source.state_changes();
    assert!(has_nothing(&mut source), "from now on it takes events");
    next(&mut states).await;
    next(&mut states).await;
    assert!(has_nothing(&mut states));
    settle().await;
    assert!(has_nothing(&mut states));
    assert_eq!(source.last_event_id(), "1", "the event is interpreted");
    happen("pagehide");
    happen("pageshow");
    assert_eq!(take(&mut source, 2).await, [r#"message "a" "1""#, r#"message "b" "2""#]);
}

#[wasm_bindgen_test]
async fn a_watcher_goes_on_when_who_took_the_event_does_not() {
    let network = Network::new(json!([{ "chunks": ["retry: 60000\ndata: a\n\n"], "then": "hang" }]));
    let source = connect();
    let mut messages = source.subscribe("message");
    let mut states = source.state_changes();
    next(&mut states).await;
    next(&mut states).await;
    let (sender, receiver) = futures::channel::oneshot::channel();
    js_sys::futures::spawn_local(async move {
        let _ = sender.send(states.next().await);
    });
    settle().await;
    assert_eq!(take_data(&mut messages, 1).await, ["a"]);
    drop(messages);
    settle().await;
    network.end();
    let lost = in_time("the loss of the connection is seen", receiver).await.expect("the task ends");
    assert_eq!(loss(lost).0, Reason::Ended);
}

#[wasm_bindgen_test]
async fn a_consumer_and_a_watcher_in_tasks_of_their_own_wake_each_other() {
    let _network = Network::new(json!([
        { "chunks": ["retry: 1\ndata: a\n\ndata: b\n\n"], "times": 5 },
        { "chunks": ["data: c\n\n"], "then": "end" },
        { "status": 204 },
    ]));
    let source = connect();
    let states = source.state_changes();
    let (sender, receiver) = futures::channel::oneshot::channel();
    js_sys::futures::spawn_local(async move {
        let _ = sender.send(states.collect::<Vec<_>>().await);
    });
    let mut messages = source.subscribe("message");
    let data = in_time("eleven messages", take_data(&mut messages, 11)).await;
    assert_eq!(data, [&["a", "b"].repeat(5)[..], &["c"]].concat());
    assert!(in_time("the failure", messages.next()).await.is_some_and(|item| item.is_err()));
    let seen = in_time("the end", receiver).await.expect("the task ends");
    assert_eq!(seen.first(), Some(&ConnectionState::Connecting));
    assert_eq!(failure(seen.last()), Reason::Status { status: 204 });
    assert_eq!(seen.len(), 6, "two connections, and what became of each: {seen:?}");
}

#[wasm_bindgen_test]
async fn each_watcher_sees_every_state_that_it_waits_for() {
    let network = Network::new(json!([{ "chunks": ["retry: 1\n\n"], "then": "hang" }, { "status": 204 }]));
    let source = connect();
    let both = futures::future::join(source.state_changes().collect(), source.state_changes().collect());
    let (sender, receiver) = futures::channel::oneshot::channel::<(Vec<_>, Vec<_>)>();
    js_sys::futures::spawn_local(async move {
        let _ = sender.send(both.await);
    });
    until("it is open", || source.ready_state() == ReadyState::Open).await;
    network.end();
    let (first, second) = in_time("the end", receiver).await.expect("the task ends");
    assert_eq!(first, second);
    assert_eq!(first.len(), 4, "{first:?}");
}

#[wasm_bindgen_test]
async fn a_page_that_is_put_away_is_connecting_until_it_is_shown() {
    let network = Network::new(json!([{ "then": "hang" }]));
    let source = connect();
    let mut states = source.state_changes();
    next(&mut states).await;
    assert_eq!(next(&mut states).await, Some(ConnectionState::Open));
    happen("pagehide");
    assert_eq!(next(&mut states).await, Some(ConnectionState::Connecting));
    assert_eq!((network.requests().len(), network.live()), (1, 0));
    happen("pageshow");
    assert_eq!(next(&mut states).await, Some(ConnectionState::Open));
    assert_eq!((network.requests().len(), network.live()), (2, 1));
}

#[wasm_bindgen_test]
async fn dropping_a_watcher_has_no_effect_on_the_source() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let mut source = connect();
    let mut states = source.state_changes();
    next(&mut states).await;
    assert!(has_nothing(&mut states));
    drop(states);
    assert_eq!(take_data(&mut source, 1).await, ["a"]);
    assert_eq!(network.live(), 1);
}
