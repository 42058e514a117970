//! The options of a source, as the JavaScript face has read and judged them.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_eventsource::connection::Reconnect;
use wasm_eventsource::engine::Engine;
use wasm_eventsource::event_stream::Parser;
use wasm_eventsource::web::{Judge, Options, WhenHidden};

/// Nothing can slow an `EventTarget` down, so that reading on loses nothing. Yet a page that cannot keep up should not
/// have to hold all of it.
const READ_AHEAD: usize = 1 << 20;

#[wasm_bindgen]
extern "C" {
    /// What `pkg/src/init.js` makes of the constructor's second argument. What is undefined is left at its default.
    pub type Settings;

    #[wasm_bindgen(method, getter, js_name = withCredentials)]
    fn with_credentials(this: &Settings) -> bool;

    #[wasm_bindgen(method, getter, js_name = lastEventId)]
    fn last_event_id(this: &Settings) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = maxEventSize)]
    fn max_event_size(this: &Settings) -> Option<u32>;

    #[wasm_bindgen(method, getter, js_name = initialDelay)]
    fn initial_delay(this: &Settings) -> Option<u32>;

    #[wasm_bindgen(method, getter, js_name = maxDelay)]
    fn max_delay(this: &Settings) -> Option<u32>;

    #[wasm_bindgen(method, getter, js_name = maxAttempts)]
    fn max_attempts(this: &Settings) -> Option<u32>;

    #[wasm_bindgen(method, getter)]
    fn comments(this: &Settings) -> bool;

    #[wasm_bindgen(method, getter)]
    fn statuses(this: &Settings) -> Option<Vec<u16>>;

    #[wasm_bindgen(method, getter, js_name = onlyWithId)]
    fn only_with_id(this: &Settings) -> Option<bool>;

    #[wasm_bindgen(method, getter, js_name = idleTimeout)]
    fn idle_timeout(this: &Settings) -> Option<u32>;

    #[wasm_bindgen(method, getter, js_name = closeWhenHidden)]
    fn close_when_hidden(this: &Settings) -> bool;

    #[wasm_bindgen(method, getter)]
    fn fetch(this: &Settings) -> Option<Function>;

    /// Stands for the fetch of a probe.
    #[wasm_bindgen(method, getter)]
    fn probe(this: &Settings) -> Option<Function>;

    /// Is called with a response that is refused, its reader and a signal. Gives a promise of whether to try again.
    #[wasm_bindgen(method, getter)]
    fn refused(this: &Settings) -> Option<Function>;
}

impl Settings {
    fn parser(&self) -> Parser {
        let mut parser = Parser::new();
        parser.set_last_event_id(&self.last_event_id().unwrap_or_default());
        if self.comments() {
            parser = parser.with_comments();
        }
        match self.max_event_size() {
            Some(bytes) => parser.with_max_event_size(bytes as usize),
            None => parser,
        }
    }

    /// What the driver is to know.
    pub(crate) fn options(&self) -> Options {
        Options {
            with_credentials: self.with_credentials(),
            read_ahead: READ_AHEAD,
            when_hidden: if self.close_when_hidden() { WhenHidden::Close } else { WhenHidden::Keep },
            fetch: self.fetch(),
            probe: self.probe(),
            judge: self.refused().map(Judge::from),
            ..Options::default()
        }
    }

    /// An engine that requests its streams.
    pub(crate) fn engine(&self) -> Engine {
        let mut reconnect = Reconnect::default();
        if let Some(milliseconds) = self.initial_delay() {
            reconnect = reconnect.initial_delay(milliseconds);
        }
        if let Some(milliseconds) = self.max_delay() {
            reconnect = reconnect.max_delay(milliseconds);
        }
        if let Some(attempts) = self.max_attempts() {
            reconnect = reconnect.max_attempts(attempts);
        }
        if let Some(statuses) = self.statuses() {
            reconnect = reconnect.statuses(statuses);
        }
        if self.only_with_id() == Some(true) {
            reconnect = reconnect.only_with_id();
        }
        self.watched(Engine::new(self.parser()).with_reconnect(reconnect))
    }

    /// An engine for a body that is there already.
    pub(crate) fn engine_for_body(&self) -> Engine {
        self.watched(Engine::for_body(self.parser()))
    }

    fn watched(&self, engine: Engine) -> Engine {
        match self.idle_timeout() {
            Some(milliseconds) => engine.with_idle_timeout(Duration::from_millis(milliseconds.into())),
            None => engine,
        }
    }
}
