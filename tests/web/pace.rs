//! Others get their turn while a large chunk is handed out.

use std::cell::Cell;
use std::rc::Rc;

use futures::StreamExt;
use gloo_timers::callback::Timeout;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::{ConnectionState, EventSource};

use super::census::handles;
use super::network::{Network, connect};
use super::polling::{in_time, settle, take_data, until};

/// Works for half a millisecond, as a consumer may with an event.
fn work() {
    let now = || js_sys::Date::now();
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into()).expect("a clock");
    let function = js_sys::Reflect::get(&performance, &"now".into()).expect("a method");
    let function: js_sys::Function = wasm_bindgen::JsCast::unchecked_into(function);
    let time = || function.call0(&performance).ok().and_then(|time| time.as_f64()).unwrap_or_else(now);
    let began = time();
    while time() - began < 0.5 {}
}

/// Takes all messages of a chunk with these, and gives how many were taken when a timer fired that was set before the first.
async fn taken_when_the_timer_fired(source: &mut EventSource, count: usize) -> Option<usize> {
    let taken = Rc::<Cell<usize>>::default();
    let fired = Rc::<Cell<Option<usize>>>::default();
    assert_eq!(take_data(source, 1).await.len(), 1);
    let timer = Timeout::new(0, {
        let (taken, fired) = (Rc::clone(&taken), Rc::clone(&fired));
        move || fired.set(Some(taken.get()))
    });
    for _ in 1..count {
        assert!(source.next().await.is_some_and(|item| item.is_ok()));
        work();
        taken.set(taken.get() + 1);
    }
    drop(timer);
    fired.get()
}

#[wasm_bindgen_test]
async fn a_timer_fires_while_a_chunk_of_many_events_is_taken() {
    const COUNT: usize = 400;
    let _network = Network::new(json!([{ "chunks": ["data: a\n\n".repeat(COUNT)], "then": "hang" }]));
    let mut source = connect();
    let fired = taken_when_the_timer_fired(&mut source, COUNT).await;
    assert!(fired.is_some_and(|taken| taken < COUNT / 2), "200 ms of work were one task: {fired:?}");
}

#[wasm_bindgen_test]
async fn a_timer_fires_while_chunk_after_chunk_is_there_at_once() {
    const COUNT: usize = 400;
    let _network = Network::new(json!([{ "chunks": ["data: a\n\n"], "times": COUNT, "then": "hang" }]));
    let mut source = connect();
    let fired = taken_when_the_timer_fired(&mut source, COUNT).await;
    assert!(fired.is_some_and(|taken| taken < COUNT / 2), "200 ms of work were one task: {fired:?}");
}

#[wasm_bindgen_test]
async fn a_timer_fires_while_a_watcher_passes_over_many_events() {
    const COUNT: usize = 300_000;
    let _network = Network::new(json!([{ "chunks": ["retry: 60000\n", "data\n\n".repeat(COUNT)] }]));
    let source = connect();
    let mut states = source.state_changes();
    while states.next().await != Some(ConnectionState::Open) {}
    let fired = Rc::<Cell<bool>>::default();
    let timer = Timeout::new(0, {
        let fired = Rc::clone(&fired);
        move || fired.set(true)
    });
    let lost = in_time("the loss", states.next()).await;
    assert!(matches!(lost, Some(ConnectionState::Reconnecting { .. })), "{lost:?}");
    assert!(fired.get(), "all events were passed over in one task");
    drop(timer);
}

#[wasm_bindgen_test]
async fn a_pause_leaves_nothing_behind_and_closing_in_one_is_final() {
    const COUNT: usize = 100;
    let network = Network::new(json!([{ "chunks": ["data: a\n\n".repeat(COUNT)], "then": "hang" }]));
    let run = async |take: usize| {
        let mut source = connect();
        for _ in 0..take {
            assert!(source.next().await.is_some_and(|item| item.is_ok()));
            work();
        }
        source.close();
        assert_eq!(source.next().await, None);
        settle().await;
        settle().await;
    };
    run(COUNT).await;
    let before = handles();
    for take in [COUNT, COUNT / 2, COUNT - 1] {
        run(take).await;
    }
    // The message that ends a pause may still be on its way: WebKit takes its time with one.
    until("no handle is left", || handles() <= before).await;
    assert_eq!(network.live(), 0);
}
