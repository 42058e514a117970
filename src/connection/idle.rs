//! Whether anything still comes.

use core::time::Duration;

use super::reconnection::Timestamp;

/// How long what has come already may take to be handed over.
const LAST_CALL: Duration = Duration::from_millis(250);

/// The same where tasks were held up, and are many.
const RECOVERY: Duration = Duration::from_secs(1);

/// A look that is later than this was held up.
const PUNCTUAL: Duration = Duration::from_millis(50);

/// Browsers hold up the timers of hidden tabs for up to a minute, and hold up no chunk meanwhile. What is later still was
/// frozen, or asleep with its machine.
const THROTTLED: Duration = Duration::from_secs(90);

/// Late looks after which nothing is held up but the timer.
const ENOUGH: u8 = 2;

/// What a look at the line came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// Nobody watches it.
    Unwatched,
    /// It is not silent for long enough. To be looked at again then.
    Waiting { until: Timestamp },
    /// Nothing came for too long.
    Idle,
}

/// Watches how long nothing has come of what is awaited.
///
/// A time that has passed proves nothing by itself: where the page was blocked or frozen, or the machine asleep, chunks may
/// be there that nobody could hand over yet. So the first look that finds nothing gives them a moment more, and so does
/// each look that is late itself. One that is on time says that tasks are run again.
#[derive(Debug, Default)]
pub(crate) struct IdleWatch {
    timeout: Option<Duration>,
    until: Timestamp,
    /// How many looks have found nothing.
    looks: u8,
}

impl IdleWatch {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..Self::default() }
    }

    /// From now on something is awaited. `now` is not asked for where nobody watches.
    pub(crate) fn listen(&mut self, now: impl FnOnce() -> Timestamp) {
        if let Some(timeout) = self.timeout {
            self.until = now().saturating_add(timeout);
            self.looks = 0;
        }
    }

    /// Until [`listen`](Self::listen) nothing is awaited of the line.
    pub(crate) fn rest(&mut self) {
        self.until = Timestamp::MAX;
    }

    /// What there is to say of the line, on which something is awaited.
    pub(crate) fn look(&mut self, now: impl FnOnce() -> Timestamp) -> Line {
        if self.timeout.is_none() || self.until == Timestamp::MAX {
            return Line::Unwatched;
        }
        let now = now();
        if now < self.until {
            return Line::Waiting { until: self.until };
        }
        let late = now.saturating_sub(self.until);
        if (self.looks > 0 && late <= PUNCTUAL) || (self.looks >= ENOUGH && late <= THROTTLED) {
            return Line::Idle;
        }
        self.looks = if late <= THROTTLED { self.looks + 1 } else { 1 };
        self.until = now.saturating_add(if late <= PUNCTUAL { LAST_CALL } else { RECOVERY });
        Line::Waiting { until: self.until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When it is idle, in milliseconds, if each look is so much later than it should be.
    fn idle_at(timeout: u64, late: &[u64]) -> Option<u128> {
        let mut watch = IdleWatch::new(Duration::from_millis(timeout));
        let mut now = Duration::ZERO;
        watch.listen(|| now);
        for late in late {
            match watch.look(|| now) {
                Line::Waiting { until } => now = until + Duration::from_millis(*late),
                other => return (other == Line::Idle).then_some(now.as_millis()),
            }
        }
        (watch.look(|| now) == Line::Idle).then_some(now.as_millis())
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
        assert_eq!(watch.look(|| Duration::from_secs(60)), Line::Unwatched);
    }

    #[test]
    fn nobody_asks_for_the_time_where_nobody_watches() {
        let mut watch = IdleWatch::default();
        watch.listen(|| unreachable!());
        assert_eq!(watch.look(|| unreachable!()), Line::Unwatched);
    }
}
