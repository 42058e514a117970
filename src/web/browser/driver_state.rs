//! The state of a driver: its engine, its request and its timer, and what they do to each other.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::cell::{Cell, RefCell, RefMut};

use super::fetch::Request;
use super::page_events::{self, PageEvent};
use super::received::{Head, Received, Refused};
use super::target::Target;
use super::timer::Timer;
use super::url;
use crate::connection::{ReadyState, Timestamp};
use crate::engine::{Engine, Signal};
use crate::error::Reason;
use crate::web::options::{Options, WhenHidden};

const UNREADABLE: &str = "its response has no body, or one that is no ReadableStream, or that was read before";

/// What the driver's tasks and callbacks share. They refer to it weakly: it goes with the driver.
pub(super) struct DriverState {
    pub(super) target: Target,
    /// The origin that CORS compares with; None where there is no CORS.
    scope_origin: Option<String>,
    pub(super) options: Options,
    pub(super) engine: RefCell<Engine>,
    /// Counted, because it may be let go of by the code that it calls.
    request: RefCell<Option<Rc<Request>>>,
    timer: Cell<Option<Timer>>,
    /// The document is in the back/forward cache, or on its way there.
    is_away: Cell<bool>,
    pub(super) on_ready: Box<dyn Fn()>,
}

impl DriverState {
    pub(super) fn new(url: String, options: Options, engine: Engine, on_ready: impl Fn() + 'static) -> Self {
        Self {
            target: Target::new(url, options.request.as_ref().is_some_and(|request| request.0.is_bound())),
            scope_origin: url::scope_origin(),
            options,
            engine: RefCell::new(engine),
            request: RefCell::default(),
            timer: Cell::default(),
            is_away: Cell::default(),
            on_ready: Box::new(on_ready),
        }
    }

    pub(super) fn engine(&self) -> RefMut<'_, Engine> {
        self.engine.borrow_mut()
    }

    fn request(&self) -> Option<Rc<Request>> {
        self.request.borrow().clone()
    }

    pub(super) fn send_request(self: &Rc<Self>) {
        self.timer.set(None);
        let id = self.engine().last_event_id().to_string();
        let url = self.target.current();
        self.target.sent();
        if !url::is_surely_fetchable(&url) {
            self.engine().expect_futile(Reason::Unfetchable);
        }
        self.keep(|receiver| Request::send(&url, &self.options, &id, receiver));
    }

    pub(super) fn send_probe(self: &Rc<Self>) {
        let url = self.target.current();
        let cross_origin = self.scope_origin != url::origin(&url);
        self.keep(|receiver| Request::probe(&url, &self.options, cross_origin, receiver));
    }

    /// Begins a request in the place of the one before. `begin` is given what its outcome goes to.
    fn keep(self: &Rc<Self>, begin: impl FnOnce(Box<dyn Fn(Received)>) -> Request) {
        let weak = Rc::downgrade(self);
        let request = begin(Box::new(move |received| {
            if let Some(state) = weak.upgrade() {
                state.receive(received);
            }
        }));
        drop(self.request.replace(Some(Rc::new(request))));
        // A `fetch` that the page has replaced may have closed the source.
        if self.engine().ready_state() == ReadyState::Closed {
            self.let_go();
        }
    }

    /// Asks for the next chunk, and gives it if it is there.
    pub(super) fn read(&self) -> Option<Received> {
        self.request()?.read()
    }

    /// Has the engine asked again at this time at the latest.
    pub(super) fn wait(self: &Rc<Self>, until: Timestamp) {
        // A timer that is set already and fires earlier will do: the engine is asked then, and says again when. A new timer for
        // each chunk of a watched connection would cost more than the chunk.
        if let Some(timer) = self.timer.take().filter(|timer| timer.until() <= until) {
            return self.timer.set(Some(timer));
        }
        let weak = Rc::downgrade(self);
        self.timer.set(Some(Timer::at(until, move || {
            if let Some(state) = weak.upgrade() {
                // Spent: if it was early, asking the engine sets it anew.
                state.timer.set(None);
                (state.on_ready)();
            }
        })));
    }

    fn receive(&self, received: Received) {
        self.note(received);
        (self.on_ready)();
    }

    /// Takes note of what has come of the request.
    pub(super) fn note(&self, received: Received) {
        let mut engine = self.engine();
        match received {
            Received::Response(head) => {
                drop(engine);
                self.note_response(head);
            }
            Received::Refused(refused) => {
                let Refused { head, refusal, retries } = *refused;
                engine.receive(Signal::Refused { head: head.as_head(), refusal, retries });
                drop(engine);
                drop(self.request.take());
            }
            // Nobody else has these bytes, so that they are all there.
            Received::Chunk(bytes) => {
                if let Some(chunk) = engine.receive_chunk(bytes.length() as usize) {
                    bytes.copy_to(chunk);
                }
            }
            Received::EndOfBody => engine.receive(Signal::EndOfBody),
            Received::NetworkError { message, may_hide } => {
                engine.receive(Signal::NetworkError { message, hidden: may_hide && self.scope_origin.is_some() });
            }
            Received::Unusable(message) => engine.receive(Signal::Unusable { message }),
            Received::Unprepared(message) => engine.receive(Signal::Unprepared { message }),
            Received::Answered => engine.receive(Signal::Answered),
        }
    }

    /// The body of a response that is accepted is read. One that is refused is judged first, if there is a handler for that;
    /// without one its connection is let go of.
    fn note_response(&self, head: Box<Head>) {
        if let Some(origin) = head.url.as_deref().and_then(url::origin) {
            self.engine().set_origin(&origin);
        }
        let accepted = head.as_head().check().is_ok();
        if accepted {
            if !head.is_readable {
                return self.note(Received::Unusable(UNREADABLE.into()));
            }
            self.target.reached(head.url.as_ref().filter(|_| head.redirected));
            self.engine().receive(Signal::Response(head.as_head()));
            if let Some(request) = self.request() {
                request.start_reading();
            }
            return;
        }
        match (&self.options.refusal_handler, self.request()) {
            (Some(handler), Some(request)) => {
                self.engine().receive(Signal::Judging);
                request.refuse(head, handler);
            }
            _ => {
                self.engine().receive(Signal::Response(head.as_head()));
                drop(self.request.take());
            }
        }
    }

    /// Whether the document is put away, or hidden and the source to have no connection then.
    pub(super) fn is_out_of_sight(&self) -> bool {
        self.is_away.get() || (self.options.when_hidden == WhenHidden::Close && page_events::is_hidden())
    }

    fn suspend_or_resume(&self) {
        if self.is_out_of_sight() {
            self.engine().suspend();
            self.leave();
        } else {
            self.engine().resume();
        }
    }

    /// The connection is over, or the attempt at it.
    pub(super) fn leave(&self) {
        self.target.left();
        self.let_go();
    }

    /// Aborts the request, and clears the timer.
    pub(super) fn let_go(&self) {
        drop(self.request.take());
        drop(self.timer.take());
    }

    /// Whether the URL that a policy has blocked is the source's. The page is told it without the fragment; after a redirect
    /// some browsers tell only the origin.
    fn is_meant(&self, blocked: &str) -> bool {
        let url = self.target.current();
        url.as_bytes().split(|byte| *byte == b'#').next() == Some(blocked.as_bytes())
            || url::origin(&url).as_deref() == Some(blocked)
    }

    /// Takes note of an event of the page.
    pub(super) fn hear(&self, event: &PageEvent) {
        match event {
            PageEvent::PageHidden | PageEvent::PageShown => {
                self.is_away.set(matches!(event, PageEvent::PageHidden));
                self.suspend_or_resume();
            }
            PageEvent::Awake => self.suspend_or_resume(),
            PageEvent::Online => self.engine().stop_waiting(),
            PageEvent::Blocked(url) if self.is_meant(url) => self.engine().expect_futile(Reason::Blocked),
            PageEvent::Blocked(_) => {}
        }
        (self.on_ready)();
    }
}
