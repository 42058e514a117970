//! One request: sends it, reports the results, and aborts it.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use core::cell::{Cell, RefCell};
use core::fmt;
use core::future::Future;

use futures::future::{AbortHandle, Aborted, abortable};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestMode, RequestRedirect};

use super::body::{self, Body, ReadAhead};
use super::failure;
use super::page_events;
use super::promise::Settled;
use super::received::{self, Head, Received, Refused};
use super::refusal;
use super::sys::{self, Reader, Response};
use super::url::{global_text, text};
use crate::web::options::{Options, RefusalHandler};

/// A request that was sent. Dropping it aborts the `fetch` and cancels the body. Nothing is reported any more.
///
/// Each task that waits for a part of the request has only a weak reference to its state. When the state is gone, the task ends.
pub(super) struct Request {
    state: Rc<RequestState>,
}

struct RequestState {
    controller: Option<AbortController>,
    /// Dropped with the request: ends the user's future that prepares it.
    preparation: Cell<Option<AbortHandle>>,
    body: RefCell<Body>,
    ahead: RefCell<ReadAhead>,
    receive: Box<dyn Fn(Received)>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}

impl Request {
    /// Sends the request of [the `EventSource` constructor][constructor], or the user's own. Results go to `receive`, always from a
    /// task.
    ///
    /// [constructor]: https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource
    pub(super) fn send(url: &str, options: &Options, last_event_id: &str, receive: Box<dyn Fn(Received)>) -> Self {
        let init = init(options.with_credentials);
        let request = Self::new(&init, receive);
        let headers = match headers(last_event_id) {
            Ok(headers) => headers,
            Err(error) => {
                fail(Rc::downgrade(&request.state), failure::of_network(&error), RequestState::receive);
                return request;
            }
        };
        init.set_headers(&headers);
        let Some(custom) = &options.request else {
            let response = fetch(url, init);
            request.state.spawn(|state| receive_response(state, response));
            return request;
        };
        let prepared = Rc::clone(&custom.0).prepare(url, &init, headers, last_event_id);
        // The user's future is dropped as soon as the request is.
        let (prepared, handle) = abortable(prepared);
        request.state.preparation.set(Some(handle));
        request.state.spawn(|state| async move {
            match prepared.await {
                Err(Aborted) => {}
                Ok(Err(message)) => fail(state, Received::Unprepared(message), RequestState::receive),
                Ok(Ok(url)) => {
                    let response = fetch(&url, init);
                    receive_response(state, response).await;
                }
            }
        });
        request
    }

    /// Finds out whether CORS hides a response. A server of another origin is asked without CORS, and every answer counts as
    /// [`Received::Answered`]. From a server of the same origin only a redirect counts: it may lead to another origin, or may not
    /// be followed.
    pub(super) fn probe(url: &str, options: &Options, cross_origin: bool, receive: Box<dyn Fn(Received)>) -> Self {
        let init = init(options.with_credentials);
        if cross_origin {
            init.set_mode(RequestMode::NoCors);
        } else {
            init.set_redirect(RequestRedirect::Manual);
        }
        let request = Self::new(&init, receive);
        let response = fetch(url, init);
        request.state.spawn(|state| async move {
            match response.await {
                late if state.strong_count() == 0 => cancel(late),
                Ok(response) if cross_origin || text(&response, "type").as_deref() == Some("opaqueredirect") => {
                    hand_over(&state, Received::Answered);
                }
                Ok(_) => {
                    let message = "there is a server, but no redirect".into();
                    fail(state, Received::NetworkError { message, may_hide: false }, RequestState::receive);
                }
                Err(failure) => fail(state, failure, RequestState::receive),
            }
        });
        request
    }

    /// A request that is not sent yet. If there is no `AbortController`, it cannot be aborted.
    fn new(init: &RequestInit, receive: Box<dyn Fn(Received)>) -> Self {
        let controller = AbortController::new().ok();
        init.set_signal(controller.as_ref().map(AbortController::signal).as_ref());
        let state = RequestState {
            controller,
            preparation: Cell::default(),
            body: RefCell::default(),
            ahead: RefCell::default(),
            receive,
        };
        Self { state: Rc::new(state) }
    }

    /// From now on, reads the body of the response, one chunk ahead.
    pub(super) fn start_reading(&self) {
        self.state.read_on();
    }

    /// Asks for the next chunk of the body. Returns it if it is there already. If not, [`Received::Chunk`] or the end of the body
    /// follows.
    pub(super) fn read(&self) -> Option<Received> {
        let ready = self.state.ahead.borrow_mut().take();
        self.state.read_on();
        ready
    }

    /// Reads this refused response, and asks the user whether to try again. [`Received::Refused`] follows.
    pub(super) fn refuse(&self, head: Box<Head>, handler: &RefusalHandler) {
        let handler = handler.clone();
        self.state.spawn(|weak| async move {
            let Some(reader) = weak.upgrade().map(|state| state.lock()) else { return };
            let refusal = refusal::read(&head, reader.unwrap_or_default()).await;
            // If the request was dropped meanwhile, the user is not asked.
            let is_wanted = weak.strong_count() > 0;
            let retry = match &refusal {
                Some(refusal) if is_wanted => handler.ask(refusal).await,
                _ => false.into(),
            };
            hand_over(&weak, Received::Refused(Box::new(Refused { head, refusal, retry })));
        });
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let body = self.state.body.take();
        if let Some(preparation) = self.state.preparation.take() {
            preparation.abort();
        }
        if let Some(controller) = &self.state.controller {
            controller.abort();
        }
        body.let_go();
    }
}

impl RequestState {
    fn spawn<F: Future<Output = ()> + 'static>(self: &Rc<Self>, task: impl FnOnce(Weak<Self>) -> F) {
        spawn_local(task(Rc::downgrade(self)));
    }

    /// Locks the response's body and returns its reader. Holds no borrow meanwhile, because the stream may be the page's own and
    /// call back.
    fn lock(&self) -> Result<Option<Reader>, JsValue> {
        let reader = match self.body.take() {
            Body::None => return Ok(None),
            Body::Unread(stream) => stream.get_reader()?,
            Body::Locked(reader) => reader,
        };
        self.body.replace(Body::Locked(reader.clone()));
        Ok(Some(reader))
    }

    /// Reads the next chunk, unless one is on its way or there already, or the body is over. Holds no borrow while it reads,
    /// because the stream may be the page's own and call back.
    fn read_on(self: &Rc<Self>) {
        if !self.ahead.borrow_mut().begins() {
            return;
        }
        let read = match self.lock() {
            Ok(Some(reader)) => reader.read().map(|read| Some(Settled::of(&read))),
            // A response without a body has ended.
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        self.spawn(|state| async move {
            let read = match read {
                Ok(Some(read)) => read.await.and_then(body::chunk),
                Ok(None) => Ok(Received::EndOfBody),
                Err(error) => Err(error),
            };
            match read {
                Ok(received) => {
                    if let Some(state) = state.upgrade() {
                        state.arrive(received);
                    }
                }
                Err(error) => fail(state, failure::of_network(&error), RequestState::arrive),
            }
        });
    }

    fn receive(self: &Rc<Self>, received: Received) {
        (self.receive)(received);
    }

    /// Hands a chunk over, or keeps it until it is asked for. Then reads on.
    fn arrive(self: &Rc<Self>, received: Received) {
        if matches!(received, Received::EndOfBody) {
            // There is nothing left to cancel.
            drop(self.body.take());
        }
        let received = self.ahead.borrow_mut().arrive(received);
        if let Some(received) = received {
            self.receive(received);
        }
        self.read_on();
    }
}

/// Calls `fetch` now, and returns its result later.
fn fetch(url: &str, init: RequestInit) -> impl Future<Output = Result<JsValue, Received>> + use<> {
    let response = sys::fetch(url, &init).map(|response| Settled::of(&response));
    let url = String::from(url);
    async move {
        let response = match response {
            Ok(response) => response.await,
            Err(error) => Err(error),
        };
        response.map_err(|error| failure::of_fetch(&error, &url, &init))
    }
}

async fn receive_response(weak: Weak<RequestState>, response: impl Future<Output = Result<JsValue, Received>>) {
    let response = response.await;
    let Some(state) = weak.upgrade() else { return cancel(response) };
    let head = response.and_then(|response| {
        let response: Response = response.unchecked_into();
        if let Some(stream) = received::stream_of(&response) {
            state.body.replace(Body::Unread(stream));
        }
        let no_response = |_| Received::Unusable("what it has returned is no Response".into());
        Head::of(&response).map_err(no_response)
    });
    drop(state);
    match head {
        Ok(head) => hand_over(&weak, Received::Response(Box::new(head))),
        Err(failure) => fail(weak, failure, RequestState::receive),
    }
}

/// Drops a response that came after the request was dropped: its `fetch` ignored the signal.
fn cancel(response: Result<JsValue, Received>) {
    if let Some(stream) = response.ok().and_then(|response| received::stream_of(&response.unchecked_into())) {
        body::cancel_later(stream);
    }
}

/// Reports a result, unless the request was dropped meanwhile.
fn hand_over(state: &Weak<RequestState>, received: Received) {
    if let Some(state) = state.upgrade() {
        state.receive(received);
    }
}

/// The same for a failure, when its cause is known. This is a task of its own, because the task that failed has ended.
fn fail(state: Weak<RequestState>, failure: Received, hand_over: fn(&Rc<RequestState>, Received)) {
    if state.strong_count() == 0 {
        return;
    }
    let told_first = page_events::told_first();
    spawn_local(async move {
        told_first.await;
        if let Some(state) = state.upgrade() {
            hand_over(&state, failure);
        }
    });
}

/// The headers that the standard requires.
fn headers(last_event_id: &str) -> Result<Headers, JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", "text/event-stream")?;
    if !last_event_id.is_empty() && is_sendable(last_event_id) {
        // A header's value is bytes, which the Fetch API takes as code points up to U+00FF: one for each byte of the ID's UTF-8. If
        // the platform refuses the ID, it is left out, and the request is sent without it.
        let value: String = last_event_id.bytes().map(char::from).collect();
        let _ = headers.set("Last-Event-ID", &value);
    }
    Ok(headers)
}

/// Whether the platform sends this ID. Node refuses control characters, but only while it sends the request. Browsers send them.
fn is_sendable(last_event_id: &str) -> bool {
    let is_control = |byte: u8| byte.is_ascii_control() && byte != b'\t';
    !last_event_id.bytes().any(is_control) || global_text(&["process", "versions", "node"]).is_none()
}

/// The options of every request.
fn init(with_credentials: bool) -> RequestInit {
    let init = RequestInit::new();
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(if with_credentials { RequestCredentials::Include } else { RequestCredentials::SameOrigin });
    init
}
