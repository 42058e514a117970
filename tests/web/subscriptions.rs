//! Subscriptions: who gets which events.

use futures::future::{self, FutureExt};
use futures::stream::{self, StreamExt};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::EventSource;

use super::census::memory;
use super::network::{Network, connect};
use super::polling::{has_nothing, in_time, settle, take, take_data};

const MIXED: [&str; 3] = [
    "event: ping\ndata: 1\n\ndata: a\n\n",
    "event: ping\ndata: 2\n\nevent: other\ndata: x\n\ndata: b\n\nevent: pin",
    "g\ndata: 3\n\n",
];

#[wasm_bindgen_test]
async fn each_gets_every_event_of_its_type_in_order_and_so_does_the_source_beside_them() {
    let network = Network::new(json!([{ "chunks": MIXED, "then": "hang" }]));
    let mut source = connect();
    let (mut first, mut second) = (source.subscribe("ping"), source.subscribe("ping"));
    let mut messages = source.subscribe("message");
    let mut none = source.subscribe("pin");
    let taken = future::join4(
        take_data(&mut first, 3),
        take_data(&mut messages, 2),
        take_data(&mut source, 6),
        take_data(&mut second, 3),
    );
    let (first_data, messages_data, all_data, second_data) = taken.await;
    assert_eq!(first_data, ["1", "2", "3"]);
    assert_eq!(second_data, ["1", "2", "3"]);
    assert_eq!(messages_data, ["a", "b"]);
    assert_eq!(all_data, ["1", "a", "2", "x", "b", "3"]);
    settle().await;
    for stream in [&mut first, &mut second, &mut messages, &mut none] {
        assert!(has_nothing(stream), "each event comes once");
    }
    assert!(has_nothing(&mut source));
    assert_eq!(network.requests().len(), 1, "they share a connection");
}

#[wasm_bindgen_test]
async fn the_events_of_a_subscription_are_whole() {
    let _network = Network::new(json!([{ "chunks": ["id: 7\nevent: ping\ndata: 1\n\n"], "then": "hang" }]));
    let source = connect();
    let mut pings = [source.subscribe("ping"), source.subscribe("ping")];
    for ping in &mut pings {
        let event = ping.next().await.expect("an item").expect("an event");
        assert_eq!((event.event_type(), event.data()), ("ping", "1"));
        assert_eq!((event.last_event_id(), event.origin()), ("7", "https://fake.test"));
    }
}

#[wasm_bindgen_test]
async fn two_of_them_can_be_selected_from() {
    let _network = Network::new(json!([{ "chunks": MIXED, "then": "hang" }]));
    let source = connect();
    let both = stream::select(source.subscribe("ping"), source.subscribe("message"));
    let events: Vec<_> = both.take(5).map(|item| item.expect("an event")).collect().await;
    let of_type = |event_type| {
        let of_type = events.iter().filter(|event| event.event_type() == event_type);
        of_type.map(|event| event.data()).collect::<Vec<_>>()
    };
    assert_eq!(of_type("ping"), ["1", "2", "3"]);
    assert_eq!(of_type("message"), ["a", "b"]);
}

#[wasm_bindgen_test]
async fn one_that_is_not_polled_keeps_its_events_while_another_goes_on() {
    let _network = Network::new(json!([{ "chunks": MIXED, "times": 20, "then": "hang" }]));
    let source = connect();
    let (mut idle, mut busy) = (source.subscribe("message"), source.subscribe("ping"));
    assert_eq!(take_data(&mut busy, 60).await.len(), 60);
    let kept: Vec<_> = std::iter::from_fn(|| idle.next().now_or_never().flatten()).collect();
    let kept: Vec<_> = kept.into_iter().map(|item| item.expect("an event").into_data()).collect();
    assert_eq!(kept, ["a", "b"].repeat(20));
}

#[wasm_bindgen_test]
async fn dropping_one_frees_what_it_held() {
    const ROUNDS: usize = 8;
    let chunk = format!("data: {}\n\n", "x".repeat(64 * 1024));
    let _network = Network::new(json!([{ "chunks": [chunk], "times": ROUNDS * 64, "then": "hang" }]));
    let mut source = connect();
    let mut sizes = Vec::new();
    for round in 0..ROUNDS {
        let mut idle = source.subscribe("message");
        take_data(&mut source, 64).await;
        if round == 0 {
            let held: usize = take_data(&mut idle, 64).await.iter().map(String::len).sum();
            assert_eq!(held, 64 * 64 * 1024);
        }
        drop(idle);
        sizes.push(memory());
    }
    // The allocator may need some more of it before it finds room for everything again.
    assert_eq!(sizes[ROUNDS / 2], sizes[ROUNDS - 1], "{sizes:?}");
}

#[wasm_bindgen_test]
async fn events_that_came_before_anybody_asked_are_there_as_long_as_nobody_polls() {
    let network = Network::new(json!([{ "chunks": MIXED, "then": "hang" }]));
    let source = connect();
    settle().await;
    let mut pings = source.subscribe("ping");
    settle().await;
    assert_eq!(network.requests()[0]["pulls"], 1);
    let mut messages = source.subscribe("message");
    assert_eq!(take_data(&mut pings, 3).await, ["1", "2", "3"]);
    assert_eq!(take_data(&mut messages, 2).await, ["a", "b"]);
}

#[wasm_bindgen_test]
async fn one_made_in_the_middle_of_a_chunk_gets_the_rest() {
    let chunk = "data: a\n\ndata: b\n\ndata: c\n\n";
    let _network = Network::new(json!([{ "chunks": [chunk], "then": "hang" }]));
    let mut source = connect();
    assert_eq!(take_data(&mut source, 1).await, ["a"]);
    let mut later = source.subscribe("message");
    assert_eq!(take_data(&mut later, 2).await, ["b", "c"]);
    assert_eq!(take_data(&mut source, 2).await, ["b", "c"]);
}

#[wasm_bindgen_test]
async fn the_source_takes_events_from_its_first_poll_on() {
    let _network = Network::new(json!([{ "chunks": ["data: a\n\ndata: b\n\n"], "then": "hang" }]));
    let mut source = connect();
    let mut messages = source.subscribe("message");
    assert_eq!(take_data(&mut messages, 1).await, ["a"]);
    assert_eq!(take_data(&mut source, 1).await, ["b"], "of the first one it was not known that the source is polled");
    assert_eq!(take_data(&mut messages, 1).await, ["b"]);
}

#[wasm_bindgen_test]
async fn a_connection_that_is_lost_and_made_again_is_no_concern_of_theirs() {
    let _network = Network::new(json!([
        { "chunks": ["retry: 1\ndata: a\n\n"] },
        { "chunks": ["data: b\n\n"], "then": "error" },
        { "chunks": ["data: c\n\n"], "then": "hang" },
    ]));
    let mut source = connect();
    let mut messages = source.subscribe("message");
    let (of_messages, of_source) = future::join(take(&mut messages, 3), take(&mut source, 5)).await;
    assert_eq!(of_messages, [r#"message "a" """#, r#"message "b" """#, r#"message "c" """#]);
    assert_eq!(
        of_source,
        [
            r#"message "a" """#,
            "error the server ended the stream",
            r#"message "b" """#,
            "error the connection was lost or not made: the body broke off",
            r#"message "c" """#,
        ]
    );
}

/// Takes so many pings in a task of its own, and is never polled again: it holds on to the subscription for ever.
fn take_then_stall(source: &EventSource, count: usize) {
    let mut pings = source.subscribe("ping");
    js_sys::futures::spawn_local(async move {
        take_data(&mut pings, count).await;
        future::pending::<()>().await;
        drop(pings);
    });
}

#[wasm_bindgen_test]
async fn tasks_never_stall_each_other_not_even_one_that_is_never_polled_again() {
    // The one that stalls comes first or last, and stalls at different places of a chunk.
    for stalls_first in [true, false] {
        for count in [1, 2, 3] {
            let _network = Network::new(json!([{ "chunks": MIXED, "times": 10, "then": "hang" }]));
            let source = connect();
            if stalls_first {
                take_then_stall(&source, count);
            }
            let mut messages = source.subscribe("message");
            let (sender, receiver) = futures::channel::oneshot::channel();
            js_sys::futures::spawn_local(async move {
                let _ = sender.send(take_data(&mut messages, 20).await);
            });
            if !stalls_first {
                take_then_stall(&source, count);
            }
            let taken = in_time("twenty messages", receiver).await;
            assert_eq!(taken.expect("the task ends"), ["a", "b"].repeat(10));
        }
    }
}
