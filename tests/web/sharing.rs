//! Sources that share one connection. The network counts the connections, as a server would.

use std::cell::Cell;
use std::time::Duration;

use futures::StreamExt;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::sharing::Role;
use wasm_eventsource::{Builder, EventSource, Shared};

use super::network::{Network, URL};
use super::polling::{take, take_data, until};

std::thread_local! {
    static TESTS: Cell<u32> = const { Cell::new(0) };
}

/// A URL that no other test has: tests of other files may still be in a group of theirs.
fn new_url() -> String {
    TESTS.set(TESTS.get() + 1);
    format!("{URL}/{}", TESTS.get())
}

fn builder(url: &str) -> Builder {
    EventSource::builder(url).shared(Shared::new())
}

fn connect(url: &str) -> EventSource {
    builder(url).build().expect("a valid URL")
}

/// One connection after the other, each of which hangs.
fn network() -> Network {
    Network::new(json!([{ "then": "hang" }]))
}

/// Leads and joins: the first of two sources, once it is known that it leads, and the second.
async fn pair(url: &str) -> (EventSource, EventSource) {
    let leader = connect(url);
    until("the first one leads", || leader.shared() == Some(Role::Leader)).await;
    let mut states = leader.state_changes();
    while states.next().await.expect("a state").ready_state() != wasm_eventsource::ReadyState::Open {}
    (leader, connect(url))
}

#[wasm_bindgen_test]
async fn two_sources_get_every_event_over_one_connection() {
    let network = network();
    let (mut leader, mut member) = pair(&new_url()).await;
    let mut states = member.state_changes();
    while states.next().await.expect("a state").ready_state() != wasm_eventsource::ReadyState::Open {}
    network.send("id: 1\ndata: a\n\nevent: ping\ndata: b\n\nid: 2\nda");
    network.send("ta: c\n\n");
    let expected = ["message \"a\" \"1\"", "ping \"b\" \"1\"", "message \"c\" \"2\""];
    assert_eq!(take(&mut leader, 3).await, expected);
    assert_eq!(take(&mut member, 3).await, expected);
    assert_eq!((leader.shared(), member.shared()), (Some(Role::Leader), Some(Role::Member)));
    assert_eq!((network.count(), network.live()), (1, 1));
    assert_eq!(member.last_event_id(), "2");
}
