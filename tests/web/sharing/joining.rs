//! Sources that join an open connection.

use std::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::sharing::Role;
use wasm_eventsource::{ConnectionState, EventSource, Shared};

use super::super::polling::{has_nothing, until};
use super::{connect, expect_data, network, new_url, until_open, until_role};

#[wasm_bindgen_test]
async fn who_joins_knows_what_the_others_know_and_misses_no_half_event() {
    let network = network();
    let url = new_url();
    let mut leader = connect(&url);
    until_open(&leader).await;
    network.send("retry: 1234\nid: 7\ndata: a\n\nid: 8\nda");
    expect_data(&mut leader, &["a"]).await;
    assert!(has_nothing(&mut leader));

    let mut member = connect(&url);
    assert_eq!((member.state(), member.shared()), (ConnectionState::Connecting, Some(Role::Member)));
    assert_eq!(until_open(&member).await, [ConnectionState::Connecting]);
    assert_eq!((member.last_event_id().as_str(), member.reconnection_time()), ("7", Duration::from_millis(1234)));
    network.send("ta: b\n\n");
    expect_data(&mut member, &["b"]).await;
    assert_eq!((member.last_event_id().as_str(), network.count()), ("8", 1));
}

#[wasm_bindgen_test]
async fn who_joins_gets_as_many_of_the_last_events_as_it_wants() {
    let network = network();
    let url = new_url();
    let with = |replay| EventSource::builder(&url).shared(Shared::new().replay(replay)).build().expect("a valid URL");
    let mut leader = with(3);
    until_open(&leader).await;
    network.send("data: a\n\ndata: b\n\nevent: ping\nid: 3\ndata: c\n\ndata: d\n\n");
    expect_data(&mut leader, &["a", "b", "c", "d"]).await;
    for (wanted, expected) in [(0, &[][..]), (2, &["c", "d"][..]), (9, &["b", "c", "d"][..])] {
        let mut member = with(wanted);
        until_open(&member).await;
        expect_data(&mut member, expected).await;
        assert!(has_nothing(&mut member), "{wanted}");
        assert_eq!((member.last_event_id().as_str(), network.count()), ("3", 1));
    }
}

#[wasm_bindgen_test]
async fn a_connection_lingers_for_who_joins_in_time() {
    let network = network();
    let url = new_url();
    let with = |time| EventSource::builder(&url).shared(Shared::new().linger(time)).build().expect("a valid URL");
    let source = with(Duration::from_secs(60));
    until_open(&source).await;
    network.send("id: 1\ndata: a\n\n");
    drop(source);
    assert_eq!(network.live(), 1);
    let mut next = with(Duration::ZERO);
    until_open(&next).await;
    network.send("data: b\n\n");
    expect_data(&mut next, &["b"]).await;
    assert_eq!((network.count(), next.shared()), (1, Some(Role::Member)));
    drop(next);
    // What lingers is gone with its document.
    super::super::census::happen("pagehide");
    assert_eq!(network.live(), 0);
    super::super::census::happen("pageshow");
}

#[wasm_bindgen_test]
async fn what_lingers_ends() {
    let network = network();
    let url = new_url();
    let shared = Shared::new().linger(Duration::from_millis(200));
    let source = EventSource::builder(&url).shared(shared).build().expect("a valid URL");
    until_open(&source).await;
    until_role(&source, Role::Leader).await;
    drop(source);
    assert_eq!(network.live(), 1);
    until("it is over", || network.live() == 0).await;
    let other = connect(&url);
    until_open(&other).await;
    assert_eq!(network.count(), 2);
}
