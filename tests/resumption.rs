//! A POST that goes on with another request: the option `resume`, with a script in place of a server.
#![cfg(feature = "testing")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use futures::executor::LocalPool;
use futures::task::LocalSpawnExt;
use futures::{FutureExt, StreamExt};
use wasm_eventsource::{
    Builder, ConnectionState, EventSource, LostConnection, Reason, Refusal, ResumeRequest, Retry, Script, Verify,
};

const URL: &str = "https://example.com/answers";

/// What the function was told: the last event ID, and the reason of the loss.
type Asked = Rc<RefCell<Vec<(String, Option<&'static str>)>>>;

fn told(lost: &LostConnection) -> (String, Option<&'static str>) {
    (lost.last_event_id().to_owned(), lost.error().map(|error| error.reason().name()))
}

fn post() -> Builder {
    EventSource::builder(URL).method("POST").body("{}").header("Content-Type", "application/json")
}

/// A POST whose answers to `resume` are these, and then `None`.
fn resuming(script: &Script, answers: impl IntoIterator<Item = ResumeRequest>) -> (EventSource, Asked) {
    let asked = Asked::default();
    let seen = Rc::clone(&asked);
    let answers = RefCell::new(answers.into_iter().collect::<Vec<_>>().into_iter());
    let builder = post().script(script).resume(async move |lost| {
        seen.borrow_mut().push(told(lost));
        answers.borrow_mut().next()
    });
    (builder.build().expect("a script is always there"), asked)
}

fn rest() -> ResumeRequest {
    ResumeRequest::new().url("https://example.com/answers/7")
}

fn yielded(source: &mut EventSource) -> Vec<String> {
    let mut items = Vec::new();
    loop {
        match source.next().now_or_never() {
            Some(Some(Ok(event))) => items.push(event.into_data()),
            Some(Some(Err(error))) => {
                items.push(format!("{}{}", error.reason().name(), if error.is_fatal() { "!" } else { "" }));
            }
            Some(None) => {
                items.push("end".into());
                return items;
            }
            None => return items,
        }
    }
}

fn requests(script: &Script) -> Vec<String> {
    let line = |request: &wasm_eventsource::ScriptedRequest| {
        let path = request.url().trim_start_matches("https://example.com");
        format!("{} {path} {}", request.method(), request.last_event_id()).trim().to_owned()
    };
    script.requests().iter().map(line).collect()
}

#[test]
fn after_a_loss_another_request_goes_on() {
    let script = Script::new();
    script.send("id: 1\ndata: a\n\n");
    script.cut();
    script.send("id: 2\ndata: b\n\n");
    script.end();
    script.send("data: c\n\n");
    let (mut source, asked) = resuming(&script, [rest(), rest()]);
    assert_eq!(yielded(&mut source), ["a", "network", "b", "ended", "c"]);
    assert_eq!(asked.take(), [("1".to_owned(), Some("network")), ("2".to_owned(), Some("ended"))]);
    assert_eq!(requests(&script), ["POST /answers", "GET /answers/7 1", "GET /answers/7 2"]);
    assert_eq!(source.url(), URL);
}

#[test]
fn without_another_request_the_loss_is_final_and_told_once() {
    let script = Script::new();
    script.send("data: a\n\n");
    script.end();
    let (mut source, asked) = resuming(&script, []);
    assert_eq!(yielded(&mut source), ["a", "ended!", "end"]);
    assert_eq!((asked.take().len(), requests(&script).len(), script.has_connection()), (1, 1, false));
    assert!(matches!(source.state(), ConnectionState::Failed { .. }));
}

#[test]
fn what_the_answer_leaves_out_is_as_before_but_for_the_method_and_the_body() {
    let script = Script::new();
    for _ in 0..4 {
        script.cut();
    }
    script.open();
    let answers = [
        ResumeRequest::same(),
        ResumeRequest::new().method("PUT").body("x"),
        ResumeRequest::same(),
        ResumeRequest::new(),
    ];
    let (mut source, _) = resuming(&script, answers);
    assert_eq!(yielded(&mut source), ["network"; 4]);
    assert_eq!(requests(&script), ["POST /answers", "POST /answers", "PUT /answers", "PUT /answers", "GET /answers"]);
}

#[test]
fn a_refused_request_that_is_wanted_once_more_is_the_same_again_and_nobody_is_asked() {
    let script = Script::new();
    script.refuse(Refusal::new(503, Vec::new(), String::new()));
    script.send("data: a\n\n");
    script.cut();
    script.refuse(Refusal::new(404, Vec::new(), String::new()));
    let asked = Asked::default();
    let seen = Rc::clone(&asked);
    let builder = post().script(&script).retry_if(async |refusal| Retry::from(refusal.status() == 503));
    let builder = builder.resume(async move |lost| {
        seen.borrow_mut().push(told(lost));
        Some(rest())
    });
    let mut source = builder.build().expect("a script is always there");
    assert_eq!(yielded(&mut source), ["status", "a", "network", "status!", "end"]);
    assert_eq!(asked.take(), [(String::new(), Some("network"))]);
    assert_eq!(requests(&script), ["POST /answers", "POST /answers", "GET /answers/7"]);
}

#[test]
fn after_a_reconnection_that_the_user_has_asked_for_there_is_no_reason() {
    let script = Script::new();
    script.send("id: 1\ndata: a\n\n");
    let (mut source, asked) = resuming(&script, [rest()]);
    assert_eq!(yielded(&mut source), ["a"]);
    source.reconnect_from("0").expect("an ID");
    assert!(yielded(&mut source).is_empty());
    assert_eq!(requests(&script), ["POST /answers", "GET /answers/7 0"]);
    source.reconnect();
    assert_eq!(yielded(&mut source), ["aborted!", "end"]);
    assert_eq!(asked.take(), [("0".to_owned(), None), ("0".to_owned(), None)]);
    assert_eq!(requests(&script).len(), 2);
}

#[test]
fn a_post_is_never_sent_twice_by_a_reconnection_before_the_first_poll() {
    let script = Script::new();
    let (mut source, asked) = resuming(&script, []);
    assert!(yielded(&mut source).is_empty());
    source.reconnect();
    assert_eq!(yielded(&mut source), ["aborted!", "end"]);
    assert_eq!((requests(&script).len(), asked.take().len()), (1, 1));
}

/// A source whose function waits for an answer, and the sender of that. The counter is that of its calls.
fn waiting(script: &Script) -> (EventSource, oneshot::Sender<()>, Rc<Cell<u32>>) {
    let (answer, answered) = oneshot::channel::<()>();
    let answered = answered.shared();
    let calls = Rc::<Cell<u32>>::default();
    let counted = Rc::clone(&calls);
    let builder = post().script(script).resume(async move |_| {
        counted.set(counted.get() + 1);
        answered.clone().await.ok().map(|()| rest())
    });
    (builder.build().expect("a script is always there"), answer, calls)
}

#[test]
fn the_answer_may_take_its_time_and_the_loss_is_told_with_it() {
    let script = Script::new();
    script.cut();
    script.send("data: a\n\n");
    let (mut source, answer, _) = waiting(&script);
    assert!(yielded(&mut source).is_empty());
    assert_eq!((source.state(), requests(&script).len()), (ConnectionState::Connecting, 1));
    answer.send(()).expect("it is awaited");
    assert_eq!(yielded(&mut source), ["network", "a"]);
}

#[test]
fn the_answer_wakes_every_task_that_waits_whichever_has_polled_last() {
    let script = Script::new();
    script.cut();
    script.send("data: a\n\n");
    let (mut source, answer, _) = waiting(&script);
    let mut states = source.state_changes();
    let mut pool = LocalPool::new();
    let seen = Rc::<Cell<bool>>::default();
    let saw = Rc::clone(&seen);
    let reader = async move {
        while let Some(item) = source.next().await {
            saw.set(saw.get() || item.is_ok());
        }
    };
    pool.spawner().spawn_local(reader).expect("the pool is there");
    pool.run_until_stalled();
    // This task polls last, and never again.
    while let Some(Some(_)) = states.next().now_or_never() {}
    answer.send(()).expect("it is awaited");
    pool.run_until_stalled();
    assert!(seen.get());
}

#[test]
fn an_answer_that_comes_after_the_source_was_closed_has_no_effect() {
    let script = Script::new();
    script.cut();
    let (mut source, answer, calls) = waiting(&script);
    assert!(yielded(&mut source).is_empty());
    source.close();
    assert!(answer.is_canceled() || answer.send(()).is_ok());
    assert_eq!(yielded(&mut source), ["end"]);
    assert_eq!((source.state(), calls.get(), requests(&script).len()), (ConnectionState::Closed, 1, 1));
}

#[test]
fn a_reconnection_meanwhile_asks_anew() {
    let script = Script::new();
    script.cut();
    script.send("data: a\n\n");
    let (mut source, answer, calls) = waiting(&script);
    assert!(yielded(&mut source).is_empty());
    source.reconnect();
    assert!(yielded(&mut source).is_empty());
    assert_eq!((calls.get(), requests(&script).len()), (2, 1));
    answer.send(()).expect("it is awaited");
    assert_eq!(yielded(&mut source), ["a"], "the loss is not told");
}

#[test]
fn sources_of_one_builder_have_requests_of_their_own() {
    let (first, second) = (Script::new(), Script::new());
    first.cut();
    first.open();
    second.open();
    let builder = post().resume(async |_| Some(rest()));
    let mut a = builder.clone().script(&first).build().expect("a script");
    let mut b = builder.script(&second).build().expect("a script");
    assert_eq!((yielded(&mut a), yielded(&mut b)), (vec!["network".to_owned()], vec![]));
    assert_eq!((requests(&first).len(), requests(&second)), (2, vec!["POST /answers".to_owned()]));
}

#[test]
fn it_cannot_be_verified() {
    let script = Script::new();
    script.open();
    let (mut source, _) = resuming(&script, [rest()]);
    assert!(yielded(&mut source).is_empty());
    let answer = source.verify(Verify::default()).now_or_never().expect("an answer at once");
    let error = answer.expect_err("it cannot");
    assert!(matches!(error.reason(), Reason::InvalidOption { option: "verify", .. }), "{error}");
}

#[test]
fn nothing_secret_is_in_a_log() {
    let request = ResumeRequest::new().url("https://a/b?secret").header("a", "secret").body("secret");
    let lost = LostConnection::new("secret", None);
    assert!(!format!("{request:?} {lost:?}").contains("secret"));
}
