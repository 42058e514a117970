//! The driver where there is no browser. With the feature `ssr`, it lets a component with an event source render on a server.
//! Without the feature, making one is an error, because a source that waits for ever helps nobody.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::cell::RefCell;
use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

use super::notice::Notice;
use super::options::{Options, RequestOptions};
use super::resumable::Resumable;
use crate::connection::ReadyState;
use crate::engine::{Engine, Incomplete, Stage, Verify};
use crate::error::{Error, Reason, Refusal};
use crate::event_stream::EventRef;
#[cfg(feature = "sharing")]
use crate::event_stream::Parser;
use crate::messages::without_secrets;
#[cfg(feature = "sharing")]
use crate::sharing::{Role, Settings};

/// Without a network, nothing is asked of a custom request.
pub(super) trait Prepare {
    /// Nothing is sent, so nothing can be wrong.
    fn check(&self) -> Result<(), Reason> {
        Ok(())
    }
}

impl Prepare for RequestOptions {}

impl Prepare for Resumable {}

/// A response. There is none.
pub(super) enum Head {}

impl Head {
    pub(super) fn refused(&self) -> Option<Refusal> {
        match *self {}
    }

    pub(super) fn announce(&mut self) {
        match *self {}
    }
}

/// A driver without a network. Its source is CONNECTING until it is closed.
/// The [module](crate::web) has an example.
pub struct Driver {
    url: String,
    /// In a box, because it is large and the browser's driver is not.
    engine: Box<RefCell<Engine>>,
    #[cfg(feature = "sharing")]
    is_shared: bool,
    /// Makes it not `Send`, like the browser's driver. So code that compiles here compiles there.
    of_one_thread: PhantomData<Rc<()>>,
}

impl Driver {
    /// Sends nothing, and never calls `on_ready`.
    ///
    /// # Errors
    /// [`Reason::Unsupported`] without the feature `ssr`. With the feature there is no error, not even for a malformed URL: the
    /// browser will judge it.
    pub fn new(url: &str, _options: Options, engine: Engine, _on_ready: impl Fn() + 'static) -> Result<Self, Error> {
        if !cfg!(feature = "ssr") {
            return Err(Error::fatal(Reason::Unsupported));
        }
        Ok(Self {
            url: url.to_string(),
            engine: Box::new(RefCell::new(engine)),
            #[cfg(feature = "sharing")]
            is_shared: false,
            of_one_thread: PhantomData,
        })
    }

    /// The same for a source that shares a connection in the browser.
    ///
    /// # Errors
    /// As [`new`](Driver::new).
    #[cfg(feature = "sharing")]
    pub fn shared(
        url: &str,
        options: Options,
        settings: Settings,
        _parts: &[&str],
        on_ready: impl Fn() + 'static,
    ) -> Result<Self, Error> {
        let mut parser = Parser::new();
        parser.set_last_event_id(&settings.last_event_id);
        Self::new(url, options, Engine::new(parser), on_ready).map(|driver| Self { is_shared: true, ..driver })
    }

    /// Always `None`.
    pub fn next(&self) -> Option<Notice> {
        None
    }

    /// `None`, because there was no [`Notice::Event`].
    pub fn with_event<T>(&self, _read: impl FnOnce(EventRef<'_>) -> T) -> Option<T> {
        None
    }

    /// `None`, because there was no [`Notice::Comment`].
    pub fn with_comment<T>(&self, _read: impl FnOnce(&str) -> T) -> Option<T> {
        None
    }

    /// The source's URL, as given.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The source's `readyState`.
    pub fn ready_state(&self) -> ReadyState {
        self.engine.borrow().ready_state()
    }

    /// The last event ID string that the engine was given. Empty if it was given none.
    pub fn last_event_id(&self) -> String {
        self.engine.borrow().last_event_id().to_string()
    }

    /// The reconnection time; see [`Engine::reconnection_time`].
    pub fn reconnection_time(&self) -> Duration {
        self.engine.borrow().reconnection_time()
    }

    /// A member that waits for ever. `None` if it was not [made](Driver::shared) to share.
    #[cfg(feature = "sharing")]
    pub fn role(&self) -> Option<Role> {
        self.is_shared.then_some(Role::Member)
    }

    /// Waits for ever. False if the source is closed.
    pub fn verify(&self, how: Verify) -> bool {
        self.engine.borrow_mut().verify(how)
    }

    /// As the options of the engine [for the end](Engine::with_declared_end), before anything was read.
    pub(crate) fn set_ending(&self, incomplete: Incomplete, is_declared: bool) {
        self.engine.borrow_mut().set_ending(incomplete, is_declared);
    }

    /// How far the next request is: it is never sent.
    pub(crate) fn stage(&self) -> Stage {
        self.engine.borrow().stage()
    }

    /// Does nothing.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as in a browser")]
    pub(crate) fn go_to(&self, _url: Option<&str>, _method: String) -> Result<(), Error> {
        Ok(())
    }

    /// Sets the last event ID string, which is never sent.
    pub fn set_last_event_id(&self, id: &str) {
        self.engine.borrow_mut().set_last_event_id(id);
    }

    /// Does nothing.
    pub fn reconnect(&self) {}

    /// Closes the source.
    pub fn close(&self) {
        self.engine.borrow_mut().close();
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").field("url", &without_secrets(&self.url)).finish_non_exhaustive()
    }
}
