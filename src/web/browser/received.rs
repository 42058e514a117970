//! The results of a request.

use alloc::boxed::Box;
use alloc::string::String;
use core::time::Duration;

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use super::refusal;
use super::sys::{self, Headers, ReadableStream, Response};
use super::timer;
use super::url::text;
use crate::connection::ResponseHead;
use crate::error::Refusal;
use crate::web::retry::Retry;

/// One result of a request.
#[derive(Debug)]
pub(super) enum Received {
    /// The response. Its body is not read yet.
    Response(Box<Head>),
    /// A refused response, which was read.
    Refused(Box<Refused>),
    /// A chunk of the body.
    Chunk(Uint8Array),
    /// The body is over.
    EndOfBody,
    /// A probe was answered.
    Answered,
    /// There was no response, or its body broke off.
    NetworkError {
        /// The platform's words.
        message: String,
        /// CORS may be the reason, where there is CORS.
        may_hide: bool,
    },
    /// The request was not sent: the user's function for its headers failed.
    Unprepared(String),
    /// The request can never be sent, or `fetch` returned something that cannot be read.
    Unusable(String),
}

/// A refused response, and what follows from it.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) head: Box<Head>,
    /// The value of [`Error::refusal`](crate::Error::refusal).
    pub(super) refusal: Option<Refusal>,
    /// Whether the user wants another attempt, and how.
    pub(super) retry: Retry,
}

/// The part of a response that the driver looks at.
#[derive(Debug)]
pub(in crate::web) struct Head {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) retry_after: Option<Duration>,
    /// The URL after redirects. `None` for a response that a service worker or a test has made.
    pub(super) url: Option<String>,
    /// Whether a redirect led there.
    pub(super) redirected: bool,
    /// The body can be read. A body that is null counts as empty.
    pub(super) is_readable: bool,
    /// The response itself, for reading a refused one.
    pub(super) headers: Headers,
}

impl Head {
    pub(super) fn of(response: &Response) -> Result<Self, JsValue> {
        let headers = response.headers()?;
        let status = sys::get(response, "status")?.as_f64().ok_or(JsValue::UNDEFINED)?;
        let body = response.body()?;
        let is = |object: &JsValue, name| sys::get(object, name).is_ok_and(|value| value.is_truthy());
        Ok(Self {
            status: status as u16,
            content_type: headers.get("Content-Type")?,
            retry_after: headers.get("Retry-After")?.and_then(|value| timer::retry_after(&value)),
            url: text(response, "url").filter(|url| !url.is_empty()),
            redirected: response.redirected()?.unwrap_or_default(),
            is_readable: body.is_null() || (is_stream(&body) && !is(&body, "locked") && !is(response, "bodyUsed")),
            headers,
        })
    }

    /// What the user is told of it, if the standard refuses it.
    pub(in crate::web) fn refused(&self) -> Option<Refusal> {
        self.as_head().check().err().and_then(|_| refusal::of(self, String::new()))
    }

    /// From now on it counts as an event stream.
    pub(in crate::web) fn announce(&mut self) {
        self.status = 200;
        self.content_type = Some("text/event-stream".into());
    }

    pub(super) fn as_head(&self) -> ResponseHead<'_> {
        let Self { status, retry_after, .. } = *self;
        ResponseHead { status, content_type: self.content_type.as_deref(), retry_after }
    }
}

/// The body of a response, if it can be read.
pub(super) fn stream_of(response: &Response) -> Option<ReadableStream> {
    response.body().ok().filter(is_stream).map(JsCast::unchecked_into)
}

/// A page may have replaced `fetch`, which may then return anything.
fn is_stream(body: &JsValue) -> bool {
    sys::get(body, "getReader").is_ok_and(|method| method.is_function())
}
