//! What gloo-timers is for programs that have the standard library, for one that has not: the npm package.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use super::sys;

/// A timeout that is set. Dropping it clears it.
#[derive(Debug)]
pub(super) struct Timeout {
    id: JsValue,
    _callback: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls `callback` once, after so many milliseconds.
    pub(super) fn new(milliseconds: u32, callback: impl FnOnce() + 'static) -> Self {
        let callback = Closure::once(callback);
        let id = sys::set_timeout(&callback, milliseconds as i32).unwrap_or_default();
        Self { id, _callback: callback }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        let _ = sys::clear_timeout(&self.id);
    }
}
