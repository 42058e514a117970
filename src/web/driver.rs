//! Performs an engine's actions, one at a time.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::cell::{Cell, RefCell, RefMut};
use core::fmt;

use wasm_bindgen::JsValue;

use super::fetch::{Request, failure};
use super::page_events::{self, PageEvent, PageListener};
use super::promise::soon;
use super::received::Received;
use super::refusal::Judgement;
use super::sys::Reader;
use super::timer::{Timer, WebClock};
use super::url;
use super::{Notice, Options, WhenHidden};
use crate::connection::{ReadyState, Timestamp};
use crate::engine::{Action, Engine, Signal};
use crate::error::{Error, Reason};
use crate::event_stream::EventRef;

/// An event source at work. Dropping it closes it.
///
/// It is pulled: whenever `on_ready` was called, take notices with [`next`](Driver::next) until there is none. Beyond
/// [`Options::read_ahead`] nothing is read from the network while a notice is left to be taken. The [module](super) has an
/// example.
pub struct Driver {
    state: Rc<DriverState>,
    _listener: Option<PageListener>,
}

struct DriverState {
    url: String,
    /// Where the next request goes: to the URL, or to where a redirect of it led. "Reestablish the connection" fetches the
    /// same request again, and a redirect has changed the [current URL][current] of that.
    ///
    /// [current]: https://fetch.spec.whatwg.org/#concept-request-current-url
    current_url: RefCell<String>,
    /// The origin that CORS compares with; None where there is no CORS.
    scope_origin: Option<String>,
    options: Options,
    engine: RefCell<Engine>,
    /// DriverState, for it may be let go of by what it calls.
    request: RefCell<Option<Rc<Request>>>,
    timer: Cell<Option<Timer>>,
    /// The document is put away.
    is_away: Cell<bool>,
    on_ready: Box<dyn Fn()>,
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").field("url", &self.state.url).field("engine", &self.state.engine).finish()
    }
}

impl Driver {
    /// Sends the first request. The URL may be relative to the document or the worker's script. `on_ready` is called,
    /// from a task of its own, whenever there may be a [notice](Driver::next).
    ///
    /// # Errors
    /// [`Reason::InvalidUrl`] if the URL cannot be parsed.
    pub fn new(url: &str, options: Options, engine: Engine, on_ready: impl Fn() + 'static) -> Result<Self, Error> {
        let parsed = url::parse(url)?;
        if let Some(request) = &options.request {
            request.0.check()?;
        }
        let mut engine = engine;
        let href = url::text(&parsed, "href").unwrap_or_default();
        engine.set_origin(&url::text(&parsed, "origin").unwrap_or_default());
        let state = DriverState::new(href, url::scope_origin(), options, engine, Box::new(on_ready));
        let weak = Rc::downgrade(&state);
        let listener = PageListener::new(move |event| {
            if let Some(state) = weak.upgrade() {
                state.hear(event);
            }
        });
        let driver = Self { state, _listener: Some(listener) };
        if driver.state.is_out_of_sight() {
            driver.state.engine().suspend();
        }
        let notice = driver.next();
        debug_assert!(matches!(notice, None | Some(Notice::Suspended)), "nothing was received");
        Ok(driver)
    }

    /// Reads a body that is there already instead of requesting one, with an [engine for that](Engine::for_body). There is a
    /// notice at once: the first is [`Notice::Open`]. When the body is over the source fails.
    pub fn for_body(reader: Reader, mut engine: Engine, on_ready: impl Fn() + 'static) -> Self {
        engine.set_origin("null");
        let state = DriverState::new("about:event-stream".into(), None, Options::default(), engine, Box::new(on_ready));
        let request = Request::of_body(reader, state.receiver());
        state.request.replace(Some(Rc::new(request)));
        Self { state, _listener: None }
    }

    /// Takes the next notice, performing what comes before it. `None` means that there is none until `on_ready` is
    /// called.
    ///
    /// No borrow is held when it returns, so the face may run user code that calls back into this driver.
    pub fn next(&self) -> Option<Notice> {
        let state = &self.state;
        loop {
            let action = state.engine().next_action(&WebClock);
            match action {
                Action::Request => state.send_request(),
                Action::Probe => state.send_probe(),
                Action::Read => {
                    // What is there already needs no task of its own.
                    if let Some(received) = state.read() {
                        state.note(received);
                    }
                }
                Action::Wait { until } => {
                    state.wait(until);
                    return None;
                }
                Action::Nothing => return None,
                Action::Open => return Some(Notice::Open),
                Action::Dispatch => return Some(Notice::Event),
                Action::Comment => return Some(Notice::Comment),
                Action::Suspended => return Some(Notice::Suspended),
                Action::Reconnect { error } => {
                    state.let_go();
                    return Some(Notice::Reconnecting { error });
                }
                Action::Fail { error } => {
                    state.let_go();
                    return Some(Notice::Failed { error });
                }
            }
        }
    }

    /// Gives the event of the last [`Notice::Event`] to `read`, which must not call back into this driver. `None` when
    /// the last notice was another one.
    pub fn with_event<T>(&self, read: impl FnOnce(EventRef<'_>) -> T) -> Option<T> {
        self.state.engine().event().map(read)
    }

    /// Gives the engine to `read`, which must not call back into this driver: for what a face asks of the event at hand beside
    /// its text, and of those after it.
    pub fn with_engine<T>(&self, read: impl FnOnce(&mut Engine) -> T) -> T {
        read(&mut self.state.engine())
    }

    /// Gives the comment of the last [`Notice::Comment`] to `read`, which must not call back into this driver. `None` when
    /// the last notice was another one.
    pub fn with_comment<T>(&self, read: impl FnOnce(&str) -> T) -> Option<T> {
        self.state.engine().comment().map(|comment| read(&comment))
    }

    /// The source's URL, serialized.
    pub fn url(&self) -> &str {
        &self.state.url
    }

    /// The source's `readyState`.
    pub fn ready_state(&self) -> ReadyState {
        self.state.engine().ready_state()
    }

    /// The last event ID string, empty if no block set one.
    pub fn last_event_id(&self) -> String {
        self.state.engine().last_event_id().to_string()
    }

    /// The reconnection time in milliseconds; see [`Engine::reconnection_time`].
    pub fn reconnection_time(&self) -> u32 {
        self.state.engine().reconnection_time()
    }

    /// Forgets what was received and not yet taken; see [`Engine::reset`].
    pub fn reset(&self) {
        self.state.engine().reset();
    }

    /// Lets go of the connection and makes another at once; see [`Engine::reconnect`].
    pub fn reconnect(&self) {
        let reconnects = self.state.engine().reconnect();
        if reconnects {
            self.state.let_go();
            let weak = Rc::downgrade(&self.state);
            soon(move || {
                if let Some(state) = weak.upgrade() {
                    (state.on_ready)();
                }
            });
        }
    }

    /// Closes the source: aborts the request and drops what was received and not yet taken.
    pub fn close(&self) {
        self.state.engine().close();
        self.state.let_go();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.close();
    }
}

impl DriverState {
    fn new(
        url: String,
        scope_origin: Option<String>,
        options: Options,
        engine: Engine,
        on_ready: Box<dyn Fn()>,
    ) -> Rc<Self> {
        Rc::new(Self {
            current_url: RefCell::new(url.clone()),
            url,
            scope_origin,
            options,
            engine: RefCell::new(engine),
            request: RefCell::new(None),
            timer: Cell::new(None),
            is_away: Cell::new(false),
            on_ready,
        })
    }

    fn engine(&self) -> RefMut<'_, Engine> {
        self.engine.borrow_mut()
    }

    fn request(&self) -> Option<Rc<Request>> {
        self.request.borrow().clone()
    }

    fn current_url(&self) -> String {
        self.current_url.borrow().clone()
    }

    fn send_request(self: &Rc<Self>) {
        self.timer.set(None);
        let id = self.engine().last_event_id().to_string();
        let url = self.current_url();
        if !url::is_surely_fetchable(&url) {
            self.engine().expect_futile(Reason::Unfetchable);
        }
        self.keep(Request::send(&url, &self.options, &id, self.receiver()));
    }

    fn send_probe(self: &Rc<Self>) {
        let url = self.current_url();
        let cross_origin = self.scope_origin != url::origin(&url);
        self.keep(Request::probe(&url, &self.options, cross_origin, self.receiver()));
    }

    fn receiver(self: &Rc<Self>) -> impl Fn(Received) + 'static + use<> {
        let weak = Rc::downgrade(self);
        move |received| {
            if let Some(state) = weak.upgrade() {
                state.receive(received);
            }
        }
    }

    fn keep(self: &Rc<Self>, request: Result<Request, JsValue>) {
        match request {
            Ok(request) => {
                drop(self.request.replace(Some(Rc::new(request))));
                // A `fetch` that the page has replaced may have closed the source.
                if self.engine().ready_state() == ReadyState::Closed {
                    self.let_go();
                }
            }
            Err(error) => self.receive_later(failure(&error)),
        }
    }

    fn read(&self) -> Option<Received> {
        self.request()?.read()
    }

    /// Nothing more is read of a response that is refused, and its connection is let go of.
    fn read_or_let_go(&self, accepted: bool) {
        if !accepted {
            drop(self.request.take());
        } else if let Some(request) = self.request() {
            request.read_ahead(self.options.read_ahead);
        }
    }

    fn wait(self: &Rc<Self>, until: Timestamp) {
        // An earlier one finds out that it is, and is set anew: one for each chunk of a line that is watched would cost more
        // than the chunk.
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

    /// Keeps the promise that nothing is received during a call of `next`.
    fn receive_later(self: &Rc<Self>, received: Received) {
        let receive = self.receiver();
        soon(move || receive(received));
    }

    fn note(&self, received: Received) {
        let mut engine = self.engine();
        match received {
            Received::Response(head) => {
                if let Some(origin) = head.url.as_deref().and_then(url::origin) {
                    engine.set_origin(&origin);
                }
                let is_own = self.options.fetch.is_some() || self.options.request.is_some();
                let accepted = head.as_head().check().is_ok();
                // What is refused is no place to go back to.
                if let Some(url) = head.url.as_ref().filter(|_| head.redirected && accepted && !is_own) {
                    self.current_url.replace(url.clone());
                }
                match (&self.options.judge, self.request()) {
                    (Some(judge), Some(request)) if !accepted => {
                        engine.receive(Signal::Judging);
                        drop(engine);
                        return request.have_judged(head, judge);
                    }
                    _ => engine.receive(Signal::Response(head.as_head())),
                }
                drop(engine);
                self.read_or_let_go(accepted);
            }
            Received::Refused(head, judgement) => {
                let Judgement { refusal, retries } = *judgement;
                engine.receive(Signal::Refused { head: head.as_head(), refusal, retries });
                drop(engine);
                self.read_or_let_go(false);
            }
            Received::Chunk(bytes) => {
                if let Some(chunk) = engine.receive_chunk(bytes.length() as usize) {
                    bytes.copy_to(chunk);
                }
            }
            Received::EndOfBody => engine.receive(Signal::EndOfBody),
            Received::NetworkError(message) => {
                engine.receive(Signal::NetworkError { message, hidden: self.scope_origin.is_some() });
            }
            Received::Unprepared(message) => engine.receive(Signal::Unprepared { message }),
            Received::Aborted => engine.receive(Signal::Aborted),
            Received::Answered => engine.receive(Signal::Answered),
        }
    }

    /// Whether there is to be no connection because of where the document is.
    fn is_out_of_sight(&self) -> bool {
        self.is_away.get() || (self.options.when_hidden == WhenHidden::Close && page_events::is_hidden())
    }

    fn suspend_or_resume(&self) {
        if self.is_out_of_sight() {
            self.engine().suspend();
            self.let_go();
        } else {
            self.engine().resume();
        }
    }

    fn let_go(&self) {
        drop(self.request.take());
        drop(self.timer.take());
    }

    /// Whether a policy that names this URL as blocked means the source's: without the fragment, or after a redirect in
    /// some engines the origin only.
    fn is_meant(&self, blocked: &str) -> bool {
        let url = self.current_url();
        url.as_bytes().split(|byte| *byte == b'#').next() == Some(blocked.as_bytes())
            || url::origin(&url).as_deref() == Some(blocked)
    }

    fn hear(&self, event: &PageEvent) {
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
