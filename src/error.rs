//! What can go wrong with an event source.

use alloc::string::String;
use core::error;
use core::fmt;

use crate::event_stream::EventTooLarge;

/// Why a connection was lost, refused or never made.
///
/// [`is_fatal`](Error::is_fatal) tells the errors after which there is no other attempt from those after which there is.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The URL cannot be parsed, or is relative where there is nothing to resolve it against. Fatal.
    InvalidUrl {
        /// The URL as it was given.
        url: String,
    },
    /// The request got no response, or the connection broke while its body was read: no server, no network, a
    /// connection cut off. Another attempt follows.
    Network {
        /// What the platform said of it, in its own words.
        message: String,
    },
    /// The server answers, but CORS does not let this origin see what. Fatal.
    Cors,
    /// Nothing can be fetched from such a URL: its scheme is neither HTTP(S) nor another that the platform knows, or it
    /// has a user name or a password in it, which [fetch does not allow](https://fetch.spec.whatwg.org/#dom-request).
    /// Fatal.
    Unfetchable,
    /// The page's [Content-Security-Policy](https://www.w3.org/TR/CSP3/#directive-connect-src) does not allow the request.
    /// Fatal.
    Blocked,
    /// The request was aborted from outside, by a `fetch` that the page has wrapped. Fatal.
    Aborted,
    /// The server ended the stream. Another attempt follows.
    Ended,
    /// The response has a status other than 200; with 204 No Content a server asks its clients to stop. Fatal.
    Status {
        /// The status code.
        status: u16,
    },
    /// The response is not `text/event-stream`. Fatal.
    ContentType {
        /// The value of its `Content-Type`, empty if there is none.
        content_type: String,
    },
    /// An event exceeds the bound on one event's size. Fatal, for the server would send it again.
    EventTooLarge(EventTooLarge),
}

impl Error {
    /// Whether the connection has failed for good: the source is CLOSED. Otherwise it reconnects by itself.
    pub fn is_fatal(&self) -> bool {
        !matches!(self, Error::Network { .. } | Error::Ended)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::InvalidUrl { url } => write!(f, "the URL \"{url}\" cannot be parsed"),
            Error::Network { message } => write!(f, "the connection was lost or not made: {message}"),
            Error::Cors => f.write_str("the server answers, but does not allow this origin to read it (CORS)"),
            Error::Unfetchable => {
                f.write_str("nothing can be fetched from a URL with this scheme, or with a password in it")
            }
            Error::Blocked => {
                f.write_str("the page's Content-Security-Policy does not allow the request (connect-src)")
            }
            Error::Aborted => f.write_str("the request was aborted"),
            Error::Ended => f.write_str("the server ended the stream"),
            Error::Status { status } => write!(f, "the response has status {status}, and only 200 opens a stream"),
            Error::ContentType { content_type } => {
                write!(f, "the response's Content-Type is \"{content_type}\" and not \"text/event-stream\"")
            }
            Error::EventTooLarge(_) => f.write_str("an event of the stream is too large"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Error::EventTooLarge(error) => Some(error),
            _ => None,
        }
    }
}

impl From<EventTooLarge> for Error {
    fn from(error: EventTooLarge) -> Self {
        Error::EventTooLarge(error)
    }
}
