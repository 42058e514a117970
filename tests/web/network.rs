//! A network that answers from a script.

use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_eventsource::EventSource;

pub(crate) const URL: &str = "https://fake.test/stream";

/// A source that connects at once.
pub(crate) fn connect() -> EventSource {
    EventSource::new(URL).expect("a valid URL")
}

#[wasm_bindgen(module = "/tests/support/fake_fetch.js")]
extern "C" {
    type FakeFetch;

    #[wasm_bindgen(constructor)]
    fn new(script: &str) -> FakeFetch;

    #[wasm_bindgen(method)]
    fn requests(this: &FakeFetch) -> String;

    #[wasm_bindgen(method)]
    fn count(this: &FakeFetch) -> u32;

    #[wasm_bindgen(method)]
    fn pulls(this: &FakeFetch) -> u32;

    #[wasm_bindgen(method)]
    fn live(this: &FakeFetch) -> u32;

    #[wasm_bindgen(method)]
    fn send(this: &FakeFetch, text: &str);

    #[wasm_bindgen(method, js_name = send)]
    fn send_bytes(this: &FakeFetch, bytes: &[u8]);

    #[wasm_bindgen(method)]
    fn end(this: &FakeFetch);

    #[wasm_bindgen(method, js_name = break)]
    fn break_off(this: &FakeFetch);

    #[wasm_bindgen(method)]
    fn settle(this: &FakeFetch);

    #[wasm_bindgen(method)]
    fn uninstall(this: &FakeFetch);
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

    /// How many requests there were so far.
    pub(crate) fn count(&self) -> u32 {
        self.0.count()
    }

    /// How many chunks were asked for so far.
    pub(crate) fn pulls(&self) -> u32 {
        self.0.pulls()
    }

    /// How many requests and probes are out that nobody has let go of.
    pub(crate) fn live(&self) -> u32 {
        self.0.live()
    }

    /// Has the last response, which hangs, go on with this chunk.
    pub(crate) fn send(&self, chunk: &str) {
        self.0.send(chunk);
    }

    /// The same with a chunk as a script has it: a text or a list of bytes.
    pub(crate) fn send_chunk(&self, chunk: &Value) {
        match chunk.as_array() {
            Some(bytes) => {
                let bytes: Vec<_> = bytes.iter().filter_map(Value::as_u64).map(|byte| byte as u8).collect();
                self.0.send_bytes(&bytes);
            }
            None => self.send(chunk.as_str().expect("a text")),
        }
    }

    /// Ends the last response, which hangs.
    pub(crate) fn end(&self) {
        self.0.end();
    }

    /// Breaks the body of the last response off, which hangs.
    pub(crate) fn break_off(&self) {
        self.0.break_off();
    }

    /// Has the first attempt that waits come to what it is.
    pub(crate) fn settle(&self) {
        self.0.settle();
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.0.uninstall();
    }
}
