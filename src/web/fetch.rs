//! One request and the reading of its response's body.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use core::cell::RefCell;
use core::fmt;

use gloo_timers::callback::Timeout;
use js_sys::futures::{JsFuture, spawn_local};
use js_sys::{ArrayBuffer, DataView, Promise, TypeError, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestMode, RequestRedirect};

use super::surroundings;
use super::sys::{self, ReadResult, ReadableStream, Reader, Response};
use super::timer;

/// How long an abort may take to reach the body, in milliseconds.
const ABORT_TIME: u32 = 1000;

/// What came of a request, one by one.
#[derive(Debug)]
pub(super) enum Received {
    /// The response; its body is kept back for [`Request::read`].
    Response(Head),
    /// A chunk of the body.
    Chunk(Uint8Array),
    /// The body is over.
    EndOfBody,
    /// A probe was answered.
    Answered,
    /// There was no response, or its body broke off.
    NetworkError(String),
    /// The fetch was aborted, and not by dropping the request.
    Aborted,
}

/// What is looked at of a response.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    /// The URL after redirects. Empty for a response that a service worker or a test made up.
    pub(super) url: String,
    /// Whether a redirect led there.
    pub(super) redirected: bool,
}

/// A request that is out. Dropping it aborts the fetch, cancels the body, and nothing is received any more.
pub(super) struct Request {
    shared: Rc<Shared>,
}

struct Shared {
    /// None for a body that did not come by a fetch of ours.
    controller: Option<AbortController>,
    body: RefCell<Body>,
    pump: RefCell<Pump>,
    receive: Box<dyn Fn(Received)>,
}

/// The reading of the body. Of a connection that breaks, a browser takes away what it has received and nobody has read;
/// what is read here before it is asked for is safe.
#[derive(Default)]
struct Pump {
    /// How many bytes to read before they are asked for.
    capacity: usize,
    /// What was read and not asked for, with its bytes.
    ahead: VecDeque<Received>,
    bytes: usize,
    /// The next chunk was asked for and has not come.
    wanted: bool,
    /// A chunk is on its way.
    reading: bool,
    over: bool,
}

/// The response's body as far as it is known.
enum Body {
    None,
    Unread(ReadableStream),
    Reading(Reader),
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
        with_credentials: bool,
        last_event_id: &str,
        read_ahead: usize,
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
        let init = init(with_credentials);
        init.set_headers(&headers);
        let request = Self::fetch(url, &init, receive, Shared::response)?;
        request.shared.pump.borrow_mut().capacity = read_ahead;
        Ok(request)
    }

    /// Finds out why a request may have failed. From another origin's server, asked so that CORS does not matter, any
    /// answer is [`Received::Answered`]; from this origin's only one that leads elsewhere, where CORS may.
    pub(super) fn probe(
        url: &str,
        with_credentials: bool,
        cross_origin: bool,
        receive: impl Fn(Received) + 'static,
    ) -> Result<Self, JsValue> {
        let init = init(with_credentials);
        if cross_origin {
            init.set_mode(RequestMode::NoCors);
            return Self::fetch(url, &init, receive, |_, _| Ok(Received::Answered));
        }
        init.set_redirect(RequestRedirect::Manual);
        Self::fetch(url, &init, receive, |_, value| {
            let response: Response = value.unchecked_into();
            match response.response_type()?.as_deref() {
                Some("opaqueredirect") => Ok(Received::Answered),
                _ => Err(TypeError::new("there is a server, but no redirect").into()),
            }
        })
    }

    fn fetch(
        url: &str,
        init: &RequestInit,
        receive: impl Fn(Received) + 'static,
        convert: Convert,
    ) -> Result<Self, JsValue> {
        let controller = AbortController::new()?;
        init.set_signal(Some(&controller.signal()));
        let response = sys::fetch(url, init)?;
        let shared = Shared::new(Some(controller), Body::None, receive);
        report(&shared, response, convert);
        Ok(Self { shared })
    }

    /// A body that is there already, to be read as if it were a response's.
    pub(super) fn of_body(reader: Reader, receive: impl Fn(Received) + 'static) -> Self {
        Self { shared: Shared::new(None, Body::Reading(reader), receive) }
    }

    /// Asks for the next chunk of the body: [`Received::Chunk`] or what ends it follows.
    pub(super) fn read(&self) {
        let ready = self.shared.pump.borrow_mut().want();
        match ready {
            None => pump(&self.shared),
            Some(received) => {
                let weak = Rc::downgrade(&self.shared);
                spawn_local(async move {
                    if let Some(shared) = weak.upgrade() {
                        (shared.receive)(received);
                        pump(&shared);
                    }
                });
            }
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let reader = match self.shared.body.replace(Body::None) {
            Body::None => None,
            Body::Unread(stream) => stream.get_reader().ok(),
            Body::Reading(reader) => Some(reader),
        };
        if let Some(controller) = &self.shared.controller {
            controller.abort();
        }
        match (&self.shared.controller, reader) {
            (_, None) => {}
            (None, Some(reader)) => cancel(&reader),
            (Some(_), Some(reader)) => cancel_unless_aborted(reader),
        }
    }
}

/// An abort ends all of it, unless the fetch is one that does not heed its signal. That one's body is cancelled a little
/// later: in Firefox's workers a body that is cancelled before the abort has arrived stays connected.
fn cancel_unless_aborted(reader: Reader) {
    let Ok(closed) = reader.closed() else { return };
    let timeout = Timeout::new(ABORT_TIME, move || cancel(&reader));
    spawn_local(async move {
        drop(JsFuture::from(Promise::resolve(&closed)).await);
        drop(timeout);
    });
}

/// Cancelling an errored stream rejects, and a rejection that nobody takes would be reported to the page.
fn cancel(reader: &Reader) {
    if let Ok(promise) = reader.cancel_reader() {
        spawn_local(async move { drop(JsFuture::from(Promise::resolve(&promise)).await) });
    }
}

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
fn report(shared: &Rc<Shared>, promise: JsValue, convert: Convert) {
    let shared: Weak<Shared> = Rc::downgrade(shared);
    spawn_local(async move {
        let result = JsFuture::from(Promise::resolve(&promise)).await;
        let Some(strong) = shared.upgrade() else { return };
        match result.and_then(|value| convert(&strong, value)) {
            Ok(received) => arrive(&strong, received),
            Err(error) => timer::later(surroundings::time_to_tell(), move || {
                if let Some(shared) = shared.upgrade() {
                    arrive(&shared, failure(&error));
                }
            }),
        }
    });
}

/// Hands over what has arrived, or keeps it until it is asked for, and reads on.
fn arrive(shared: &Rc<Shared>, received: Received) {
    let received = shared.pump.borrow_mut().arrive(received);
    if let Some(received) = received {
        (shared.receive)(received);
    }
    pump(shared);
}

/// Reads the next chunk, unless there is nothing to read or enough is read.
fn pump(shared: &Rc<Shared>) {
    let has_body = !matches!(*shared.body.borrow(), Body::None);
    if shared.pump.borrow_mut().begins(has_body) {
        let chunk = shared.start_reading().unwrap_or_else(|error| Promise::reject(&error).into());
        report(shared, chunk, Shared::chunk);
    }
}

impl Pump {
    /// What is there of the next chunk, which is asked for.
    fn want(&mut self) -> Option<Received> {
        let received = self.ahead.pop_front();
        if let Some(Received::Chunk(bytes)) = &received {
            self.bytes -= bytes.length() as usize;
        }
        self.wanted = received.is_none();
        received
    }

    /// Whether a chunk is to be read now.
    fn begins(&mut self, has_body: bool) -> bool {
        let enough = !self.wanted && (!has_body || self.bytes >= self.capacity);
        let begins = !self.reading && !self.over && !enough;
        self.reading |= begins;
        begins
    }

    /// What is to be handed over of this. What nobody has asked for is kept.
    fn arrive(&mut self, received: Received) -> Option<Received> {
        if !self.reading {
            return Some(received);
        }
        self.reading = false;
        match &received {
            Received::Chunk(bytes) if !self.wanted => self.bytes += bytes.length() as usize,
            Received::Chunk(_) => {}
            _ => self.over = true,
        }
        if self.wanted {
            self.wanted = false;
            return Some(received);
        }
        self.ahead.push_back(received);
        None
    }
}

impl Shared {
    fn new(controller: Option<AbortController>, body: Body, receive: impl Fn(Received) + 'static) -> Rc<Self> {
        Rc::new(Self { controller, body: RefCell::new(body), pump: RefCell::default(), receive: Box::new(receive) })
    }

    fn response(&self, value: JsValue) -> Result<Received, JsValue> {
        let response: Response = value.unchecked_into();
        self.body.replace(response.body()?.map_or(Body::None, Body::Unread));
        Ok(Received::Response(Head {
            status: response.status()?,
            content_type: response.headers()?.get("Content-Type")?,
            url: response.url()?.unwrap_or_default(),
            redirected: response.redirected()?.unwrap_or_default(),
        }))
    }

    /// The promise of the next chunk. A response without a body has ended.
    fn start_reading(&self) -> Result<JsValue, JsValue> {
        let reader = match self.body.replace(Body::None) {
            Body::None => return Ok(JsValue::UNDEFINED),
            Body::Unread(stream) => stream.get_reader()?,
            Body::Reading(reader) => reader,
        };
        let chunk = reader.read();
        self.body.replace(Body::Reading(reader));
        chunk
    }

    fn chunk(&self, value: JsValue) -> Result<Received, JsValue> {
        if value.is_undefined() {
            return Ok(Received::EndOfBody);
        }
        let result: ReadResult = value.unchecked_into();
        Ok(if result.done()? { Received::EndOfBody } else { Received::Chunk(bytes(result.value()?)?) })
    }
}

/// What a stream of bytes hands out: of a fetch always a `Uint8Array`, of others perhaps another view.
fn bytes(value: JsValue) -> Result<Uint8Array, JsValue> {
    if !ArrayBuffer::is_view(&value) {
        return Err(TypeError::new("a chunk of the stream is not bytes").into());
    }
    let view: &DataView = value.unchecked_ref();
    let (offset, length) = (view.byte_offset() as u32, view.byte_length() as u32);
    Ok(Uint8Array::new_with_byte_offset_and_length(&view.buffer(), offset, length))
}

/// What it means that this was thrown.
pub(super) fn failure(error: &JsValue) -> Received {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) if error.name() == "AbortError" => Received::Aborted,
        _ => Received::NetworkError(error_message(error)),
    }
}

/// The words of what was thrown.
fn error_message(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => error.as_string().unwrap_or_else(|| "unknown error".into()),
    }
}
