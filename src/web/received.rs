//! What the driver receives of a request.

use alloc::boxed::Box;
use alloc::string::String;
use core::time::Duration;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::sys::{Headers, Response};
use super::timer;
use super::url::text;
use crate::connection::ResponseHead;
use crate::error::Refusal;

/// What came of a request, one by one.
#[derive(Debug)]
pub(super) enum Received {
    /// The response. Its body is not read yet.
    Response(Box<Head>),
    /// A response that was refused and read.
    Refused(Box<Refused>),
    /// A chunk of the body.
    Chunk(Uint8Array),
    /// The body is over.
    EndOfBody,
    /// A probe was answered.
    Answered,
    /// There was no response, or its body broke off.
    NetworkError(String),
    /// The request was not sent: its headers could not be made.
    Unprepared(String),
    /// The fetch was aborted, and not by dropping the request.
    Aborted,
}

impl Received {
    /// The failure that this error stands for.
    pub(super) fn failure(error: &JsValue) -> Self {
        let message = text(error, "message").or_else(|| error.as_string()).unwrap_or_else(|| "unknown error".into());
        match text(error, "name").as_deref() {
            Some("AbortError") => Self::Aborted,
            _ => Self::NetworkError(message),
        }
    }
}

/// A response that was refused, and what follows from it.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) head: Box<Head>,
    /// What [`Error::refusal`](crate::Error::refusal) gives.
    pub(super) refusal: Option<Refusal>,
    /// Whether the user wants another attempt.
    pub(super) retries: bool,
}

/// The part of a response that the driver looks at.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) retry_after: Option<Duration>,
    /// The URL after redirects. None for a response that a service worker or a test made up.
    pub(super) url: Option<String>,
    /// Whether a redirect led there.
    pub(super) redirected: bool,
    /// For what a refusal tells.
    pub(super) headers: Headers,
}

impl Head {
    pub(super) fn of(response: &Response) -> Result<Self, JsValue> {
        let headers = response.headers()?;
        Ok(Self {
            status: response.status()?,
            content_type: headers.get("Content-Type")?,
            retry_after: headers.get("Retry-After")?.and_then(|value| timer::retry_after(&value)),
            url: text(response, "url").filter(|url| !url.is_empty()),
            redirected: response.redirected()?.unwrap_or_default(),
            headers,
        })
    }

    pub(super) fn as_head(&self) -> ResponseHead<'_> {
        let Self { status, retry_after, .. } = *self;
        ResponseHead { status, content_type: self.content_type.as_deref(), retry_after }
    }
}
