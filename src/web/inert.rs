//! The driver where there is no browser. With it a component with an event source renders on a server.

use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::cell::RefCell;
use core::marker::PhantomData;

use super::notice::Notice;
use super::options::Options;
use crate::connection::ReadyState;
use crate::engine::Engine;
use crate::error::Error;
use crate::event_stream::EventRef;

/// A driver without a network. Its source is CONNECTING until it is closed.
/// The [module](super) has an example.
#[derive(Debug)]
pub struct Driver {
    url: String,
    engine: RefCell<Engine>,
    /// Makes it not `Send`, as the browser's driver is not: what compiles here compiles there.
    of_one_thread: PhantomData<Rc<()>>,
}

impl Driver {
    /// Sends nothing, and never calls `on_ready`.
    ///
    /// # Errors
    /// None: there is no document that a relative URL could be relative to, and the browser will have the last word.
    pub fn new(url: &str, _options: Options, engine: Engine, _on_ready: impl Fn() + 'static) -> Result<Self, Error> {
        Ok(Self { url: url.to_string(), engine: RefCell::new(engine), of_one_thread: PhantomData })
    }

    /// Nothing, ever.
    pub fn next(&self) -> Option<Notice> {
        None
    }

    /// Nothing, for there was no [`Notice::Event`].
    pub fn with_event<T>(&self, _read: impl FnOnce(EventRef<'_>) -> T) -> Option<T> {
        None
    }

    /// Nothing, for there was no [`Notice::Comment`].
    pub fn with_comment<T>(&self, _read: impl FnOnce(&str) -> T) -> Option<T> {
        None
    }

    /// The source's URL, as it was given.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The source's `readyState`.
    pub fn ready_state(&self) -> ReadyState {
        self.engine.borrow().ready_state()
    }

    /// The last event ID string, empty unless the engine was given one.
    pub fn last_event_id(&self) -> String {
        self.engine.borrow().last_event_id().to_string()
    }

    /// The reconnection time in milliseconds; see [`Engine::reconnection_time`].
    pub fn reconnection_time(&self) -> u32 {
        self.engine.borrow().reconnection_time()
    }

    /// Without effect.
    pub fn reconnect(&self) {}

    /// Closes the source.
    pub fn close(&self) {
        self.engine.borrow_mut().close();
    }
}
