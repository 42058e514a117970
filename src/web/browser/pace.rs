//! Pauses, so that the page can do other things. When a chunk has many events, the executor polls their consumer again and again in
//! one task. So drivers stop after a while, and go on in a task of their own.

use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::ptr;
use core::time::Duration;

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsValue;

use super::driver::AnySource;
#[cfg(not(feature = "sharing"))]
use super::driver::Source as _;
use super::sys::{Callback, MessageChannel};
use super::timer::WebClock;
use crate::connection::{Clock, Timestamp};

/// How long drivers may work without a pause.
const TIME: Duration = Duration::from_millis(8);

/// The clock is read once for this many actions, because reading it may cost as much as an action.
const ACTIONS_PER_LOOK: u32 = 16;

std::thread_local! {
    static PACE: Pace = const { Pace::new() };
}

/// The time that all drivers of a thread share.
struct Pace {
    actions: Cell<u32>,
    /// When the work began. The task that ends the pause was requested at the same time.
    began: Cell<Option<Timestamp>>,
    /// The time is up.
    is_late: Cell<bool>,
    /// The drivers that wait for that task.
    waiting: RefCell<Vec<Weak<AnySource>>>,
}

impl Pace {
    const fn new() -> Self {
        Self {
            actions: Cell::new(0),
            began: Cell::new(None),
            is_late: Cell::new(false),
            waiting: RefCell::new(Vec::new()),
        }
    }

    fn look(&self) {
        let now = WebClock.now();
        match self.began.get() {
            Some(began) => self.is_late.set(now.saturating_sub(began) >= TIME),
            None => {
                self.began.set(Some(now));
                in_another_task(|| PACE.with(Pace::rest));
            }
        }
    }

    /// The pause is over: the drivers go on. No borrow is held while they do.
    fn rest(&self) {
        self.began.set(None);
        self.is_late.set(false);
        let waiting = self.waiting.take();
        waiting.iter().filter_map(Weak::upgrade).for_each(|source| source.on_ready());
    }
}

/// Whether a driver must pause now. Its `on_ready` is called when the pause is over.
pub(super) fn is_time_for_others(source: &Rc<AnySource>) -> bool {
    PACE.with(|pace| {
        pace.actions.set(pace.actions.get().wrapping_add(1));
        if !pace.is_late.get() && pace.actions.get() % ACTIONS_PER_LOOK == 0 {
            pace.look();
        }
        let is_late = pace.is_late.get();
        if is_late {
            let mut waiting = pace.waiting.borrow_mut();
            if !waiting.iter().any(|other| ptr::addr_eq(other.as_ptr(), Rc::as_ptr(source))) {
                waiting.push(Rc::downgrade(source));
            }
        }
        is_late
    })
}

/// Calls a function in another task. It uses a message, because a timer may be a second late in a hidden tab.
fn in_another_task(work: fn()) {
    if message(work).is_err() {
        Timeout::new(0, work).forget();
    }
}

/// A channel for one message. A channel that stays open would keep Node running.
fn message(work: fn()) -> Result<(), JsValue> {
    let channel = MessageChannel::new_channel()?;
    let (here, there) = (channel.port1()?, channel.port2()?);
    let port = here.clone();
    let own = Rc::<Cell<Option<Callback>>>::default();
    let weak = Rc::downgrade(&own);
    let callback = Callback::new(move |_| {
        let _ = port.close();
        // The callback frees itself at its end.
        let itself = own.take();
        work();
        drop(itself);
    });
    here.set_onmessage(&callback)?;
    there.post_message(&JsValue::NULL)?;
    if let Some(own) = weak.upgrade() {
        own.set(Some(callback));
    }
    Ok(())
}
