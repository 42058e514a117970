//! Performs an engine's actions, one at a time.

use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::fmt;
use core::ops::ControlFlow;
use core::time::Duration;

use wasm_bindgen_futures::spawn_local;

use super::driver_state::DriverState;
use super::pace;
use super::page_events::PageListener;
use super::timer::WebClock;
use super::url;
use crate::connection::ReadyState;
use crate::engine::{Action, Engine};
use crate::error::Error;
use crate::event_stream::EventRef;
use crate::messages::without_secrets;
use crate::web::notice::Notice;
use crate::web::options::Options;

/// An event source at work. Dropping it closes it.
///
/// It is pulled: when `on_ready` is called, take notices with [`next`](Driver::next) until there is none. While a notice is
/// left to be taken, no more than one chunk is read from the network. The [module](crate::web) has an example.
pub struct Driver {
    state: Rc<DriverState>,
    _listener: PageListener,
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").field("url", &without_secrets(&self.state.target.url)).finish_non_exhaustive()
    }
}

impl Driver {
    /// Sends the first request. The URL may be relative to the document or the worker's script. `on_ready` is called,
    /// from a task of its own, whenever there may be a [notice](Driver::next).
    ///
    /// # Errors
    /// [`Reason::InvalidUrl`](crate::Reason::InvalidUrl) if the URL cannot be parsed.
    pub fn new(url: &str, options: Options, mut engine: Engine, on_ready: impl Fn() + 'static) -> Result<Self, Error> {
        let parsed = url::parse(url)?;
        if let Some(request) = &options.request {
            request.0.check().map_err(Error::fatal)?;
        }
        let href = url::text(&parsed, "href").unwrap_or_default();
        engine.set_origin(&url::text(&parsed, "origin").unwrap_or_default());
        let state = Rc::new(DriverState::new(href, options, engine, on_ready));
        let weak = Rc::downgrade(&state);
        let listener = PageListener::new(move |event| {
            if let Some(state) = weak.upgrade() {
                state.hear(event);
            }
        });
        let driver = Self { state, _listener: listener };
        if driver.state.is_out_of_sight() {
            driver.state.engine().suspend();
        }
        // At once, whatever the time: nothing else would have the face ask for it.
        let notice = loop {
            if let ControlFlow::Break(notice) = driver.perform() {
                break notice;
            }
        };
        debug_assert!(matches!(notice, None | Some(Notice::Suspended)), "nothing was received");
        Ok(driver)
    }

    /// Takes the next notice, performing what comes before it. `None` means that there is none until `on_ready` is
    /// called. After 8 ms of work there is none either, so that the page gets to do other things: `on_ready` is called in a task
    /// of its own then.
    ///
    /// No borrow is held when it returns, so the face may run user code that calls back into this driver.
    pub fn next(&self) -> Option<Notice> {
        while !pace::is_time_for_others(&self.state) {
            if let ControlFlow::Break(notice) = self.perform() {
                return notice;
            }
        }
        None
    }

    /// Performs the next action. Breaks if that is a notice, or nothing.
    fn perform(&self) -> ControlFlow<Option<Notice>> {
        let state = &self.state;
        let action = state.engine().next_action(&WebClock);
        ControlFlow::Break(match action {
            Action::Request => {
                state.send_request();
                return ControlFlow::Continue(());
            }
            Action::Probe => {
                state.send_probe();
                return ControlFlow::Continue(());
            }
            Action::Read => {
                // What is there already needs no task of its own.
                if let Some(received) = state.read() {
                    state.note(received);
                }
                return ControlFlow::Continue(());
            }
            Action::Wait { until } => {
                state.wait(until);
                None
            }
            Action::Nothing => None,
            Action::Open => Some(Notice::Open),
            Action::Dispatch => Some(Notice::Event),
            Action::Comment => Some(Notice::Comment),
            Action::Suspended => Some(Notice::Suspended),
            Action::Reconnect { error } => {
                state.leave();
                Some(Notice::Reconnecting { error })
            }
            Action::Fail { error } => {
                state.leave();
                Some(Notice::Failed { error })
            }
        })
    }

    /// Gives the event of the last [`Notice::Event`] to `read`, which must not call back into this driver. `None` when
    /// the last notice was another one.
    pub fn with_event<T>(&self, read: impl FnOnce(EventRef<'_>) -> T) -> Option<T> {
        self.state.engine().event().map(read)
    }

    /// Gives the comment of the last [`Notice::Comment`] to `read`, which must not call back into this driver. `None` when
    /// the last notice was another one.
    pub fn with_comment<T>(&self, read: impl FnOnce(&str) -> T) -> Option<T> {
        self.state.engine().comment().map(|comment| read(&comment))
    }

    /// The source's URL, serialized.
    pub fn url(&self) -> &str {
        &self.state.target.url
    }

    /// The source's `readyState`.
    pub fn ready_state(&self) -> ReadyState {
        self.state.engine().ready_state()
    }

    /// The last event ID string, empty if no block set one.
    pub fn last_event_id(&self) -> String {
        self.state.engine().last_event_id().to_string()
    }

    /// The reconnection time; see [`Engine::reconnection_time`].
    pub fn reconnection_time(&self) -> Duration {
        self.state.engine().reconnection_time()
    }

    /// Lets go of the connection and makes another at once; see [`Engine::reconnect`].
    pub fn reconnect(&self) {
        let reconnects = self.state.engine().reconnect();
        if reconnects {
            self.state.leave();
            let weak = Rc::downgrade(&self.state);
            spawn_local(async move {
                if let Some(state) = weak.upgrade() {
                    (state.on_ready)();
                }
            });
        }
    }

    /// Closes the source: aborts the request and drops what was received and not yet taken.
    pub fn close(&self) {
        self.state.engine().close();
        self.state.leave();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.close();
    }
}
