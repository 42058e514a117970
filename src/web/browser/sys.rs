//! Bindings to the platform that web-sys does not have in this form.
//!
//! Functions are looked up on the global object at each call. So they work in workers, and a page may replace `fetch`. All bindings
//! `catch` exceptions, because a replaced `fetch` or a foreign stream may return something that the standards do not allow.

use alloc::string::String;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use web_sys::RequestInit;

/// A Rust function that JavaScript calls. All have the same type, because each type would add code.
pub(super) type Callback = Closure<dyn Fn(JsValue)>;

/// The same for a function that returns the promise for which a lock is held.
pub(super) type Granting = Closure<dyn Fn(JsValue) -> JsValue>;

#[wasm_bindgen]
extern "C" {
    /// [`valueOf()`](https://tc39.es/ecma262/#sec-object.prototype.valueof) of the global object, which is the object: there
    /// is no shorter way to it
    #[wasm_bindgen(catch, js_namespace = globalThis, js_name = valueOf)]
    pub(super) fn global() -> Result<JsValue, JsValue>;

    /// [`fetch()`](https://fetch.spec.whatwg.org/#fetch-method), whose promise may not be one of this realm's
    #[wasm_bindgen(catch)]
    pub(super) fn fetch(input: &str, init: &RequestInit) -> Result<JsValue, JsValue>;

    /// [`performance.now()`](https://w3c.github.io/hr-time/#now-method), in milliseconds
    #[wasm_bindgen(catch, js_namespace = performance, js_name = now)]
    pub(super) fn performance_now() -> Result<f64, JsValue>;

    /// [`addEventListener()`](https://dom.spec.whatwg.org/#dom-eventtarget-addeventlistener) of the global object, which
    /// Node has not
    #[wasm_bindgen(catch, js_name = addEventListener)]
    pub(super) fn add_event_listener(event_type: &str, listener: &Callback, capture: bool) -> Result<(), JsValue>;

    /// [`removeEventListener()`](https://dom.spec.whatwg.org/#dom-eventtarget-removeeventlistener) of the same
    #[wasm_bindgen(catch, js_name = removeEventListener)]
    pub(super) fn remove_event_listener(event_type: &str, listener: &Callback, capture: bool) -> Result<(), JsValue>;

    /// [`Array.from()`](https://tc39.es/ecma262/#sec-array.from), of what can be iterated
    #[wasm_bindgen(catch, js_namespace = Array, js_name = from)]
    pub(super) fn array_from(items: &JsValue) -> Result<Array, JsValue>;

    /// [`Reflect.get()`](https://tc39.es/ecma262/#sec-reflect.get), which throws for what is no object
    #[wasm_bindgen(catch, js_namespace = Reflect)]
    pub(super) fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue>;

    /// [`Reflect.set()`](https://tc39.es/ecma262/#sec-reflect.set)
    #[wasm_bindgen(catch, js_namespace = Reflect)]
    pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) -> Result<bool, JsValue>;

    /// [`URL`](https://url.spec.whatwg.org/#url-class), whose base may be undefined
    #[wasm_bindgen(js_name = URL)]
    pub(super) type Url;

    #[wasm_bindgen(constructor, catch, js_class = URL)]
    pub(super) fn new(url: &str, base: &JsValue) -> Result<Url, JsValue>;

    /// [`Promise`](https://tc39.es/ecma262/#sec-promise-objects)
    pub(super) type Promise;

    #[wasm_bindgen(catch, static_method_of = Promise)]
    pub(super) fn resolve(value: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn then(this: &Promise, fulfilled: &Callback, rejected: &Callback) -> Result<JsValue, JsValue>;

    /// [`Response`](https://fetch.spec.whatwg.org/#response-class)
    pub(super) type Response;

    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn redirected(this: &Response) -> Result<Option<bool>, JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn headers(this: &Response) -> Result<Headers, JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn body(this: &Response) -> Result<JsValue, JsValue>;

    /// [`Headers`](https://fetch.spec.whatwg.org/#headers-class)
    #[derive(Debug)]
    pub(super) type Headers;

    #[wasm_bindgen(method, catch)]
    pub(super) fn get(this: &Headers, name: &str) -> Result<Option<String>, JsValue>;

    /// [`ReadableStream`](https://streams.spec.whatwg.org/#rs-class)
    #[derive(Debug)]
    pub(super) type ReadableStream;

    #[wasm_bindgen(method, catch, js_name = getReader)]
    pub(super) fn get_reader(this: &ReadableStream) -> Result<Reader, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn cancel(this: &ReadableStream) -> Result<JsValue, JsValue>;

    /// [`ReadableStreamDefaultReader`](https://streams.spec.whatwg.org/#default-reader-class)
    #[derive(Clone, Debug)]
    pub(super) type Reader;

    #[wasm_bindgen(method, catch)]
    pub(super) fn read(this: &Reader) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn closed(this: &Reader) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = cancel)]
    pub(super) fn cancel_reader(this: &Reader) -> Result<JsValue, JsValue>;

    /// [`Uint8Array`](https://tc39.es/ecma262/#sec-typedarray-objects), of a buffer that may not be there any more
    #[wasm_bindgen(js_name = Uint8Array)]
    pub(super) type Bytes;

    #[wasm_bindgen(constructor, catch, js_class = Uint8Array)]
    pub(super) fn of(buffer: &JsValue, offset: &JsValue, length: &JsValue) -> Result<Bytes, JsValue>;

    /// A copy
    #[wasm_bindgen(method, catch)]
    pub(super) fn slice(this: &Bytes) -> Result<Uint8Array, JsValue>;

    /// [`ReadableStreamReadResult`](https://streams.spec.whatwg.org/#dictdef-readablestreamreadresult)
    pub(super) type ReadResult;

    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn done(this: &ReadResult) -> Result<bool, JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn value(this: &ReadResult) -> Result<JsValue, JsValue>;

    /// [`MessageChannel`](https://html.spec.whatwg.org/multipage/web-messaging.html#message-channels)
    pub(super) type MessageChannel;

    #[wasm_bindgen(constructor, catch, js_class = MessageChannel)]
    pub(super) fn new_channel() -> Result<MessageChannel, JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn port1(this: &MessageChannel) -> Result<MessagePort, JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn port2(this: &MessageChannel) -> Result<MessagePort, JsValue>;

    /// [`MessagePort`](https://html.spec.whatwg.org/multipage/web-messaging.html#message-ports)
    #[derive(Clone)]
    pub(super) type MessagePort;

    #[wasm_bindgen(method, setter, catch)]
    pub(super) fn set_onmessage(this: &MessagePort, listener: &Callback) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = postMessage)]
    pub(super) fn post_message(this: &MessagePort, message: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn close(this: &MessagePort) -> Result<(), JsValue>;

    /// [`BroadcastChannel`](https://html.spec.whatwg.org/multipage/web-messaging.html#broadcastchannel)
    pub(super) type BroadcastChannel;

    #[wasm_bindgen(constructor, catch, js_class = BroadcastChannel)]
    pub(super) fn open(name: &str) -> Result<BroadcastChannel, JsValue>;

    #[wasm_bindgen(method, setter, catch, js_name = onmessage)]
    pub(super) fn set_on_broadcast(this: &BroadcastChannel, listener: &Callback) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = postMessage)]
    pub(super) fn broadcast(this: &BroadcastChannel, message: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = close)]
    pub(super) fn close_broadcast(this: &BroadcastChannel) -> Result<(), JsValue>;

    /// [`LockManager`](https://w3c.github.io/web-locks/#api-lock-manager)
    #[derive(Clone, Debug)]
    pub(super) type LockManager;

    #[wasm_bindgen(method, catch)]
    pub(super) fn request(
        this: &LockManager,
        name: &str,
        options: &JsValue,
        granted: &Granting,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn query(this: &LockManager) -> Result<JsValue, JsValue>;
}
