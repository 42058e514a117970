//! One request: sending it, what comes of it, and its abort.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::cell::{RefCell, RefMut};
use core::fmt;

use js_sys::TypeError;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestMode, RequestRedirect};

use super::body::{self, BodyReader};
use super::options::Options;
use super::page_events;
use super::promise::{soon, when_settled};
use super::received::{Head, Received};
use super::refusal::{RefusalHandler, Refused};
use super::sys::{self, ReadableStream, Reader, Response};
use super::timer;
use super::url::text;

/// A request that is out. Dropping it aborts the fetch, cancels the body, and nothing is received any more.
pub(super) struct Request {
    state: Rc<RequestState>,
}

struct RequestState {
    /// None for a body that did not come by a fetch of ours.
    controller: Option<AbortController>,
    /// The response's body, until it is read.
    stream: RefCell<Option<ReadableStream>>,
    /// Who reads it from then on.
    reader: RefCell<Option<Reader>>,
    pump: RefCell<BodyReader>,
    receive: Box<dyn Fn(Received)>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}

impl Request {
    /// Sends the request of [the `EventSource` constructor][constructor]; what comes of it goes to `receive`, always
    /// from a task of its own.
    ///
    /// [constructor]: https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource
    pub(super) fn send(
        url: &str,
        options: &Options,
        last_event_id: &str,
        receive: impl Fn(Received) + 'static,
    ) -> Result<Self, JsValue> {
        let headers = Headers::new()?;
        headers.set("Accept", "text/event-stream")?;
        if !last_event_id.is_empty() {
            // A header's value is bytes, which the Fetch API takes as code points up to U+00FF: one for each byte of
            // the ID's UTF-8.
            let value: String = last_event_id.bytes().map(char::from).collect();
            headers.set("Last-Event-ID", &value)?;
        }
        let init = init(options.with_credentials);
        init.set_headers(&headers);
        let fetch = |url: &str, init: &RequestInit| match (&options.fetch, &options.request) {
            (Some(fetch), _) => fetch.call2(&JsValue::UNDEFINED, &url.into(), init),
            (None, Some(request)) => Ok(Rc::clone(&request.0).fetch(url, init, headers, last_event_id)),
            (None, None) => sys::fetch(url, init),
        };
        Self::fetch(url, fetch, &init, receive, RequestState::response)
    }

    /// Finds out why a request may have failed. From another origin's server, asked so that CORS does not matter, any
    /// answer is [`Received::Answered`]; from this origin's only one that leads elsewhere, where CORS may.
    pub(super) fn probe(
        url: &str,
        options: &Options,
        cross_origin: bool,
        receive: impl Fn(Received) + 'static,
    ) -> Result<Self, JsValue> {
        let init = init(options.with_credentials);
        let fetch = |url: &str, init: &RequestInit| match &options.probe {
            Some(probe) => probe.call2(&JsValue::UNDEFINED, &url.into(), init),
            None => sys::fetch(url, init),
        };
        if cross_origin {
            init.set_mode(RequestMode::NoCors);
            return Self::fetch(url, fetch, &init, receive, |_, _| Ok(Received::Answered));
        }
        init.set_redirect(RequestRedirect::Manual);
        Self::fetch(url, fetch, &init, receive, |_, value| match text(&value, "type").as_deref() {
            Some("opaqueredirect") => Ok(Received::Answered),
            _ => Err(TypeError::new("there is a server, but no redirect").into()),
        })
    }

    fn fetch(
        url: &str,
        fetch: impl FnOnce(&str, &RequestInit) -> Result<JsValue, JsValue>,
        init: &RequestInit,
        receive: impl Fn(Received) + 'static,
        convert: Convert,
    ) -> Result<Self, JsValue> {
        let controller = AbortController::new()?;
        init.set_signal(Some(&controller.signal()));
        let response = fetch(url, init)?;
        let state = RequestState::new(Some(controller), None, receive);
        report(&state, &response, convert);
        Ok(Self { state })
    }

    /// A body that is there already, to be read as if it were a response's.
    pub(super) fn of_body(reader: Reader, receive: impl Fn(Received) + 'static) -> Self {
        Self { state: RequestState::new(None, Some(reader), receive) }
    }

    /// From now on, so many bytes of the body are read before they are asked for.
    pub(super) fn read_ahead(&self, bytes: usize) {
        self.state.pump().capacity = bytes;
    }

    /// Asks for the next chunk of the body, which is given if it is there. If not, [`Received::Chunk`] or what ends the body
    /// follows.
    pub(super) fn read(&self) -> Option<Received> {
        let ready = self.state.pump().want();
        pump(&self.state);
        ready
    }
}

impl Request {
    /// Asks what is made of this response, which is refused: [`Received::Refused`] follows.
    pub(super) fn have_judged(&self, head: Box<Head>, judge: &RefusalHandler) {
        let (weak, judge) = (Rc::downgrade(&self.state), judge.clone());
        soon(move || {
            let Some(refused) = weak.upgrade().and_then(|state| state.refused(&head)) else { return };
            judge.judge(refused, move |judgement| {
                if let Some(state) = weak.upgrade() {
                    (state.receive)(Received::Refused(head, Box::new(judgement)));
                }
            });
        });
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let (stream, reader) = (self.state.stream.take(), self.state.reader.take());
        if let Some(controller) = &self.state.controller {
            controller.abort();
        }
        match (&self.state.controller, reader) {
            (_, None) => {}
            (None, Some(reader)) => body::cancel(reader.cancel_reader()),
            (Some(_), Some(reader)) => body::cancel_unless_aborted(reader),
        }
        if let Some(stream) = stream {
            body::cancel_later(stream);
        }
    }
}

/// The name of the error with which a face's `fetch` says that it has sent nothing.
pub(super) const UNPREPARED: &str = "UnpreparedError";

/// Makes of a promise's value what is to be received.
type Convert = fn(&RequestState, JsValue) -> Result<Received, JsValue>;

/// What every request of an event source has in common.
fn init(with_credentials: bool) -> RequestInit {
    let init = RequestInit::new();
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(if with_credentials { RequestCredentials::Include } else { RequestCredentials::SameOrigin });
    init
}

/// Hands over what the promise comes to, unless the request was dropped by then.
fn report(state: &Rc<RequestState>, promise: &JsValue, convert: Convert) {
    let state = Rc::downgrade(state);
    let hand_over = move |result: Result<JsValue, JsValue>| {
        let Some(state) = state.upgrade() else { return result.map_or((), cancel_body) };
        match result.and_then(|value| convert(&state, value)) {
            Ok(received) => arrive(&state, received),
            Err(error) => report_failure(&state, error),
        }
    };
    when_settled(promise, Box::new(hand_over));
}

/// The same for what was thrown, when its cause can be told.
fn report_failure(state: &Rc<RequestState>, error: JsValue) {
    let state = Rc::downgrade(state);
    timer::later(page_events::time_to_tell(), move || {
        if let Some(state) = state.upgrade() {
            arrive(&state, failure(&error));
        }
    });
}

/// Of a response that nobody waits for any more, and whose `fetch` has not heeded the signal. Nothing else has a body.
fn cancel_body(value: JsValue) {
    if let Ok(Some(stream)) = value.unchecked_into::<Response>().body() {
        body::cancel_later(stream);
    }
}

/// Hands over what has arrived, or keeps it until it is asked for, and reads on. No borrow is held when it reads, for that
/// may call a stream of somebody's making.
fn arrive(state: &Rc<RequestState>, received: Received) {
    let received = state.pump().arrive(received);
    if let Some(received) = received {
        (state.receive)(received);
    }
    pump(state);
}

/// Reads the next chunk, unless there is nothing to read or enough is read.
fn pump(state: &Rc<RequestState>) {
    let has_body = state.stream.borrow().is_some() || state.reader.borrow().is_some();
    if state.pump().begins(has_body) {
        match state.start_reading() {
            Ok(chunk) => report(state, &chunk, |_, value| body::chunk(value)),
            Err(error) => report_failure(state, error),
        }
    }
}

impl RequestState {
    fn new(
        controller: Option<AbortController>,
        reader: Option<Reader>,
        receive: impl Fn(Received) + 'static,
    ) -> Rc<Self> {
        Rc::new(Self {
            controller,
            stream: RefCell::default(),
            reader: RefCell::new(reader),
            pump: RefCell::default(),
            receive: Box::new(receive),
        })
    }

    fn pump(&self) -> RefMut<'_, BodyReader> {
        self.pump.borrow_mut()
    }

    fn response(&self, value: JsValue) -> Result<Received, JsValue> {
        let response: Response = value.unchecked_into();
        self.stream.replace(response.body()?);
        let headers = response.headers()?;
        Ok(Received::Response(Box::new(Head {
            status: response.status()?,
            content_type: headers.get("Content-Type")?,
            retry_after: headers.get("Retry-After")?.and_then(|value| timer::retry_after(&value)),
            url: text(&response, "url").filter(|url| !url.is_empty()),
            redirected: response.redirected()?.unwrap_or_default(),
            response,
        })))
    }

    fn refused(&self, head: &Head) -> Option<Refused> {
        let signal = self.controller.as_ref()?.signal();
        let stream = self.stream.take();
        let reader = stream.and_then(|stream| stream.get_reader().ok());
        self.reader.replace(reader.clone());
        Some(Refused { response: head.response.clone().into(), reader, signal })
    }

    /// The promise of the next chunk. A response without a body has ended.
    fn start_reading(&self) -> Result<JsValue, JsValue> {
        if let Some(stream) = self.stream.take() {
            self.reader.replace(Some(stream.get_reader()?));
        }
        let reader = self.reader.borrow().clone();
        reader.map_or(Ok(JsValue::UNDEFINED), |reader| reader.read())
    }
}

/// What it means that this was thrown.
pub(super) fn failure(error: &JsValue) -> Received {
    let message = text(error, "message").or_else(|| error.as_string()).unwrap_or_else(|| "unknown error".into());
    match text(error, "name").as_deref() {
        Some("AbortError") => Received::Aborted,
        Some(UNPREPARED) => Received::Unprepared(message),
        _ => Received::NetworkError(message),
    }
}
