//! Sends the requests of a source, one at a time, and tells its engine what comes of them.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::cell::{RefCell, RefMut};

use super::fetch::Request;
use super::page_events;
use super::received::{Head, Received, Refused};
use super::target::Target;
use super::url;
use crate::engine::{Engine, Signal};
use crate::error::Reason;
use crate::web::options::{Options, WhenHidden};

const UNREADABLE: &str = "its response has no body, or one that is no ReadableStream, or that was read before";

/// An engine, whether it shares its connection or not.
pub(super) trait Transport {
    /// As [`Engine::receive`].
    fn receive(&mut self, signal: Signal<'_>);
    /// As [`Engine::receive_chunk`].
    fn receive_chunk(&mut self, length: usize) -> Option<&mut [u8]>;
    /// As [`Engine::set_origin`].
    fn set_origin(&mut self, origin: &str);
    /// As [`Engine::expect_futile`].
    fn expect_futile(&mut self, reason: Reason);
}

impl Transport for Engine {
    fn receive(&mut self, signal: Signal<'_>) {
        self.receive(signal);
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
}

/// In one place, because each place where a borrow may fail makes the program larger.
fn borrowed<E>(engine: &RefCell<E>) -> RefMut<'_, E> {
    engine.borrow_mut()
}

/// The requests of a source. No borrow of the engine is held while a request is sent or dropped, because that may run code of the
/// page.
pub(super) struct Exchange {
    target: Target,
    /// The origin that CORS compares with. `None` where there is no CORS.
    scope_origin: Option<String>,
    options: Options,
    /// It is reference-counted, because code that it calls may drop it.
    request: RefCell<Option<Rc<Request>>>,
}

impl Exchange {
    pub(super) fn new(url: String, options: Options) -> Self {
        Self {
            target: Target::new(url, options.request.as_ref().is_some_and(|request| request.0.is_bound())),
            scope_origin: url::scope_origin(),
            options,
            request: RefCell::default(),
        }
    }

    /// The URL of the source.
    pub(super) fn url(&self) -> &str {
        &self.target.url
    }

    fn request(&self) -> Option<Rc<Request>> {
        self.request.borrow().clone()
    }

    /// Sends the request with this last event ID. Results go to `receive`.
    pub(super) fn send(&self, id: &str, engine: &RefCell<impl Transport>, receive: Box<dyn Fn(Received)>) {
        let url = self.target.current();
        self.target.sent();
        if !url::is_surely_fetchable(&url) {
            borrowed(engine).expect_futile(Reason::Unfetchable);
        }
        self.keep(Request::send(&url, &self.options, id, receive));
    }

    /// Finds out whether CORS hides a response.
    pub(super) fn probe(&self, receive: Box<dyn Fn(Received)>) {
        let url = self.target.current();
        let cross_origin = self.scope_origin != url::origin(&url);
        self.keep(Request::probe(&url, &self.options, cross_origin, receive));
    }

    /// Replaces the request before.
    fn keep(&self, request: Request) {
        drop(self.request.replace(Some(Rc::new(request))));
    }

    /// Asks for the next chunk. If it is there already, gives it to the engine at once, without a task.
    pub(super) fn read(&self, engine: &RefCell<impl Transport>) {
        if let Some(received) = self.request().and_then(|request| request.read()) {
            self.note(received, engine);
        }
    }

    /// Tells the engine a result of the request.
    pub(super) fn note(&self, received: Received, engine: &RefCell<impl Transport>) {
        let signal = match received {
            Received::Response(head) => return self.note_response(head, engine),
            Received::Refused(refused) => {
                let Refused { head, refusal, retries } = *refused;
                borrowed(engine).receive(Signal::Refused { head: head.as_head(), refusal, retries, delay: None });
                return drop(self.request.take());
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
                Signal::NetworkError { message, hidden: may_hide && self.scope_origin.is_some() }
            }
            Received::Unusable(message) => Signal::Unusable { message },
            Received::Unprepared(message) => Signal::Unprepared { message },
            Received::Answered => Signal::Answered,
        };
        borrowed(engine).receive(signal);
    }

    /// Begins to read the body of an accepted response. A refused response goes to the handler first, if there is one; otherwise
    /// its connection is dropped.
    fn note_response(&self, head: Box<Head>, engine: &RefCell<impl Transport>) {
        if let Some(origin) = head.url.as_deref().and_then(url::origin) {
            borrowed(engine).set_origin(&origin);
        }
        let accepted = head.as_head().check().is_ok();
        if accepted {
            if !head.is_readable {
                return self.note(Received::Unusable(UNREADABLE.into()), engine);
            }
            self.target.reached(head.url.as_ref().filter(|_| head.redirected));
            borrowed(engine).receive(Signal::Response(head.as_head()));
            if let Some(request) = self.request() {
                request.start_reading();
            }
            return;
        }
        match (&self.options.refusal_handler, self.request()) {
            (Some(handler), Some(request)) => {
                borrowed(engine).receive(Signal::Judging);
                request.refuse(head, handler);
            }
            _ => {
                borrowed(engine).receive(Signal::Response(head.as_head()));
                drop(self.request.take());
            }
        }
    }

    /// The connection or the attempt is over.
    pub(super) fn leave(&self) {
        self.target.left();
        self.let_go();
    }

    /// Aborts the request.
    pub(super) fn let_go(&self) {
        drop(self.request.take());
    }

    /// Whether the document is hidden and the source wants no connection meanwhile.
    pub(super) fn is_out_of_sight(&self) -> bool {
        self.options.when_hidden == WhenHidden::Close && page_events::is_hidden()
    }

    /// Whether the URL that a policy has blocked is the source's. Browsers report it without the fragment. After a redirect, some
    /// report only the origin.
    pub(super) fn is_meant(&self, blocked: &str) -> bool {
        let url = self.target.current();
        url.as_bytes().split(|byte| *byte == b'#').next() == Some(blocked.as_bytes())
            || url::origin(&url).as_deref() == Some(blocked)
    }
}
