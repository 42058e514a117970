//! Sends the requests of a source, one at a time, and tells its engine what comes of them.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::cell::{Cell, RefCell, RefMut};

use super::fetch::Request;
use super::page_events;
use super::received::{Head, Received, Refused};
use super::target::Target;
use super::url;
use crate::engine::{Engine, Signal};
use crate::error::Reason;
use crate::trace;
use crate::web::options::{Options, WhenHidden};

const UNREADABLE: &str = "its response has no body, or one that is no ReadableStream, or that was read before";

/// An engine, whether it shares its connection or not.
pub(super) trait Transport {
    /// As [`Engine::receive`].
    fn receive(&mut self, signal: Signal<'_>);
    /// As [`Engine::receive_for_candidate`].
    fn receive_for_candidate(&mut self, signal: Signal<'_>);
    /// As [`Engine::awaits_candidate`].
    fn awaits_candidate(&self) -> bool;
    /// As [`Engine::receive_chunk`].
    fn receive_chunk(&mut self, length: usize) -> Option<&mut [u8]>;
    /// As [`Engine::set_origin`].
    fn set_origin(&mut self, origin: &str);
    /// As [`Engine::expect_futile`].
    fn expect_futile(&mut self, reason: Reason);
    /// As [`Engine::set_last_event_id`], where the ID is the source's own.
    fn set_last_event_id(&mut self, id: &str);
}

impl Transport for Engine {
    fn receive(&mut self, signal: Signal<'_>) {
        self.receive(signal);
    }

    fn receive_for_candidate(&mut self, signal: Signal<'_>) {
        self.receive_for_candidate(signal);
    }

    fn awaits_candidate(&self) -> bool {
        self.awaits_candidate()
    }

    fn receive_chunk(&mut self, length: usize) -> Option<&mut [u8]> {
        self.receive_chunk(length)
    }

    fn set_origin(&mut self, origin: &str) {
        self.set_origin(origin);
    }

    fn expect_futile(&mut self, reason: Reason) {
        self.expect_futile(reason);
    }

    fn set_last_event_id(&mut self, id: &str) {
        self.set_last_event_id(id);
    }
}

/// In one place, because each place where a borrow may fail makes the program larger.
fn borrowed<E>(engine: &RefCell<E>) -> RefMut<'_, E> {
    engine.borrow_mut()
}

/// Tells the engine about one of two requests.
fn tell(engine: &RefCell<impl Transport>, which: &Which, signal: Signal<'_>) {
    let mut engine = borrowed(engine);
    if which.is_candidate() { engine.receive_for_candidate(signal) } else { engine.receive(signal) }
}

/// The requests of a source. No borrow of the engine is held while a request is sent or dropped, because that may run code of the
/// page.
pub(super) struct Exchange {
    target: Target,
    /// The origin that CORS compares with. `None` where there is no CORS.
    scope_origin: Option<String>,
    options: Options,
    /// It is reference-counted, because code that it calls may drop it.
    request: Slot,
    /// The request that may take the place of the open connection.
    candidate: Slot,
    /// That request's.
    which: RefCell<Which>,
}

type Slot = RefCell<Option<Rc<Request>>>;

/// Whether a request is the candidate. That changes when it takes the place of the one before.
#[derive(Debug, Clone, Default)]
pub(super) struct Which(Rc<Cell<bool>>);

impl Which {
    pub(super) fn candidate() -> Self {
        Self(Rc::new(Cell::new(true)))
    }

    fn is_candidate(&self) -> bool {
        self.0.get()
    }
}

impl Exchange {
    pub(super) fn new(url: String, options: Options) -> Self {
        Self {
            target: Target::new(url, options.request.as_ref().is_some_and(|request| request.0.is_bound())),
            scope_origin: url::scope_origin(),
            options,
            request: RefCell::default(),
            candidate: RefCell::default(),
            which: RefCell::default(),
        }
    }

    /// The URL of the source.
    pub(super) fn url(&self) -> &str {
        &self.target.url
    }

    /// Sends the next requests to this URL.
    pub(super) fn go_to(&self, url: String) {
        self.target.go_to(url);
    }

    fn slot(&self, which: &Which) -> &Slot {
        if which.is_candidate() { &self.candidate } else { &self.request }
    }

    /// Sends the request with this last event ID. Results go to `receive`.
    pub(super) fn send(&self, id: &str, engine: &RefCell<impl Transport>, receive: Box<dyn Fn(Received)>) {
        let url = self.target.current();
        trace::attempt(&url, id);
        self.target.sent();
        if !url::is_surely_fetchable(&url) {
            borrowed(engine).expect_futile(Reason::Unfetchable);
        }
        self.let_go_of_candidate();
        self.keep(Request::send(&url, &self.options, id, receive));
    }

    /// Sends the same request beside the open connection. It takes the place of a candidate before.
    pub(super) fn send_candidate(&self, id: &str, which: Which, receive: Box<dyn Fn(Received)>) {
        self.which.replace(which);
        let url = self.target.current();
        trace::attempt(&url, id);
        let request = Request::send(&url, &self.options, id, receive);
        drop(self.candidate.replace(Some(Rc::new(request))));
    }

    /// Aborts the candidate.
    pub(super) fn let_go_of_candidate(&self) {
        drop(self.candidate.take());
    }

    /// The candidate takes the place of the request before, which is aborted.
    pub(super) fn replace(&self) {
        self.which.take().0.set(false);
        let candidate = self.candidate.take();
        drop(self.request.replace(candidate));
    }

    /// Finds out whether CORS hides a response.
    pub(super) fn probe(&self, receive: Box<dyn Fn(Received)>) {
        let url = self.target.current();
        trace::probe(&url);
        let cross_origin = self.scope_origin != url::origin(&url);
        self.keep(Request::probe(&url, &self.options, cross_origin, receive));
    }

    /// Replaces the request before.
    fn keep(&self, request: Request) {
        drop(self.request.replace(Some(Rc::new(request))));
    }

    /// Asks for the next chunk. If it is there already, gives it to the engine at once, without a task.
    pub(super) fn read(&self, engine: &RefCell<impl Transport>) {
        let request = self.request.borrow().clone();
        if let Some(received) = request.and_then(|request| request.read()) {
            self.note(received, &Which::default(), engine);
        }
    }

    /// Tells the engine a result of the request.
    pub(super) fn note(&self, received: Received, which: &Which, engine: &RefCell<impl Transport>) {
        let signal = match received {
            Received::Response(head) => return self.note_response(head, which, engine),
            // The open connection has proven itself meanwhile, so nobody wants to know.
            Received::Refused(_) if which.is_candidate() && !borrowed(engine).awaits_candidate() => return,
            Received::Refused(refused) => {
                let Refused { head, refusal, retry } = *refused;
                let (retries, delay, last_event_id) = retry.into_parts();
                trace::refused(self.url(), head.status, retries);
                if let Some(id) = last_event_id {
                    borrowed(engine).set_last_event_id(&id);
                }
                tell(engine, which, Signal::Refused { head: head.as_head(), refusal, retries, delay });
                return drop(self.slot(which).take());
            }
            // These bytes are a copy of our own, so their length cannot have changed.
            Received::Chunk(bytes) => {
                if let Some(chunk) = borrowed(engine).receive_chunk(bytes.length() as usize) {
                    bytes.copy_to(chunk);
                }
                return;
            }
            Received::EndOfBody => Signal::EndOfBody,
            Received::NetworkError { message, may_hide } => {
                let is_probed = self.options.request.as_ref().is_none_or(|request| request.0.is_probed());
                Signal::NetworkError { message, hidden: may_hide && self.scope_origin.is_some() && is_probed }
            }
            Received::Unusable(message) => Signal::Unusable { message },
            Received::Unprepared(message) => Signal::Unprepared { message },
            Received::Answered => {
                trace::answered(self.url());
                Signal::Answered
            }
        };
        tell(engine, which, signal);
    }

    /// Begins to read the body of an accepted response. A refused response goes to the handler first, if there is one; otherwise
    /// its connection is dropped.
    fn note_response(&self, mut head: Box<Head>, which: &Which, engine: &RefCell<impl Transport>) {
        if which.is_candidate() && !borrowed(engine).awaits_candidate() {
            // The open connection has proven itself meanwhile, and stays.
            return;
        }
        if let Some(origin) = head.url.as_deref().and_then(url::origin) {
            borrowed(engine).set_origin(&origin);
        }
        let request = self.slot(which).borrow().clone();
        if let Some(accept) = &self.options.accept {
            accept.judge(&mut head);
        }
        let accepted = head.as_head().check().is_ok();
        if accepted {
            if !head.is_readable {
                return self.note(Received::Unusable(UNREADABLE.into()), which, engine);
            }
            self.target.reached(head.url.as_ref().filter(|_| head.redirected));
            tell(engine, which, Signal::Response(head.as_head()));
            if let Some(request) = request {
                request.start_reading();
            }
            return;
        }
        match (&self.options.refusal_handler, request) {
            (Some(handler), Some(request)) => {
                tell(engine, which, Signal::Judging);
                request.refuse(head, handler);
            }
            _ => {
                tell(engine, which, Signal::Response(head.as_head()));
                drop(self.slot(which).take());
            }
        }
    }

    /// The connection or the attempt is over.
    pub(super) fn leave(&self) {
        self.target.left();
        self.let_go();
    }

    /// Aborts the request, and the candidate.
    pub(super) fn let_go(&self) {
        drop(self.request.take());
        self.let_go_of_candidate();
    }

    /// Whether the document is prerendered, or it is hidden and the source wants no connection meanwhile.
    pub(super) fn is_out_of_sight(&self) -> bool {
        page_events::is_prerendering() || self.options.when_hidden == WhenHidden::Close && page_events::is_hidden()
    }

    /// Whether the URL that a policy has blocked is the source's. Browsers report it without the fragment. After a redirect, some
    /// report only the origin.
    pub(super) fn is_meant(&self, blocked: &str) -> bool {
        let url = self.target.current();
        url.as_bytes().split(|byte| *byte == b'#').next() == Some(blocked.as_bytes())
            || url::origin(&url).as_deref() == Some(blocked)
    }
}
