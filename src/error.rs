//! [`Error`] and [`Reason`]: why there is no connection, and what follows.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::error;
use core::fmt;

use crate::event_stream::EventTooLarge;
use crate::messages::{decimal, join};
use crate::time::{Duration, whole_milliseconds};

/// Why a connection was lost or could not be made, and whether another attempt follows.
///
/// ```
/// use wasm_eventsource::{Error, Reason};
///
/// fn advice(error: &Error) -> String {
///     match (error.reconnects_in(), error.reason()) {
///         (Some(delay), _) => format!("back in {} s", delay.as_secs()),
///         (None, Reason::Status { status: 401, .. }) => "log in again".into(),
///         (None, reason) => reason.to_string(),
///     }
/// }
/// assert_eq!(advice(&Error::fatal(Reason::Status { status: 401 })), "log in again");
/// ```
///
/// Clones share their contents.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    parts: Arc<Parts>,
}

/// The contents of an error, shared by its clones: each consumer of a source has one, and so has its state.
#[derive(PartialEq, Eq)]
struct Parts {
    reason: Reason,
    attempt: u32,
    reconnects_in: Option<Duration>,
    refusal: Option<Refusal>,
}

impl Error {
    /// `attempt` counts the errors in a row. Another attempt follows after `reconnects_in`, or none.
    pub(crate) fn new(reason: Reason, attempt: u32, reconnects_in: Option<Duration>, refusal: Option<Refusal>) -> Self {
        Self { parts: Arc::new(Parts { reason, attempt, reconnects_in, refusal }) }
    }

    /// A fatal error, for tests of code that handles errors.
    ///
    /// ```
    /// use wasm_eventsource::{Error, Reason};
    ///
    /// let error = Error::fatal(Reason::Status { status: 401 });
    /// assert!(error.is_fatal());
    /// ```
    pub fn fatal(reason: Reason) -> Self {
        Self::new(reason, 1, None, None)
    }

    /// An error after which another attempt follows, for tests of code that handles errors. `attempt` counts the errors in a row,
    /// from 1 on.
    ///
    /// ```
    /// use std::time::Duration;
    /// use wasm_eventsource::{Error, Reason};
    ///
    /// let error = Error::lost(Reason::Ended, 1, Duration::from_secs(3));
    /// assert_eq!(error.to_string(), "the server ended the stream; the next attempt is in 3000 ms");
    /// ```
    pub fn lost(reason: Reason, attempt: u32, reconnects_in: Duration) -> Self {
        Self::new(reason, attempt, Some(reconnects_in), None)
    }

    /// The same error, after which no other attempt follows.
    #[cfg(feature = "web")]
    pub(crate) fn into_fatal(self) -> Self {
        let Parts { reason, attempt, refusal, .. } = &*self.parts;
        Self::new(reason.clone(), *attempt, None, refusal.clone())
    }

    /// The reason.
    pub fn reason(&self) -> &Reason {
        &self.parts.reason
    }

    /// The number of this failure in a row of failures: 1 for the first. The count starts again after an event, and after a
    /// connection that delivered at least one byte and lasted at least a second.
    pub fn attempt(&self) -> u32 {
        self.parts.attempt
    }

    /// The time from this error to the next attempt, which the source makes by itself. `None` if the error is fatal: then no
    /// attempt follows.
    ///
    /// It is the reconnection time plus a random part. [`Reconnect`](crate::Reconnect#how-long-it-waits) says how long that
    /// part can be. If the server has set the reconnection time, the first wait has no random part. The time is longer if
    /// `Retry-After` asks for more. `Builder::retry_if` can choose another time.
    pub fn reconnects_in(&self) -> Option<Duration> {
        self.parts.reconnects_in
    }

    /// The rejected response. It exists only for [`Reason::Status`] and [`Reason::ContentType`]. An `EventSource` always
    /// reads it. If several sources share a connection, only those in the leader's tab get it. Your own driver of an
    /// [`Engine`](crate::engine::Engine) need not read it: then this is `None`.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.parts.refusal.as_ref()
    }

    /// Whether the connection has [failed] for good: the source is CLOSED.
    ///
    /// [failed]: https://html.spec.whatwg.org/multipage/server-sent-events.html#fail-the-connection
    pub fn is_fatal(&self) -> bool {
        self.parts.reconnects_in.is_none()
    }

    /// The reason with its cause, as text: for example, "the server ended the stream". In JavaScript, it is the `message` of
    /// the error event.
    ///
    /// `Display` says the reason, and when the next attempt follows. The cause is then in `source()`. Only
    /// [`Reason::EventTooLarge`] has one.
    pub fn message(&self) -> String {
        let reason = self.parts.reason.clause();
        match &self.parts.reason {
            Reason::EventTooLarge(error) => join(&[&reason, ": ", &error.clause()]),
            _ => reason,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.parts.reason.clause();
        if let Some(delay) = self.parts.reconnects_in {
            text = join(&[&text, "; the next attempt is in ", &decimal(whole_milliseconds(delay) as usize), " ms"]);
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { reason, attempt, reconnects_in, refusal } = &*self.parts;
        let mut error = f.debug_struct("Error");
        error.field("reason", reason).field("attempt", attempt).field("reconnects_in", reconnects_in);
        error.field("refusal", refusal).finish()
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.parts.reason.source()
    }
}

/// A rejected response, or *refusal*: its status is not 200, or its `Content-Type` is not `text/event-stream`.
///
/// ```
/// use wasm_eventsource::Refusal;
///
/// // With the feature `web` this goes to `EventSource::builder(url).retry_if(..)`.
/// fn is_busy(refusal: &Refusal) -> bool {
///     refusal.status() == 409 && refusal.header("Content-Type") == Some("text/plain") && refusal.body().contains("busy")
/// }
/// let headers = vec![("content-type".to_string(), "text/plain".to_string())];
/// assert!(is_busy(&Refusal::new(409, headers, "I am busy".to_string())));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    url: Option<String>,
    is_redirected: bool,
}

impl Refusal {
    /// Makes a rejected response, for tests of your own code.
    pub fn new(status: u16, headers: Vec<(String, String)>, body: String) -> Self {
        Self { status, headers, body, url: None, is_redirected: false }
    }

    /// Sets the URL of the response, and whether a redirect has led to it.
    #[must_use]
    pub fn with_url(mut self, url: &str, is_redirected: bool) -> Self {
        self.url = Some(url.into());
        self.is_redirected = is_redirected;
        self
    }

    /// The URL of the response, after redirects. `None` if the response has none, because a service worker or a test has made it.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Whether a redirect has led to the [URL](Refusal::url): to a login page, for example.
    pub fn is_redirected(&self) -> bool {
        self.is_redirected
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers, with their names in lower case. From another origin, only those that the response exposes
    /// (`Access-Control-Expose-Headers`).
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The value of this header. The name may be in upper or lower case. `None` if there is no such header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The beginning of the body as text: at most 64 KiB, and only what came within a quarter of a second after the headers.
    /// Malformed UTF-8 becomes U+FFFD.
    pub fn body(&self) -> &str {
        &self.body
    }
}

impl fmt::Debug for Refusal {
    /// Without headers and body: secrets must not get into logs by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why a connection was lost or could not be made: the part of an [`Error`] to match on.
///
/// Each reason says whether it is usually fatal. Options such as [`Reconnect`](crate::Reconnect) can change that.
/// [`Error::is_fatal`] says whether a particular error is fatal. See the example of [`Error`].
///
/// A request that is not a GET is sent only once by default. Then [`Network`](Reason::Network),
/// [`Unprepared`](Reason::Unprepared), [`Idle`](Reason::Idle), [`Timeout`](Reason::Timeout), [`Ended`](Reason::Ended),
/// [`Truncated`](Reason::Truncated) and [`NotEventStream`](Reason::NotEventStream) are fatal, too.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The URL cannot be parsed, or is relative where there is nothing to resolve it against. Fatal.
    InvalidUrl {
        /// The URL as it was given.
        url: String,
    },
    /// An option has a value that cannot be used. Fatal.
    InvalidOption {
        /// The name of the option.
        option: &'static str,
        /// What is wrong with its value.
        message: String,
    },
    /// The request got no response, or the connection broke while its body was read: no server, no network, a
    /// connection cut off. Another attempt follows, unless the request is sent only once.
    Network {
        /// The platform's message.
        message: String,
    },
    /// The request was not sent, because a function that should return its headers failed. (In JavaScript, also the function
    /// for the body.) Another attempt follows, unless the request is sent only once.
    Unprepared {
        /// The message of that failure.
        message: String,
    },
    /// The server does not allow this origin to read its response (CORS). Or the server redirects, and the request must not
    /// follow the redirect. Fatal.
    ///
    /// Browsers report a CORS failure and a missing server in the same way. To tell them apart, the source sends a CORS probe,
    /// and then its request again. So a request that is sent only once never has this reason: it reports
    /// [`Reason::Network`] instead.
    ///
    /// If this source could read a response before, the first four failures in a row have the reason [`Reason::Network`]. If
    /// CORS still hides the response then, the fifth failure has this reason.
    Cors,
    /// The URL cannot be fetched: the platform does not know its scheme, or it contains a user name or a password, which [fetch
    /// does not allow](https://fetch.spec.whatwg.org/#dom-request). Fatal.
    Unfetchable,
    /// There is no browser here, and the feature `ssr` is off. Fatal.
    ///
    /// A source needs `fetch` on `wasm32-unknown-unknown`. Turn `ssr` on where components are rendered on a server. To receive
    /// events outside a browser, give the bytes of an HTTP client's response to `EventStream`.
    #[cfg(feature = "web")]
    Unsupported,
    /// The page's [Content-Security-Policy](https://www.w3.org/TR/CSP3/#directive-connect-src) does not allow the request.
    /// Fatal.
    Blocked,
    /// The URL leads to the user's [local network](https://wicg.github.io/local-network-access/), and the user has not given
    /// the page the permission for it. Fatal. Only the JavaScript package reports this. In Rust, the reason is
    /// [`Reason::Network`].
    LocalNetwork,
    /// The source had aborted its request, because the document was hidden or went into the back/forward cache. Now the
    /// document is back, but the request [must not be repeated](crate::connection::Reconnect::only_after_refusal). Fatal.
    ///
    /// It is also the reason if the function for `Builder::resume` returns `None` when nothing was lost: after
    /// `EventSource::reconnect`, or when the document is back. `EventSource::verify` returns it if the source is closed.
    Aborted,
    /// `fetch` does not accept its arguments, or it returned something that cannot be read. For example, a header has a name
    /// that is not allowed, or a script of the page has replaced `fetch`. Fatal.
    Unusable {
        /// What is wrong.
        message: String,
    },
    /// Another source has taken over the shared connection, and there is no last event ID to continue from. Events may be missing.
    /// Another attempt follows.
    #[cfg(feature = "sharing")]
    HandedOver,
    /// Nothing came within the idle timeout, not even a comment. Another attempt follows, unless the request is sent only
    /// once.
    Idle,
    /// No response came within the [connect timeout](crate::engine::Engine::with_connect_timeout), or a
    /// [verification](crate::engine::Verify::timeout) got no response in time. Another attempt follows, unless the request is
    /// sent only once.
    Timeout,
    /// The server ended the stream. Another attempt follows, unless the request is sent only once. That is the default for
    /// every method except GET. See [`only_after_refusal`](crate::connection::Reconnect::only_after_refusal),
    /// [`only_with_id`](crate::connection::Reconnect::only_with_id) and [`never`](crate::connection::Reconnect::never).
    Ended,
    /// The stream ended or broke off too early. Either you have declared the last event (`Builder::until`), and it had not
    /// come. Or you have set [`Incomplete::Error`](crate::engine::Incomplete::Error), and the stream ended in the middle of
    /// an event. Another attempt follows, as after [`Reason::Ended`].
    Truncated,
    /// The server ended the stream, and the body was not an event stream, although its `Content-Type` was accepted. The body
    /// has text, but no line of an event stream. For example, it is an error in JSON, or a web page. Another attempt
    /// follows, as after [`Reason::Ended`].
    NotEventStream {
        /// The first 1024 bytes of the body as text. Malformed UTF-8 becomes U+FFFD.
        beginning: String,
    },
    /// The response has a status other than 200. With 204 No Content, a server asks its clients to stop. Every such status
    /// is fatal, unless [`Reconnect::statuses`](crate::Reconnect::statuses) contains it, or `retry_if` wants another
    /// attempt.
    Status {
        /// The status code.
        status: u16,
    },
    /// The response is not `text/event-stream`. Fatal, unless `retry_if` wants another attempt.
    ContentType {
        /// The value of its `Content-Type`, empty if there is none.
        content_type: String,
    },
    /// An event is larger than the limit. Fatal, because the server would send it again.
    EventTooLarge(EventTooLarge),
}

impl Reason {
    /// A short name for this reason, such as `"network"`. It is the same in Rust and in JavaScript.
    pub fn name(&self) -> &'static str {
        match self {
            Reason::InvalidUrl { .. } => "invalid-url",
            Reason::InvalidOption { .. } => "invalid-option",
            Reason::Network { .. } => "network",
            Reason::Unprepared { .. } => "unprepared",
            Reason::Cors => "cors",
            Reason::Unfetchable => "unfetchable",
            #[cfg(feature = "web")]
            Reason::Unsupported => "unsupported",
            Reason::Blocked => "blocked",
            Reason::LocalNetwork => "local-network",
            Reason::Aborted => "aborted",
            Reason::Unusable { .. } => "unusable",
            #[cfg(feature = "sharing")]
            Reason::HandedOver => "handed-over",
            Reason::Idle => "idle",
            Reason::Timeout => "timeout",
            Reason::Ended => "ended",
            Reason::Truncated => "truncated",
            Reason::NotEventStream { .. } => "not-event-stream",
            Reason::Status { .. } => "status",
            Reason::ContentType { .. } => "content-type",
            Reason::EventTooLarge(_) => "too-large",
        }
    }

    /// The message.
    fn clause(&self) -> String {
        let number;
        let parts = match self {
            Reason::InvalidUrl { url } => ["the URL \"", url, "\" cannot be parsed", ""],
            Reason::InvalidOption { option, message } => ["the option ", option, " cannot be used: ", message],
            Reason::Network { message } => ["the connection was lost or not made: ", message, "", ""],
            Reason::Unprepared { message } => ["the request could not be prepared: ", message, "", ""],
            Reason::Cors => ["the server answers, but does not allow this origin to read it (CORS)", "", "", ""],
            Reason::Unfetchable => {
                ["nothing can be fetched from a URL with this scheme, or with a password in it", "", "", ""]
            }
            #[cfg(feature = "web")]
            Reason::Unsupported => [
                "there is no browser here: to render components on a server, turn on the feature `ssr` of wasm-eventsource; to ",
                "receive events outside a browser, give the bytes of an HTTP client's response to `EventStream`",
                "",
                "",
            ],
            Reason::Blocked => {
                ["the page's Content-Security-Policy does not allow the request (connect-src)", "", "", ""]
            }
            Reason::LocalNetwork => ["the page has no permission for the local network", "", "", ""],
            Reason::Aborted => ["the request was aborted", "", "", ""],
            Reason::Unusable { message } => ["fetch cannot be used: ", message, "", ""],
            #[cfg(feature = "sharing")]
            Reason::HandedOver => {
                ["the shared connection went over to another source, and events may be missing", "", "", ""]
            }
            Reason::Idle => ["nothing came from the server for too long", "", "", ""],
            Reason::Timeout => ["no response came from the server in time", "", "", ""],
            Reason::Ended => ["the server ended the stream", "", "", ""],
            Reason::Truncated => ["the stream ended before it was complete", "", "", ""],
            Reason::NotEventStream { .. } => {
                ["the body is not an event stream, although its Content-Type says so", "", "", ""]
            }
            Reason::Status { status } => {
                number = decimal((*status).into());
                ["the response has status ", &number, ", and only 200 opens a stream", ""]
            }
            Reason::ContentType { content_type } => {
                ["the response's Content-Type is \"", content_type, "\" and not \"text/event-stream\"", ""]
            }
            Reason::EventTooLarge(_) => ["an event of the stream is too large", "", "", ""],
        };
        join(&parts)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.clause())
    }
}

impl error::Error for Reason {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Reason::EventTooLarge(error) => Some(error),
            _ => None,
        }
    }
}

impl From<EventTooLarge> for Reason {
    fn from(error: EventTooLarge) -> Self {
        Reason::EventTooLarge(error)
    }
}
