//! What the driver receives of a request.

use alloc::boxed::Box;
use alloc::string::String;
use core::time::Duration;

use js_sys::Uint8Array;

use super::refusal::Judgement;
use super::sys::Response;
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
    pub(super) response: Response,
}

impl Head {
    pub(super) fn as_head(&self) -> ResponseHead<'_> {
        let Self { status, retry_after, .. } = *self;
        ResponseHead { status, content_type: self.content_type.as_deref(), retry_after }
    }
}
