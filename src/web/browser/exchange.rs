//! The requests of a source, one at a time, and what its engine is told of them.

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

/// What asks for requests, and is told what has come of them.
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

/// In one place, because each place where a borrow may fail takes up room of its own.
fn borrowed<E>(engine: &RefCell<E>) -> RefMut<'_, E> {
    engine.borrow_mut()
}

/// What a source has of the network. No borrow of an engine is held while a request is sent or let go of, which may run code of
/// the page.
pub(super) struct Exchange {
    target: Target,
    /// The origin that CORS compares with; None where there is no CORS.
    scope_origin: Option<String>,
    options: Options,
    /// Counted, because it may be let go of by the code that it calls.
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

    /// Sends the request with this last event ID. What comes of it goes to `receive`.
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

    /// In the place of the one before.
    fn keep(&self, request: Request) {
        drop(self.request.replace(Some(Rc::new(request))));
    }

    /// Asks for the next chunk, and tells the engine if it is there: what is there already needs no task of its own.
    pub(super) fn read(&self, engine: &RefCell<impl Transport>) {
        if let Some(received) = self.request().and_then(|request| request.read()) {
            self.note(received, engine);
        }
    }

    /// Tells the engine what has come of the request.
    pub(super) fn note(&self, received: Received, engine: &RefCell<impl Transport>) {
        let signal = match received {
            Received::Response(head) => return self.note_response(head, engine),
            Received::Refused(refused) => {
                let Refused { head, refusal, retries } = *refused;
                borrowed(engine).receive(Signal::Refused { head: head.as_head(), refusal, retries });
                return drop(self.request.take());
            }
            // Nobody else has these bytes, so that they are all there.
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

    /// The body of a response that is accepted is read. One that is refused is judged first, if there is a handler for that;
    /// without one its connection is let go of.
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

    /// The connection is over, or the attempt at it.
    pub(super) fn leave(&self) {
        self.target.left();
        self.let_go();
    }

    /// Aborts the request.
    pub(super) fn let_go(&self) {
        drop(self.request.take());
    }

    /// Whether the document is hidden, and the source to have no connection then.
    pub(super) fn is_out_of_sight(&self) -> bool {
        self.options.when_hidden == WhenHidden::Close && page_events::is_hidden()
    }

    /// Whether the URL that a policy has blocked is the source's. The page is told it without the fragment; after a redirect
    /// some browsers tell only the origin.
    pub(super) fn is_meant(&self, blocked: &str) -> bool {
        let url = self.target.current();
        url.as_bytes().split(|byte| *byte == b'#').next() == Some(blocked.as_bytes())
            || url::origin(&url).as_deref() == Some(blocked)
    }
}
