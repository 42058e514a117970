//! Sources that share one connection. The network counts the connections, as a server would.

mod fallbacks;
mod groups;
mod handing_over;
mod joining;
mod lifetime;
mod platform;

use std::cell::Cell;

use futures::{Stream, StreamExt};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::sharing::Role;
use wasm_eventsource::{Builder, ConnectionState, EventSource, ReadyState, Shared};

use super::network::{Network, URL};
use super::polling::{take, take_data, until};

std::thread_local! {
    static TESTS: Cell<u32> = const { Cell::new(0) };
}

/// A URL that no other test has, because another page may be there with the same tests.
fn new_url() -> String {
    TESTS.set(TESTS.get() + 1);
    format!("{URL}/{}/{}", TESTS.get(), js_sys::Math::random())
}

fn builder(url: &str) -> Builder {
    EventSource::builder(url).shared(Shared::new())
}

fn connect(url: &str) -> EventSource {
    builder(url).build().expect("a valid URL")
}

/// Each attempt is a connection that stays.
fn network() -> Network {
    Network::new(json!([{ "then": "hang" }]))
}

async fn until_role(source: &EventSource, role: Role) {
    until("it has its role", || source.shared() == Some(role)).await;
}

/// Waits until the source is OPEN. Gives every state before that.
async fn until_open(source: &EventSource) -> Vec<ConnectionState> {
    let states = source.state_changes();
    let mut before = Vec::new();
    let mut states = std::pin::pin!(states);
    while let Some(state) = states.next().await {
        if state.ready_state() == ReadyState::Open {
            return before;
        }
        before.push(state);
    }
    panic!("it is closed: {before:?}");
}

/// Two sources that are OPEN. The first one leads.
async fn pair(url: &str) -> (EventSource, EventSource) {
    let leader = connect(url);
    until_open(&leader).await;
    until_role(&leader, Role::Leader).await;
    let member = connect(url);
    until_open(&member).await;
    (leader, member)
}

/// The last event IDs of the requests, of a network.
fn ids(network: &Network) -> Vec<Value> {
    network.requests().iter().map(|request| request["headers"]["last-event-id"].clone()).collect()
}

async fn expect_data<S>(source: &mut S, expected: &[&str])
where
    S: Stream<Item = Result<wasm_eventsource::Event, wasm_eventsource::Error>> + Unpin,
{
    assert_eq!(take_data(source, expected.len()).await, expected);
}

#[wasm_bindgen_test]
async fn two_sources_get_every_event_over_one_connection() {
    let network = network();
    let (mut leader, mut member) = pair(&new_url()).await;
    network.send("id: 1\ndata: a\n\nevent: ping\ndata: b\n\nid: 2\nda");
    network.send("ta: c\n\n");
    let expected = ["message \"a\" \"1\"", "ping \"b\" \"1\"", "message \"c\" \"2\""];
    assert_eq!(take(&mut leader, 3).await, expected);
    assert_eq!(take(&mut member, 3).await, expected);
    assert_eq!((leader.shared(), member.shared()), (Some(Role::Leader), Some(Role::Member)));
    assert_eq!((network.count(), network.live()), (1, 1));
    assert_eq!(member.last_event_id(), "2");
}

#[wasm_bindgen_test]
async fn ten_sources_have_one_connection() {
    let network = network();
    let url = new_url();
    let mut sources: Vec<_> = (0..10).map(|_| connect(&url)).collect();
    for source in &sources {
        until_open(source).await;
    }
    network.send("data: a\n\ndata: b\n\n");
    for source in &mut sources {
        expect_data(source, &["a", "b"]).await;
    }
    let leaders = sources.iter().filter(|source| source.shared() == Some(Role::Leader));
    assert_eq!((leaders.count(), network.count(), network.live()), (1, 1, 1));
}

#[wasm_bindgen_test]
async fn subscriptions_and_watchers_are_as_ever() {
    let network = network();
    let (leader, member) = pair(&new_url()).await;
    let mut pings = member.subscribe("ping");
    let mut messages = leader.subscribe("message");
    let mut states = member.state_changes();
    assert_eq!(states.next().await, Some(ConnectionState::Open));
    network.send("data: a\n\nevent: ping\ndata: b\n\nretry: 20\n\nevent: ping\ndata: c\n\n");
    expect_data(&mut pings, &["b", "c"]).await;
    expect_data(&mut messages, &["a"]).await;
    network.end();
    let state = states.next().await.expect("a state");
    assert!(matches!(state, ConnectionState::Reconnecting { .. }), "{state:?}");
    assert_eq!(member.reconnection_time().as_millis(), 20);
    assert_eq!(states.next().await, Some(ConnectionState::Open));
    assert_eq!(network.count(), 2);
}

#[wasm_bindgen_test]
async fn comments_reach_those_who_ask_for_them() {
    let network = network();
    let url = new_url();
    let comments = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let heard = comments.clone();
    let leader = connect(&url);
    until_open(&leader).await;
    let mut member = builder(&url)
        .on_comment(move |comment| heard.borrow_mut().push(comment.to_string()))
        .build()
        .expect("a valid URL");
    until_open(&member).await;
    network.send(": here\n\ndata: a\n\n");
    expect_data(&mut member, &["a"]).await;
    assert_eq!(*comments.borrow(), ["here"]);
}

/// The leader reads until a source is 1 MiB behind. After a second it waits no longer.
#[wasm_bindgen_test]
async fn a_source_that_is_not_polled_goes_on_alone_and_the_others_without_it() {
    const COUNT: usize = 18;
    let network = network();
    let (mut leader, mut member) = pair(&new_url()).await;
    let event = |id| format!("id: {id}\ndata: {}\n\n", "x".repeat(60_000));
    for id in 1..=COUNT {
        network.send(&event(id));
        take(&mut member, 1).await;
    }
    until_role(&leader, Role::Alone).await;
    until("each has a connection", || network.count() == 3).await;
    until_role(&member, Role::Leader).await;
    network.send(&event(COUNT + 1));
    assert_eq!(take(&mut member, 1).await, [format!("message {:?} \"19\"", "x".repeat(60_000))]);
    // It has lost nothing.
    assert_eq!(take_data(&mut leader, COUNT).await.len(), COUNT);
    assert_eq!((leader.last_event_id().as_str(), network.live()), ("18", 2));
    assert_eq!(ids(&network), [Value::Null, json!("18"), json!("18")]);
}

#[wasm_bindgen_test]
async fn a_final_error_ends_every_source() {
    let network = Network::new(json!([{ "chunks": ["retry: 1\n\n"], "then": "hang" }, { "status": 401 }]));
    let (leader, member) = pair(&new_url()).await;
    network.end();
    let refused = "error the response has status 401, and only 200 opens a stream";
    for mut source in [leader, member] {
        assert_eq!(take(&mut source, 3).await, ["error the server ended the stream", refused, "end"]);
        assert_eq!(source.ready_state(), ReadyState::Closed);
    }
    assert_eq!((network.count(), network.live()), (2, 0));
}

#[wasm_bindgen_test]
async fn any_of_them_makes_another_connection_for_all() {
    let network = network();
    let (mut leader, mut member) = pair(&new_url()).await;
    network.send("id: 1\ndata: a\n\n");
    expect_data(&mut leader, &["a"]).await;
    expect_data(&mut member, &["a"]).await;
    member.reconnect();
    until("there is another one", || network.count() == 2).await;
    until_open(&member).await;
    network.send("data: b\n\n");
    expect_data(&mut leader, &["b"]).await;
    expect_data(&mut member, &["b"]).await;
    assert_eq!((ids(&network), network.live()), (vec![Value::Null, json!("1")], 1));
}

#[wasm_bindgen_test]
async fn what_is_no_message_is_ignored() {
    let network = network();
    let (mut leader, mut member) = pair(&new_url()).await;
    platform::post_nonsense().await;
    network.send("data: a\n\n");
    expect_data(&mut leader, &["a"]).await;
    expect_data(&mut member, &["a"]).await;
    assert_eq!((leader.shared(), member.shared()), (Some(Role::Leader), Some(Role::Member)));
    assert_eq!(network.count(), 1);
}
