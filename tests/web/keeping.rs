//! What is kept for a consumer that does not take its events, and what is not.

use futures::StreamExt;
use futures::future::FutureExt;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::{EventSource, Keep};

use super::census::memory;
use super::network::{Network, URL, connect};
use super::polling::{has_nothing, settle, take, take_data};

/// What is kept, without waiting for more.
fn kept(
    stream: &mut (impl StreamExt<Item = Result<wasm_eventsource::Event, wasm_eventsource::Error>> + Unpin),
) -> Vec<String> {
    let items = std::iter::from_fn(|| stream.next().now_or_never().flatten());
    items.map(|item| item.expect("an event").into_data()).collect()
}

/// Messages from 0 up to `count`, each with a ping behind it.
fn numbered(count: usize) -> String {
    (0..count).map(|number| format!("data: {number}\n\nevent: ping\ndata: {number}\n\n")).collect()
}

#[wasm_bindgen_test]
async fn a_source_that_was_polled_once_does_not_keep_everything_while_a_subscription_is_read() {
    const ROUNDS: usize = 1500;
    let chunk = format!("data: {}\n\nevent: ping\ndata: p\n\n", "x".repeat(64 * 1024));
    let _network = Network::new(json!([{ "chunks": [chunk], "times": ROUNDS, "then": "hang" }]));
    let mut source = connect();
    let mut pings = source.subscribe("ping");
    assert_eq!(take_data(&mut source, 1).await[0].len(), 64 * 1024);
    take_data(&mut pings, 500).await;
    let before = memory();
    take_data(&mut pings, ROUNDS - 500).await;
    let grown = memory() - before;
    assert!(grown <= 1024 * 1024, "64 MB more have come, and the allocator needed {grown} bytes to find room");
    let missed = source.missed() as usize;
    assert!(missed > ROUNDS, "{missed} events do not fit into 16 MiB");
    let rest = kept(&mut source);
    assert!((400..512).contains(&rest.len()), "what fits into 16 MiB is there: {}", rest.len());
    assert_eq!(1 + missed + rest.len(), 2 * ROUNDS, "nothing is lost without being told");
    assert_eq!(pings.missed(), 0);
}

#[wasm_bindgen_test]
async fn a_subscription_that_is_not_polled_keeps_what_it_was_told_to() {
    for (keep, first) in
        [(Keep::All, 0), (Keep::Newest(7), 93), (Keep::Latest, 99), (Keep::Newest(0), 100), (Keep::default(), 0)]
    {
        let _network = Network::new(json!([{ "chunks": [numbered(100)], "then": "hang" }]));
        let source = connect();
        let mut messages = source.subscribe("message").keep(keep);
        let mut pings = source.subscribe("ping");
        take_data(&mut pings, 100).await;
        let expected: Vec<_> = (first..100).map(|number| number.to_string()).collect();
        assert_eq!(kept(&mut messages), expected, "{keep:?}");
        assert_eq!((messages.missed(), pings.missed()), (first, 0), "{keep:?}");
        source.close();
        assert_eq!(messages.missed(), first, "it is told afterwards, too");
    }
}

#[wasm_bindgen_test]
async fn what_the_builder_says_goes_for_the_source_and_for_subscriptions_without_a_bound_of_their_own() {
    let _network = Network::new(json!([{ "chunks": ["data: first\n\n", numbered(10)], "then": "hang" }]));
    let mut source = EventSource::builder(URL).keep(Keep::Newest(2)).build().expect("a valid source");
    let (mut messages, mut all) = (source.subscribe("message"), source.subscribe("message").keep(Keep::All));
    assert_eq!(take_data(&mut source, 1).await, ["first"]);
    let mut pings = source.subscribe("ping").keep(Keep::All);
    take_data(&mut pings, 10).await;
    assert_eq!((kept(&mut source), source.missed()), (vec!["9".to_string(), "9".to_string()], 18));
    assert_eq!((kept(&mut messages), messages.missed()), (vec!["8".to_string(), "9".to_string()], 9));
    assert_eq!((kept(&mut all).len(), all.missed()), (11, 0));
}

#[wasm_bindgen_test]
async fn one_that_takes_its_events_misses_none_whatever_is_kept() {
    let _network = Network::new(json!([{ "chunks": [numbered(50)], "then": "hang" }]));
    let mut source = EventSource::builder(URL).keep(Keep::Newest(0)).build().expect("a valid source");
    let data = take_data(&mut source, 100).await;
    assert_eq!((data[0].as_str(), data[99].as_str(), source.missed()), ("0", "49", 0));
    settle().await;
    assert!(has_nothing(&mut source));
}

#[wasm_bindgen_test]
async fn losses_that_nobody_takes_do_not_add_up() {
    let _network = Network::new(json!([
        { "chunks": ["retry: 1\ndata: a\n\nevent: ping\ndata: 1\n\n"] },
        { "rejects": "no network" }, { "rejects": "no network" }, { "rejects": "no network" },
        { "chunks": ["event: ping\ndata: 2\n\n"], "then": "hang" },
    ]));
    let mut source = connect();
    let mut pings = source.subscribe("ping");
    assert_eq!(take_data(&mut source, 1).await, ["a"]);
    assert_eq!(take_data(&mut pings, 2).await, ["1", "2"]);
    let lines = take(&mut source, 3).await;
    assert_eq!(lines[0], r#"ping "1" """#);
    assert!(lines[1].starts_with("error the connection was lost or not made"), "the latest: {lines:?}");
    assert_eq!(lines[2], r#"ping "2" """#);
}
