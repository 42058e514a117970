//! How long to wait before a connection is established again.

use super::policy::{LONGEST, Reconnect};
use crate::time::{Duration, from_milliseconds};

/// The least time between two requests of one source, in milliseconds. [`HASTY`] requests may be closer together. `retry` does not
/// change it.
const MIN_SPACING: u32 = 100;

/// How many requests in a row may be closer together.
const HASTY: u32 = 3;

/// After a pause this long, the row of close requests ends.
const LEISURE: Duration = Duration::from_millis(2 * MIN_SPACING as u64);

/// A connection that brought a byte and lasted this long counts as a success, even without an event.
const HELD: Duration = Duration::from_secs(1);

/// A moment, as the time since a fixed earlier moment that the [`Clock`] chooses.
pub type Timestamp = Duration;

/// The source of time and random numbers. The connection has none of its own.
///
/// ```
/// use std::time::Instant;
/// use wasm_eventsource::connection::{Clock, Timestamp};
///
/// struct SystemClock {
///     start: Instant,
/// }
///
/// impl Clock for SystemClock {
///     fn now(&self) -> Timestamp {
///         self.start.elapsed()
///     }
///
///     fn jitter(&self) -> f64 {
///         // Good enough to spread clients; a random number generator does better.
///         f64::from(self.start.elapsed().subsec_nanos() % 1000) / 1000.0
///     }
/// }
/// # assert!((0.0..1.0).contains(&SystemClock { start: Instant::now() }.jitter()));
/// ```
pub trait Clock {
    /// The present moment. It must never go back.
    fn now(&self) -> Timestamp;

    /// A random number in `0.0..1.0`, so that clients that lost one server together do not come back together.
    fn jitter(&self) -> f64;
}

/// The reconnection time and the attempts that failed since there was a connection.
#[derive(Debug, Default)]
pub(super) struct Reconnection {
    policy: Reconnect,
    /// The reconnection time that the server has set.
    time: Option<u32>,
    failures: u32,
    requested_at: Option<Timestamp>,
    /// No request is sent before this time, whatever else ends the wait: the server has asked for it with `Retry-After`.
    not_before: Timestamp,
    /// How many requests in a row followed the one before too closely.
    hasty: u32,
    announced_at: Option<Timestamp>,
    /// Bytes have come since `announced_at`.
    has_bytes: bool,
}

impl Reconnection {
    pub(super) fn new(policy: Reconnect) -> Self {
        Self { policy, ..Self::default() }
    }

    pub(super) fn set_policy(&mut self, policy: Reconnect) {
        self.policy = policy;
    }

    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    pub(super) fn policy(&self) -> &Reconnect {
        &self.policy
    }

    pub(super) fn time(&self) -> u32 {
        self.time.unwrap_or(self.policy.initial_delay)
    }

    pub(super) fn set_time(&mut self, milliseconds: u32) {
        self.time = Some(milliseconds.min(LONGEST));
    }

    pub(super) fn requested(&mut self, now: Timestamp) {
        self.settle(now);
        self.spaced(now);
    }

    /// A request is sent, and later ones keep their distance to it.
    pub(super) fn spaced(&mut self, now: Timestamp) {
        let is_hasty = self.requested_at.is_some_and(|before| now.saturating_sub(before) < LEISURE);
        self.hasty = if is_hasty { self.hasty + 1 } else { 0 };
        self.requested_at = Some(now);
        self.not_before = Timestamp::ZERO;
    }

    /// The user asked for a request now, which overrides the server's `Retry-After`.
    pub(super) fn wished(&mut self) {
        self.not_before = Timestamp::ZERO;
    }

    pub(super) fn announced(&mut self, now: Timestamp) {
        self.announced_at = Some(now);
        self.has_bytes = false;
    }

    /// Another connection has taken the place of the one before.
    pub(super) fn replaced(&mut self, now: Timestamp) {
        self.settle(now);
        self.announced(now);
    }

    /// Bytes of the body have come. The response alone proves nothing: a proxy may answer for a server that it cannot reach.
    pub(super) fn received(&mut self) {
        self.has_bytes = true;
    }

    /// An event has come: the row of failures ends.
    pub(super) fn delivered(&mut self) {
        self.failures = 0;
    }

    /// The attempt, or its connection, is over. Returns the wait before the next attempt, which is never shorter than `retry_after`.
    /// Returns `None` if there is no other attempt.
    ///
    /// "Wait a delay equal to the reconnection time of the event source. Optionally, wait some more. In particular, if
    /// the previous attempt failed, then user agents might introduce an exponential backoff delay."
    ///
    /// With a reconnection time of `t`, a random part is added to each wait:
    ///
    /// | failures in a row before this one | the server has set `t` | it has not |
    /// |---|---|---|
    /// | none | nothing: exactly `t` | up to `t` |
    /// | 1 | up to `t` | up to `2 t` |
    /// | 2 | up to `3 t` | up to `4 t` |
    /// | n | up to `(2^n - 1) t` | up to `2^n t` |
    ///
    /// The whole wait is at most [`Reconnect::max_delay`], unless `t` alone is longer. So clients that lost one server together do not
    /// come back together.
    ///
    /// If the user has chosen the wait (`is_chosen`), it is `retry_after` instead, with nothing added.
    pub(super) fn delay(&mut self, retry_after: Duration, is_chosen: bool, clock: &impl Clock) -> Option<Duration> {
        let now = clock.now();
        self.settle(now);
        if self.policy.max_attempts.is_some_and(|attempts| self.failures >= attempts) {
            return None;
        }
        let time = self.time();
        // A time of zero has no multiples, so it counts as `MIN_SPACING` here.
        let factor = (1u32 << self.failures.min(16)) - u32::from(self.time.is_some());
        let limit = self.policy.max_delay.saturating_sub(time);
        let more = (f64::from(time.max(MIN_SPACING)) * f64::from(factor)).min(limit.into());
        let own = if is_chosen { 0.0 } else { f64::from(time) + more * clock.jitter() };
        self.failures = self.failures.saturating_add(1);
        // Before the server's time is added to that of the clock: the difference of both would not be exactly that time.
        let spacing = self.earliest().saturating_sub(now);
        self.not_before = now.saturating_add(retry_after);
        Some(from_milliseconds(own).max(spacing).max(retry_after))
    }

    pub(super) fn was_requested(&self) -> bool {
        self.requested_at.is_some()
    }

    /// When the next request may be sent: requests that are too close together are spaced, and a server that has asked for time
    /// gets it.
    pub(super) fn earliest(&self) -> Timestamp {
        match self.requested_at {
            Some(before) if self.hasty >= HASTY => {
                before.saturating_add(Duration::from_millis(MIN_SPACING.into())).max(self.not_before)
            }
            _ => self.not_before,
        }
    }

    /// The connection is over, if there was one. If it lasted and brought bytes, the row of failures ends.
    fn settle(&mut self, now: Timestamp) {
        let lasted = self.announced_at.take().is_some_and(|announced_at| now.saturating_sub(announced_at) >= HELD);
        if lasted && self.has_bytes {
            self.failures = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(f64);

    impl Clock for Fixed {
        fn now(&self) -> Timestamp {
            Duration::ZERO
        }
        fn jitter(&self) -> f64 {
            self.0
        }
    }

    fn delay(reconnection: &mut Reconnection, jitter: f64) -> u128 {
        reconnection.delay(Duration::ZERO, false, &Fixed(jitter)).expect("there is another attempt").as_millis()
    }

    fn delays(time: u32, jitter: f64) -> [u128; 5] {
        let mut reconnection = Reconnection::default();
        reconnection.set_time(time);
        [(); 5].map(|()| delay(&mut reconnection, jitter))
    }

    #[test]
    fn only_attempts_that_fail_in_a_row_wait_longer_than_the_time_that_the_server_has_set() {
        assert_eq!(delays(1000, 0.0), [1000; 5]);
        assert_eq!(delays(1000, 0.5), [1000, 1500, 2500, 4500, 8500]);
        let mut reconnection = Reconnection::default();
        reconnection.set_time(3000);
        delay(&mut reconnection, 0.5);
        reconnection.delivered();
        assert_eq!(delay(&mut reconnection, 0.5), 3000);
    }

    #[test]
    fn a_time_that_the_server_has_not_set_is_spread_from_the_first_wait_on() {
        for (policy, waits) in [
            (Reconnect::default(), [4500, 6000, 9000, 15_000, 16_500, 16_500]),
            (Reconnect::default().initial_delay(Duration::from_millis(500)), [750, 1000, 1500, 2500, 4500, 8500]),
            (Reconnect::default().initial_delay(Duration::ZERO), [50, 100, 200, 400, 800, 1600]),
            (Reconnect::default().max_delay(Duration::from_secs(3)), [3000; 6]),
        ] {
            let mut reconnection = Reconnection::new(policy);
            assert_eq!([(); 6].map(|()| delay(&mut reconnection, 0.5)), waits);
            reconnection.delivered();
            assert_eq!(delay(&mut reconnection, 0.5), waits[0]);
            assert_eq!(delay(&mut reconnection, 0.0), u128::from(reconnection.time()));
        }
        let mut reconnection = Reconnection::default();
        assert_eq!(delay(&mut reconnection, 0.999_999_9), 5999);
    }

    #[test]
    fn what_is_added_is_bounded_and_never_overflows() {
        assert_eq!(delays(20_000, 0.999_999_9), [20_000, 29_999, 29_999, 29_999, 29_999]);
        let mut reconnection = Reconnection::default();
        reconnection.set_time(u32::MAX);
        for _ in 0..100 {
            assert_eq!(delay(&mut reconnection, 0.5), 2_147_483_647);
        }
    }
}
