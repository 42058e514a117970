//! What the npm package calls: one exported class around the library's driver.
//!
//! The JavaScript face pulls. It is told once that there may be something to do (`wake`), takes one notice after the
//! other, and asks for the parts of an event while it is the last notice, so that what nobody looks at is never made a
//! JavaScript string. No listener runs while Rust is on the stack; a `fetch` that the page has wrapped may, so every
//! method takes `&self` and may be called again from there, but for `free()`.
//!
//! Without the standard library, for its panics and what formats their messages would be a third of the module.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod settings;

use core::arch::wasm32;
use core::cell::{Cell, RefCell};
use core::panic::PanicInfo;

use js_sys::{Array, Function, TypeError};
use rlsf::{GlobalTlsf, GlobalTlsfOptions};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use wasm_eventsource::connection::ResponseHead;
use wasm_eventsource::event_stream::{Batch, Versions};
use wasm_eventsource::web::{Driver, Notice, Reader};
use wasm_eventsource::{Error, Reason};

use settings::{JsSettings, Settings};

/// What a third of the standard library's allocator comes to, and takes the same time for each allocation.
#[global_allocator]
static ALLOCATOR: GlobalTlsf<Small> = GlobalTlsf::new();

/// For large events, memory that was grown at different times is joined.
struct Small;

impl GlobalTlsfOptions for Small {
    const ENABLE_REALLOCATION: bool = false;
    const COALESCE_POOLS: bool = true;
}

/// A panic is a fault of ours. To JavaScript it is a `WebAssembly.RuntimeError`, and the face ends the source with it.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    wasm32::unreachable()
}

/// What [`Connection::next`] returns. The face has the same numbers.
mod notice {
    pub(crate) const NONE: u32 = 0;
    pub(crate) const OPEN: u32 = 1;
    pub(crate) const EVENT: u32 = 2;
    pub(crate) const RECONNECTING: u32 = 3;
    pub(crate) const FAILED: u32 = 4;
    pub(crate) const SUSPENDED: u32 = 5;
    pub(crate) const COMMENT: u32 = 6;
}

/// What is added to [`notice::EVENT`]: what the face cannot take from the event before.
mod new {
    pub(crate) const EVENT_TYPE: u32 = 8;
    pub(crate) const LAST_EVENT_ID: u32 = 16;
    pub(crate) const ORIGIN: u32 = 32;
    /// How many events there are is the number from this bit on.
    pub(crate) const EVENTS: u32 = 64;
}

/// What [`Connection::number`] is asked for. The face has the same numbers.
mod number {
    /// Where in memory the text begins that holds the data of the last event, and what else is in its batch, in UTF-8 unless the
    /// stream is malformed there. It is there until the next notice is taken.
    pub(crate) const TEXT_START: u32 = 0;
    /// How long that text is, in bytes.
    pub(crate) const TEXT_LENGTH: u32 = 1;
    /// Where in memory the last event ID string is, until the next notice is taken.
    pub(crate) const LAST_EVENT_ID_START: u32 = 2;
    /// How long it is, in bytes.
    #[expect(dead_code, reason = "what is none of the others")]
    pub(crate) const LAST_EVENT_ID_LENGTH: u32 = 3;
    /// The reconnection time in milliseconds.
    pub(crate) const RECONNECTION_TIME: u32 = 4;
    /// Where in memory the [places](wasm_eventsource::event_stream::Batch::places) of the batch are, until the next notice is taken.
    pub(crate) const PLACES_START: u32 = 5;
}

/// An event source at work; `free()` closes it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Connection {
    driver: Driver,
    /// The last event, and those that the face takes after it without asking.
    batch: RefCell<Batch>,
    /// Of the last event that it has asked for.
    versions: Cell<Option<Versions>>,
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
    pub fn new(url: &str, settings: &JsSettings, wake: Function) -> Result<Connection, JsValue> {
        let settings = Settings::from(settings);
        let driver = Driver::new(url, settings.options(), settings.engine(), caller(wake));
        driver.map(Self::with_driver).map_err(|error| TypeError::new(&error.message()).into())
    }

    /// Reads a body that is there already. `next()` has a notice at once.
    #[wasm_bindgen(js_name = forBody)]
    pub fn for_body(reader: Reader, settings: &JsSettings, wake: Function) -> Connection {
        Self::with_driver(Driver::for_body(reader, Settings::from(settings).engine_for_body(), caller(wake)))
    }

    /// Whether this `Content-Type` is that of an event stream.
    #[wasm_bindgen(js_name = isEventStream)]
    pub fn is_event_stream(content_type: &str) -> bool {
        ResponseHead { status: 200, content_type: Some(content_type), retry_after: None }.check().is_ok()
    }

    /// Takes the next notice. With an EVENT comes what of it is new.
    pub fn next(&self) -> u32 {
        match self.driver.next() {
            None => notice::NONE,
            Some(Notice::Open) => notice::OPEN,
            Some(Notice::Event) => notice::EVENT | self.news(),
            Some(Notice::Comment) => notice::COMMENT,
            Some(Notice::Reconnecting { error }) => self.note(error, notice::RECONNECTING),
            Some(Notice::Suspended) => notice::SUSPENDED,
            Some(Notice::Failed { error }) => self.note(error, notice::FAILED),
        }
    }

    /// The module's memory, in which places are told in bytes.
    pub fn memory() -> JsValue {
        wasm_bindgen::memory()
    }

    /// The face has taken so many events since the last notice, that of the notice included. To be called before anything else, if
    /// it is more than one; and with none, if the text cannot be decoded.
    pub fn settle(&self, events: usize) {
        self.driver.with_engine(|engine| engine.settle(&mut self.batch.borrow_mut(), events));
    }

    /// One of the [numbers](number) that are not asked for with each event. A method for each would be twice the code.
    pub fn number(&self, which: u32) -> usize {
        let batch = self.batch.borrow();
        self.driver.with_engine(|engine| {
            let bytes = match which {
                number::RECONNECTION_TIME => return engine.reconnection_time() as usize,
                number::PLACES_START => return batch.places().as_ptr() as usize,
                // That of a large event is where it was.
                number::TEXT_START | number::TEXT_LENGTH if batch.is_empty() => engine.raw_data().unwrap_or_default(),
                number::TEXT_START | number::TEXT_LENGTH => batch.text(),
                _ => engine.last_event_id().as_bytes(),
            };
            match which {
                number::TEXT_START | number::LAST_EVENT_ID_START => bytes.as_ptr() as usize,
                _ => bytes.len(),
            }
        })
    }

    /// The event's type.
    #[wasm_bindgen(js_name = eventType)]
    pub fn event_type(&self) -> Option<JsValue> {
        self.driver.with_engine(|engine| engine.event_head().map(|head| head.event_type.into()))
    }

    /// The comment.
    pub fn comment(&self) -> Option<JsValue> {
        self.driver.with_comment(|comment| comment.into())
    }

    /// The event's data.
    pub fn data(&self) -> Option<JsValue> {
        self.driver.with_event(|event| event.data().into())
    }

    /// The last event ID string, which is also the event's.
    #[wasm_bindgen(js_name = lastEventId)]
    pub fn last_event_id(&self) -> JsValue {
        self.driver.with_engine(|engine| engine.last_event_id().into())
    }

    /// Forgets what was received and is not yet dispatched.
    pub fn reset(&self) {
        self.driver.reset();
    }

    /// The origin of the URL that the stream was received from.
    pub fn origin(&self) -> Option<JsValue> {
        self.driver.with_engine(|engine| engine.event_head().map(|head| head.origin.into()))
    }

    /// Why there is no connection: a word, a clause, the status of the response that was refused, how many attempts have failed in
    /// a row, and the time from the error to the next attempt in milliseconds.
    pub fn failure(&self) -> Option<Array> {
        let error = self.error.take()?;
        let status = match error.reason() {
            Reason::Status { status } => Some(*status),
            // Only such a response is looked at any further.
            Reason::ContentType { .. } => Some(200),
            _ => None,
        };
        let reconnects_in = error.reconnects_in().map(|delay| delay.as_secs_f64() * 1000.0);
        let told = Array::of5(
            &error.reason().name().into(),
            &error.message().into(),
            &status.into(),
            &error.attempt().into(),
            &reconnects_in.into(),
        );
        self.error.replace(Some(error));
        Some(told)
    }

    /// Makes another connection at once.
    pub fn reconnect(&self) {
        self.driver.reconnect();
    }

    fn with_driver(driver: Driver) -> Self {
        Self { driver, batch: RefCell::default(), versions: Cell::default(), error: RefCell::default() }
    }

    fn note(&self, error: Error, notice: u32) -> u32 {
        self.error.replace(Some(error));
        notice
    }

    /// Reads ahead, and says how many events there are and what else of the first one is new.
    fn news(&self) -> u32 {
        self.driver.with_engine(|engine| {
            let mut batch = self.batch.borrow_mut();
            engine.fill(&mut batch);
            let mut news = new::EVENTS * batch.len() as u32;
            let Some(versions) = engine.event_head().map(|head| head.versions) else { return news };
            let known = self.versions.replace(Some(versions));
            let differs = |of: fn(Versions) -> u32| known.map(of) != Some(of(versions));
            news |= if differs(|versions| versions.event_type) { new::EVENT_TYPE } else { 0 };
            news |= if differs(|versions| versions.last_event_id) { new::LAST_EVENT_ID } else { 0 };
            news |= if differs(|versions| versions.origin) { new::ORIGIN } else { 0 };
            news
        })
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
