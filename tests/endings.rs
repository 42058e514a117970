//! Where a stream ends, what follows from a rejected response, and where another connection begins: the options, with a script in place of
//! a server.
#![cfg(feature = "testing")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures::stream::FusedStream;
use futures::{FutureExt, StreamExt};
use wasm_eventsource::{
    Builder, ConnectionState, Error, EventSource, Incomplete, Reason, Reconnect, Refusal, ResponseToAccept, Retry,
    Script,
};

const URL: &str = "https://example.com/answers";

fn built(script: &Script, with: impl FnOnce(Builder) -> Builder) -> EventSource {
    with(EventSource::builder(URL).script(script)).build().expect("a script is always there")
}

/// Everything that the source yields before it waits for another step, or up to its end.
fn yielded(source: &mut EventSource) -> Vec<String> {
    let mut items = Vec::new();
    loop {
        match source.next().now_or_never() {
            Some(Some(Ok(event))) => items.push(format!("{} {}", event.event_type(), event.data())),
            Some(Some(Err(error))) => {
                items.push(format!("{}{}", error.reason().name(), if error.is_fatal() { "!" } else { "" }))
            }
            Some(None) => {
                items.push("end".into());
                return items;
            }
            None => return items,
        }
    }
}

fn ids(script: &Script) -> Vec<String> {
    script.requests().iter().map(|request| request.last_event_id().to_owned()).collect()
}

fn refusal(status: u16) -> Refusal {
    Refusal::new(status, Vec::new(), String::new())
}

fn post(builder: Builder) -> Builder {
    builder.method("POST").body("{}").until(|event| event.data() == "[DONE]")
}

#[test]
fn at_its_declared_end_a_stream_is_complete() {
    let script = Script::new();
    script.send("data: a\n\ndata: [DONE]\n\ndata: more\n\n");
    let mut source = built(&script, post);
    assert_eq!(yielded(&mut source), ["message a", "message [DONE]", "end"]);
    assert_eq!((source.state(), script.has_connection()), (ConnectionState::Closed, false));
}

#[test]
fn before_its_declared_end_an_answer_that_was_requested_once_is_truncated() {
    for end in [Script::end, Script::cut] {
        let script = Script::new();
        script.send("data: a\n\ndata: b");
        end(&script);
        let mut source = built(&script, post);
        assert_eq!(yielded(&mut source), ["message a", "truncated!", "end"]);
        assert_eq!(script.requests().len(), 1);
    }
}

#[test]
fn a_get_goes_on_until_the_declared_end() {
    let script = Script::new();
    script.send("id: 1\ndata: a\n\n");
    script.end();
    script.send("data: last\n\n");
    let mut source = built(&script, |builder| builder.until(|event| event.data() == "last"));
    assert_eq!(yielded(&mut source), ["message a", "truncated", "message last", "end"]);
    assert_eq!(ids(&script), ["", "1"]);
}

#[test]
fn a_response_that_never_came_is_not_truncated() {
    let script = Script::new();
    script.cut();
    assert_eq!(yielded(&mut built(&script, post)), ["network!", "end"]);
}

#[test]
fn the_declared_end_may_be_an_event_that_nobody_takes_and_what_others_have_not_taken_stays() {
    let script = Script::new();
    script.send("event: a\ndata: 1\n\nevent: stop\ndata\n\n");
    let asked = Rc::<RefCell<Vec<String>>>::default();
    let seen = Rc::clone(&asked);
    let source = built(&script, |builder| {
        builder.until(move |event| {
            seen.borrow_mut().push(event.event_type().into());
            event.event_type() == "stop"
        })
    });
    let (mut first, mut second) = (source.subscribe("a"), source.subscribe("a"));
    let data = |item: Option<Option<Result<wasm_eventsource::Event, Error>>>| {
        item.flatten().map(|event| event.expect("an event").into_data())
    };
    assert_eq!(data(first.next().now_or_never()).as_deref(), Some("1"));
    assert_eq!(first.next().now_or_never(), Some(None));
    assert_eq!(source.state(), ConnectionState::Closed);
    assert_eq!(data(second.next().now_or_never()).as_deref(), Some("1"), "it was kept for this one");
    assert_eq!((second.next().now_or_never(), asked.take()), (Some(None), vec!["a".to_string(), "stop".to_string()]));
}

#[test]
fn a_watcher_sees_the_declared_end_too() {
    let script = Script::new();
    script.send("data: last\n\n");
    let source = built(&script, |builder| builder.until(|_| true));
    let mut states = source.state_changes();
    let mut seen = Vec::new();
    while let Some(Some(state)) = states.next().now_or_never() {
        seen.push(state);
    }
    assert_eq!(seen, [ConnectionState::Connecting, ConnectionState::Open, ConnectionState::Closed]);
    assert!(!script.has_connection());
}

#[test]
fn who_closes_the_source_while_it_is_asked_gets_no_event() {
    let script = Script::new();
    script.send("data: a\n\ndata: b\n\n");
    let own = Rc::<RefCell<Option<EventSource>>>::default();
    let closer = Rc::clone(&own);
    let source = built(&script, |builder| {
        builder.until(move |_| {
            closer.borrow().iter().for_each(EventSource::close);
            false
        })
    });
    let mut messages = source.subscribe("message");
    own.replace(Some(source));
    assert_eq!(messages.next().now_or_never(), Some(None));
}

#[test]
fn an_event_without_its_blank_line_is_discarded_delivered_or_an_error() {
    for (incomplete, expected) in [
        (None, vec!["message a", "ended!", "end"]),
        (Some(Incomplete::Discard), vec!["message a", "ended!", "end"]),
        (Some(Incomplete::Deliver), vec!["message a", "message b", "ended!", "end"]),
        (Some(Incomplete::Error), vec!["message a", "truncated!", "end"]),
    ] {
        let script = Script::new();
        script.send("data: a\n\ndata: b");
        script.end();
        let mut source = built(&script, |builder| {
            let builder = builder.method("POST");
            match incomplete {
                Some(incomplete) => builder.incomplete(incomplete),
                None => builder,
            }
        });
        assert_eq!(yielded(&mut source), expected, "{incomplete:?}");
    }
}

#[test]
fn the_last_event_may_lack_its_blank_line_and_be_the_declared_end() {
    let script = Script::new();
    script.send("data: [DONE]");
    script.end();
    let mut source = built(&script, |builder| post(builder).incomplete(Incomplete::Deliver));
    assert_eq!(yielded(&mut source), ["message [DONE]", "end"]);
}

#[test]
fn the_answer_of_retry_if_chooses_the_wait_and_the_id() {
    let after = |milliseconds| Retry::after(Duration::from_millis(milliseconds));
    for (retry, wait, id) in [
        (Retry::from(true), Some(3000), "7"),
        (after(0), Some(0), "7"),
        (after(50), Some(50), "7"),
        (after(50).last_event_id("3"), Some(50), "3"),
        (Retry::from(true).last_event_id(""), Some(3000), ""),
        (Retry::from(false), None, ""),
        (after(50).last_event_id("a\nb"), None, ""),
    ] {
        let script = Script::new();
        script.refuse(refusal(410));
        script.open();
        let answer = retry.clone();
        let mut source = built(&script, |builder| builder.last_event_id("7").retry_if(async move |_| answer.clone()));
        let error = source.next().now_or_never().flatten().expect("an error").expect_err("it is refused");
        assert_eq!(error.reconnects_in(), wait.map(Duration::from_millis), "{retry:?}");
        yielded(&mut source);
        let sent = if wait.is_some() { vec!["7", id] } else { vec!["7"] };
        assert_eq!(ids(&script), sent, "{retry:?}");
    }
}

#[test]
fn an_id_in_an_answer_is_not_shown_in_a_log() {
    assert!(!format!("{:?}", Retry::from(true).last_event_id("secret")).contains("secret"));
}

#[test]
fn another_connection_can_go_on_from_another_event() {
    let script = Script::new();
    script.send("id: 7\ndata: a\n\n");
    let mut source = built(&script, |builder| builder);
    assert_eq!(yielded(&mut source), ["message a"]);
    for (id, expected) in [("3", "3"), ("", "")] {
        source.reconnect_from(id).expect("an ID");
        assert_eq!(source.state(), ConnectionState::Open, "not before it is polled");
        assert!(yielded(&mut source).is_empty());
        assert_eq!((source.last_event_id().as_str(), ids(&script).pop().as_deref()), (expected, Some(expected)));
        script.open();
        assert!(yielded(&mut source).is_empty());
    }
    let error = source.reconnect_from("a\0").expect_err("no server can set it");
    assert!(matches!(error.reason(), Reason::InvalidOption { option: "reconnect_from", .. }), "{error}");
    assert_eq!((script.requests().len(), script.has_connection()), (3, true));
    source.close();
    source.reconnect_from("9").expect("an ID");
    assert_eq!((source.last_event_id().as_str(), script.requests().len()), ("", 3));
}

#[test]
fn a_response_that_the_standard_refuses_can_be_accepted() {
    let untyped = || Refusal::new(200, vec![("X-Id".into(), "1".into())], "data: a\n\n".into());
    let script = Script::new();
    script.refuse(untyped());
    script.send("data: b\n\n");
    let asked = Rc::<Cell<u32>>::default();
    let seen = Rc::clone(&asked);
    let accept = move |response: &ResponseToAccept| {
        seen.set(seen.get() + 1);
        response.status() == 200 && response.header("Content-Type").is_none() && response.header("x-id") == Some("1")
    };
    let mut source = built(&script, |builder| builder.accept(accept));
    assert_eq!(yielded(&mut source), ["message a", "message b"]);
    assert_eq!((source.state(), asked.get()), (ConnectionState::Open, 1));
    script.cut();
    script.refuse(refusal(404));
    assert_eq!(yielded(&mut source), ["network", "status!", "end"]);
    assert_eq!(asked.get(), 2);
}

#[test]
fn who_accepts_nothing_is_asked_whether_to_try_again() {
    let script = Script::new();
    script.refuse(refusal(200));
    let mut source = built(&script, |builder| {
        builder.reconnect(Reconnect::default().max_attempts(1)).accept(|_| false).retry_if(async |_| true)
    });
    assert_eq!(yielded(&mut source), ["content-type"]);
}

#[test]
fn the_last_value_of_an_option_counts_also_where_the_one_before_was_invalid() {
    let script = Script::new();
    let builder = || EventSource::builder(URL).script(&script);
    assert!(builder().idle_timeout(Duration::ZERO).build().is_err());
    assert!(builder().idle_timeout(Duration::ZERO).idle_timeout(Duration::from_secs(1)).build().is_ok());
    assert!(builder().idle_timeout(Duration::ZERO).connect_timeout(Duration::from_secs(1)).build().is_err());
}

#[test]
fn the_last_event_comes_before_the_state_that_follows_from_it() {
    let script = Script::new();
    let mut source = built(&script, post);
    let mut states = source.state_changes();
    assert_eq!(yielded(&mut source), [""; 0]);
    script.send("data: [DONE]\n\n");
    // Whoever looks at the states first meets the event, and leaves it to the source.
    let mut seen = Vec::new();
    while let Some(Some(state)) = states.next().now_or_never() {
        seen.push(state);
    }
    assert!(!seen.contains(&ConnectionState::Closed), "{seen:?}");
    assert!(!source.is_terminated());
    assert_eq!(yielded(&mut source), ["message [DONE]", "end"]);
    assert_eq!(states.next().now_or_never(), Some(Some(ConnectionState::Closed)));
    assert!(source.is_terminated());
}

#[test]
fn a_last_event_that_nobody_takes_ends_the_stream_as_well() {
    let script = Script::new();
    script.send("event: end\ndata: [DONE]\n\n");
    let source = built(&script, post);
    let mut ticks = source.subscribe("tick");
    drop(source);
    assert_eq!(ticks.next().now_or_never().map(|event| event.is_none()), Some(true));
}
