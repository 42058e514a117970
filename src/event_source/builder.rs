//! [`Builder`]: the options of an event source.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Display};
#[cfg(feature = "testing")]
use core::mem;
use core::time::Duration;

use super::driver::Driver;
use super::extras::ForEachSource;
use super::faults::fault_of_id;
use super::hub::{Hub, OnComment, Waiters};
use super::kept::Keep;
#[cfg(feature = "testing")]
use super::script::Script;
#[cfg(feature = "testing")]
use super::scripted::Scripted;
#[cfg(feature = "sharing")]
use super::shared::Sharing;
use super::source::EventSource;
use crate::connection::Reconnect;
use crate::engine::Engine;
use crate::error::Error;
use crate::event_stream::Parser;
use crate::messages::without_secrets;
use crate::web::{
    self, Attempt, CustomRequest, Options, Redirect, RefusalHandler, RequestOptions, WhenBack, WhenHidden,
};

/// Options for a new [`EventSource`]. See the example of [`EventSource::builder`].
#[derive(Clone)]
#[must_use = "nothing is sent before `build`"]
pub struct Builder {
    pub(super) url: String,
    pub(super) options: Options,
    pub(super) last_event_id: String,
    pub(super) max_event_size: Option<usize>,
    pub(super) reconnect: Option<Reconnect>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) when_back: WhenBack,
    pub(super) request: Option<Box<Custom>>,
    #[cfg(feature = "sharing")]
    pub(super) sharing: Option<Box<Sharing>>,
    #[cfg(feature = "testing")]
    pub(super) script: Option<Script>,
    pub(super) on_comment: Option<Rc<OnComment>>,
    keep: Keep,
    pub(super) retry_if: Option<RefusalHandler>,
    /// Options that few programs use.
    pub(super) extras: Option<Rc<dyn ForEachSource>>,
}

/// Made by the first option that changes the request. So only programs that use such an option contain the code for it.
#[derive(Clone)]
pub(super) struct Custom {
    pub(super) options: RequestOptions,
    make: fn(RequestOptions) -> CustomRequest,
}

impl EventSource {
    /// Sends the first request at once. To go on, the source [needs to be polled](EventSource). A relative URL is relative to
    /// the document or, in a worker, to its script.
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

    /// Begins an event source with options. [`build`](Builder::build) makes it.
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
            connect_timeout: None,
            when_back: WhenBack::default(),
            request: None,
            #[cfg(feature = "sharing")]
            sharing: None,
            #[cfg(feature = "testing")]
            script: None,
            on_comment: None,
            keep: Keep::default(),
            retry_if: None,
            extras: None,
        }
    }

    /// Whether requests to other origins send [credentials](https://fetch.spec.whatwg.org/#credentials), such as cookies. Defaults
    /// to false.
    pub fn with_credentials(mut self, with_credentials: bool) -> Self {
        self.options.with_credentials = with_credentials;
        self
    }

    /// The last event ID to start with: a server can continue after it. The first request sends it as
    /// [`Last-Event-ID`](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header). By
    /// default, the first request sends no ID.
    pub fn last_event_id(mut self, id: &str) -> Self {
        self.judge("last_event_id", fault_of_id(id));
        self.last_event_id = id.to_string();
        self
    }

    /// The largest size of one event, in bytes. A larger event is a fatal error,
    /// [`Reason::EventTooLarge`](crate::Reason::EventTooLarge). [`Parser::with_max_event_size`] says what counts. Defaults
    /// to 128 MiB, [`DEFAULT_MAX_EVENT_SIZE`](crate::event_stream::DEFAULT_MAX_EVENT_SIZE).
    pub fn max_event_size(mut self, bytes: usize) -> Self {
        self.max_event_size = Some(bytes);
        self
    }

    /// The rules for reconnecting: whether, when and how often. See [`Reconnect`] for the rules and their defaults. By
    /// default, the source behaves as the standard says. A request that is not a GET is [sent only once](Builder::method) by
    /// default.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use wasm_eventsource::{EventSource, Reconnect};
    ///
    /// // At most ten reconnections in a row, half a second to a minute apart. These statuses are tried again, too.
    /// let rules = Reconnect::default()
    ///     .initial_delay(Duration::from_millis(500))
    ///     .max_delay(Duration::from_secs(60))
    ///     .max_attempts(10)
    ///     .statuses([429, 502, 503, 504]);
    /// let source = EventSource::builder("https://example.com/events").reconnect(rules).build()?;
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn reconnect(mut self, policy: Reconnect) -> Self {
        self.reconnect = Some(policy);
        self
    }

    /// How long a connection may be silent. After this time, it counts as lost, with
    /// [`Reason::Idle`](crate::Reason::Idle), and the source reconnects, unless the request is [sent only
    /// once](Builder::method). Every byte counts, even a comment. So let the server send comments, and make this time
    /// longer than the pause between two of them. By default there is no limit, and only the operating system can notice
    /// a dead connection.
    ///
    /// The wait for the response counts, and so does the time that [`headers`](Builder::headers) takes. While received
    /// events wait for you to take them, the time does not count. After a tab was frozen, or the machine was asleep, the
    /// source first reads what has arrived. Only then does it decide whether the connection is idle.
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
        let fault = timeout.is_zero().then_some("a connection is idle for 0 milliseconds at once");
        self.judge("idle_timeout", fault);
        self.idle_timeout = Some(timeout);
        self
    }

    /// How long the source waits for the response to one attempt. After this time, the attempt has failed with
    /// [`Reason::Timeout`](crate::Reason::Timeout), and the source reconnects, unless the request is [sent only
    /// once](Builder::method). The time that [`headers`](Builder::headers) takes counts. By default there is no limit.
    ///
    /// Some servers send the headers of their response only with the first event. For such a server, choose a time that is
    /// longer than the longest possible wait for the first event.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        let fault = timeout.is_zero().then_some("no response comes within 0 milliseconds");
        self.judge("connect_timeout", fault);
        self.connect_timeout = Some(timeout);
        self
    }

    /// What an open source does when its document is shown again, or the network is back. Defaults to [`WhenBack::Keep`].
    /// [`WhenBack::Verify`] has no effect if the source cannot be [verified](EventSource::verify).
    pub fn when_back(mut self, when_back: WhenBack) -> Self {
        self.when_back = when_back;
        self
    }

    /// Whether to end the connection while the document is hidden. Defaults to [`WhenHidden::Keep`].
    pub fn when_hidden(mut self, when_hidden: WhenHidden) -> Self {
        self.options.when_hidden = when_hidden;
        self
    }

    /// Sends this header with each request. If the source itself sends a header with this name, such as `Accept`, your value
    /// replaces it. `Last-Event-ID` cannot be set: see [`last_event_id`](Builder::last_event_id).
    ///
    /// If you set one name twice, the request sends both values in one header, joined by a comma. If the function for
    /// [`headers`](Builder::headers) returns the same name, only its value is sent.
    ///
    /// If the request goes to another origin, most headers cause a preflight. By default, a request with your own headers
    /// follows redirects only within the page's own origin: see [`redirect`](Builder::redirect).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.custom().headers.push((name.to_string(), value.to_string()));
        self
    }

    /// Calls this function before each attempt, and sends the headers that it returns, for example a fresh token. If it fails, the
    /// attempt fails with [`Reason::Unprepared`](crate::Reason::Unprepared), and another one follows, unless the request is [sent only
    /// once](Builder::method). If you close the source in the meantime, the future is dropped.
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

    /// The method of the requests. Defaults to GET. HEAD is an error of [`build`](Builder::build), because its response has no
    /// body.
    ///
    /// With any other method, the source sends its request only once, unless you set rules with
    /// [`reconnect`](Builder::reconnect). The reason: if the server received the request twice, it might do the same thing
    /// twice, such as placing an order. So if the server ends the stream, or the connection breaks or is idle, the source is
    /// CLOSED. The error is fatal, for example [`Reason::Ended`](crate::Reason::Ended) or
    /// [`Reason::Network`](crate::Reason::Network).
    ///
    /// Three options allow another request, without rules for reconnecting. [`retry_if`](Builder::retry_if) and
    /// [`bearer`](Builder::bearer) repeat the same one after a rejected response. [`resume`](Builder::resume) sends a
    /// different one after a lost connection.
    pub fn method(mut self, method: &str) -> Self {
        self.custom().method = Some(method.to_string());
        self
    }

    /// The body of the requests. Set its `Content-Type` with [`header`](Builder::header). Set the [method](Builder::method),
    /// too: a body with GET is an error of [`build`](Builder::build).
    ///
    /// For example, you POST a question to a language model. Its server sends the answer and ends the stream. The source
    /// then yields a fatal [`Reason::Ended`](crate::Reason::Ended), because a POST is not sent again. To get a normal end
    /// instead, say which event is the last one of a complete answer: see [`until`](Builder::until). If the answer is cut
    /// off before that event, the error is [`Reason::Truncated`](crate::Reason::Truncated).
    ///
    /// ```no_run
    /// use wasm_eventsource::{Error, EventSource};
    ///
    /// /// `json` is made with serde_json, for example. How to read the answer: see the example of `until`.
    /// fn ask(json: String) -> Result<EventSource, Error> {
    ///     EventSource::builder("https://example.com/chat")
    ///         .method("POST")
    ///         .header("Content-Type", "application/json")
    ///         .body(json)
    ///         .until(|event| event.data() == "[DONE]")
    ///         .build()
    /// }
    /// ```
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.custom().body = Some(body.into().into());
        self
    }

    /// Sends the last event ID in a URL parameter with this name, instead of the header `Last-Event-ID`. Use it for requests to
    /// another origin, where the header causes a preflight. Defaults to the header.
    pub fn last_event_id_parameter(mut self, name: &str) -> Self {
        self.custom().last_event_id_parameter = Some(name.to_string());
        self
    }

    /// Calls this function with each comment of the stream. Servers send comments to keep a connection alive, and the
    /// standard ignores them. The text is what follows the colon. One space after the colon is removed. Comments and events
    /// come in the order of the stream: a comment is delivered after you have taken the events before it.
    ///
    /// ```no_run
    /// use wasm_eventsource::EventSource;
    ///
    /// let source = EventSource::builder("https://example.com/events").on_comment(|comment| show(comment)).build()?;
    /// # fn show(_: &str) {}
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

    /// How many events are stored for a stream that you do not poll. The limit is for each subscription without a [limit of its
    /// own](crate::Subscription::keep), and for the source itself once you have polled it. By default, each stream stores its newest events, up to 16 MiB. See the example of
    /// [`Keep`].
    pub fn keep(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// What to do about redirects. By default, a request without headers of your own follows every redirect. A request with
    /// headers of your own follows a redirect only if it goes to the page's origin, and the redirect stays in that origin.
    /// Any other redirect ends in a fatal error: [`Reason::Cors`](crate::Reason::Cors), or
    /// [`Reason::Network`](crate::Reason::Network) if the request is [sent only once](Builder::method). [`Redirect`] lists a
    /// few headers that do not count.
    pub fn redirect(mut self, redirect: Redirect) -> Self {
        self.custom().redirect = Some(redirect);
        self
    }

    /// Sends the first request at once. To go on, the source [needs to be polled](EventSource).
    ///
    /// # Errors
    /// [`Reason::InvalidUrl`](crate::Reason::InvalidUrl) if the URL cannot be parsed,
    /// [`Reason::InvalidOption`](crate::Reason::InvalidOption) if an option has a value that cannot be sent, or a timeout is 0,
    /// [`Reason::Unsupported`](crate::Reason::Unsupported) where there is no browser and the feature `ssr` is off.
    pub fn build(mut self) -> Result<EventSource, Error> {
        let between = match self.extras.take() {
            Some(extras) => Some(extras.prepare(&mut self)?),
            None => None,
        };
        let method = self.request.as_ref().and_then(|request| request.options.method.as_ref());
        let is_get = method.is_none_or(|method| method.eq_ignore_ascii_case("GET"));
        let resumes = between.as_ref().is_some_and(|between| between.resumes());
        let reconnect = match self.reconnect.take() {
            // Not even after a probe, or when the document is shown again.
            Some(policy) if !is_get && !resumes && policy.is_never() => policy.only_after_refusal(),
            Some(policy) => policy,
            None if is_get => Reconnect::default(),
            // There are no rules of the user, so the request is not repeated: the server might do the same thing twice.
            None => Reconnect::default().only_after_refusal(),
        };
        let retry_if = self.retry_if.take();
        // Without a function of the user's, too: every refused response is read, for the error.
        self.options.refusal_handler = Some(RefusalHandler::under(reconnect.clone(), retry_if));
        let (on_comment, keep) = (self.on_comment.clone(), self.keep);
        Hub::new(|waiters| self.open(reconnect, waiters), on_comment, keep, between).map(EventSource::with_hub)
    }

    #[cfg(not(feature = "testing"))]
    fn open(self, reconnect: Reconnect, waiters: Rc<Waiters>) -> Result<Driver, Error> {
        self.open_on_platform(reconnect, waiters)
    }

    #[cfg(feature = "testing")]
    fn open(mut self, reconnect: Reconnect, waiters: Rc<Waiters>) -> Result<Driver, Error> {
        let Some(script) = self.script.take() else {
            return self.open_on_platform(reconnect, waiters).map(|driver| Driver::Platform(Box::new(driver)));
        };
        let options = mem::take(&mut self.options);
        let method = self.request.as_ref().and_then(|request| request.options.method.as_deref());
        let scripted = Scripted::new(&script, (&self.url, method), options, self.engine(reconnect), &waiters);
        Ok(Driver::Scripted(Box::new(scripted)))
    }

    fn open_on_platform(self, reconnect: Reconnect, waiters: Rc<Waiters>) -> Result<web::Driver, Error> {
        #[cfg(feature = "sharing")]
        if let Some(sharing) = &self.sharing {
            return (sharing.open)(self, reconnect, waiters);
        }
        let engine = self.engine(reconnect);
        let options = options(self.options, self.request);
        web::Driver::new(&self.url, options, engine, move || waiters.wake())
    }

    /// The engine of a source with a connection of its own.
    fn engine(&self, reconnect: Reconnect) -> Engine {
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
        if let Some(timeout) = self.connect_timeout {
            engine = engine.with_connect_timeout(timeout);
        }
        if self.when_back == WhenBack::Verify {
            engine = engine.with_verification_when_back();
        }
        engine
    }

    pub(super) fn custom(&mut self) -> &mut RequestOptions {
        let new = || Box::new(Custom { options: RequestOptions::default(), make: CustomRequest::from });
        &mut self.request.get_or_insert_with(new).options
    }
}

/// Adds the request to the options, if it has options beyond the standard's.
pub(super) fn options(options: Options, request: Option<Box<Custom>>) -> Options {
    Options { request: options.request.or(request.map(|request| (request.make)(request.options))), ..options }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("url", &without_secrets(&self.url))
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
