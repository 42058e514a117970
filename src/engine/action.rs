//! Actions and signals: what an engine and its driver tell each other.

use core::time::Duration;

use alloc::string::String;

#[cfg(doc)]
use super::Engine;
#[cfg(doc)]
use crate::event_stream::Parser;

use crate::connection::{ResponseHead, Timestamp};
use crate::error::{Error, Reason, Refusal};

/// The next thing for a driver to do. The [module](super) has a driver as an example.
#[non_exhaustive]
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
        /// When the next request is due, the probe is given up, or the connection is checked for being idle. An earlier timer
        /// that is set already will do: if the engine is asked too early, it gives the time again.
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
    /// There is nothing to do until something is received. After [`Engine::close`] and [`Action::Fail`] this is final.
    Nothing,
}

/// The result of an [`Action::Request`], an [`Action::Probe`] or an [`Action::Read`], except a chunk. The [module](super) uses
/// some of them.
#[non_exhaustive]
#[derive(Debug)]
pub enum Signal<'a> {
    /// The response's status and headers.
    Response(ResponseHead<'a>),
    /// A response came that [`ResponseHead::check`] refuses, and it is being judged. [`Signal::Refused`] follows; until then the
    /// idle timeout does not run.
    Judging,
    /// A response that [`ResponseHead::check`] refuses, and the judgement on it. A driver without judgements sends
    /// [`Signal::Response`] instead.
    Refused {
        /// Its status and headers.
        head: ResponseHead<'a>,
        /// The value of [`Error::refusal`].
        refusal: Option<Refusal>,
        /// Whether the user wants another attempt, even if the policy does not.
        retries: bool,
    },
    /// The body ended as HTTP means it to.
    EndOfBody,
    /// There was no response, or its body broke off.
    NetworkError {
        /// The platform's message.
        message: String,
        /// Whether CORS may have hidden a response.
        hidden: bool,
    },
    /// The request was not sent: the function that gives its headers or its body failed.
    Unprepared {
        /// The message of that failure.
        message: String,
    },
    /// The request can never be sent, or its response cannot be read, so that another attempt is futile.
    Unusable {
        /// What is wrong.
        message: String,
    },
    /// The probe found a server.
    Answered,
}

/// A signal that was received, and not acted on yet.
#[derive(Debug)]
pub(super) enum Pending {
    Announced,
    /// The request failed, for this reason or because CORS hides its response.
    Hidden(Reason),
    /// A refused response is worth another attempt, not sooner than this.
    Refused(Reason, Duration),
    /// The connection or the attempt is lost. The server wants no other attempt sooner than this.
    Lost(Reason, Duration),
    /// The probe was answered. The request is sent once more: its failure may have been a passing fault.
    Answered,
    /// Another attempt is futile, or not allowed.
    Futile(Reason),
    Suspended,
}
