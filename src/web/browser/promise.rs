//! Waiting for promises.
//!
//! `JsFuture` relies on the platform's `Promise`: it panics if `then` calls back at once, and does not catch what `then` throws. A
//! page may replace `Promise`. So the driver has its own future.

use alloc::rc::Rc;
use core::cell::Cell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use wasm_bindgen::JsValue;

use super::sys::{Callback, Promise};

/// The outcome of a promise. It may be dropped before there is one.
pub(super) struct Settled(Rc<Outcome>);

#[derive(Default)]
struct Outcome {
    result: Cell<Option<Result<JsValue, JsValue>>>,
    is_settled: Cell<bool>,
    waker: Cell<Option<Waker>>,
    /// These closures and this state own each other until one of the closures is called.
    callbacks: Cell<Option<[Callback; 2]>>,
}

impl Settled {
    /// The outcome of a promise, or the value itself if it is not a promise. `then` is called at once, because a rejection that
    /// nobody handles in time is reported to the page.
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
            // The page's own `Promise` has thrown, so neither closure will be called.
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
