//! The source that leads goes, and another one goes on.

use futures::StreamExt;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::sharing::Role;
use wasm_eventsource::{ConnectionState, Reason};

use super::super::census::happen;
use super::super::polling::{has_nothing, take, until};
use super::{connect, expect_data, ids, network, new_url, pair, platform, until_open, until_role};

#[wasm_bindgen_test]
async fn another_source_goes_on_after_the_last_event_and_tells_nobody() {
    for is_dropped in [true, false] {
        let network = network();
        let (mut leader, mut member) = pair(&new_url()).await;
        network.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\nda");
        expect_data(&mut leader, &["a", "b"]).await;
        let closed = if is_dropped { None } else { Some(&leader) };
        match closed {
            Some(leader) => leader.close(),
            None => drop(leader),
        }
        until("it connects", || network.count() == 2).await;
        network.send("id: 3\ndata: c\n\n");
        // With no error among them.
        expect_data(&mut member, &["a", "b", "c"]).await;
        assert_eq!(member.shared(), Some(Role::Leader));
        assert_eq!((ids(&network), network.live()), (vec![Value::Null, json!("2")], 1));
    }
}

#[wasm_bindgen_test]
async fn without_ids_the_gap_is_told() {
    let network = network();
    let (leader, mut member) = pair(&new_url()).await;
    network.send("data: a\n\n");
    expect_data(&mut member, &["a"]).await;
    drop(leader);
    let error = member.next().await.expect("an item").expect_err("a gap");
    assert_eq!((error.reason(), error.is_fatal()), (&Reason::HandedOver, false));
    until_open(&member).await;
    network.send("data: b\n\n");
    expect_data(&mut member, &["b"]).await;
    assert_eq!(network.live(), 1);
}

#[wasm_bindgen_test]
async fn closing_is_for_one_source_and_the_last_one_lets_go_of_the_connection() {
    let network = network();
    let (leader, mut member) = pair(&new_url()).await;
    member.close();
    assert_eq!(take(&mut member, 1).await, ["end"]);
    assert_eq!((network.count(), network.live()), (1, 1));
    leader.close();
    assert_eq!(network.live(), 0);
}

#[wasm_bindgen_test]
async fn who_has_the_lead_taken_away_is_a_member_again() {
    let network = network();
    let url = new_url();
    let mut source = connect(&url);
    until_open(&source).await;
    network.send("id: 1\ndata: a\n\n");
    expect_data(&mut source, &["a"]).await;
    let thief = platform::steal().await;
    until_role(&source, Role::Member).await;
    assert_eq!(network.live(), 0);
    drop(thief);
    until_role(&source, Role::Leader).await;
    until("it connects", || network.count() == 2).await;
    network.send("id: 2\ndata: b\n\n");
    expect_data(&mut source, &["b"]).await;
    assert_eq!(ids(&network), [Value::Null, json!("1")]);
}

/// All sources of this document hear of it, so that there is one of them alone, before and after.
async fn expect_to_leave_and_join_again(leave: &[&str], come_back: &[&str]) {
    let network = network();
    let mut source = connect(&new_url());
    until_open(&source).await;
    network.send("id: 1\ndata: a\n\n");
    expect_data(&mut source, &["a"]).await;
    leave.iter().for_each(|event| happen(event));
    // Of this group, for nobody else has locks.
    assert_eq!(network.live(), 0, "{leave:?}");
    platform::until_no_locks().await;
    assert!(has_nothing(&mut source));
    assert_eq!(source.state(), ConnectionState::Connecting);
    come_back.iter().for_each(|event| happen(event));
    until_open(&source).await;
    network.send("id: 2\ndata: b\n\n");
    expect_data(&mut source, &["b"]).await;
    assert_eq!((source.shared(), ids(&network)), (Some(Role::Leader), vec![Value::Null, json!("1")]));
}

#[wasm_bindgen_test]
async fn a_document_that_is_put_away_gives_everything_back() {
    expect_to_leave_and_join_again(&["pagehide"], &["pageshow"]).await;
    expect_to_leave_and_join_again(&["pagehide", "visibilitychange", "freeze"], &["resume", "pageshow"]).await;
}

#[wasm_bindgen_test]
async fn so_does_one_that_is_frozen() {
    expect_to_leave_and_join_again(&["freeze"], &["resume"]).await;
}
