//! Actions and signals: what an engine and its driver tell each other.

use alloc::string::String;

#[cfg(doc)]
use super::Engine;
#[cfg(doc)]
use crate::event_stream::Parser;

use crate::connection::{ResponseHead, Timestamp};
use crate::error::{Error, Reason, Refusal};
use crate::time::Duration;

/// The next thing for a driver to do. The [module](super) has a driver as an example.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Send the request. Unless [`Engine::last_event_id`] is empty, its UTF-8 bytes are the value of `Last-Event-ID`.
    Request,
    /// Find out whether CORS has hidden the server's response: send a request to which CORS does not apply.
    Probe,
    /// Send the same request beside the open connection: the candidate. What comes of it goes to [`Engine::receive_for_candidate`]. It
    /// takes the place of an earlier candidate, if there is one.
    RequestCandidate,
    /// The open connection is alive: let go of the candidate, if there is one.
    Verified,
    /// The candidate's response has announced a connection: let go of the old one, and read the candidate's body from now on.
    /// `readyState` was OPEN and stays so. Fire nothing.
    Replaced,
    /// Read the next chunk of the response's body.
    Read,
    /// Ask for the next action again at this time at the latest.
    Wait {
        /// When the next request is due, the probe is given up, or a connection or a request is checked for being idle. Asking too early
        /// does no harm: the engine then returns the same time again.
        until: Timestamp,
    },
    /// The connection is announced: fire `open`.
    Open,
    /// Dispatch [`Engine::event`].
    Dispatch,
    /// There is an [`Engine::comment`], if the parser is one [with comments](Parser::with_comments).
    Comment,
    /// The connection is lost: let go of the request and the candidate, then fire `error`. The next request follows.
    Reconnect {
        /// Why it was lost, and when the next request is due.
        error: Error,
    },
    /// The connection has failed for good: let go of the request and the candidate, then fire `error`.
    Fail {
        /// Why it failed.
        error: Error,
    },
    /// [`Engine::suspend`] or [`Engine::reconnect`] has ended the connection: `readyState` is CONNECTING. Fire nothing.
    Suspended,
    /// There is nothing to do until something is received. After [`Engine::close`] and [`Action::Fail`] this is final.
    Nothing,
}

/// The result of an [`Action::Request`], an [`Action::Probe`] or an [`Action::Read`]. A chunk is not a signal: see
/// [`Engine::receive_chunk`]. The example of the [module](super) uses some of them.
#[non_exhaustive]
#[derive(Debug)]
pub enum Signal<'a> {
    /// The response's status and headers.
    Response(ResponseHead<'a>),
    /// A response came that [`ResponseHead::check`] refuses, and the user is being asked whether to try again. [`Signal::Refused`]
    /// follows. Until then the idle timeout does not run.
    Judging,
    /// A response that [`ResponseHead::check`] refuses, with the user's decision. A driver that does not ask the user sends
    /// [`Signal::Response`] instead.
    Refused {
        /// Its status and headers.
        head: ResponseHead<'a>,
        /// The value of [`Error::refusal`].
        refusal: Option<Refusal>,
        /// Whether the user wants another attempt, even if the policy does not.
        retries: bool,
        /// The wait before that attempt, if the user has chosen one. It takes the place of the policy's and of `Retry-After`.
        delay: Option<Duration>,
    },
    /// The body ended regularly.
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
    /// The request can never be sent, or its response can never be read. Another attempt is futile.
    Unusable {
        /// What is wrong.
        message: String,
    },
    /// The probe was answered: there is a server.
    Answered,
}

/// A signal that was received and that the next action will act on.
#[derive(Debug)]
pub(super) enum Pending {
    Announced,
    /// The body is over.
    EndOfBody,
    /// The request failed, for this reason or because CORS hides its response.
    Hidden(Reason),
    /// The user wants another attempt after a refused response: not sooner than this, or after exactly this if the user has chosen it.
    Refused(Reason, Duration, bool),
    /// The connection or the attempt is lost. The next attempt may not come sooner than this.
    Lost(Reason, Duration),
    /// The probe was answered. The request is sent once more, because its failure may have been a passing fault.
    Answered,
    /// Another attempt is futile, or not allowed.
    Futile(Reason),
    Suspended,
    /// The candidate's response announces a connection.
    Replaced,
}
