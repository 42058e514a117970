//! What goes between an engine and its driver.

use core::time::Duration;

use alloc::string::String;

#[cfg(doc)]
use super::Engine;
#[cfg(doc)]
use crate::event_stream::Parser;

use crate::connection::{ResponseHead, Timestamp};
use crate::error::{Error, Reason, Refusal};

/// What is to be done next. The [module](super) has a driver that does it.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Send the request. Unless [`Engine::last_event_id`] is empty, its UTF-8 bytes are the value of `Last-Event-ID`.
    Request,
    /// Find out whether there is a server whose response CORS may have hidden, with a request that CORS does not apply to.
    Probe,
    /// Read the next chunk of the response's body.
    Read,
    /// Ask again at this time at the latest.
    Wait {
        /// When the next request is due, the probe is given up, or it is looked whether anything came. An earlier timer that
        /// is set already will do: asked too early, the engine says again when.
        until: Timestamp,
    },
    /// The connection is announced: fire `open`.
    Open,
    /// Dispatch [`Engine::event`].
    Dispatch,
    /// There is an [`Engine::comment`], if the parser is one [with comments](Parser::with_comments).
    Comment,
    /// The connection is lost: let go of the request, then fire `error`. The next request follows.
    Reconnect {
        /// Why it was lost, and when the next request is due.
        error: Error,
    },
    /// The connection has failed for good: let go of the request, then fire `error`.
    Fail {
        /// Why it failed.
        error: Error,
    },
    /// The connection was let go of by [`Engine::suspend`] or [`Engine::reconnect`]: `readyState` is CONNECTING, and nothing
    /// is fired.
    Suspended,
    /// There is nothing to do until something is received. After [`Engine::close`] and [`Action::Fail`] it is so for
    /// ever.
    Nothing,
}

/// What came of an [`Action::Request`], a [`Action::Probe`] or a [`Action::Read`], save for a chunk. The
/// [module](super) shows some of them in use.
#[derive(Debug)]
pub enum Signal<'a> {
    /// The response's status and headers.
    Response(ResponseHead<'a>),
    /// A response that [`ResponseHead::check`] refuses has come, and is being judged: [`Signal::Refused`] follows, whenever it may
    /// be. The request is not idle until then.
    Judging,
    /// A response that [`ResponseHead::check`] refuses, and what was made of it. Where nobody looks at what is refused,
    /// [`Signal::Response`] will do.
    Refused {
        /// Its status and headers.
        head: ResponseHead<'a>,
        /// What [`Error::refusal`] gives.
        refusal: Option<Refusal>,
        /// Whether its user wants another attempt, also where the policy has none follow.
        retries: bool,
    },
    /// The body ended as HTTP means it to.
    EndOfBody,
    /// There was no response, or its body broke off.
    NetworkError {
        /// The platform's own words.
        message: String,
        /// Whether there may have been a response that the platform hides, because CORS does not let it be seen.
        hidden: bool,
    },
    /// The request was not sent, for what should give its headers or its body has failed.
    Unprepared {
        /// What it said.
        message: String,
    },
    /// The request was aborted, or the reading of its body, and not by the driver.
    Aborted,
    /// The probe found one.
    Answered,
}

/// A signal that has come and has not been acted on.
#[derive(Debug)]
pub(super) enum Pending {
    Announced,
    /// The request failed, for this reason or because CORS hides its response.
    Hidden(Reason),
    /// A response is worth another attempt, not sooner than this.
    Refused(Reason, Duration),
    /// The connection, or the attempt to make one, which the server does not want to see repeated sooner than this.
    Lost(Reason, Duration),
    /// The probe was answered: the request is sent once more, for what failed may have been a passing fault.
    Answered,
    /// It is futile to ask again, or not allowed.
    Futile(Reason),
    Suspended,
}
