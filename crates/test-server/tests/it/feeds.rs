//! The feeds of sources that share a connection.

use serde_json::{Value, json};

use crate::client::{Fixture, expect_bytes};

async fn make(fixture: &Fixture, query: &str) -> Value {
    fixture.post(&format!("/feeds/a?{query}")).await.json().await.expect("JSON")
}

/// The record, once this many connections are open: the server sees a client's leave a moment later.
async fn record_with(fixture: &Fixture, open: u64) -> Value {
    loop {
        let record = fixture.get_json("/feeds/a/record").await;
        if record["open"] == open {
            return record;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_listener_gets_each_event_from_then_on() {
    let fixture = Fixture::start().await;
    assert_eq!(make(&fixture, "count=2").await, json!({ "made": 2 }));
    let mut with_ids = fixture.get("/feeds/a").await;
    let mut without = fixture.get("/feeds/a?ids=none&retry=7").await;
    expect_bytes(&mut with_ids, b"retry: 1000\n\n").await;
    expect_bytes(&mut without, b"retry: 7\n\n").await;
    assert_eq!(make(&fixture, "count=2&interval=1").await, json!({ "made": 4 }));
    expect_bytes(&mut with_ids, b"id: 3\ndata: 3\n\nid: 4\ndata: 4\n\n").await;
    expect_bytes(&mut without, b"data: 3\n\ndata: 4\n\n").await;
}

#[tokio::test]
async fn a_listener_goes_on_behind_its_last_event_id_and_without_ids_from_now_on() {
    let fixture = Fixture::start().await;
    make(&fixture, "count=3").await;
    let back = |path| fixture.request("GET", path).header("last-event-id", 1).send();
    let mut with_ids = back("/feeds/a").await.expect("a response");
    let mut without = back("/feeds/a?ids=none").await.expect("a response");
    make(&fixture, "").await;
    expect_bytes(&mut with_ids, b"retry: 1000\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3\n\nid: 4\ndata: 4\n\n").await;
    expect_bytes(&mut without, b"retry: 1000\n\ndata: 4\n\n").await;
}

#[tokio::test]
async fn connections_are_counted_and_their_last_event_ids_are_kept() {
    let fixture = Fixture::start().await;
    let first = fixture.get("/feeds/a").await;
    let second = fixture.request("GET", "/feeds/a").header("last-event-id", "x").send().await.expect("a response");
    drop(first);
    let record = record_with(&fixture, 1).await;
    assert_eq!(record, json!({ "made": 0, "open": 1, "most": 2, "lastEventIds": [null, "x"] }));
    drop(second);
    assert_eq!(record_with(&fixture, 0).await["most"], 2);
}

#[tokio::test]
async fn a_client_that_leaves_stops_the_clock() {
    let fixture = Fixture::start().await;
    let mut stream = fixture.get("/feeds/a").await;
    expect_bytes(&mut stream, b"retry: 1000\n\n").await;
    {
        let clock = make(&fixture, "count=1000000&interval=1");
        tokio::select! {
            made = clock => panic!("ended with {made}"),
            () = expect_bytes(&mut stream, b"id: 1\ndata: 1\n\n") => {}
        }
    }
    let made = || async { fixture.get_json("/feeds/a/record").await["made"].clone() };
    // Whatever was on its way while the client left is made by then, and with a clock there would be one more each millisecond.
    for round in 1.. {
        let before = made().await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        if made().await == before {
            break;
        }
        assert!(round < 100, "the clock goes on");
    }
}
