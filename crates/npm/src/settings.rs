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

/// Where in the list of numbers each is; after them come the statuses. `pkg/src/init.js` has the same order.
mod number {
    pub(super) const WITH_CREDENTIALS: usize = 0;
    pub(super) const COMMENTS: usize = 1;
    pub(super) const CLOSE_WHEN_HIDDEN: usize = 2;
    pub(super) const ONLY_WITH_ID: usize = 3;
    pub(super) const MAX_EVENT_SIZE: usize = 4;
    pub(super) const IDLE_TIMEOUT: usize = 5;
    pub(super) const INITIAL_DELAY: usize = 6;
    pub(super) const MAX_DELAY: usize = 7;
    pub(super) const MAX_ATTEMPTS: usize = 8;
    pub(super) const STATUSES: usize = 9;
}

#[wasm_bindgen]
extern "C" {
    /// What `pkg/src/init.js` makes of the constructor's second argument.
    #[wasm_bindgen(js_name = Settings)]
    pub type JsSettings;

    /// All that are numbers or booleans, in one list: a getter for each would be five times the code. What is undefined is NaN,
    /// and left at its default; so is all of it if there is no list.
    #[wasm_bindgen(method, getter)]
    fn numbers(this: &JsSettings) -> Option<Vec<f64>>;

    #[wasm_bindgen(method, getter, js_name = lastEventId)]
    fn last_event_id(this: &JsSettings) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn fetch(this: &JsSettings) -> Option<Function>;

    /// Stands for the fetch of a probe.
    #[wasm_bindgen(method, getter)]
    fn probe(this: &JsSettings) -> Option<Function>;

    /// Is called with a response that is refused, its reader and a signal. Gives a promise of whether to try again.
    #[wasm_bindgen(method, getter)]
    fn refused(this: &JsSettings) -> Option<Function>;
}

/// The same as the engine and the driver want them.
pub(crate) struct Settings<'a> {
    object: &'a JsSettings,
    numbers: Vec<f64>,
}

impl<'a> From<&'a JsSettings> for Settings<'a> {
    fn from(object: &'a JsSettings) -> Self {
        Self { object, numbers: object.numbers().unwrap_or_default() }
    }
}

impl Settings<'_> {
    fn number(&self, index: usize) -> Option<u32> {
        self.numbers.get(index).filter(|number| !number.is_nan()).map(|number| *number as u32)
    }

    fn is(&self, index: usize) -> bool {
        self.number(index) == Some(1)
    }

    fn statuses(&self) -> Vec<u16> {
        self.numbers.iter().skip(number::STATUSES).map(|status| *status as u16).collect()
    }

    fn parser(&self) -> Parser {
        let mut parser = Parser::new();
        parser.set_last_event_id(&self.object.last_event_id().unwrap_or_default());
        if self.is(number::COMMENTS) {
            parser = parser.with_comments();
        }
        match self.number(number::MAX_EVENT_SIZE) {
            Some(bytes) => parser.with_max_event_size(bytes as usize),
            None => parser,
        }
    }

    /// What the driver is to know.
    pub(crate) fn options(&self) -> Options {
        Options {
            with_credentials: self.is(number::WITH_CREDENTIALS),
            read_ahead: READ_AHEAD,
            when_hidden: if self.is(number::CLOSE_WHEN_HIDDEN) { WhenHidden::Close } else { WhenHidden::Keep },
            fetch: self.object.fetch(),
            probe: self.object.probe(),
            judge: self.object.refused().map(Judge::from),
            ..Options::default()
        }
    }

    /// An engine that requests its streams.
    pub(crate) fn engine(&self) -> Engine {
        let mut reconnect = Reconnect::default().statuses(self.statuses());
        if let Some(milliseconds) = self.number(number::INITIAL_DELAY) {
            reconnect = reconnect.initial_delay(milliseconds);
        }
        if let Some(milliseconds) = self.number(number::MAX_DELAY) {
            reconnect = reconnect.max_delay(milliseconds);
        }
        if let Some(attempts) = self.number(number::MAX_ATTEMPTS) {
            reconnect = reconnect.max_attempts(attempts);
        }
        if self.is(number::ONLY_WITH_ID) {
            reconnect = reconnect.only_with_id();
        }
        self.watched(Engine::new(self.parser()).with_reconnect(reconnect))
    }

    /// An engine for a body that is there already.
    pub(crate) fn engine_for_body(&self) -> Engine {
        self.watched(Engine::for_body(self.parser()))
    }

    fn watched(&self, engine: Engine) -> Engine {
        match self.number(number::IDLE_TIMEOUT) {
            Some(milliseconds) => engine.with_idle_timeout(Duration::from_millis(milliseconds.into())),
            None => engine,
        }
    }
}
