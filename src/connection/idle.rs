//! Tells whether a connection is idle: nothing has come for too long.

use super::reconnection::Timestamp;
use crate::time::Duration;

/// After the timeout, chunks that have already arrived get this much time to be handed over.
const LAST_CALL: Duration = Duration::from_millis(250);

/// The same after a late look, when many tasks are waiting.
const RECOVERY: Duration = Duration::from_secs(1);

/// A look that is later than this counts as late.
const PUNCTUAL: Duration = Duration::from_millis(50);

/// Browsers delay the timers of hidden tabs by up to a minute, but not the chunks. A look that is later than this means that
/// the page was frozen, or that the machine slept.
const THROTTLED: Duration = Duration::from_secs(90);

/// After this many late looks, the timer is taken to be throttled: then only the timer is late, and chunks are not.
const ENOUGH: u8 = 2;

/// Measures how long an awaited response or chunk has not come.
///
/// A timeout alone proves nothing. After a page was blocked or frozen, or the machine was asleep, chunks may have arrived that were
/// not handed over yet. So the first look that finds nothing waits a moment more, and so does each late look. A look that is on time
/// shows that tasks run again.
#[derive(Debug)]
pub(crate) struct IdleWatch {
    timeout: Option<Duration>,
    until: Timestamp,
    /// How many looks have found nothing.
    looks: u8,
}

impl Default for IdleWatch {
    fn default() -> Self {
        Self { timeout: None, until: Timestamp::MAX, looks: 0 }
    }
}

impl IdleWatch {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..Self::default() }
    }

    /// From now on, something is awaited. Calls `now` only if there is a timeout.
    pub(crate) fn listen(&mut self, now: impl FnOnce() -> Timestamp) {
        if let Some(timeout) = self.timeout {
            self.until = now().saturating_add(timeout);
            self.looks = 0;
        }
    }

    /// Nothing is awaited until the next [`listen`](Self::listen).
    pub(crate) fn rest(&mut self) {
        self.until = Timestamp::MAX;
    }

    /// Whether there is a timeout, and something is awaited.
    pub(crate) fn is_watching(&self) -> bool {
        self.until != Timestamp::MAX
    }

    /// When to look again. If that is not later than `now`, nothing has come for too long. If nothing is awaited, that is never. A driver
    /// calls this at the time that the last look has named.
    pub(crate) fn look(&mut self, now: Timestamp) -> Timestamp {
        if now < self.until {
            return self.until;
        }
        let late = now.saturating_sub(self.until);
        if (self.looks > 0 && late <= PUNCTUAL) || (self.looks >= ENOUGH && late <= THROTTLED) {
            return now;
        }
        self.looks = if late <= THROTTLED { self.looks + 1 } else { 1 };
        self.until = now.saturating_add(if late <= PUNCTUAL { LAST_CALL } else { RECOVERY });
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When it is idle, in milliseconds, if the looks are late by these times.
    fn idle_at(timeout: u64, late: &[u64]) -> Option<u128> {
        let mut watch = IdleWatch::new(Duration::from_millis(timeout));
        let mut now = Duration::ZERO;
        watch.listen(|| now);
        for late in late {
            let until = watch.look(now);
            if until <= now {
                return Some(now.as_millis());
            }
            now = until + Duration::from_millis(*late);
        }
        (watch.look(now) <= now).then_some(now.as_millis())
    }

    #[test]
    fn a_line_is_idle_at_the_second_look_if_that_is_on_time() {
        assert_eq!(idle_at(1000, &[0]), None);
        assert_eq!(idle_at(1000, &[0, 0]), Some(1250));
        assert_eq!(idle_at(1000, &[30, 30]), Some(1310));
    }

    #[test]
    fn a_look_that_is_late_proves_nothing() {
        assert_eq!(idle_at(1000, &[5000]), None);
        assert_eq!(idle_at(1000, &[5000, 0]), Some(7000), "the next one was on time");
        assert_eq!(idle_at(1000, &[0, 51]), None);
    }

    #[test]
    fn timers_that_are_always_late_do_not_hide_an_idle_line() {
        assert_eq!(idle_at(10_000, &[60_000, 60_000]), None);
        assert_eq!(idle_at(10_000, &[60_000, 60_000, 60_000]), Some(192_000));
    }

    #[test]
    fn a_page_that_is_frozen_over_and_over_never_finds_its_line_idle() {
        assert_eq!(idle_at(1000, &[3_600_000; 20]), None);
        assert_eq!(idle_at(1000, &[60_000, 60_000, 3_600_000]), None);
    }

    #[test]
    fn nothing_is_idle_that_is_not_awaited() {
        let mut watch = IdleWatch::new(Duration::from_secs(1));
        watch.listen(|| Duration::ZERO);
        watch.rest();
        assert!(!watch.is_watching());
        assert_eq!(watch.look(Duration::from_secs(60)), Timestamp::MAX);
    }

    #[test]
    fn nobody_asks_for_the_time_where_nobody_watches() {
        let mut watch = IdleWatch::default();
        watch.listen(|| unreachable!());
        assert!(!watch.is_watching());
    }
}
