//! What is left of sources that shared, wherever they were: nothing.

use futures::future::join_all;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use super::super::census::{Census, handles, happen, memory};
use super::super::polling::{settle, until};
use super::platform::until_no_locks;
use super::{connect, network, new_url, pair, until_open};

/// Has sources in each state, and drops them.
async fn come_and_go() {
    let network = network();
    let url = new_url();
    // Not even joined.
    drop(connect(&url));
    let (leader, member) = pair(&url).await;
    let joining = connect(&url);
    drop(member);
    drop(leader);
    until_open(&joining).await;
    happen("pagehide");
    drop(joining);
    happen("pageshow");
    let (leader, member) = pair(&url).await;
    drop((leader, member));
    assert_eq!(network.live(), 0);
    until_no_locks().await;
}

#[wasm_bindgen_test]
async fn they_leave_no_request_no_timer_no_listener_no_lock_and_no_handle() {
    come_and_go().await;
    TimeoutFuture::new(1_200).await;
    let handles_before = handles();
    let census = Census::new();
    let of_census = handles() - handles_before;
    come_and_go().await;
    settle().await;
    until("no timer is set", || census.timers() == 0).await;
    assert_eq!(census.listeners(), 0);
    until("no handle is left", || handles() - handles_before == of_census).await;
    assert_eq!(census.uncaught(), [""; 0]);
}

/// What the module holds after so many groups: its memory, and its handles.
async fn groups(count: usize) -> (u32, u32) {
    for _ in 0..count / 20 {
        let _network = network();
        let urls: Vec<_> = (0..20).map(|_| new_url()).collect();
        join_all(urls.iter().map(|url| async { drop(pair(url).await) })).await;
        until_no_locks().await;
    }
    (memory(), handles())
}

#[wasm_bindgen_test]
async fn hundreds_of_groups_leave_nothing() {
    groups(200).await;
    let (memory_before, handles_before) = groups(200).await;
    let (memory, _) = groups(200).await;
    assert_eq!(memory, memory_before);
    until("no handle is left", || handles() <= handles_before).await;
}
