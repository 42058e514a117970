//! A clock that stands still.

use core::time::Duration;

use wasm_eventsource::connection::{Clock, Timestamp};

pub(crate) struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Duration::ZERO
    }

    fn jitter(&self) -> f64 {
        0.0
    }
}
