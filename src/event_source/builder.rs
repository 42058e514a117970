//! The options of an event source to be.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Display};
use core::time::Duration;

use super::hub::{Hub, OnComment, Waiters};
use super::kept::Keep;
#[cfg(feature = "sharing")]
use super::shared::Sharing;
use super::source::EventSource;
use crate::connection::Reconnect;
use crate::engine::Engine;
use crate::error::{Error, Reason, Refusal};
use crate::event_stream::Parser;
use crate::messages::without_secrets;
use crate::web::{Attempt, CustomRequest, Driver, Options, Redirect, RefusalHandler, RequestOptions, WhenHidden};

/// Options of an [`EventSource`] to be. See the example of [`EventSource::builder`].
#[derive(Clone)]
#[must_use = "nothing is sent before `build`"]
pub struct Builder {
    pub(super) url: String,
    pub(super) options: Options,
    pub(super) last_event_id: String,
    pub(super) max_event_size: Option<usize>,
    reconnect: Option<Reconnect>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) request: Option<Box<Custom>>,
    #[cfg(feature = "sharing")]
    pub(super) sharing: Option<Box<Sharing>>,
    pub(super) on_comment: Option<Rc<OnComment>>,
    keep: Keep,
    retry_if: Option<RefusalHandler>,
}

/// Made with the first option of the request: what sends such requests is only in programs that ask for them.
#[derive(Clone)]
pub(super) struct Custom {
    pub(super) options: RequestOptions,
    make: fn(RequestOptions) -> CustomRequest,
}

impl EventSource {
    /// Connects at once. A relative URL is relative to the document or, in a worker, to its script.
    ///
    /// # Errors
    /// [`Reason::InvalidUrl`](crate::Reason::InvalidUrl) if the URL cannot be parsed,
    /// [`Reason::Unsupported`](crate::Reason::Unsupported) where there is no browser and the feature `ssr` is off.
    ///
    /// ```no_run
    /// use wasm_eventsource::EventSource;
    /// use wasm_eventsource::connection::ReadyState;
    ///
    /// let source = EventSource::new("https://example.com/events")?;
    /// assert_eq!(source.ready_state(), ReadyState::Connecting);
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::builder(url).build()
    }

    /// An event source with options.
    ///
    /// ```no_run
    /// use wasm_eventsource::EventSource;
    ///
    /// let source = EventSource::builder("https://example.com/events").with_credentials(true).last_event_id("41").build()?;
    /// assert_eq!(source.last_event_id(), "41");
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn builder(url: &str) -> Builder {
        Builder::new(url)
    }
}

impl Builder {
    fn new(url: &str) -> Self {
        Self {
            url: url.to_string(),
            options: Options::default(),
            last_event_id: String::new(),
            max_event_size: None,
            reconnect: None,
            idle_timeout: None,
            request: None,
            #[cfg(feature = "sharing")]
            sharing: None,
            on_comment: None,
            keep: Keep::default(),
            retry_if: None,
        }
    }

    /// Sends and stores [credentials](https://fetch.spec.whatwg.org/#credentials) on requests to other origins too. Defaults to
    /// false.
    pub fn with_credentials(mut self, with_credentials: bool) -> Self {
        self.options.with_credentials = with_credentials;
        self
    }

    /// Resumes after the event of this ID, which the first request sends as
    /// [`Last-Event-ID`](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header). Defaults to
    /// none.
    pub fn last_event_id(mut self, id: &str) -> Self {
        self.last_event_id = id.to_string();
        self
    }

    /// Bounds the bytes held for one event, as [`Parser::with_max_event_size`] says. A larger event is a fatal error,
    /// [`Reason::EventTooLarge`](crate::Reason::EventTooLarge). Defaults to
    /// [`DEFAULT_MAX_EVENT_SIZE`](crate::event_stream::DEFAULT_MAX_EVENT_SIZE).
    pub fn max_event_size(mut self, bytes: usize) -> Self {
        self.max_event_size = Some(bytes);
        self
    }

    /// Whether, when and how often to reconnect. Defaults to what the standard says.
    pub fn reconnect(mut self, policy: Reconnect) -> Self {
        self.reconnect = Some(policy);
        self
    }

    /// The longest silence. After it the connection is lost with [`Reason::Idle`](crate::Reason::Idle), and the source reconnects as
    /// after any loss. Any byte ends a silence, also that of a comment: have the server send one more often than this. The time until
    /// the response comes counts too, with what [`headers`](Builder::headers) takes. Defaults to none: then only the operating system
    /// may find that a connection is dead.
    ///
    /// Events that are received and not yet taken are no silence. A tab that was frozen, or asleep with its machine, gets a moment to
    /// find out what has come meanwhile.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use wasm_eventsource::EventSource;
    ///
    /// // The server sends a comment every 15 seconds.
    /// let source =
    ///     EventSource::builder("https://example.com/events").idle_timeout(Duration::from_secs(40)).build()?;
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = Some(timeout);
        self
    }

    /// Whether to let go of the connection while the document is hidden. Defaults to [`WhenHidden::Keep`].
    pub fn when_hidden(mut self, when_hidden: WhenHidden) -> Self {
        self.options.when_hidden = when_hidden;
        self
    }

    /// Asks this whether to make another attempt after a refused response, not sooner than its `Retry-After` says. It is called for
    /// every refused response, 204 included, unless the policy of [reconnecting](Builder::reconnect) names its status. That policy's
    /// bounds hold. If the answer is true, a request that is not a GET is repeated, too. Without this, a refusal is final unless the
    /// policy names its status.
    ///
    /// Like [`headers`](Builder::headers) it is async, so that it may log in again first. The source waits for it. If the source is
    /// closed meanwhile, the answer has no effect.
    ///
    /// ```no_run
    /// use wasm_eventsource::EventSource;
    ///
    /// let source = EventSource::builder("https://example.com/events")
    ///     .retry_if(async |refusal| refusal.status() >= 500 || refusal.body().contains("try again"))
    ///     .build()?;
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn retry_if(mut self, retry_if: impl AsyncFn(&Refusal) -> bool + 'static) -> Self {
        self.retry_if = Some(RefusalHandler::new(retry_if));
        self
    }

    /// Sends this header with each request, beside those of the standard. With most headers, a request to another origin is
    /// preflighted. By default, no redirect takes such a header to another origin; see [`redirect`](Builder::redirect).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.custom().headers.push((name.to_string(), value.to_string()));
        self
    }

    /// Calls this before each attempt, for headers that are sent with it, for example a fresh token. If it fails, the attempt has
    /// failed with [`Reason::Unprepared`](crate::Reason::Unprepared), and another one follows. Its future is dropped when the request
    /// is not wanted any more.
    ///
    /// ```no_run
    /// use wasm_eventsource::{Attempt, EventSource};
    ///
    /// async fn fresh_token() -> Result<String, String> {
    ///     Ok("secret".into())
    /// }
    /// let source = EventSource::builder("https://example.com/events")
    ///     .headers(async |_: Attempt| Ok::<_, String>(vec![("Authorization".into(), format!("Bearer {}", fresh_token().await?))]))
    ///     .build()?;
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn headers<F, E>(mut self, headers: F) -> Self
    where
        F: AsyncFn(Attempt) -> Result<Vec<(String, String)>, E> + 'static,
        E: Display,
    {
        let headers = Rc::new(headers);
        self.custom().headers_of = Some(Rc::new(move |attempt| {
            let headers = Rc::clone(&headers);
            Box::pin(async move { headers(attempt).await.map_err(|error| error.to_string()) })
        }));
        self
    }

    /// The method of the requests. Defaults to GET. With any other method and no policy of [reconnecting](Builder::reconnect), a
    /// source does not repeat its request when the server ends the stream: it is CLOSED, with a fatal
    /// [`Reason::Ended`](crate::Reason::Ended). If the connection breaks off, the request is repeated only if there is a last event
    /// ID to go on from.
    pub fn method(mut self, method: &str) -> Self {
        self.custom().method = Some(method.to_string());
        self
    }

    /// The body of the requests. Its `Content-Type` is a [header](Builder::header) to be set.
    ///
    /// ```no_run
    /// use wasm_eventsource::EventSource;
    ///
    /// let source = EventSource::builder("https://example.com/chat")
    ///     .method("POST")
    ///     .header("Content-Type", "application/json")
    ///     .body(r#"{"prompt": "hello"}"#)
    ///     .build()?;
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.custom().body = Some(body.into().into());
        self
    }

    /// The name of a parameter of the URL. The last event ID is sent in it instead of in the header `Last-Event-ID`, because a request
    /// with that header to another origin is preflighted. Defaults to none: the header is sent.
    pub fn last_event_id_parameter(mut self, name: &str) -> Self {
        self.custom().last_event_id_parameter = Some(name.to_string());
        self
    }

    /// Calls this with each comment of the stream. The standard ignores comments; servers send them to keep a connection alive. The
    /// text is what follows the colon, without one space at its front. It is called in its place: after the events before the
    /// comment are taken, and before those behind it. Defaults to none.
    ///
    /// ```no_run
    /// use wasm_eventsource::EventSource;
    ///
    /// let source = EventSource::builder("https://example.com/events").on_comment(|comment| println!("{comment}")).build()?;
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn on_comment(mut self, on_comment: impl Fn(&str) + 'static) -> Self {
        self.on_comment = Some(Rc::new(move |driver| {
            // No borrow is held during the call, which may close the source.
            if let Some(comment) = driver.with_comment(ToString::to_string) {
                on_comment(&comment);
            }
        }));
        self
    }

    /// What is kept for the source itself while only its subscriptions are polled. The same is kept for each subscription that sets no
    /// [other bound](crate::Subscription::keep). Defaults to the newest events, with 16 MiB together. [`Keep`] has an example.
    pub fn keep(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// What to do about redirects. Defaults to following them. With headers of your own, only redirects within the page's origin are
    /// followed; see [`Redirect`].
    pub fn redirect(mut self, redirect: Redirect) -> Self {
        self.custom().redirect = Some(redirect);
        self
    }

    /// Connects at once.
    ///
    /// # Errors
    /// [`Reason::InvalidUrl`](crate::Reason::InvalidUrl) if the URL cannot be parsed,
    /// [`Reason::InvalidOption`](crate::Reason::InvalidOption) if an option has a value that cannot be sent, or the idle timeout
    /// is 0, [`Reason::Unsupported`](crate::Reason::Unsupported) where there is no browser and the feature `ssr` is off.
    pub fn build(mut self) -> Result<EventSource, Error> {
        if self.last_event_id.bytes().any(|byte| matches!(byte, b'\0' | b'\r' | b'\n')) {
            let message = "it has a null, a carriage return or a line feed in it".into();
            return Err(Error::fatal(Reason::InvalidOption { option: "last_event_id", message }));
        }
        if self.idle_timeout == Some(Duration::ZERO) {
            let message = "a connection is idle for 0 milliseconds at once".into();
            return Err(Error::fatal(Reason::InvalidOption { option: "idle_timeout", message }));
        }
        let method = self.request.as_ref().and_then(|request| request.options.method.as_ref());
        let is_get = method.is_none_or(|method| method.eq_ignore_ascii_case("GET"));
        let reconnect = self.reconnect.take().unwrap_or_else(|| match is_get {
            true => Reconnect::default(),
            // Nobody has asked for a repetition that the server may take for another order.
            false => Reconnect::default().only_with_id(),
        });
        let retry_if = self.retry_if.take();
        self.options.refusal_handler = Some(refusal_handler(reconnect.clone(), retry_if));
        let (on_comment, keep) = (self.on_comment.clone(), self.keep);
        Hub::new(|waiters| self.open(reconnect, waiters), on_comment, keep).map(EventSource::with_hub)
    }

    fn open(self, reconnect: Reconnect, waiters: Rc<Waiters>) -> Result<Driver, Error> {
        #[cfg(feature = "sharing")]
        if let Some(sharing) = &self.sharing {
            return (sharing.open)(self, reconnect, waiters);
        }
        let mut parser = Parser::new();
        if let Some(bytes) = self.max_event_size {
            parser = parser.with_max_event_size(bytes);
        }
        if self.on_comment.is_some() {
            parser = parser.with_comments();
        }
        parser.set_last_event_id(&self.last_event_id);
        let mut engine = Engine::new(parser).with_reconnect(reconnect);
        if let Some(timeout) = self.idle_timeout {
            engine = engine.with_idle_timeout(timeout);
        }
        let options = options(self.options, self.request);
        Driver::new(&self.url, options, engine, move || waiters.wake())
    }

    fn custom(&mut self) -> &mut RequestOptions {
        let new = || Box::new(Custom { options: RequestOptions::default(), make: CustomRequest::from });
        &mut self.request.get_or_insert_with(new).options
    }
}

/// With the request, if it is more than the standard's.
pub(super) fn options(options: Options, request: Option<Box<Custom>>) -> Options {
    Options { request: request.map(|request| (request.make)(request.options)), ..options }
}

/// Reads every refusal, and asks the user about those that the policy does not try again by itself.
fn refusal_handler(policy: Reconnect, user: Option<RefusalHandler>) -> RefusalHandler {
    RefusalHandler::new(async move |refusal: &Refusal| match &user {
        Some(user) if !policy.retries(refusal.status()) => user.retries(refusal).await,
        _ => false,
    })
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("url", &without_secrets(&self.url))
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
