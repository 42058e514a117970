//! The options of an event source to be.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Display};
use core::time::Duration;

use super::hub::{Hub, OnComment};
use super::kept::Keep;
use super::source::EventSource;
use crate::connection::Reconnect;
use crate::engine::Engine;
use crate::error::{Error, Reason, Refusal};
use crate::event_stream::Parser;
use crate::messages::without_secrets;
use crate::web::{Attempt, CustomRequest, Options, Redirect, RefusalHandler, RequestOptions, WhenHidden};

/// Options of an [`EventSource`] to be. See the example of [`EventSource::builder`].
#[derive(Clone)]
#[must_use = "nothing is sent before `build`"]
pub struct Builder {
    url: String,
    options: Options,
    last_event_id: String,
    max_event_size: Option<usize>,
    reconnect: Option<Reconnect>,
    idle_timeout: Option<Duration>,
    request: Option<Box<Custom>>,
    on_comment: Option<Rc<OnComment>>,
    keep: Keep,
    retry_if: Option<RefusalHandler>,
}

/// Made with the first option of the request: what sends such requests is only in programs that ask for them.
#[derive(Clone)]
struct Custom {
    options: RequestOptions,
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

    /// Bounds the bytes held for one event, as [`Parser::with_max_event_size`] says; a larger one is a fatal error,
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

    /// The longest time in which nothing may come, not even a comment: since the attempt began (what gives its headers included), the
    /// response came, or the last chunk. After it the connection is lost with [`Reason::Idle`](crate::Reason::Idle), and the source
    /// reconnects as after any loss. Have the server send a comment more often than that. Defaults to none: a connection that is
    /// dead without a word is found so when the operating system does, which may be never.
    ///
    /// What is received and not taken is no silence, and a tab that was frozen, or asleep with its machine, has a moment to find
    /// out what has come meanwhile.
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

    /// Asks this whether a response that is refused is worth another attempt, not sooner than its `Retry-After` says. It is
    /// asked of every refusal, that of a 204 too, but those whose status the policy of
    /// [reconnecting](Builder::reconnect) names; that policy's bounds hold. With true a request that is no GET is repeated as
    /// well. Defaults to what that policy says: none is. Like [`headers`](Builder::headers) it is async, so that it may log in again
    /// first; the source waits for it. If the source is closed meanwhile, the answer has no effect.
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

    /// Sends this header with each request, beside those of the standard. To another origin it is preflighted. What it gives
    /// away where a redirect leads is for [`redirect`](Builder::redirect) to say: to another origin by default nothing.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.custom().headers.push((name.to_string(), value.to_string()));
        self
    }

    /// Calls this before each attempt, for headers that are sent with it: a fresh token, for one. When it fails, the attempt
    /// has failed with [`Reason::Unprepared`](crate::Reason::Unprepared), and another follows.
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

    /// The method of the requests. Defaults to GET. A request of any other method is not repeated by itself, unless a policy of
    /// [reconnecting](Builder::reconnect) is given: when the server ends the stream, the source is CLOSED, with a fatal
    /// [`Reason::Ended`](crate::Reason::Ended). Only a connection that broke off is made again, and only if an ID was received or
    /// given to go on from.
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

    /// The name of a parameter of the URL that has the last event ID, in the place of the header `Last-Event-ID`, with which a
    /// request to another origin is preflighted. Defaults to none: the header.
    pub fn last_event_id_parameter(mut self, name: &str) -> Self {
        self.custom().last_event_id_parameter = Some(name.to_string());
        self
    }

    /// Calls this for each comment of the stream, which the standard ignores and servers send to keep a connection alive, with
    /// what follows the colon; one space at the front is removed. It is called when the stream is read up to there: after the
    /// events before it are taken, and before those behind it are. Defaults to none.
    ///
    /// ```no_run
    /// use wasm_eventsource::EventSource;
    ///
    /// let source = EventSource::builder("https://example.com/events").on_comment(|comment| println!("{comment}")).build()?;
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn on_comment(mut self, on_comment: impl Fn(&str) + 'static) -> Self {
        self.on_comment = Some(Rc::new(move |driver| {
            // No borrow is held while it is told: who hears it may close the source.
            if let Some(comment) = driver.with_comment(ToString::to_string) {
                on_comment(&comment);
            }
        }));
        self
    }

    /// What is kept for the source itself while only its subscriptions are polled, and for each subscription that sets no
    /// [other bound](crate::Subscription::keep). Defaults to the newest events, with 16 MiB together. [`Keep`] has an example.
    pub fn keep(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// What to make of redirects. Defaults to following them, but with headers of your own only within the page's origin; see
    /// [`Redirect`].
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
        let mut parser = Parser::new();
        if let Some(bytes) = self.max_event_size {
            parser = parser.with_max_event_size(bytes);
        }
        if self.on_comment.is_some() {
            parser = parser.with_comments();
        }
        parser.set_last_event_id(&self.last_event_id);
        let method = self.request.as_ref().and_then(|request| request.options.method.as_ref());
        let is_get = method.is_none_or(|method| method.eq_ignore_ascii_case("GET"));
        let reconnect = self.reconnect.unwrap_or_else(|| match is_get {
            true => Reconnect::default(),
            // Nobody has asked for a repetition that the server may take for another order.
            false => Reconnect::default().only_with_id(),
        });
        self.options.request = self.request.map(|request| (request.make)(request.options));
        self.options.refusal_handler = Some(refusal_handler(reconnect.clone(), self.retry_if));
        let mut engine = Engine::new(parser).with_reconnect(reconnect);
        if let Some(timeout) = self.idle_timeout {
            engine = engine.with_idle_timeout(timeout);
        }
        Hub::new(&self.url, self.options, engine, self.on_comment, self.keep).map(EventSource::with_hub)
    }

    fn custom(&mut self) -> &mut RequestOptions {
        let new = || Box::new(Custom { options: RequestOptions::default(), make: CustomRequest::from });
        &mut self.request.get_or_insert_with(new).options
    }
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
