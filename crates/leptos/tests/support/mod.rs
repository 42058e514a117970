//! A network that answers from a script, and what is left behind, for the tests of both crates in a browser.

use js_sys::{ArrayBuffer, WebAssembly::Memory};
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

pub(crate) const URL: &str = "https://fake.test/stream";

#[wasm_bindgen(module = "/../../tests/support/fake_fetch.js")]
extern "C" {
    type FakeFetch;

    #[wasm_bindgen(constructor)]
    fn new(script: &str) -> FakeFetch;

    #[wasm_bindgen(method)]
    fn requests(this: &FakeFetch) -> String;

    #[wasm_bindgen(method)]
    fn live(this: &FakeFetch) -> u32;

    #[wasm_bindgen(method)]
    fn send(this: &FakeFetch, text: &str);

    #[wasm_bindgen(method)]
    fn uninstall(this: &FakeFetch);
}

#[wasm_bindgen(module = "/../../tests/support/census.js")]
extern "C" {
    #[wasm_bindgen(js_name = Census)]
    type JsCensus;

    #[wasm_bindgen(constructor, js_class = Census)]
    fn new() -> JsCensus;

    #[wasm_bindgen(method)]
    fn timers(this: &JsCensus) -> u32;

    #[wasm_bindgen(method)]
    fn uninstall(this: &JsCensus);
}

/// A fake fetch that is in place until it is dropped; its script is described in `fake_fetch.js`.
pub(crate) struct Network(FakeFetch);

impl Network {
    pub(crate) fn new(script: Value) -> Self {
        Self(FakeFetch::new(&script.to_string()))
    }

    /// What was requested so far.
    pub(crate) fn requests(&self) -> Vec<Value> {
        serde_json::from_str(&self.0.requests()).expect("the fake writes JSON")
    }

    /// How many requests are out that nobody has let go of.
    pub(crate) fn live(&self) -> u32 {
        self.0.live()
    }

    /// Has the last response, which hangs, go on with this chunk.
    pub(crate) fn send(&self, chunk: &str) {
        self.0.send(chunk);
    }

    /// One member of every request.
    pub(crate) fn of_each(&self, name: &str) -> Vec<Value> {
        self.requests().iter().map(|request| request[name].clone()).collect()
    }

    /// The ID that every request sends; null where it sends none.
    pub(crate) fn last_event_ids(&self) -> Vec<Value> {
        self.requests().iter().map(|request| request["headers"]["last-event-id"].clone()).collect()
    }

    pub(crate) async fn until_requests(&self, count: usize) {
        until("requests", || self.requests().len() >= count).await;
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.0.uninstall();
    }
}

/// Counts the realm's timers until it is dropped.
pub(crate) struct Census(JsCensus);

impl Census {
    pub(crate) fn new() -> Self {
        Self(JsCensus::new())
    }

    /// Timers that are set.
    pub(crate) fn timers(&self) -> u32 {
        self.0.timers()
    }
}

impl Drop for Census {
    fn drop(&mut self) {
        self.0.uninstall();
    }
}

/// The size of the module's memory in bytes. It never shrinks.
pub(crate) fn memory() -> u32 {
    let memory: Memory = wasm_bindgen::memory().unchecked_into();
    memory.buffer().unchecked_into::<ArrayBuffer>().byte_length()
}

/// JavaScript values, closures among them, that the module holds.
pub(crate) fn handles() -> u32 {
    wasm_bindgen::externref_heap_live_count()
}

/// Waits for what happens in other tasks.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..1000 {
        if condition() {
            return;
        }
        gloo_timers::future::TimeoutFuture::new(5).await;
    }
    panic!("{what}: still not so after five seconds");
}

/// Lets every task that is due run, for what must not happen.
pub(crate) async fn settle() {
    for _ in 0..3 {
        gloo_timers::future::TimeoutFuture::new(1).await;
    }
}
