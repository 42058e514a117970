//! One case of `tests/driver/`: a source with its options, what is done to it step by step, and what it tells.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::{FutureExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_eventsource::{Builder, ConnectionState, Error, Event, EventSource, ReadyState, StateChanges, Verification};

use super::driver_options::{builder, list, verify};
use super::network::Network;
use super::polling::in_time;

/// Everything in a case comes at once, or after a fraction of a second. In milliseconds.
const LIMIT: u32 = 8000;
/// How long it is waited for what must not come.
const GRACE: u32 = 10;
const TICK: u32 = 2;
/// What a step waits to reach; anything else has to be as it says.
const COUNTS: [&str; 5] = ["told", "requests", "probes", "pulls", "cancelled"];

#[wasm_bindgen(module = "/tests/support/driver_case.js")]
extern "C" {
    #[wasm_bindgen(js_name = happenJson)]
    fn happen(action: &str);

    #[wasm_bindgen(js_name = restoreDocument)]
    fn restore_document();
}

/// Plays a case that is prepared, and gives what was seen of it.
pub(crate) async fn seen_of(case: &Value, expected: &Value, with: fn(Builder) -> Builder) -> Value {
    let network = Network::new(case["attempts"].clone());
    for action in list(&case["before"]) {
        happen(&action.to_string());
    }
    let told = Rc::<RefCell<Vec<Value>>>::default();
    let source = with(builder(case, &told)).build().expect("a valid source");
    let run = Rc::new(Run {
        states: RefCell::new(source.state_changes()),
        source: RefCell::new(source),
        network,
        told,
        has_begun: Cell::new(false),
        losses: RefCell::default(),
        verifications: RefCell::default(),
        steps: RefCell::new(list(&case["steps"]).iter().cloned().collect()),
        checks: RefCell::default(),
        is_stepping: Cell::new(false),
    });
    let seen = run.play(expected).await;
    restore_document();
    seen
}

/// A case at work.
struct Run {
    source: RefCell<EventSource>,
    states: RefCell<StateChanges>,
    network: Network,
    told: Rc<RefCell<Vec<Value>>>,
    /// The states have said that the source is CONNECTING, as they do first of all.
    has_begun: Cell<bool>,
    /// Errors that the states have told, and the stream has not yet.
    losses: RefCell<VecDeque<Error>>,
    /// Those that have no answer yet.
    verifications: RefCell<Vec<Verification>>,
    steps: RefCell<VecDeque<Value>>,
    checks: RefCell<Vec<Value>>,
    is_stepping: Cell<bool>,
}

impl Run {
    async fn play(self: &Rc<Self>, expected: &Value) -> Value {
        // From the first poll on it takes every event.
        assert!(self.source.borrow_mut().next().now_or_never().is_none());
        // A task of its own, so that nothing is found out but by waking it.
        let listener = Rc::clone(self);
        let (task, over) = async move { poll_fn(|context| listener.listen(context)).await }.remote_handle();
        js_sys::futures::spawn_local(task);
        self.until(|| {
            self.step(true);
            self.is_complete(expected)
        })
        .await;
        TimeoutFuture::new(GRACE).await;
        let end = self.state();
        let requests = self.network.requests();
        // What is CLOSED has let go of everything by itself.
        if self.source.borrow().ready_state() != ReadyState::Closed {
            self.source.borrow().close();
        }
        self.until(|| self.network.live() == 0).await;
        in_time("the end of the stream", over).await;
        assert!(self.losses.borrow().is_empty(), "the stream must tell what the states tell: {:?}", self.losses);
        json!({
            "told": *self.told.borrow(),
            "checks": *self.checks.borrow(),
            "waiting": self.steps.borrow().len(),
            "requests": requests,
            "end": end,
            "left": self.network.live(),
        })
    }

    /// Takes all that there is. The states go first: they stop at an event, which is taken from the stream then.
    fn listen(&self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let state = self.states.borrow_mut().poll_next_unpin(context);
            self.step(false);
            if let Poll::Ready(Some(state)) = state {
                self.tell_state(state);
                continue;
            }
            let item = self.source.borrow_mut().poll_next_unpin(context);
            self.step(false);
            match item {
                Poll::Ready(Some(Ok(event))) => self.tell_event(&event),
                Poll::Ready(Some(Err(error))) => self.compare(&error, context),
                Poll::Ready(None) => {
                    self.tell_answers(context);
                    return Poll::Ready(());
                }
                Poll::Pending if self.tell_answers(context) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn tell_answer(&self, answer: Result<(), Error>) {
        self.tell(match answer {
            Ok(()) => json!({ "what": "verified" }),
            Err(error) => json!({ "what": "unverified", "reason": error.reason().name() }),
        });
    }

    /// The answers to verifications come last. Returns whether there was one.
    fn tell_answers(&self, context: &mut Context<'_>) -> bool {
        let waiting = self.verifications.take();
        let count = waiting.len();
        for mut verification in waiting {
            match verification.poll_unpin(context) {
                Poll::Ready(answer) => self.tell_answer(answer),
                Poll::Pending => self.verifications.borrow_mut().push(verification),
            }
        }
        self.verifications.borrow().len() < count
    }

    /// The stream's errors are those of the states.
    fn compare(&self, error: &Error, context: &mut Context<'_>) {
        // It may have come since the states were asked.
        if self.losses.borrow().is_empty() {
            let state = self.states.borrow_mut().poll_next_unpin(context);
            if let Poll::Ready(Some(state)) = state {
                self.tell_state(state);
            }
        }
        let told = self.losses.borrow_mut().pop_front();
        assert_eq!(told.as_ref(), Some(error), "the states must tell what the stream tells");
    }

    fn tell_state(&self, state: ConnectionState) {
        match state {
            ConnectionState::Open => self.tell(json!({ "what": "open" })),
            // The first one is there before anything has happened.
            ConnectionState::Connecting if !self.has_begun.replace(true) => {}
            ConnectionState::Connecting => self.tell(json!({ "what": "connecting" })),
            ConnectionState::Reconnecting { error } | ConnectionState::Failed { error } => {
                let entry = entry_of(&error);
                self.losses.borrow_mut().push_back(error);
                self.tell(entry);
            }
            _ => {}
        }
    }

    fn tell_event(&self, event: &Event) {
        self.tell(json!({
            "what": "event",
            "type": event.event_type(),
            "data": event.data(),
            "lastEventId": event.last_event_id(),
            "origin": event.origin(),
        }));
    }

    fn tell(&self, mut entry: Value) {
        entry["readyState"] = json!(self.source.borrow().ready_state() as u8);
        self.told.borrow_mut().push(entry);
        self.step(false);
    }

    fn is_complete(&self, expected: &Value) -> bool {
        let is_told = self.told.borrow().len() >= list(&expected["told"]).len();
        let is_requested = self.network.count() as usize >= list(&expected["requests"]).len();
        is_told && is_requested && self.steps.borrow().is_empty()
    }

    /// Takes the steps that are due. One that waits for what was told is taken as soon as that was told, and any other in a task
    /// of its own: what the step before it has led to is done by then.
    fn step(&self, is_task: bool) {
        // What a step does may tell something, or have it told.
        if self.is_stepping.replace(true) {
            return;
        }
        let mut may_wait = is_task;
        while let Some(step) = self.next_step(&mut may_wait) {
            list(&step["do"]).iter().for_each(|action| self.act(action));
        }
        self.is_stepping.set(false);
    }

    fn next_step(&self, may_wait: &mut bool) -> Option<Value> {
        let mut steps = self.steps.borrow_mut();
        let when = &steps.front()?["when"];
        let is_immediate = when.as_object().is_none_or(|when| when.keys().all(|name| name == "told"));
        if !(is_immediate || *may_wait) || !self.is_due(when) {
            return None;
        }
        *may_wait &= is_immediate;
        steps.pop_front()
    }

    fn is_due(&self, condition: &Value) -> bool {
        let state = self.state();
        condition.as_object().is_none_or(|condition| {
            condition.iter().all(|(name, value)| match COUNTS.contains(&name.as_str()) {
                true => state[name].as_u64() >= value.as_u64(),
                false => state[name] == *value,
            })
        })
    }

    fn act(&self, action: &Value) {
        let source = self.source.borrow();
        match action.as_str() {
            Some("close") => {
                source.close();
                // Its stream is over.
                self.losses.borrow_mut().clear();
            }
            Some("reconnect") => source.reconnect(),
            Some("end") => self.network.end(),
            Some("break") => self.network.break_off(),
            Some("settle") => self.network.settle(),
            Some(other) => panic!("nobody can {other}"),
            None if !action["verify"].is_null() => {
                let mut verification = source.verify(verify(&action["verify"]));
                // An answer that is there at once wakes nobody.
                match (&mut verification).now_or_never() {
                    Some(answer) => self.tell_answer(answer),
                    None => self.verifications.borrow_mut().push(verification),
                }
            }
            None if !action["send"].is_null() => self.network.send_chunk(&action["send"]),
            None if !action["check"].is_null() => {
                let mut check = self.state();
                check["expected"] = action["check"].clone();
                self.checks.borrow_mut().push(check);
            }
            None => happen(&action.to_string()),
        }
    }

    fn state(&self) -> Value {
        let source = self.source.borrow();
        let requests = self.network.requests();
        let told = self.told.borrow().iter().filter(|entry| entry["what"] != "connecting").count();
        json!({
            "readyState": source.ready_state() as u8,
            "lastEventId": source.last_event_id(),
            "reconnectionTime": source.reconnection_time().as_millis() as u32,
            "told": told,
            "live": self.network.live(),
            "pulls": self.network.pulls(),
            "requests": requests.len(),
            "probes": requests.iter().filter_map(|request| request["probes"].as_u64()).sum::<u64>(),
            "cancelled": requests.iter().filter(|request| request["cancelled"] == true).count(),
        })
    }

    async fn until(&self, mut is_so: impl FnMut() -> bool) {
        for _ in 0..LIMIT / TICK {
            if is_so() {
                return;
            }
            TimeoutFuture::new(TICK).await;
        }
    }
}

fn entry_of(error: &Error) -> Value {
    let refusal = error.refusal();
    let headers = refusal.map(|refusal| refusal.headers().iter().cloned().collect::<HashMap<_, _>>());
    json!({
        "what": "error",
        "reason": error.reason().name(),
        "message": error.message(),
        "status": refusal.map(|refusal| refusal.status()),
        "attempt": error.attempt(),
        "isFatal": error.is_fatal(),
        "reconnectsIn": error.reconnects_in().map(|delay| delay.as_secs_f64() * 1000.0),
        "body": refusal.map(|refusal| refusal.body()),
        "headers": headers,
    })
}
