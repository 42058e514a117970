//! Waiting for promises, with callbacks: what drives futures would be a fifteenth of the npm package's WebAssembly.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::Cell;

use wasm_bindgen::JsValue;

use super::sys::{Callback, Promise};

type Then = Box<dyn FnOnce(Result<JsValue, JsValue>)>;

/// Called by whichever callback is called first.
struct Waiting {
    then: Cell<Option<Then>>,
    /// They keep this alive, and it them, until then.
    callbacks: Cell<Option<[Callback; 2]>>,
}

impl Waiting {
    fn keep(&self, callbacks: [Callback; 2]) {
        let then = self.then.take();
        if then.is_some() {
            self.then.set(then);
            self.callbacks.set(Some(callbacks));
        }
    }

    fn settle(&self, result: Result<JsValue, JsValue>) {
        let callbacks = self.callbacks.take();
        if let Some(then) = self.then.take() {
            then(result);
        }
        drop(callbacks);
    }
}

/// Calls `then` with what the promise comes to, or with the value if it is none: from a microtask, unless a page has put a `Promise`
/// of its own in the platform's place.
pub(super) fn when_settled(promise: &JsValue, then: Then) {
    let waiting = Rc::new(Waiting { then: Cell::new(Some(then)), callbacks: Cell::default() });
    let callback = |result: fn(JsValue) -> Result<JsValue, JsValue>| {
        let waiting = Rc::clone(&waiting);
        Callback::new(move |value| waiting.settle(result(value)))
    };
    let callbacks = [callback(Ok), callback(Err)];
    let [fulfilled, rejected] = &callbacks;
    match Promise::resolve(promise).and_then(|promise| promise.then(fulfilled, rejected)) {
        Ok(_) => waiting.keep(callbacks),
        // Somebody's own `Promise` has thrown, and will call nobody.
        Err(error) => waiting.settle(Err(error)),
    }
}

/// Calls `then` from a microtask.
pub(super) fn soon(then: impl FnOnce() + 'static) {
    when_settled(&JsValue::UNDEFINED, Box::new(move |_| then()));
}
