//! The options of a driver.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use futures::future::LocalBoxFuture;

use super::acceptance::Accept;
use super::platform;
use super::resumable::Resumable;
use super::retry::Retry;
use crate::connection::Reconnect;
use crate::error::Refusal;

/// The options of a [`Driver`](super::Driver). The options of the stream (the limit on an event, the last event ID, the policy of
/// reconnecting) come with the engine. `Options::default()` is the standard's behaviour; set only what differs. The [module](super)
/// has an example.
#[non_exhaustive]
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Send and store credentials on requests to other origins too: the credentials mode is `include` instead of
    /// `same-origin`. Defaults to false.
    pub with_credentials: bool,
    /// What happens to the connection while the document is hidden. Defaults to [`WhenHidden::Keep`].
    pub when_hidden: WhenHidden,
    /// A request with your own method, headers, body and so on. Defaults to the standard's request.
    ///
    /// A request with your own method, headers, body or ID parameter always goes to the source's URL. Other requests go where the
    /// last redirect led. The method GET and headers that are [harmless](Redirect) do not count. A function for headers always does.
    pub request: Option<CustomRequest>,
    /// Accepts responses that would be rejected. Defaults to none.
    pub accept: Option<Accept>,
    /// Decides whether to try again after a rejected response. Without it, the driver does not read rejected responses. (An
    /// [`EventSource`](crate::EventSource) always sets one.) Defaults to none.
    pub refusal_handler: Option<RefusalHandler>,
}

/// Decides whether to try again after a refused response.
///
/// The source waits until the headers and the beginning of the body are read. They become part of the
/// [error](crate::Error::refusal).
#[derive(Clone)]
pub struct RefusalHandler(Rc<RetryIf>);

/// `None`: nobody is asked, and there is no other attempt.
type RetryIf = dyn Fn(&Refusal) -> Option<LocalBoxFuture<'_, Retry>>;

impl RefusalHandler {
    /// A handler that calls this function, from a task.
    pub fn new<R: Into<Retry>>(retry_if: impl AsyncFn(&Refusal) -> R + 'static) -> Self {
        let retry_if = Rc::new(retry_if);
        Self(Rc::new(move |refusal| {
            let retry_if = Rc::clone(&retry_if);
            Some(Box::pin(async move { retry_if(refusal).await.into() }))
        }))
    }

    /// The user's decision, if there is one to make: the policy tries again after some statuses by itself.
    pub(crate) fn under(policy: Reconnect, user: Option<Self>) -> Self {
        Self(Rc::new(move |refusal| match &user {
            Some(user) if !policy.lists(refusal.status()) => (user.0)(refusal),
            _ => None,
        }))
    }

    pub(crate) async fn ask(&self, refusal: &Refusal) -> Retry {
        match (self.0)(refusal) {
            Some(answer) => answer.await,
            None => Retry::default(),
        }
    }
}

impl fmt::Debug for RefusalHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefusalHandler").finish_non_exhaustive()
    }
}

/// What happens to a connection while its document is hidden: its tab is in the background, or its window is minimized. Workers
/// have no document, so there the connection is always kept.
///
/// ```no_run
/// use wasm_eventsource::{EventSource, WhenHidden};
///
/// let source = EventSource::builder("https://example.com/prices").when_hidden(WhenHidden::Close).build()?;
/// # Ok::<(), wasm_eventsource::Error>(())
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhenHidden {
    /// It goes on.
    #[default]
    Keep,
    /// It is ended without an error, and the source is CONNECTING. When the document is shown, the source connects at once,
    /// with the last event ID. The server decides which events it sends again. A source that is made while the document is
    /// hidden waits. If the request must not be [repeated](crate::Builder::method), the source fails with
    /// [`Reason::Aborted`](crate::Reason::Aborted) when the document is shown.
    Close,
}

/// What an open source does when its document is shown again after it was hidden or frozen, and when the network is back.
///
/// ```no_run
/// use wasm_eventsource::{EventSource, WhenBack};
///
/// let source = EventSource::builder("https://example.com/prices").when_back(WhenBack::Verify).build()?;
/// # Ok::<(), wasm_eventsource::Error>(())
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhenBack {
    /// Nothing: only the operating system or the idle timeout notices a dead connection.
    #[default]
    Keep,
    /// It [verifies](crate::EventSource::verify) its connection. When the document is shown again, bytes of the last 15
    /// seconds show that the connection is alive. When the network is back, only bytes that come from then on count.
    ///
    /// It has no effect if the source cannot be verified: see the errors of [`verify`](crate::EventSource::verify).
    Verify,
}

/// Options of requests beyond the standard's. `RequestOptions::default()` is the standard's request; set only what differs.
///
/// ```
/// use wasm_eventsource::web::{CustomRequest, Options, RequestOptions};
///
/// let mut request = RequestOptions::default();
/// request.method = Some("POST".into());
/// let mut options = Options::default();
/// options.request = Some(CustomRequest::from(request));
/// ```
#[non_exhaustive]
#[derive(Clone, Default)]
pub struct RequestOptions {
    /// The method. `None` means GET.
    pub method: Option<String>,
    /// Headers of each request.
    pub headers: Vec<(String, String)>,
    /// Called before each request. Its headers are added to `headers`.
    pub headers_of: Option<Rc<HeadersOf>>,
    /// The body of each request.
    pub body: Option<Cow<'static, [u8]>>,
    /// The name of a URL parameter that carries the last event ID instead of the header.
    pub last_event_id_parameter: Option<String>,
    /// What to do about redirects. With `None`, they are followed, unless they would take headers to another origin: see
    /// [`Redirect`].
    pub redirect: Option<Redirect>,
}

/// What to do about redirects.
///
/// A browser sends the headers of a request to the target of a redirect, too, if that origin's CORS allows them. Older
/// browsers even forward `Authorization`. So by default, a request with headers of your own does not follow a redirect to
/// another origin:
///
/// - If the request goes to the page's own origin, it follows redirects within that origin.
/// - If it goes to another origin, it follows no redirect.
///
/// The headers `Accept`, `Accept-Language`, `Content-Language` and `Content-Type` are harmless and do not count. If a
/// redirect is not followed, the reason is [`Reason::Cors`](crate::Reason::Cors), because the browser reports it like a CORS
/// failure. If the request is sent only once, the reason is [`Reason::Network`](crate::Reason::Network).
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redirect {
    /// Follows them, wherever they lead.
    Follow,
    /// Follows none: a redirect fails the attempt.
    Error,
}

/// Requests with [options](RequestOptions) beyond the standard's. Only programs that make one contain the code that sends them.
#[derive(Clone)]
#[cfg_attr(
    not(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr"))),
    expect(dead_code, reason = "there is nothing that sends it")
)]
pub struct CustomRequest(pub(super) Rc<dyn platform::Prepare>);

impl CustomRequest {
    /// Requests in whose place others can be put.
    pub(crate) fn resumable(request: &Rc<Resumable>) -> Self {
        Self(Rc::<Resumable>::clone(request))
    }
}

impl From<RequestOptions> for CustomRequest {
    fn from(options: RequestOptions) -> Self {
        Self(Rc::new(options))
    }
}

impl fmt::Debug for CustomRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomRequest").finish_non_exhaustive()
    }
}

/// An attempt to connect that is about to be made.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The last event ID that it will send. Empty if there is none.
    pub last_event_id: String,
}

impl fmt::Debug for Attempt {
    /// Without the ID, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").field("last_event_id_length", &self.last_event_id.len()).finish()
    }
}

/// Returns the headers of an attempt, or a message that says why it cannot.
pub type HeadersOf = dyn Fn(Attempt) -> LocalBoxFuture<'static, Result<Vec<(String, String)>, String>>;

impl RequestOptions {
    /// Whether the request is the standard's.
    pub fn is_default(&self) -> bool {
        let Self { method, headers, headers_of, body, last_event_id_parameter, redirect } = self;
        let nothing = method.is_none() && headers.is_empty() && headers_of.is_none();
        nothing && body.is_none() && last_event_id_parameter.is_none() && redirect.is_none()
    }
}

impl fmt::Debug for RequestOptions {
    /// Without the values, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("RequestOptions").field("method", &self.method).field("headers", &names).finish_non_exhaustive()
    }
}
