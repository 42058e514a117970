//! A source with a connection of its own: joins its engine, its requests and its timer, and performs the engine's actions.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::string::ToString;
use core::cell::{Cell, RefCell, RefMut};
use core::ops::ControlFlow;

use wasm_bindgen_futures::spawn_local;

use super::driver::{OnReady, Source};
use super::exchange::{Exchange, Which};
use super::page_events::{self, PageEvent, PageListener};
use super::received::Received;
use super::timer::{Alarm, WebClock};
use crate::connection::ReadyState;
use crate::engine::{Action, Engine, Verify};
use crate::error::Reason;
use crate::web::notice::Notice;

/// The state that a source's tasks and callbacks share. They have weak references to it, so it is dropped with the driver.
pub(super) struct DriverState {
    own: Weak<Self>,
    exchange: Exchange,
    engine: RefCell<Engine>,
    alarm: Alarm,
    /// The document is in the back/forward cache, or on its way there.
    is_away: Cell<bool>,
    on_ready: OnReady,
    _listener: PageListener,
}

impl DriverState {
    /// Sends the first request.
    pub(super) fn open(exchange: Exchange, engine: Engine, on_ready: OnReady) -> Rc<Self> {
        let state = Rc::new_cyclic(|own: &Weak<Self>| {
            let weak = own.clone();
            let listener = PageListener::new(move |event| {
                if let Some(state) = weak.upgrade() {
                    state.hear(event);
                }
            });
            Self {
                own: own.clone(),
                exchange,
                engine: RefCell::new(engine),
                alarm: Alarm::default(),
                is_away: Cell::default(),
                on_ready,
                _listener: listener,
            }
        });
        if state.is_out_of_sight() {
            state.engine().suspend();
        }
        // Wakes the face at once: nothing else would make it ask for the first notice.
        let notice = loop {
            if let ControlFlow::Break(notice) = state.perform() {
                break notice;
            }
        };
        debug_assert!(matches!(notice, None | Some(Notice::Suspended)), "nothing was received");
        state
    }

    fn send_request(&self) {
        self.alarm.clear();
        let id = self.engine().last_event_id().to_string();
        self.exchange.send(&id, &self.engine, self.receiver(Which::default()));
        self.let_go_if_closed();
    }

    fn send_candidate(&self) {
        let id = self.engine().last_event_id().to_string();
        let which = Which::candidate();
        self.exchange.send_candidate(&id, which.clone(), self.receiver(which));
        self.let_go_if_closed();
    }

    fn send_probe(&self) {
        self.exchange.probe(self.receiver(Which::default()));
        self.let_go_if_closed();
    }

    /// A `fetch` that the page has replaced may have closed the source.
    fn let_go_if_closed(&self) {
        if self.engine().ready_state() == ReadyState::Closed {
            self.exchange.let_go();
        }
    }

    fn receiver(&self, which: Which) -> Box<dyn Fn(Received)> {
        let weak = self.own.clone();
        Box::new(move |received| {
            if let Some(state) = weak.upgrade() {
                state.exchange.note(received, &which, &state.engine);
                (state.on_ready)();
            }
        })
    }

    /// Wakes the face in a task of its own.
    fn wake_soon(&self) {
        let weak = self.own.clone();
        spawn_local(async move {
            if let Some(state) = weak.upgrade() {
                (state.on_ready)();
            }
        });
    }

    /// Whether the document is in the back/forward cache, or is hidden and the source wants no connection meanwhile.
    fn is_out_of_sight(&self) -> bool {
        self.is_away.get() || self.exchange.is_out_of_sight()
    }

    fn suspend_or_resume(&self) {
        if self.is_out_of_sight() {
            self.engine().suspend();
            self.leave();
        } else {
            self.engine().resume();
        }
    }

    /// The connection or the attempt is over.
    fn leave(&self) {
        self.exchange.leave();
        self.alarm.clear();
    }

    /// Reacts to an event of the page.
    fn hear(&self, event: &PageEvent) {
        match event {
            PageEvent::PageHidden | PageEvent::PageShown => {
                self.is_away.set(matches!(event, PageEvent::PageHidden));
                self.suspend_or_resume();
            }
            PageEvent::Awake if self.is_out_of_sight() || page_events::is_hidden() => self.suspend_or_resume(),
            PageEvent::Awake => self.engine().come_back(),
            PageEvent::Online => self.engine().online(),
            PageEvent::Blocked(url) if self.exchange.is_meant(url) => self.engine().expect_futile(Reason::Blocked),
            PageEvent::Blocked(_) => {}
        }
        (self.on_ready)();
    }
}

impl Source for DriverState {
    fn engine(&self) -> RefMut<'_, Engine> {
        self.engine.borrow_mut()
    }

    fn url(&self) -> &str {
        self.exchange.url()
    }

    fn perform(&self) -> ControlFlow<Option<Notice>> {
        let action = self.engine().next_action(&WebClock);
        match action {
            Action::Request => self.send_request(),
            Action::Probe => self.send_probe(),
            Action::RequestCandidate => self.send_candidate(),
            Action::Read => self.exchange.read(&self.engine),
            Action::Wait { until } => {
                let weak = self.own.clone();
                self.alarm.set(until, move || {
                    if let Some(state) = weak.upgrade() {
                        // The timer has fired. If it was early, the engine is asked and names the time again.
                        state.alarm.clear();
                        (state.on_ready)();
                    }
                });
                return ControlFlow::Break(None);
            }
            action => {
                match action {
                    Action::Reconnect { .. } | Action::Fail { .. } => self.leave(),
                    Action::Verified => self.exchange.let_go_of_candidate(),
                    Action::Replaced => self.exchange.replace(),
                    _ => {}
                }
                return ControlFlow::Break(Notice::of(action));
            }
        }
        ControlFlow::Continue(())
    }

    fn on_ready(&self) {
        (self.on_ready)();
    }

    fn reconnect(&self) {
        let reconnects = self.engine().reconnect();
        if reconnects {
            self.leave();
            self.wake_soon();
        }
    }

    fn go_to(&self, url: String) {
        self.exchange.go_to(url);
    }

    fn verify(&self, how: Verify) -> bool {
        let is_possible = self.engine().verify(how);
        self.wake_soon();
        is_possible
    }

    fn close(&self) {
        self.engine().close();
        self.leave();
    }
}
