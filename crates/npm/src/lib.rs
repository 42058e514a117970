//! What the npm package calls: one exported class around the library's driver.
//!
//! The JavaScript face pulls. It is told once that there may be something to do (`wake`), takes one notice after the
//! other, and asks for the parts of an event while it is the last notice, so that what nobody looks at is never made a
//! JavaScript string. No listener runs while Rust is on the stack; a `fetch` that the page has wrapped may, so every
//! method takes `&self` and may be called again from there, but for `free()`.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::error::Error as _;
use std::time::Duration;

use js_sys::Function;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};
use wasm_eventsource::connection::Reconnect;
use wasm_eventsource::engine::Engine;
use wasm_eventsource::event_stream::Parser;
use wasm_eventsource::web::{Driver, Notice, Options, Reader, WhenHidden};
use wasm_eventsource::{Error, Reason};

/// Nothing can slow an `EventTarget` down, so that reading on loses nothing. Yet a page that cannot keep up should not
/// have to hold all of it.
const READ_AHEAD: usize = 1 << 20;

/// What [`Connection::next`] returns. The face has the same numbers.
mod notice {
    pub(crate) const NONE: u8 = 0;
    pub(crate) const OPEN: u8 = 1;
    pub(crate) const EVENT: u8 = 2;
    pub(crate) const RECONNECTING: u8 = 3;
    pub(crate) const FAILED: u8 = 4;
    pub(crate) const SUSPENDED: u8 = 5;
}

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
    fn statuses(this: &Settings) -> Option<Vec<u16>>;

    #[wasm_bindgen(method, getter, js_name = onlyWithId)]
    fn only_with_id(this: &Settings) -> Option<bool>;

    #[wasm_bindgen(method, getter, js_name = idleTimeout)]
    fn idle_timeout(this: &Settings) -> Option<u32>;

    #[wasm_bindgen(method, getter, js_name = closeWhenHidden)]
    fn close_when_hidden(this: &Settings) -> bool;

    #[wasm_bindgen(method, getter)]
    fn fetch(this: &Settings) -> Option<Function>;
}

impl Settings {
    fn parser(&self) -> Parser {
        let mut parser = Parser::new();
        parser.set_last_event_id(&self.last_event_id().unwrap_or_default());
        match self.max_event_size() {
            Some(bytes) => parser.with_max_event_size(bytes as usize),
            None => parser,
        }
    }

    fn engine(&self) -> Engine {
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

    fn watched(&self, engine: Engine) -> Engine {
        match self.idle_timeout() {
            Some(milliseconds) => engine.with_idle_timeout(Duration::from_millis(milliseconds.into())),
            None => engine,
        }
    }
}

/// An event source at work; `free()` closes it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Connection {
    driver: Driver,
    /// Of the last notice that was one.
    error: RefCell<Option<Error>>,
}

#[wasm_bindgen]
impl Connection {
    /// Sends the first request. `wake` is called, from a task of its own, whenever `next()` may have a notice.
    ///
    /// # Errors
    /// If the URL cannot be parsed.
    #[wasm_bindgen(constructor)]
    pub fn new(url: &str, settings: &Settings, wake: Function) -> Result<Connection, JsError> {
        let options = Options {
            with_credentials: settings.with_credentials(),
            read_ahead: READ_AHEAD,
            when_hidden: if settings.close_when_hidden() { WhenHidden::Close } else { WhenHidden::Keep },
            fetch: settings.fetch(),
            ..Options::default()
        };
        let driver = Driver::new(url, options, settings.engine(), caller(wake))?;
        Ok(Self { driver, error: RefCell::default() })
    }

    /// Reads a body that is there already. `next()` has a notice at once.
    #[wasm_bindgen(js_name = forBody)]
    pub fn for_body(reader: Reader, settings: &Settings, wake: Function) -> Connection {
        let engine = settings.watched(Engine::for_body(settings.parser()));
        Self { driver: Driver::for_body(reader, engine, caller(wake)), error: RefCell::default() }
    }

    /// Takes the next notice.
    pub fn next(&self) -> u8 {
        match self.driver.next() {
            None => notice::NONE,
            Some(Notice::Open) => notice::OPEN,
            Some(Notice::Event) => notice::EVENT,
            Some(Notice::Reconnecting { error }) => {
                self.error.replace(Some(error));
                notice::RECONNECTING
            }
            Some(Notice::Suspended) => notice::SUSPENDED,
            Some(Notice::Failed { error }) => {
                self.error.replace(Some(error));
                notice::FAILED
            }
        }
    }

    /// The event's type.
    #[wasm_bindgen(js_name = eventType)]
    pub fn event_type(&self) -> Option<JsValue> {
        self.driver.with_event(|event| event.event_type().into())
    }

    /// The event's data.
    pub fn data(&self) -> Option<JsValue> {
        self.driver.with_event(|event| event.data().into())
    }

    /// The last event ID string, which is also the event's.
    #[wasm_bindgen(js_name = lastEventId)]
    pub fn last_event_id(&self) -> String {
        self.driver.last_event_id()
    }

    /// The reconnection time in milliseconds.
    #[wasm_bindgen(js_name = reconnectionTime)]
    pub fn reconnection_time(&self) -> u32 {
        self.driver.reconnection_time()
    }

    /// Forgets what was received and is not yet dispatched.
    pub fn reset(&self) {
        self.driver.reset();
    }

    /// The origin of the URL that the stream was received from.
    pub fn origin(&self) -> Option<JsValue> {
        self.driver.with_event(|event| event.origin().into())
    }

    /// What the console is to be told of the connection's failure, if anything, as a clause.
    pub fn complaint(&self) -> Option<String> {
        self.with_error(complaint).flatten()
    }

    /// A word for why there is no connection.
    pub fn reason(&self) -> Option<String> {
        self.with_error(|error| error.reason().name().into())
    }

    /// Why there is no connection, as a clause.
    pub fn message(&self) -> Option<String> {
        self.with_error(sentence)
    }

    /// The status of the response that was refused.
    pub fn status(&self) -> Option<u16> {
        self.with_error(|error| match error.reason() {
            Reason::Status { status } => Some(*status),
            // Only such a response is looked at any further.
            Reason::ContentType { .. } => Some(200),
            _ => None,
        })
        .flatten()
    }

    /// How many attempts have failed in a row.
    pub fn attempt(&self) -> Option<u32> {
        self.with_error(Error::attempt)
    }

    /// The time from the error to the next attempt, in milliseconds.
    #[wasm_bindgen(js_name = reconnectsIn)]
    pub fn reconnects_in(&self) -> Option<f64> {
        self.with_error(Error::reconnects_in).flatten().map(|delay| delay.as_secs_f64() * 1000.0)
    }

    /// Makes another connection at once.
    pub fn reconnect(&self) {
        self.driver.reconnect();
    }

    fn with_error<T>(&self, read: impl FnOnce(&Error) -> T) -> Option<T> {
        self.error.borrow().as_ref().map(read)
    }
}

/// What calls the face from a task.
fn caller(wake: Function) -> impl Fn() + 'static {
    move || {
        // What the face throws is a fault of ours, for listeners' exceptions do not get here. Rethrowing it from a task
        // of its own would only lose the stream.
        let _ = wake.call0(&JsValue::UNDEFINED);
    }
}

/// With a 204 a server asks its clients to stop, and a body that is there already
/// has an end: neither is anything to complain of.
fn complaint(error: &Error) -> Option<String> {
    match error.reason() {
        Reason::Status { status: 204 } | Reason::Ended => None,
        _ => Some(sentence(error)),
    }
}

/// An error and its cause, in one clause.
fn sentence(error: &Error) -> String {
    let reason = error.reason();
    reason.source().map_or(reason.to_string(), |source| format!("{reason}: {source}"))
}
