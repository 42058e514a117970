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

/// How an event source shares its connection: with other tabs and workers of the same origin, and with sources of its own program.
/// Pass it to [`Builder::shared`](crate::Builder::shared).
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

    /// Only sources with the same key share a connection. It is required with [`Builder::headers`](crate::Builder::headers),
    /// because two functions cannot be compared. It must not be a secret. Defaults to none.
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

    /// How many of the last events the source gets when it joins an open connection, oldest first. It cannot get more than the
    /// leading source has kept, which is what that source's own option says, and at most 256 KiB. Defaults to 0.
    #[must_use]
    pub fn replay(mut self, events: u32) -> Self {
        self.replay = events;
        self
    }

    /// If this source leads and is closed or dropped, the connection stays open for this time. A source that joins meanwhile uses
    /// it. Other sources that are there already go on using it, and one of them connects when the time is over. Defaults to zero.
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
    /// Shares one connection with all sources that make the same request: in other tabs and workers of this origin, and in this
    /// program. These must be the same: URL, credentials, method, headers, body, the other options of the request, the last event
    /// ID to start from, [`Shared::key`], and the version of this crate. Everything else may differ. Without this option, a source
    /// has a connection of its own.
    ///
    /// One of the sources leads: it has the connection, and passes on what comes. If it goes away, another source continues where
    /// it ended. [`EventSource::shared`] tells the role of a source. Closing or dropping a source does not affect the others. The
    /// last one ends the connection, at once or after [`Shared::linger`].
    ///
    /// The [policy of reconnecting](Builder::reconnect), the [idle timeout](Builder::idle_timeout) and
    /// [`retry_if`](Builder::retry_if) of the source that leads apply.
    ///
    /// Where the platform cannot share, the source has a connection of its own. Both of these print the same events:
    ///
    /// ```no_run
    /// use futures::StreamExt;
    /// use wasm_eventsource::{Error, EventSource, Shared};
    ///
    /// async fn print() -> Result<(), Error> {
    ///     let mut source = EventSource::builder("https://example.com/events").shared(Shared::new()).build()?;
    ///     while let Some(item) = source.next().await {
    ///         println!("{}", item?.data());
    ///     }
    ///     Ok(())
    /// }
    ///
    /// # async fn example() {
    /// let _ = futures::join!(print(), print());
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`build`](Builder::build) fails with [`Reason::InvalidOption`](crate::Reason::InvalidOption) if there is a function for
    /// [`headers`](Builder::headers) or [`accept`](Builder::accept) and no [key](Shared::key), and with [`until`](Builder::until),
    /// [`incomplete`](Builder::incomplete) and [`resume`](Builder::resume), because a shared connection goes on with another source.
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
    /// The role of this source in the group that [shares](crate::Builder::shared) its connection: it leads, is a member, or has a
    /// connection of its own all the same. The role may change at any time. `None` if it was made without that option.
    ///
    /// ```no_run
    /// use wasm_eventsource::sharing::Role;
    /// use wasm_eventsource::{EventSource, Shared};
    ///
    /// let source = EventSource::builder("https://example.com/events").shared(Shared::new()).build()?;
    /// // It has not asked the others yet.
    /// assert_eq!(source.shared(), Some(Role::Member));
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn shared(&self) -> Option<Role> {
        self.hub().driver().role()
    }
}
