//! [`Scripted`]: the driver of a source that a [`Script`] serves.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::string::{String, ToString};
use core::cell::{Cell, RefCell};
use core::task::{Context, Poll, Waker};
use core::time::Duration;

use futures::future::LocalBoxFuture;

use super::hub::Waiters;
use super::script::{Phase, Script, ScriptedRequest, Server, Step};
use crate::connection::{Clock, ReadyState, ResponseHead, Timestamp};
use crate::engine::{Action, Engine, Incomplete, Signal, Stage, Verify};
use crate::error::{Error, Refusal};
use crate::event_stream::EventRef;
use crate::trace;
use crate::web::{ANNOUNCING, Accept, Notice, Options, RefusalHandler, Retry};

/// The clock of a source whose time stands still.
#[derive(Debug, Default)]
struct Stopped(Cell<Timestamp>);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        self.0.get()
    }

    fn jitter(&self) -> f64 {
        0.0
    }
}

/// The refusal, and whether the user wants another attempt.
type Judgement = LocalBoxFuture<'static, (Refusal, Retry)>;

/// Performs the actions of a source's engine, as the driver of the platform does, with a script for a network.
pub(super) struct Scripted {
    url: String,
    /// Where requests go, and their method.
    target: RefCell<(String, String)>,
    engine: RefCell<Engine>,
    clock: Stopped,
    server: Rc<Server>,
    waiters: Weak<Waiters>,
    accept: Option<Accept>,
    refusal_handler: Option<RefusalHandler>,
    judgement: RefCell<Option<Judgement>>,
    /// That of the task that polled the source last.
    waker: RefCell<Option<Waker>>,
}

impl Scripted {
    pub(super) fn new(
        script: &Script,
        (url, method): (&str, Option<&str>),
        options: Options,
        mut engine: Engine,
        waiters: &Rc<Waiters>,
    ) -> Self {
        engine.set_origin(origin(url));
        let waiters = Rc::downgrade(waiters);
        script.0.waiters.replace(Weak::clone(&waiters));
        script.0.phase.set(Phase::NoRequest);
        Self {
            url: url.to_string(),
            target: RefCell::new((url.to_string(), method.unwrap_or("GET").to_string())),
            engine: RefCell::new(engine),
            clock: Stopped::default(),
            server: Rc::clone(&script.0),
            waiters,
            accept: options.accept,
            refusal_handler: options.refusal_handler,
            judgement: RefCell::default(),
            waker: RefCell::default(),
        }
    }

    /// Performs actions up to the next notice. `None` if the script has no step for it.
    pub(super) fn next(&self) -> Option<Notice> {
        // Another source has taken its place in the script.
        while self.is_served() && self.has_judged() {
            let action = self.engine.borrow_mut().next_action(&self.clock);
            match action {
                Action::Request => self.request(),
                Action::RequestCandidate => self.accept_candidate(),
                Action::Wait { until } if self.server.phase.get() == Phase::NoRequest => {
                    if self.server.steps.borrow().is_empty() {
                        return None;
                    }
                    self.clock.0.set(until);
                }
                Action::Read | Action::Wait { .. } | Action::Nothing | Action::Probe => {
                    if !self.play() {
                        return None;
                    }
                }
                action => {
                    let is_over = matches!(action, Action::Reconnect { .. } | Action::Fail { .. } | Action::Suspended);
                    if is_over {
                        self.server.phase.set(Phase::NoRequest);
                    }
                    return Notice::of(action);
                }
            }
        }
        None
    }

    fn request(&self) {
        let last_event_id = self.last_event_id();
        self.note_request(last_event_id);
        self.server.phase.set(Phase::Requested);
    }

    fn note_request(&self, last_event_id: String) {
        let (url, method) = self.target.borrow().clone();
        trace::attempt(&url, &last_event_id);
        self.server.requests.borrow_mut().push(ScriptedRequest { url, method, last_event_id });
    }

    /// Takes the next step. Returns whether there was one for the present phase.
    fn play(&self) -> bool {
        let phase = self.server.phase.get();
        if matches!(phase, Phase::NoRequest | Phase::Judging) {
            return false;
        }
        let Some(step) = self.server.steps.borrow_mut().pop_front() else { return false };
        let is_open = phase == Phase::Open;
        match step {
            Step::Open if is_open => {}
            Step::Open => self.accept(),
            Step::Cut => self.cut(),
            Step::Refuse(refusal) if !is_open => self.refuse(refusal),
            Step::Send(bytes) if is_open => self.receive(&bytes),
            Step::End if is_open => self.engine.borrow_mut().receive(Signal::EndOfBody),
            step => {
                // Something else comes before this step.
                self.server.steps.borrow_mut().push_front(step);
                if is_open { self.cut() } else { self.accept() }
            }
        }
        true
    }

    fn accept(&self) {
        self.engine.borrow_mut().receive(Signal::Response(ANNOUNCING));
        self.server.phase.set(Phase::Open);
    }

    /// A verified connection is replaced: in a script there is no time in which it could prove itself.
    fn accept_candidate(&self) {
        let last_event_id = self.last_event_id();
        self.note_request(last_event_id);
        self.engine.borrow_mut().receive_for_candidate(Signal::Response(ANNOUNCING));
        // Requests that follow each other closely are spaced, and time stands still otherwise.
        self.clock.0.set(self.clock.0.get() + Duration::from_secs(1));
    }

    fn receive(&self, bytes: &[u8]) {
        if let Some(chunk) = self.engine.borrow_mut().receive_chunk(bytes.len()) {
            chunk.copy_from_slice(bytes);
        }
    }

    fn cut(&self) {
        let message = "the script has cut the connection".to_string();
        self.engine.borrow_mut().receive(Signal::NetworkError { message, hidden: false });
    }

    fn refuse(&self, refusal: Refusal) {
        let is_accepted = self.accept.as_ref().is_some_and(|accept| accept.accepts(refusal.clone()));
        if self.stage() != Stage::Sent {
            // That function has closed the source, or connects anew.
            return;
        }
        if is_accepted {
            if !refusal.body().is_empty() {
                self.server.steps.borrow_mut().push_front(Step::Send(refusal.body().into()));
            }
            return self.accept();
        }
        self.engine.borrow_mut().receive(Signal::Judging);
        self.server.phase.set(Phase::Judging);
        let handler = self.refusal_handler.clone();
        let judgement: Judgement = Box::pin(async move {
            let retry = match handler {
                Some(handler) => handler.ask(&refusal).await,
                None => false.into(),
            };
            (refusal, retry)
        });
        self.judgement.replace(Some(judgement));
    }

    /// Whether no user is being asked. No borrow is held during the call, which may close the source.
    fn has_judged(&self) -> bool {
        let Some(mut judgement) = self.judgement.take() else { return true };
        let waker = self.waker.borrow().clone();
        let waker = waker.as_ref().unwrap_or(Waker::noop());
        match judgement.as_mut().poll(&mut Context::from_waker(waker)) {
            Poll::Pending => {
                self.judgement.replace(Some(judgement));
                false
            }
            Poll::Ready((refusal, retry)) => {
                let (retries, delay, last_event_id) = retry.into_parts();
                trace::refused(&self.url, refusal.status(), retries);
                let content_type = refusal.header("content-type").map(ToString::to_string);
                let retry_after = refusal.header("retry-after").and_then(|seconds| seconds.parse().ok());
                let head = ResponseHead {
                    status: refusal.status(),
                    content_type: content_type.as_deref(),
                    retry_after: retry_after.map(Duration::from_secs),
                };
                let signal = Signal::Refused { head, refusal: Some(refusal), retries, delay };
                let mut engine = self.engine.borrow_mut();
                if let Some(id) = last_event_id {
                    engine.set_last_event_id(&id);
                }
                engine.receive(signal);
                true
            }
        }
    }

    /// Whether the script serves this source, and no later one.
    fn is_served(&self) -> bool {
        Weak::ptr_eq(&self.server.waiters.borrow(), &self.waiters)
    }

    /// The connection or the attempt is over.
    fn leave(&self) {
        drop(self.judgement.take());
        if self.is_served() {
            self.server.phase.set(Phase::NoRequest);
        }
    }

    pub(super) fn with_event<T>(&self, read: impl FnOnce(EventRef<'_>) -> T) -> Option<T> {
        self.engine.borrow_mut().event().map(read)
    }

    pub(super) fn with_comment<T>(&self, read: impl FnOnce(&str) -> T) -> Option<T> {
        self.engine.borrow().comment().map(|comment| read(&comment))
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn ready_state(&self) -> ReadyState {
        self.engine.borrow().ready_state()
    }

    pub(super) fn last_event_id(&self) -> String {
        self.engine.borrow().last_event_id().to_string()
    }

    pub(super) fn reconnection_time(&self) -> Duration {
        self.engine.borrow().reconnection_time()
    }

    pub(super) fn verify(&self, how: Verify) -> bool {
        let is_possible = self.engine.borrow_mut().verify(how);
        if let Some(waiters) = self.waiters.upgrade() {
            waiters.wake();
        }
        is_possible
    }

    pub(super) fn set_ending(&self, incomplete: Incomplete, is_declared: bool) {
        self.engine.borrow_mut().set_ending(incomplete, is_declared);
    }

    pub(super) fn stage(&self) -> Stage {
        self.engine.borrow().stage()
    }

    #[expect(clippy::unnecessary_wraps, reason = "a browser parses the URL")]
    pub(super) fn go_to(&self, url: Option<&str>, method: String) -> Result<(), Error> {
        let mut target = self.target.borrow_mut();
        target.1 = method;
        if let Some(url) = url {
            target.0 = url.to_string();
            self.engine.borrow_mut().set_origin(origin(url));
        }
        Ok(())
    }

    pub(super) fn set_last_event_id(&self, id: &str) {
        self.engine.borrow_mut().set_last_event_id(id);
    }

    pub(super) fn reconnect(&self) {
        let reconnects = self.engine.borrow_mut().reconnect();
        if reconnects {
            self.leave();
            if let Some(waiters) = self.waiters.upgrade() {
                waiters.wake();
            }
        }
    }

    pub(super) fn close(&self) {
        self.engine.borrow_mut().close();
        self.leave();
    }

    pub(super) fn polled_by(&self, waker: &Waker) {
        // No borrow is held when the old one is dropped: it may be any executor's.
        drop(self.waker.replace(Some(waker.clone())));
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.close();
    }
}

/// The origin of a URL, which nothing has parsed. Empty if it is relative.
fn origin(url: &str) -> &str {
    let Some((scheme, rest)) = url.split_once("://") else { return "" };
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    url.get(..scheme.len() + "://".len() + host).unwrap_or_default()
}
