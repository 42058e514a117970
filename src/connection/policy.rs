//! [`Reconnect`]: what a user can choose about reconnecting, and the defaults.

use alloc::vec::Vec;

use crate::time::Duration;

/// The default of [`Reconnect::initial_delay`]: 3 seconds, as in Chromium. The standard leaves the value to the browser.
pub const DEFAULT_RECONNECTION_TIME: Duration = Duration::from_secs(3);

/// The longest reconnection time: 24.8 days, the most that a browser's timer can hold. A larger `retry` counts as this. See [`Connection::set_reconnection_time`](super::Connection::set_reconnection_time).
pub const MAX_RECONNECTION_TIME: Duration = Duration::from_millis(LONGEST as u64);

/// The same in milliseconds.
pub(super) const LONGEST: u32 = i32::MAX as u32;

/// The default of [`Reconnect::max_delay`].
pub const DEFAULT_MAX_DELAY: Duration = Duration::from_secs(30);

/// A time in whole milliseconds, limited to what a timer can hold.
#[inline]
pub(super) const fn for_timer(time: Duration) -> u32 {
    let milliseconds = crate::time::whole_milliseconds(time);
    if milliseconds > LONGEST { LONGEST } else { milliseconds }
}

/// How a source reconnects. Times count in whole milliseconds, up to [`MAX_RECONNECTION_TIME`].
///
/// The default is the [standard's][reestablish]. If a connection is lost, the source connects again after the reconnection
/// time, without a limit on the number of attempts. A rejected response is fatal.
///
/// # How long it waits
///
/// Each wait is the reconnection time, `t`, and a random part. The server sets `t` with `retry`. Until then, `t` is
/// [`initial_delay`](Reconnect::initial_delay). The random part becomes longer with each failure in a row:
///
/// | failure in a row | random part, if the server has set `t` | random part, if not |
/// |---|---|---|
/// | first | none | 0 to `t` |
/// | second | 0 to `t` | 0 to `2 t` |
/// | third | 0 to `3 t` | 0 to `4 t` |
/// | fourth | 0 to `7 t` | 0 to `8 t` |
///
/// The limit doubles with each further failure, until the whole wait reaches [`max_delay`](Reconnect::max_delay), 30 seconds
/// by default. If `t` alone is longer than that, the wait is `t`. If `t` is 0, the random part is that of 100 ms. A
/// `Retry-After` that is longer than all this counts instead.
///
/// So by default, the first wait is 3 to 6 seconds, the second 3 to 9, the third 3 to 15, the fourth 3 to 27, and later ones
/// 3 to 30.
///
/// ```
/// use core::time::Duration;
/// use wasm_eventsource::connection::Reconnect;
/// use wasm_eventsource::engine::Engine;
///
/// // The same goes to `EventSource::builder(url).reconnect(..)`.
/// let half_a_second = Duration::from_millis(500);
/// let policy = Reconnect::default().initial_delay(half_a_second).max_attempts(10).statuses([429, 502, 503, 504]);
/// let engine = Engine::default().with_reconnect(policy);
/// assert_eq!(engine.reconnection_time(), half_a_second);
/// ```
///
/// [reestablish]: https://html.spec.whatwg.org/multipage/server-sent-events.html#reestablish-the-connection
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a policy has no effect until a source is built with it"]
pub struct Reconnect {
    /// In milliseconds, like `max_delay`.
    pub(super) initial_delay: u32,
    pub(super) max_delay: u32,
    pub(super) max_attempts: Option<u32>,
    repeats: Repeats,
    statuses: Vec<u16>,
}

/// When a source sends its request again by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Repeats {
    #[default]
    Always,
    WithId,
    Never,
}

impl Default for Reconnect {
    fn default() -> Self {
        Self {
            initial_delay: for_timer(DEFAULT_RECONNECTION_TIME),
            max_delay: for_timer(DEFAULT_MAX_DELAY),
            max_attempts: None,
            repeats: Repeats::default(),
            statuses: Vec::new(),
        }
    }
}

impl Reconnect {
    /// Does not reconnect after an error: every error is fatal.
    ///
    /// A GET is still sent again in these cases, because no error has been reported: when the document is shown again after
    /// the back/forward cache or `WhenHidden::Close` has ended the connection, when you call `EventSource::reconnect` or
    /// `EventSource::verify`, and after a CORS probe. A request with another method is sent again only by
    /// `EventSource::reconnect`.
    pub fn never() -> Self {
        Self::default().max_attempts(0)
    }

    /// The reconnection time until the server sets one with `retry`. A random part is added to it: see the
    /// [table](Reconnect#how-long-it-waits). Defaults to [`DEFAULT_RECONNECTION_TIME`], 3 seconds.
    pub fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = for_timer(delay);
        self
    }

    /// The longest wait after failures in a row, with the random part included. A longer reconnection time or `Retry-After` still
    /// counts. Defaults to [`DEFAULT_MAX_DELAY`], 30 seconds.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = for_timer(delay);
        self
    }

    /// How many reconnections in a row may fail. With 3, the source reconnects up to three times, and then fails for good.
    ///
    /// The count starts again after an event, and after a connection that delivered at least one byte and lasted at least a
    /// second. The headers of a response prove nothing: a proxy may send them for a server that it cannot reach. Defaults to
    /// no limit.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// The statuses of rejected responses after which another attempt is made. The source waits at least as long as the
    /// response's [`Retry-After`](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after) asks. If the response comes from
    /// another origin, the source sees this header only if `Access-Control-Expose-Headers` names it. By default there are
    /// none: a rejected response is fatal.
    ///
    /// **With a POST**: rules for reconnecting allow a source to repeat its request after every loss, whatever the method. So
    /// with `statuses([503])` alone, a POST is also repeated after a lost connection. To repeat it only after a 503, add
    /// [`only_after_refusal`](Reconnect::only_after_refusal).
    pub fn statuses(mut self, statuses: impl Into<Vec<u16>>) -> Self {
        self.statuses = statuses.into();
        self
    }

    /// Reconnects only after a failure, and only if there is a last event ID, so that the server can continue after it. If
    /// the server ends the stream, the source does not reconnect, with or without an ID. Use this for a request,
    /// such as a POST, that must not be sent again without an ID. By default, the source always reconnects.
    pub fn only_with_id(mut self) -> Self {
        self.repeats = Repeats::WithId;
        self
    }

    /// Reconnects only after a rejected response, and only if [`statuses`](Reconnect::statuses) contains its status or
    /// `Builder::retry_if` returns true. After any other failure, and when the server ends the stream, the source does not
    /// reconnect. Use this for an answer that is read once. (With [`never`](Reconnect::never), the source does not even
    /// reconnect after a rejected response.)
    pub fn only_after_refusal(mut self) -> Self {
        self.repeats = Repeats::Never;
        self
    }

    /// Whether no attempt follows the first one.
    #[cfg(feature = "web")]
    pub(crate) fn is_never(&self) -> bool {
        self.max_attempts == Some(0)
    }

    /// Whether another attempt follows when the server has ended the stream.
    pub(crate) fn repeats_after_end(&self) -> bool {
        self.repeats == Repeats::Always
    }

    /// Whether another attempt makes sense with this last event ID.
    pub(crate) fn repeats(&self, last_event_id: &str) -> bool {
        match self.repeats {
            Repeats::Always => true,
            Repeats::WithId => !last_event_id.is_empty(),
            Repeats::Never => false,
        }
    }

    /// Whether another attempt follows a response of this status, with this last event ID.
    pub(crate) fn retries(&self, status: u16, last_event_id: &str) -> bool {
        self.lists(status) && (self.repeats != Repeats::WithId || !last_event_id.is_empty())
    }

    /// Whether the user has listed this status. Then nobody is asked.
    pub(crate) fn lists(&self, status: u16) -> bool {
        self.statuses.contains(&status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_counts_in_whole_milliseconds_and_is_bounded() {
        for (time, milliseconds) in [
            (Duration::ZERO, 0),
            (Duration::from_nanos(1), 0),
            (Duration::from_micros(1_500), 1),
            (Duration::from_millis(999), 999),
            (Duration::from_nanos(1_999_999_999), 1_999),
            (MAX_RECONNECTION_TIME, LONGEST),
            (MAX_RECONNECTION_TIME + Duration::from_nanos(1), LONGEST),
            (Duration::from_secs(2_147_483), 2_147_483_000),
            (Duration::from_secs(2_147_484), LONGEST),
            (Duration::MAX, LONGEST),
        ] {
            assert_eq!(for_timer(time), milliseconds, "{time:?}");
        }
    }
}
