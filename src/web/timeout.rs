//! What gloo-timers is for programs that have the standard library, for one that has not: the npm package.

use alloc::boxed::Box;
use core::cell::Cell;

use wasm_bindgen::JsValue;

use super::promise::Callback;
use super::sys;

/// A timeout that is set. Dropping it clears it.
#[derive(Debug)]
pub(super) struct Timeout {
    id: JsValue,
    _callback: Callback,
}

impl Timeout {
    /// Calls `callback` once, after so many milliseconds.
    pub(super) fn new(milliseconds: u32, callback: Box<dyn FnOnce()>) -> Self {
        let callback = Cell::new(Some(callback));
        let callback = Callback::new(move |_| {
            if let Some(callback) = callback.take() {
                callback();
            }
        });
        let id = sys::set_timeout(&callback, milliseconds as i32).unwrap_or_default();
        Self { id, _callback: callback }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        let _ = sys::clear_timeout(&self.id);
    }
}
