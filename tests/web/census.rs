//! What the realm and the module hold, counted.

use js_sys::{ArrayBuffer, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/tests/support/census.js")]
extern "C" {
    #[wasm_bindgen(js_name = Census)]
    type JsCensus;

    #[wasm_bindgen(constructor, js_class = Census)]
    fn new() -> JsCensus;

    #[wasm_bindgen(method)]
    fn timers(this: &JsCensus) -> u32;

    #[wasm_bindgen(method, js_name = timersSet)]
    fn timers_set(this: &JsCensus) -> u32;

    #[wasm_bindgen(method)]
    fn listeners(this: &JsCensus) -> i32;

    #[wasm_bindgen(method)]
    fn uncaught(this: &JsCensus) -> String;

    #[wasm_bindgen(method)]
    fn uninstall(this: &JsCensus);

    /// Dispatches an event at the global object, as the platform would.
    pub(crate) fn happen(event_type: &str);

    /// Has the document be `hidden` or `visible`, and tells it as the platform would.
    #[wasm_bindgen(js_name = become)]
    pub(crate) fn document_becomes(state: &str);
}

/// Counts from its making until it is dropped.
pub(crate) struct Census(JsCensus);

impl Census {
    pub(crate) fn new() -> Self {
        Self(JsCensus::new())
    }

    /// Timers of the module that are set.
    pub(crate) fn timers(&self) -> u32 {
        self.0.timers()
    }

    /// Timers that the module has set, whatever became of them.
    pub(crate) fn timers_set(&self) -> u32 {
        self.0.timers_set()
    }

    /// Listeners that were put on the global object and not taken away.
    pub(crate) fn listeners(&self) -> i32 {
        self.0.listeners()
    }

    /// The messages of errors that nobody caught.
    pub(crate) fn uncaught(&self) -> Vec<String> {
        serde_json::from_str(&self.0.uncaught()).expect("the census writes JSON")
    }
}

impl Drop for Census {
    fn drop(&mut self) {
        self.0.uninstall();
    }
}

/// JavaScript values, closures among them, that the module holds.
pub(crate) fn handles() -> u32 {
    wasm_bindgen::externref_heap_live_count()
}

/// The size of the module's memory in bytes. It never shrinks.
pub(crate) fn memory() -> u32 {
    let buffer = Reflect::get(&wasm_bindgen::memory(), &"buffer".into()).expect("a memory has a buffer");
    buffer.unchecked_into::<ArrayBuffer>().byte_length()
}
