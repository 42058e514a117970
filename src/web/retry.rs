//! [`Retry`]: whether and how to try again after a refused response.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;
use core::time::Duration;

use crate::connection::MAX_RECONNECTION_TIME;

/// Whether to try again after a rejected response, and how: the result of the function for
/// [`Builder::retry_if`](crate::Builder::retry_if). A `bool` is enough if the next attempt shall be the usual one. If other
/// branches of your code return a `Retry`, write `true.into()`.
///
/// ```no_run
/// use std::time::Duration;
/// use wasm_eventsource::{EventSource, Retry};
///
/// let source = EventSource::builder("https://example.com/events")
///     .retry_if(async |refusal| match refusal.status() {
///         // The server does not know the last event ID any more: begin at the beginning, and at once.
///         410 => Retry::after(Duration::ZERO).last_event_id(""),
///         503 => Retry::after(Duration::from_secs(60)),
///         status => (status >= 500).into(),
///     })
///     .build()?;
/// # Ok::<(), wasm_eventsource::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use = "it has no effect unless `retry_if` returns it"]
pub struct Retry {
    pub(crate) is_wanted: bool,
    /// In a box, because most answers have none, and every program hands one on.
    pub(crate) chosen: Option<Box<Chosen>>,
}

/// What differs from the usual attempt.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) delay: Option<Duration>,
    pub(crate) last_event_id: Option<String>,
}

impl Retry {
    /// Tries again after this time. The usual wait and `Retry-After` do not count then. With zero, the source tries again at
    /// once; but after three requests in quick succession, further ones are at least 100 ms apart. The longest time is
    /// [`MAX_RECONNECTION_TIME`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use wasm_eventsource::Retry;
    ///
    /// assert_ne!(Retry::after(Duration::ZERO), Retry::from(true), "the usual time is 3 to 6 seconds");
    /// ```
    pub fn after(delay: Duration) -> Self {
        let chosen = Chosen { delay: Some(delay.min(MAX_RECONNECTION_TIME)), last_event_id: None };
        Self { is_wanted: true, chosen: Some(Box::new(chosen)) }
    }

    /// The last event ID that the next request sends. If it is empty, the request sends none. This has no effect if there is
    /// no other attempt, or if the source shares its connection. If the ID contains a null, a carriage return or a line
    /// feed, it cannot be sent, and there is no other attempt.
    ///
    /// ```
    /// use wasm_eventsource::Retry;
    ///
    /// assert_eq!(Retry::from(false).last_event_id("7"), Retry::from(false));
    /// assert_eq!(Retry::from(true).last_event_id("a\nb"), Retry::from(false));
    /// ```
    pub fn last_event_id(self, id: &str) -> Self {
        match self.is_wanted && is_last_event_id(id) {
            true => {
                let mut chosen = self.chosen.unwrap_or_default();
                chosen.last_event_id = Some(id.to_string());
                Self { is_wanted: true, chosen: Some(chosen) }
            }
            false => Self::default(),
        }
    }
}

/// What the drivers tell their engines of it.
#[cfg(any(feature = "testing", all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr"))))]
impl Retry {
    /// Whether it is wanted, after which wait, and with which last event ID.
    pub(crate) fn into_parts(self) -> (bool, Option<Duration>, Option<String>) {
        let Chosen { delay, last_event_id } = self.chosen.map(|chosen| *chosen).unwrap_or_default();
        (self.is_wanted, delay, last_event_id)
    }
}

impl From<bool> for Retry {
    /// True: another attempt after the usual time.
    fn from(is_wanted: bool) -> Self {
        Self { is_wanted, ..Self::default() }
    }
}

/// Whether a server could set this ID.
pub(crate) fn is_last_event_id(id: &str) -> bool {
    !id.bytes().any(|byte| matches!(byte, b'\0' | b'\r' | b'\n'))
}

impl fmt::Debug for Retry {
    /// Without the ID, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry")
            .field("is_wanted", &self.is_wanted)
            .field("delay", &self.chosen.as_ref().and_then(|chosen| chosen.delay))
            .field("has_last_event_id", &self.chosen.as_ref().is_some_and(|chosen| chosen.last_event_id.is_some()))
            .finish()
    }
}
