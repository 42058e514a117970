//! One request: sending it, what comes of it, and its abort.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::cell::{RefCell, RefMut};
use core::fmt;
use core::time::Duration;

use js_sys::{TypeError, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestMode, RequestRedirect};

use super::body::{self, Pump};
use super::options::Options;
use super::promise::{soon, when_settled};
use super::refusal::{Judge, Judgement, Refused};
use super::surroundings;
use super::sys::{self, ReadableStream, Reader, Response};
use super::timer;
use super::url::text;
use crate::connection::ResponseHead;

/// What came of a request, one by one.
#[derive(Debug)]
pub(super) enum Received {
    /// The response; its body is kept back for [`Request::read`].
    Response(Box<Head>),
    /// A response that was [judged](Request::have_judged).
    Refused(Box<Head>, Box<Judgement>),
    /// A chunk of the body.
    Chunk(Uint8Array),
    /// The body is over.
    EndOfBody,
    /// A probe was answered.
    Answered,
    /// There was no response, or its body broke off.
    NetworkError(String),
    /// The request was not sent, for what should give its headers or its body has failed.
    Unprepared(String),
    /// The fetch was aborted, and not by dropping the request.
    Aborted,
}

/// What is looked at of a response.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) retry_after: Option<Duration>,
    /// The URL after redirects. None for a response that a service worker or a test made up.
    pub(super) url: Option<String>,
    /// Whether a redirect led there.
    pub(super) redirected: bool,
    response: Response,
}

impl Head {
    pub(super) fn as_head(&self) -> ResponseHead<'_> {
        let Self { status, retry_after, .. } = *self;
        ResponseHead { status, content_type: self.content_type.as_deref(), retry_after }
    }
}

/// A request that is out. Dropping it aborts the fetch, cancels the body, and nothing is received any more.
pub(super) struct Request {
    shared: Rc<Shared>,
}

struct Shared {
    /// None for a body that did not come by a fetch of ours.
    controller: Option<AbortController>,
    /// The response's body, until it is read.
    stream: RefCell<Option<ReadableStream>>,
    /// Who reads it from then on.
    reader: RefCell<Option<Reader>>,
    pump: RefCell<Pump>,
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
        Self::fetch(url, fetch, &init, receive, Shared::response)
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
        let shared = Shared::new(Some(controller), None, receive);
        report(&shared, &response, convert);
        Ok(Self { shared })
    }

    /// A body that is there already, to be read as if it were a response's.
    pub(super) fn of_body(reader: Reader, receive: impl Fn(Received) + 'static) -> Self {
        Self { shared: Shared::new(None, Some(reader), receive) }
    }

    /// From now on, so many bytes of the body are read before they are asked for.
    pub(super) fn read_ahead(&self, bytes: usize) {
        self.shared.pump().capacity = bytes;
    }

    /// Asks for the next chunk of the body, which is given if it is there. If not, [`Received::Chunk`] or what ends the body
    /// follows.
    pub(super) fn read(&self) -> Option<Received> {
        let ready = self.shared.pump().want();
        pump(&self.shared);
        ready
    }
}

impl Request {
    /// Asks what is made of this response, which is refused: [`Received::Refused`] follows.
    pub(super) fn have_judged(&self, head: Box<Head>, judge: &Judge) {
        let (weak, judge) = (Rc::downgrade(&self.shared), judge.clone());
        soon(move || {
            let Some(refused) = weak.upgrade().and_then(|shared| shared.refused(&head)) else { return };
            judge.judge(refused, move |judgement| {
                if let Some(shared) = weak.upgrade() {
                    (shared.receive)(Received::Refused(head, Box::new(judgement)));
                }
            });
        });
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let (stream, reader) = (self.shared.stream.take(), self.shared.reader.take());
        if let Some(controller) = &self.shared.controller {
            controller.abort();
        }
        match (&self.shared.controller, reader) {
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
type Convert = fn(&Shared, JsValue) -> Result<Received, JsValue>;

/// What every request of an event source has in common.
fn init(with_credentials: bool) -> RequestInit {
    let init = RequestInit::new();
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(if with_credentials { RequestCredentials::Include } else { RequestCredentials::SameOrigin });
    init
}

/// Hands over what the promise comes to, unless the request was dropped by then.
fn report(shared: &Rc<Shared>, promise: &JsValue, convert: Convert) {
    let shared = Rc::downgrade(shared);
    let hand_over = move |result: Result<JsValue, JsValue>| {
        let Some(shared) = shared.upgrade() else { return result.map_or((), cancel_body) };
        match result.and_then(|value| convert(&shared, value)) {
            Ok(received) => arrive(&shared, received),
            Err(error) => report_failure(&shared, error),
        }
    };
    when_settled(promise, Box::new(hand_over));
}

/// The same for what was thrown, when its cause can be told.
fn report_failure(shared: &Rc<Shared>, error: JsValue) {
    let shared = Rc::downgrade(shared);
    timer::later(surroundings::time_to_tell(), move || {
        if let Some(shared) = shared.upgrade() {
            arrive(&shared, failure(&error));
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
fn arrive(shared: &Rc<Shared>, received: Received) {
    let received = shared.pump().arrive(received);
    if let Some(received) = received {
        (shared.receive)(received);
    }
    pump(shared);
}

/// Reads the next chunk, unless there is nothing to read or enough is read.
fn pump(shared: &Rc<Shared>) {
    let has_body = shared.stream.borrow().is_some() || shared.reader.borrow().is_some();
    if shared.pump().begins(has_body) {
        match shared.start_reading() {
            Ok(chunk) => report(shared, &chunk, |_, value| body::chunk(value)),
            Err(error) => report_failure(shared, error),
        }
    }
}

impl Shared {
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

    fn pump(&self) -> RefMut<'_, Pump> {
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
