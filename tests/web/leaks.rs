//! Thousands of sources, one after the other.

use futures::future::join_all;
use wasm_bindgen_test::wasm_bindgen_test;

use super::census::{Census, handles, memory};
use super::polling::{settle, until};
use super::stages::Stage;

/// How many sources there are at a time.
const AT_A_TIME: usize = 500;

/// Opens and drops a thousand sources. Gives what the module holds then: its memory, and its handles.
async fn thousand(stage: Stage) -> (u32, u32) {
    for batch in 0..1_000 / AT_A_TIME {
        let census = Census::new();
        let network = stage.network();
        let all = join_all((0..AT_A_TIME).map(|_| stage.reach(&network))).await;
        all.into_iter().for_each(|parts| parts.drop(batch % 2 == 0));
        settle().await;
        assert_eq!(network.live(), 0, "{stage:?}");
        until("no timer is set", || census.timers() == 0).await;
        assert_eq!(census.listeners(), 0);
    }
    (memory(), handles())
}

async fn expect_flat(stage: Stage) {
    // The first source of a realm puts listeners on the global object, for good.
    let network = stage.network();
    drop(stage.reach(&network).await);
    drop(network);
    let (memory_before, handles_before) = thousand(stage).await;
    let (memory, _) = thousand(stage).await;
    assert_eq!(memory, memory_before, "{stage:?}");
    // The message that ends a pause may still be on its way: WebKit takes its time with one.
    until("no handle is left", || handles() <= handles_before).await;
}

#[wasm_bindgen_test]
async fn a_thousand_that_have_no_response_leave_nothing() {
    expect_flat(Stage::Requested).await;
}

#[wasm_bindgen_test]
async fn a_thousand_that_probe_leave_nothing() {
    expect_flat(Stage::Probing).await;
}

#[wasm_bindgen_test]
async fn a_thousand_that_have_read_nothing_leave_nothing() {
    expect_flat(Stage::Unread).await;
}

#[wasm_bindgen_test]
async fn a_thousand_that_read_leave_nothing() {
    expect_flat(Stage::Reading).await;
}

#[wasm_bindgen_test]
async fn a_thousand_in_the_middle_of_a_chunk_leave_nothing() {
    expect_flat(Stage::MidChunk).await;
}

#[wasm_bindgen_test]
async fn a_thousand_that_wait_leave_nothing() {
    expect_flat(Stage::Waiting).await;
}

#[wasm_bindgen_test]
async fn a_thousand_that_are_suspended_leave_nothing() {
    expect_flat(Stage::Suspended).await;
}

#[wasm_bindgen_test]
async fn a_thousand_that_have_failed_leave_nothing() {
    expect_flat(Stage::Failed).await;
}

#[wasm_bindgen_test]
async fn a_thousand_that_are_closed_leave_nothing() {
    expect_flat(Stage::Closed).await;
}
