//! The clock, and timers.

use alloc::rc::Rc;
use core::cell::Cell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;

use gloo_timers::callback::Timeout;

use super::sys;
use crate::connection::{Clock, MAX_RECONNECTION_TIME, Timestamp};

/// The global object's clock.
#[derive(Debug)]
pub(super) struct WebClock;

impl Clock for WebClock {
    fn now(&self) -> Timestamp {
        let milliseconds = sys::performance_now().unwrap_or_else(|_| js_sys::Date::now());
        Duration::from_micros((milliseconds * 1000.0) as u64)
    }

    fn jitter(&self) -> f64 {
        js_sys::Math::random()
    }
}

/// A running timer. Dropping it clears it.
#[derive(Debug)]
pub(super) struct Timer {
    until: Timestamp,
    _timeout: Timeout,
}

impl Timer {
    /// Calls `callback` once, at about `until`. Browsers round their clocks and throttle their timers. So it may come a little
    /// early or much too late, and the callback must look at the clock.
    pub(super) fn at(until: Timestamp, callback: impl FnOnce() + 'static) -> Self {
        // A longer delay would overflow, and `setTimeout` would fire at once.
        let delay = until.saturating_sub(WebClock.now()).min(MAX_RECONNECTION_TIME);
        let milliseconds = delay.as_secs() as u32 * 1000 + delay.subsec_nanos().div_ceil(1_000_000);
        Self { until, _timeout: Timeout::new(milliseconds, callback) }
    }

    /// The time for which it was set.
    pub(super) fn until(&self) -> Timestamp {
        self.until
    }
}

/// At most one timer, for the earliest time that was requested.
#[derive(Default)]
pub(super) struct Alarm(Cell<Option<Timer>>);

impl Alarm {
    /// Calls `ring` at this time at the latest. If a timer already runs that fires earlier, it stays, with the function that it
    /// calls: the engine is then asked again and names the time again. A new timer for each chunk of a watched connection would
    /// cost more than the chunk.
    pub(super) fn set(&self, until: Timestamp, ring: impl FnOnce() + 'static) {
        let earlier = self.0.take().filter(|timer| timer.until() <= until);
        self.0.set(Some(earlier.unwrap_or_else(|| Timer::at(until, ring))));
    }

    pub(super) fn clear(&self) {
        drop(self.0.take());
    }
}

/// The delay from now that a [`Retry-After`](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after) asks for: a number of
/// seconds or a date. `None` if it is neither.
pub(super) fn retry_after(value: &str) -> Option<Duration> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let seconds =
        value.bytes().try_fold(0u32, |seconds, byte| Some(seconds.saturating_mul(10).saturating_add(digit(byte)?)));
    let milliseconds = match seconds {
        Some(seconds) if !value.is_empty() => f64::from(seconds) * 1000.0,
        _ => js_sys::Date::parse(value) - js_sys::Date::now(),
    };
    // A malformed date is NaN.
    (!milliseconds.is_nan()).then(|| Duration::from_millis(milliseconds as u64).min(MAX_RECONNECTION_TIME))
}

/// Waits for some time. The timer starts at once, and dropping this clears it. The future of gloo-timers does the same, but its
/// channel adds 600 bytes to an app.
pub(super) struct Sleep {
    state: Rc<Sleeping>,
    _timeout: Timeout,
}

#[derive(Default)]
struct Sleeping {
    is_over: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

impl Sleep {
    pub(super) fn new(milliseconds: u32) -> Self {
        let state = Rc::<Sleeping>::default();
        let own = Rc::clone(&state);
        let timeout = Timeout::new(milliseconds, move || {
            own.is_over.set(true);
            if let Some(waker) = own.waker.take() {
                waker.wake();
            }
        });
        Self { state, _timeout: timeout }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.state.is_over.get() {
            return Poll::Ready(());
        }
        self.state.waker.set(Some(context.waker().clone()));
        Poll::Pending
    }
}
