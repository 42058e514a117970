//! The time, and being called at a time.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::Cell;
use core::time::Duration;

pub(super) use gloo_timers::callback::Timeout;

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

/// A timer that is set. Dropping it clears it.
#[derive(Debug)]
pub(super) struct Timer {
    until: Timestamp,
    _timeout: Timeout,
}

impl Timer {
    /// Calls `callback` once, at `until` or, as browsers round their clocks and throttle their timers, a little before
    /// or long after: whoever is called looks at the clock.
    pub(super) fn at(until: Timestamp, callback: impl FnOnce() + 'static) -> Self {
        // `setTimeout` takes a larger delay for none at all.
        let longest = Duration::from_millis(MAX_RECONNECTION_TIME.into());
        let delay = until.saturating_sub(WebClock.now()).min(longest);
        let milliseconds = delay.as_secs() as u32 * 1000 + delay.subsec_nanos().div_ceil(1_000_000);
        Self { until, _timeout: Timeout::new(milliseconds, Box::new(callback)) }
    }

    /// When it was set for.
    pub(super) fn until(&self) -> Timestamp {
        self.until
    }
}

/// What a [`Retry-After`](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after) asks for, counted from now: it is a number
/// of seconds or a date. None if it is neither.
pub(super) fn retry_after(value: &str) -> Option<Duration> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let seconds =
        value.bytes().try_fold(0u32, |seconds, byte| Some(seconds.saturating_mul(10).saturating_add(digit(byte)?)));
    let milliseconds = match seconds {
        Some(seconds) if !value.is_empty() => f64::from(seconds) * 1000.0,
        _ => js_sys::Date::parse(value) - js_sys::Date::now(),
    };
    // What is no date is not a number.
    (!milliseconds.is_nan())
        .then(|| Duration::from_millis(milliseconds.clamp(0.0, MAX_RECONNECTION_TIME.into()) as u64))
}

/// Calls `callback` after so many milliseconds, come what may.
pub(super) fn later(milliseconds: u32, callback: impl FnOnce() + 'static) {
    let slot: Rc<Cell<Option<Timeout>>> = Rc::default();
    let own = Rc::clone(&slot);
    let callback = move || {
        // The timeout owns this closure, and the closure the timeout, up to here.
        drop(own.take());
        callback();
    };
    slot.set(Some(Timeout::new(milliseconds, Box::new(callback))));
}
