//! A script in place of a server: what a user's own tests can see.
#![cfg(feature = "testing")]

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::channel::oneshot;
use futures::executor::{LocalPool, block_on};
use futures::task::{LocalSpawnExt, noop_waker};
use futures::{FutureExt, StreamExt};
use wasm_eventsource::session::Session;
use wasm_eventsource::{ConnectionState, Event, EventSource, Keep, Reason, Refusal, Script};

const URL: &str = "https://example.com/events?user=1";

fn source(script: &Script) -> EventSource {
    EventSource::builder(URL).script(script).build().expect("a script is always there")
}

/// Everything that the source yields before it waits for another step, as text.
fn yielded(source: &mut EventSource) -> Vec<String> {
    let mut items = Vec::new();
    while let Some(Some(item)) = source.next().now_or_never() {
        items.push(match item {
            Ok(event) => format!("{} {}", event.event_type(), event.data()),
            Err(error) => error.to_string(),
        });
    }
    items
}

fn ids(script: &Script) -> Vec<String> {
    script.requests().iter().map(|request| request.last_event_id().to_owned()).collect()
}

#[test]
fn bytes_become_events_wherever_they_are_cut() {
    let stream = b"event: price\nid: 7\ndata: 5\n\ndata: a\ndata: b\n\n";
    for cut in 0..=stream.len() {
        let script = Script::new();
        script.send(&stream[..cut]);
        script.send(&stream[cut..]);
        let mut source = source(&script);
        assert_eq!(yielded(&mut source), ["price 5", "message a\nb"], "cut at {cut}");
        assert_eq!((source.last_event_id(), script.steps_left()), ("7".into(), 0));
    }
}

#[test]
fn a_source_without_steps_waits_and_goes_on_when_there_is_one() {
    let script = Script::new();
    let mut source = source(&script);
    let mut pool = LocalPool::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let teller = Rc::clone(&told);
    let task = async move {
        while let Some(Ok(event)) = source.next().await {
            teller.borrow_mut().push(event.into_data());
        }
    };
    pool.spawner().spawn_local(task).expect("the pool is there");
    pool.run_until_stalled();
    assert!(told.borrow().is_empty() && script.has_connection());
    for data in ["one", "two"] {
        script.send(format!("data: {data}\n\n"));
        pool.run_until_stalled();
    }
    assert_eq!(*told.borrow(), ["one", "two"]);
}

#[test]
fn after_the_end_the_source_reconnects_with_its_id_and_without_time_passing() {
    let script = Script::new();
    script.send("retry: 60000\nid: 1\ndata: a\n\n");
    script.end();
    let mut source = source(&script);
    let lost = "the server ended the stream; the next attempt is in 60000 ms";
    assert_eq!(yielded(&mut source), ["message a", lost]);
    assert!(!script.has_connection(), "the wait goes on until there is a step");
    script.send("data: b\n\n");
    assert_eq!(yielded(&mut source), ["message b"]);
    assert_eq!(ids(&script), ["", "1"]);
    assert_eq!(script.requests()[1].url(), URL);
}

#[test]
fn a_cut_loses_the_connection_or_the_attempt() {
    let script = Script::new();
    script.cut();
    script.send("id: 1\nda");
    script.cut();
    script.open();
    let mut source = source(&script);
    let cut = "the script has cut the connection";
    let items = yielded(&mut source);
    assert_eq!(items.len(), 2, "{items:?}");
    assert!(items.iter().all(|item| item.contains(cut)), "{items:?}");
    assert_eq!((source.state(), ids(&script)), (ConnectionState::Open, vec![String::new(); 3]));
}

#[test]
fn a_refused_request_fails_for_good() {
    let script = Script::new();
    script.refuse(Refusal::new(401, vec![("WWW-Authenticate".into(), "Bearer".into())], "expired".into()));
    let mut source = source(&script);
    let error = block_on(source.next()).expect("an error").expect_err("it is refused");
    assert_eq!((error.reason(), error.is_fatal()), (&Reason::Status { status: 401 }, true));
    assert_eq!(error.refusal().map(Refusal::body), Some("expired"));
    assert!(block_on(source.next()).is_none());
    assert_eq!((source.state(), script.has_connection()), (ConnectionState::Failed { error }, false));
}

#[test]
fn a_response_with_another_type_is_refused_too() {
    let script = Script::new();
    script.refuse(Refusal::new(200, vec![("Content-Type".into(), "text/html".into())], String::new()));
    let error = block_on(source(&script).next()).expect("an error").expect_err("it is refused");
    assert_eq!(*error.reason(), Reason::ContentType { content_type: "text/html".into() });
}

#[test]
fn a_refusal_cuts_the_connection_that_is_open_first() {
    let script = Script::new();
    script.send("data: a\n\n");
    script.refuse(Refusal::new(503, Vec::new(), String::new()));
    let items = yielded(&mut source(&script));
    assert_eq!((items.len(), items[0].as_str()), (3, "message a"), "{items:?}");
    assert!(items[1].contains("cut") && items[2].contains("503"), "{items:?}");
}

#[test]
fn retry_if_is_asked_in_the_task_that_polls() {
    let script = Script::new();
    script.refuse(Refusal::new(409, vec![("Retry-After".into(), "90".into())], "busy".into()));
    script.send("data: a\n\n");
    let (sender, receiver) = oneshot::channel::<bool>();
    let receiver = RefCell::new(Some(receiver));
    let source = EventSource::builder(URL).script(&script).retry_if(async move |refusal| {
        let answer = receiver.take().expect("it is asked once");
        refusal.body() == "busy" && answer.await.expect("it is answered")
    });
    let mut source = source.build().expect("a script is always there");
    assert_eq!(source.next().now_or_never(), None);
    assert!(script.has_connection(), "the user is being asked");

    let mut pool = LocalPool::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let teller = Rc::clone(&told);
    let task = async move {
        for _ in 0..2 {
            let item = source.next().await.expect("it goes on");
            teller.borrow_mut().push(item.map_or_else(|error| error.reconnects_in(), |_| None));
        }
    };
    pool.spawner().spawn_local(task).expect("the pool is there");
    pool.run_until_stalled();
    assert!(told.borrow().is_empty());
    sender.send(true).expect("the handler waits");
    pool.run_until_stalled();
    assert_eq!(*told.borrow(), [Some(Duration::from_secs(90)), None]);
}

#[test]
fn a_request_that_must_not_be_repeated_ends_with_its_answer() {
    let script = Script::new();
    script.send("data: token\n\n");
    script.end();
    let mut source = EventSource::builder(URL).method("POST").script(&script).build().expect("a script");
    assert!(block_on(source.next()).is_some_and(|item| item.is_ok()));
    let error = block_on(source.next()).expect("an error").expect_err("the answer is over");
    assert_eq!((error.reason(), error.is_fatal()), (&Reason::Ended, true));
}

#[test]
fn subscriptions_and_their_bounds_are_those_of_production() {
    let script = Script::new();
    script.send("event: price\ndata: 1\n\nevent: price\ndata: 2\n\ndata: m\n\n");
    let mut source = source(&script);
    let mut prices = source.subscribe("price").keep(Keep::Latest);
    assert_eq!(yielded(&mut source), ["price 1", "price 2", "message m"]);
    let price = block_on(prices.next()).expect("an event").expect("no error");
    assert_eq!((price.data(), price.origin(), prices.missed()), ("2", "https://example.com", 1));
}

#[test]
fn states_follow_the_script() {
    let script = Script::new();
    script.open();
    script.end();
    script.open();
    script.refuse(Refusal::new(500, Vec::new(), String::new()));
    let source = source(&script);
    let states: Vec<_> = block_on(source.state_changes().map(|state| state.ready_state() as u8).collect());
    // Connecting, open, lost, open, cut, refused.
    assert_eq!(states, [0, 1, 0, 1, 0, 2]);
}

#[test]
fn reconnecting_sends_another_request_at_once() {
    let script = Script::new();
    script.send("id: 3\ndata: a\n\n");
    let mut source = source(&script);
    assert_eq!(yielded(&mut source), ["message a"]);
    source.reconnect();
    assert_eq!((yielded(&mut source), ids(&script)), (Vec::new(), vec![String::new(), "3".into()]));
    assert!(script.has_connection());
}

#[test]
fn closing_and_dropping_let_go_of_the_connection() {
    let script = Script::new();
    let mut closed = source(&script);
    script.send("data: a\n\ndata: b\n\n");
    assert_eq!(block_on(closed.next()).expect("an event").expect("no error").data(), "a");
    assert!(script.has_connection());
    closed.close();
    assert!(!script.has_connection() && block_on(closed.next()).is_none());

    let mut dropped = source(&script);
    assert_eq!(dropped.next().now_or_never(), None);
    assert!(script.has_connection());
    drop(dropped);
    assert!(!script.has_connection());
}

#[test]
fn a_handler_may_close_the_source_while_it_is_asked() {
    let script = Script::new();
    script.refuse(Refusal::new(500, Vec::new(), String::new()));
    let slot = Rc::<RefCell<Option<EventSource>>>::default();
    let of_handler = Rc::clone(&slot);
    let retry_if = async move |_: &Refusal| {
        drop(of_handler.take());
        true
    };
    let built = EventSource::builder(URL).script(&script).retry_if(retry_if).build().expect("a script");
    let mut states = built.state_changes();
    slot.replace(Some(built));
    let states: Vec<_> = block_on(async { states.by_ref().collect().await });
    assert_eq!(states.last(), Some(&ConnectionState::Closed));
    assert!(!script.has_connection());
}

#[test]
fn a_script_serves_the_source_that_was_built_last() {
    let script = Script::new();
    let mut first = source(&script);
    let mut second = source(&script);
    script.send("data: a\n\n");
    assert_eq!(yielded(&mut first), [""; 0]);
    assert_eq!(yielded(&mut second), ["message a"]);
    drop(first);
    assert!(script.has_connection(), "it is that of the second");
}

#[test]
fn comments_and_limits_work() {
    let script = Script::new();
    script.send(": hello\n\ndata: 0123456789\n\n");
    let comments = Rc::new(Cell::new(0));
    let counter = Rc::clone(&comments);
    let source = EventSource::builder(URL).script(&script).max_event_size(8);
    let mut source = source.on_comment(move |_| counter.set(counter.get() + 1)).build().expect("a script");
    let error = block_on(source.next()).expect("an error").expect_err("it is too large");
    assert!(matches!(error.reason(), Reason::EventTooLarge(_)));
    assert_eq!(comments.get(), 1);
}

#[test]
fn the_session_behind_a_hook_can_be_driven() {
    let script = Script::new();
    let (handle, session) = Session::new();
    let (states, events) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let builder_script = script.clone();
    let mut task = pin!(session.run(
        move |builder| builder.script(&builder_script),
        |state| states.borrow_mut().push(state.ready_state() as u8),
        |event: Event| events.borrow_mut().push(event.into_data()),
    ));
    let mut poll = || task.as_mut().poll(&mut Context::from_waker(&noop_waker()));
    handle.connect(Some(URL.into()));
    script.send("data: a\n\n");
    assert_eq!((poll(), &*events.borrow(), &*states.borrow()), (Poll::Pending, &vec!["a".to_string()], &vec![0, 1]));
    handle.end();
    assert_eq!((poll(), script.has_connection()), (Poll::Ready(()), false));
}
