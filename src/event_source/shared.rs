//! [`Shared`]: the option to share a connection.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::builder::{Builder, options};
use super::faults::invalid;
use super::hub::Waiters;
use super::source::EventSource;
use crate::connection::Reconnect;
use crate::engine::Incomplete;
use crate::error::Error;
use crate::sharing::{Role, Settings};
use crate::web::{Driver, RequestOptions, WhenBack};

/// How an event source shares its connection: with sources in other tabs and workers of the same origin, and with other
/// sources in the same app. It does not share with JavaScript sources of the npm package. Pass it to
/// [`Builder::shared`](crate::Builder::shared).
///
/// The [guide](https://github.com/wasm-eventsource/wasm-eventsource/blob/main/docs/sharing.md) says when to share and when not, what
/// each source sees, and what the server sees.
///
/// ```no_run
/// use std::time::Duration;
/// use wasm_eventsource::{EventSource, Shared};
///
/// # fn example(user_id: &str) -> Result<(), wasm_eventsource::Error> {
/// let shared = Shared::new().key(user_id).replay(10).linger(Duration::from_secs(5));
/// let source = EventSource::builder("https://example.com/events").shared(shared).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Shared {
    key: Option<String>,
    replay: u32,
    linger: Duration,
}

impl Shared {
    /// No key, no replay, no lingering.
    ///
    /// ```
    /// use wasm_eventsource::Shared;
    ///
    /// assert_eq!(format!("{:?}", Shared::new()), format!("{:?}", Shared::default()));
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Only sources with the same key share a connection. Defaults to no key.
    ///
    /// You need a key if you use a function for [`Builder::headers`](crate::Builder::headers) or
    /// [`Builder::accept`](crate::Builder::accept). The sources cannot compare functions, so the key says which sources send
    /// the same headers: for example, the user's ID. Do not use a secret, such as the token itself.
    ///
    /// ```no_run
    /// use wasm_eventsource::{EventSource, Shared};
    ///
    /// # async fn token() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// # fn example(user_id: &str) -> Result<(), wasm_eventsource::Error> {
    /// let source = EventSource::builder("https://example.com/events")
    ///     .headers(async |_| Ok::<_, std::io::Error>(vec![("Authorization".into(), token().await?)]))
    ///     .shared(Shared::new().key(user_id))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_string());
        self
    }

    /// How many of the last events the source gets when it joins an open connection, oldest first. The source that holds the
    /// connection (the *leader*) stores as many as its own `replay` says, and at most 256 KiB. So set the same number in
    /// every source. Defaults to 0.
    #[must_use]
    pub fn replay(mut self, events: u32) -> Self {
        self.replay = events;
        self
    }

    /// If this source leads and is closed or dropped, it keeps its connection open for this time, for the other sources and
    /// for those that join. Then another source takes over with a new connection, if there is one. Defaults to zero: another
    /// source takes over at once. If the page goes away, the connection also ends at once.
    #[must_use]
    pub fn linger(mut self, time: Duration) -> Self {
        self.linger = time;
        self
    }
}

impl fmt::Debug for Shared {
    /// Without the key, which may identify the user.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("has_key", &self.key.is_some())
            .field("replay", &self.replay)
            .field("linger", &self.linger)
            .finish()
    }
}

/// Made by the option. So the code that shares connections is only in programs that use it.
#[derive(Clone)]
pub(super) struct Sharing {
    shared: Shared,
    pub(super) open: fn(Builder, Reconnect, Rc<Waiters>) -> Result<Driver, Error>,
}

impl Builder {
    /// Shares one connection with all sources that make the same request: in other tabs and workers of this origin, and in
    /// this app. Sources of the Rust crate and of the npm package do not share with each other. Without this option, a source
    /// has a connection of its own.
    ///
    /// The request is the same if all of this is the same: URL, credentials, method, headers, body,
    /// [`redirect`](Builder::redirect), [`last_event_id_parameter`](Builder::last_event_id_parameter),
    /// [`last_event_id`](Builder::last_event_id), [`Shared::key`], and the version of this crate. All other options may
    /// differ.
    ///
    /// Every source is a *member* of a group. One of them leads: the *leader* holds the connection, and passes on what it
    /// receives. If the leader goes away, another source takes over and sends the last event ID. [`EventSource::shared`]
    /// returns the role of a source. Closing or dropping a source does not affect the others. When the last source is closed,
    /// the connection ends, at once or after [`Shared::linger`].
    ///
    /// These options apply as the leader has set them: [`reconnect`](Builder::reconnect),
    /// [`idle_timeout`](Builder::idle_timeout), [`connect_timeout`](Builder::connect_timeout),
    /// [`retry_if`](Builder::retry_if), and the functions for [`headers`](Builder::headers) and [`accept`](Builder::accept).
    ///
    /// If the browser cannot share, the source opens a connection of its own. In this example, two sources share one
    /// connection and show the same events:
    ///
    /// ```no_run
    /// use futures::StreamExt;
    /// use wasm_eventsource::{Error, EventSource, Shared};
    ///
    /// # fn show(_: &str) {}
    /// async fn follow() -> Result<(), Error> {
    ///     let mut source = EventSource::builder("https://example.com/events").shared(Shared::new()).build()?;
    ///     while let Some(item) = source.next().await {
    ///         show(item?.data());
    ///     }
    ///     Ok(())
    /// }
    ///
    /// # async fn example() {
    /// let _ = futures::join!(follow(), follow());
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`build`](Builder::build) fails with [`Reason::InvalidOption`](crate::Reason::InvalidOption) if a function for
    /// [`headers`](Builder::headers) or [`accept`](Builder::accept) is set, but no [key](Shared::key). It also fails with
    /// [`until`](Builder::until), [`incomplete`](Builder::incomplete) and [`resume`](Builder::resume), because another
    /// source may take over a shared connection.
    pub fn shared(mut self, shared: Shared) -> Self {
        self.sharing = Some(Box::new(Sharing { shared, open: Self::open_shared }));
        self
    }

    fn open_shared(mut self, reconnect: Reconnect, waiters: Rc<Waiters>) -> Result<Driver, Error> {
        let shared = self.sharing.take().map(|sharing| sharing.shared).unwrap_or_default();
        let extras = self.extras.as_ref().map(|extras| extras.extras());
        if extras.is_some_and(|extras| extras.until.is_some() || extras.incomplete != Incomplete::Discard) {
            return Err(invalid((
                "shared",
                "the end of a shared connection is not that of one stream: it goes without until and incomplete",
            )));
        }
        if extras.is_some_and(|extras| extras.resume.is_some()) {
            return Err(invalid(("shared", "another source may take over the connection: it goes without resume")));
        }
        if self.options.accept.is_some() && shared.key.is_none() {
            return Err(invalid((
                "shared",
                "a source with a function that accepts responses needs a key to share its connection",
            )));
        }
        let mut parts = Vec::new();
        if let Some(custom) = &self.request {
            if custom.options.headers_of.is_some() && shared.key.is_none() {
                return Err(invalid((
                    "shared",
                    "a source with a function for its headers needs a key to share its connection",
                )));
            }
            parts = parts_of(&custom.options);
        }
        if let Some(key) = shared.key {
            parts.extend(["key".to_string(), key]);
        }
        // The driver sets the number.
        let mut settings = Settings::new(0);
        settings.replay = shared.replay;
        settings.linger = shared.linger;
        settings.reconnect = reconnect;
        settings.idle_timeout = self.idle_timeout;
        settings.connect_timeout = self.connect_timeout;
        settings.verifies_when_back = self.when_back == WhenBack::Verify;
        settings.with_comments = self.on_comment.is_some();
        settings.last_event_id = self.last_event_id;
        if let Some(bytes) = self.max_event_size {
            settings.max_event_size = bytes;
        }
        let parts: Vec<_> = parts.iter().map(String::as_str).collect();
        let options = options(self.options, self.request);
        Driver::shared(&self.url, options, settings, &parts, move || waiters.wake())
    }
}

/// The parts that make two requests the same, besides URL and credentials. Each part begins with its name, so that none can be
/// mistaken for another.
fn parts_of(options: &RequestOptions) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = |name: &str, value: String| parts.extend([name.to_string(), value]);
    if let Some(method) = options.method.as_ref().filter(|method| !method.eq_ignore_ascii_case("get")) {
        part("method", method.clone());
    }
    for (name, value) in &options.headers {
        part("header", name.to_ascii_lowercase());
        part("value", value.clone());
    }
    if options.headers_of.is_some() {
        part("header", "*".to_string());
    }
    if let Some(body) = &options.body {
        // A body need not be UTF-8.
        part("body", body.iter().map(|byte| char::from(*byte)).collect());
    }
    if let Some(name) = &options.last_event_id_parameter {
        part("last_event_id_parameter", name.clone());
    }
    if let Some(redirect) = &options.redirect {
        part("redirect", alloc::format!("{redirect:?}"));
    }
    parts
}

impl EventSource {
    /// The role of this source in the group that [shares](crate::Builder::shared) its connection. It is the leader, or a
    /// member, or it has a connection of its own because it could not share. The role can change at any time. `None` if the
    /// source was built without that option.
    ///
    /// ```no_run
    /// use wasm_eventsource::sharing::Role;
    /// use wasm_eventsource::{EventSource, Shared};
    ///
    /// let source = EventSource::builder("https://example.com/events").shared(Shared::new()).build()?;
    /// // Every source starts as a member, before it knows about the others.
    /// assert_eq!(source.shared(), Some(Role::Member));
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn shared(&self) -> Option<Role> {
        self.hub().driver().role()
    }
}
