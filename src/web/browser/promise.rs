//! Waiting for promises.
//!
//! `JsFuture` relies on the platform's `Promise`: it panics if `then` calls back at once, and lets pass what `then` throws. A
//! page may have a `Promise` of its own, so the driver has a future of its own.

use alloc::rc::Rc;
use core::cell::Cell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use wasm_bindgen::JsValue;

use super::sys::{Callback, Promise};

/// The outcome of a promise. It may be dropped before that is there.
pub(super) struct Settled(Rc<Outcome>);

#[derive(Default)]
struct Outcome {
    result: Cell<Option<Result<JsValue, JsValue>>>,
    is_settled: Cell<bool>,
    waker: Cell<Option<Waker>>,
    /// They own this, and it owns them, until one of them is called.
    callbacks: Cell<Option<[Callback; 2]>>,
}

impl Settled {
    /// The outcome of this promise, or this value if it is no promise. `then` is called at once: a rejection that nobody
    /// handles in time is reported to the page.
    pub(super) fn of(promise: &JsValue) -> Self {
        let outcome = Rc::<Outcome>::default();
        let callback = |result: fn(JsValue) -> Result<JsValue, JsValue>| {
            let outcome = Rc::clone(&outcome);
            Callback::new(move |value| outcome.settle(result(value)))
        };
        let callbacks = [callback(Ok), callback(Err)];
        let [fulfilled, rejected] = &callbacks;
        match Promise::resolve(promise).and_then(|promise| promise.then(fulfilled, rejected)) {
            Ok(_) if outcome.is_settled.get() => {}
            Ok(_) => outcome.callbacks.set(Some(callbacks)),
            // The page's own `Promise` has thrown, and will call nobody.
            Err(error) => outcome.settle(Err(error)),
        }
        Self(outcome)
    }
}

impl Outcome {
    fn settle(&self, result: Result<JsValue, JsValue>) {
        let callbacks = self.callbacks.take();
        if !self.is_settled.replace(true) {
            self.result.set(Some(result));
            if let Some(waker) = self.waker.take() {
                waker.wake();
            }
        }
        drop(callbacks);
    }
}

impl Future for Settled {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.0.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                self.0.waker.set(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}
