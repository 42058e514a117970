//! How long to wait before a connection is established again.

use core::time::Duration;

/// The reconnection time of an event source until its server says otherwise, in milliseconds. "This must initially be
/// an implementation-defined value, probably in the region of a few seconds"; Chromium's is the same. See
/// [`Connection::set_reconnection_time`](super::Connection::set_reconnection_time).
pub const DEFAULT_RECONNECTION_TIME: u32 = 3_000;

/// The longest reconnection time, in milliseconds (24.8 days): what a browser's timer can hold. A larger `retry` is
/// taken as this. See [`Connection::set_reconnection_time`](super::Connection::set_reconnection_time).
pub const MAX_RECONNECTION_TIME: u32 = i32::MAX as u32;

/// The most that failed attempts in a row add to the reconnection time.
const MAX_EXTRA: Duration = Duration::from_secs(30);

/// A moment, as the time since some fixed moment before it, which the [`Clock`] chooses.
pub type Timestamp = Duration;

/// What the connection must be told of the world outside: the time, and chance.
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
#[derive(Debug)]
pub(super) struct Reconnection {
    time: u32,
    failures: u32,
}

impl Default for Reconnection {
    fn default() -> Self {
        Self { time: DEFAULT_RECONNECTION_TIME, failures: 0 }
    }
}

impl Reconnection {
    pub(super) fn time(&self) -> u32 {
        self.time
    }

    pub(super) fn set_time(&mut self, milliseconds: u32) {
        self.time = milliseconds.min(MAX_RECONNECTION_TIME);
    }

    /// The attempt led to a connection.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// The attempt, or the connection it led to, is over: how long to wait.
    ///
    /// "Wait a delay equal to the reconnection time of the event source. Optionally, wait some more. In particular, if
    /// the previous attempt failed, then user agents might introduce an exponential backoff delay": the reconnection
    /// time to the letter after a connection or a first failure; from then on up to 1, 3, 7 ... times as much again.
    pub(super) fn delay(&mut self, clock: &impl Clock) -> Duration {
        let time = Duration::from_millis(u64::from(self.time));
        let factor = (1u32 << self.failures.min(16)) - 1;
        self.failures = self.failures.saturating_add(1);
        if factor == 0 {
            return time;
        }
        time + time.saturating_mul(factor).min(MAX_EXTRA).mul_f64(clock.jitter())
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

    fn delays(time: u32, jitter: f64) -> [u128; 5] {
        let mut reconnection = Reconnection::default();
        reconnection.set_time(time);
        [(); 5].map(|()| reconnection.delay(&Fixed(jitter)).as_millis())
    }

    #[test]
    fn only_attempts_that_fail_in_a_row_wait_longer_than_the_reconnection_time() {
        assert_eq!(delays(1000, 0.0), [1000; 5]);
        assert_eq!(delays(1000, 0.5), [1000, 1500, 2500, 4500, 8500]);
        let mut reconnection = Reconnection::default();
        reconnection.delay(&Fixed(0.5));
        reconnection.succeeded();
        assert_eq!(reconnection.delay(&Fixed(0.5)).as_millis(), 3000);
    }

    #[test]
    fn what_is_added_is_bounded_and_never_overflows() {
        assert_eq!(delays(20_000, 0.999_999_9), [20_000, 39_999, 49_999, 49_999, 49_999]);
        let mut reconnection = Reconnection::default();
        reconnection.set_time(u32::MAX);
        for _ in 0..100 {
            let delay = reconnection.delay(&Fixed(0.5)).as_millis();
            assert!((2_147_483_647..=2_147_498_647).contains(&delay), "{delay}");
        }
    }
}
