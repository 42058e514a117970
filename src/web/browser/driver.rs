//! [`Driver`]: the driver as its face sees it.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::cell::RefMut;
use core::fmt;
use core::ops::ControlFlow;
use core::time::Duration;

use super::driver_state::DriverState;
use super::exchange::Exchange;
use super::pace;
use super::url;
use crate::connection::ReadyState;
use crate::engine::{Engine, Incomplete, Stage, Verify};
use crate::error::Error;
use crate::event_stream::EventRef;
use crate::messages::without_secrets;
#[cfg(feature = "sharing")]
use crate::sharing::Role;
use crate::web::notice::Notice;
use crate::web::options::Options;

/// Called when there may be a notice.
pub(super) type OnReady = Box<dyn Fn()>;

/// Performs the actions of one source, one at a time.
pub(super) trait Source {
    /// The engine that the face reads from. It must not be borrowed while JavaScript is called.
    fn engine(&self) -> RefMut<'_, Engine>;
    fn url(&self) -> &str;
    /// Performs the next action. Breaks with a notice, or if there is nothing to do.
    fn perform(&self) -> ControlFlow<Option<Notice>>;
    /// Wakes the face, to take the next notice.
    fn on_ready(&self);
    fn reconnect(&self);
    /// Sends the next requests to this URL.
    fn go_to(&self, url: String);
    /// Returns whether there will be an answer.
    fn verify(&self, how: Verify) -> bool;
    fn close(&self);
    /// `None` if it does not share.
    #[cfg(feature = "sharing")]
    fn role(&self) -> Option<Role> {
        None
    }
}

/// With a connection of its own, or with that of its group.
#[cfg(feature = "sharing")]
pub(super) type AnySource = dyn Source;
/// Without `sharing` there is only one kind of source. Then there is no trait object, which would keep functions in the program that
/// nobody calls.
#[cfg(not(feature = "sharing"))]
pub(super) type AnySource = DriverState;

/// An event source at work. Dropping it closes it.
///
/// When `on_ready` is called, take notices with [`next`](Driver::next) until there is none. As long as you do not take them, at
/// most one more chunk is read from the network. The [module](crate::web) has an example.
pub struct Driver {
    pub(super) source: Rc<AnySource>,
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").field("url", &without_secrets(self.url())).finish_non_exhaustive()
    }
}

impl Driver {
    /// Sends the first request. The URL may be relative to the document or the worker's script. `on_ready` is called in a task of
    /// its own whenever there may be a [notice](Driver::next).
    ///
    /// # Errors
    /// [`Reason::InvalidUrl`](crate::Reason::InvalidUrl) if the URL cannot be parsed,
    /// [`Reason::InvalidOption`](crate::Reason::InvalidOption) if the [request](Options::request) has a value that cannot be sent.
    pub fn new(url: &str, options: Options, mut engine: Engine, on_ready: impl Fn() + 'static) -> Result<Self, Error> {
        let (exchange, origin) = exchange(url, options)?;
        engine.set_origin(&origin);
        Ok(Self { source: DriverState::open(exchange, engine, Box::new(on_ready)) })
    }

    /// Performs actions up to the next notice, and returns it. `None` means: wait until `on_ready` is called. It also returns
    /// `None` after 8 ms of work, so that the page can do other things. `on_ready` is then called in a task of its own.
    ///
    /// It holds no borrow when it returns. So the face may run user code that calls this driver again.
    pub fn next(&self) -> Option<Notice> {
        while !pace::is_time_for_others(&self.source) {
            if let ControlFlow::Break(notice) = self.source.perform() {
                return notice;
            }
        }
        None
    }

    /// Calls `read` with the event of the last [`Notice::Event`]. `read` must not call this driver. `None` if the last notice was
    /// another one.
    pub fn with_event<T>(&self, read: impl FnOnce(EventRef<'_>) -> T) -> Option<T> {
        self.source.engine().event().map(read)
    }

    /// Calls `read` with the comment of the last [`Notice::Comment`]. `read` must not call this driver. `None` if the last notice
    /// was another one.
    pub fn with_comment<T>(&self, read: impl FnOnce(&str) -> T) -> Option<T> {
        self.source.engine().comment().map(|comment| read(&comment))
    }

    /// The source's URL, serialized.
    pub fn url(&self) -> &str {
        self.source.url()
    }

    /// The source's `readyState`.
    pub fn ready_state(&self) -> ReadyState {
        self.source.engine().ready_state()
    }

    /// The last event ID string. Empty if no block has set one.
    pub fn last_event_id(&self) -> String {
        self.source.engine().last_event_id().to_string()
    }

    /// The reconnection time; see [`Engine::reconnection_time`].
    pub fn reconnection_time(&self) -> Duration {
        self.source.engine().reconnection_time()
    }

    /// As the options of the engine [for the end](Engine::with_declared_end), before anything was read.
    pub(crate) fn set_ending(&self, incomplete: Incomplete, is_declared: bool) {
        self.source.engine().set_ending(incomplete, is_declared);
    }

    /// How far the next request is.
    pub(crate) fn stage(&self) -> Stage {
        self.source.engine().stage()
    }

    /// Sends the next requests to this URL, if there is one. Only for a source that [resumes](crate::Builder::resume).
    pub(crate) fn go_to(&self, url: Option<&str>, _method: String) -> Result<(), Error> {
        if let Some(url) = url {
            let parsed = url::parse(url)?;
            let member = |name| url::text(&parsed, name).unwrap_or_default();
            self.source.engine().set_origin(&member("origin"));
            self.source.go_to(member("href"));
        }
        Ok(())
    }

    /// Sets the last event ID string; see [`Engine::set_last_event_id`]. Not for a source that shares its connection.
    pub fn set_last_event_id(&self, id: &str) {
        self.source.engine().set_last_event_id(id);
    }

    /// Ends the connection and makes another one at once; see [`Engine::reconnect`].
    pub fn reconnect(&self) {
        self.source.reconnect();
    }

    /// Verifies the connection; see [`Engine::verify`]. The answer is [`Notice::Verified`] or [`Notice::Open`]. Returns false if there is
    /// none.
    pub fn verify(&self, how: Verify) -> bool {
        self.source.verify(how)
    }

    /// Closes the source: aborts the request, and drops what was received but not taken yet.
    pub fn close(&self) {
        self.source.close();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.close();
    }
}

/// The exchange of a source with this URL, and the URL's origin.
pub(super) fn exchange(url: &str, options: Options) -> Result<(Exchange, String), Error> {
    let parsed = url::parse(url)?;
    if let Some(request) = &options.request {
        request.0.check().map_err(Error::fatal)?;
    }
    let member = |name| url::text(&parsed, name).unwrap_or_default();
    Ok((Exchange::new(member("href"), options), member("origin")))
}
