//! One driver, and all who take from it: the source itself, its subscriptions, and who watches its state.
//!
//! Whoever is polled and finds nothing that was kept for it moves the driver on, and keeps for the others what is theirs.
//! So the body is read as fast as the fastest of them takes its events, and of one as that one does.

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::mem;
use core::task::{Context, Poll, Waker};

use super::state::ConnectionState;
use crate::connection::ReadyState;
use crate::engine::Engine;
use crate::error::Error;
use crate::event_stream::{Event, EventRef};
use crate::web::{Driver, Notice, Options};

/// Who takes something of the hub.
pub(super) type Key = u64;

/// See the [module](self). No borrow is held when a waker is called: it may be any executor's.
#[derive(Debug)]
pub(super) struct Hub {
    driver: Driver,
    consumers: RefCell<Vec<Consumer>>,
    waiting: Rc<Waiting>,
    last_key: Cell<Key>,
    state: RefCell<ConnectionState>,
    /// The number of the state, from 1 on.
    state_number: Cell<u64>,
    /// The last notice was an event, and somebody took it who does not take events.
    held: Cell<bool>,
}

/// One who takes events, and the error that the connection fails with for good.
#[derive(Debug)]
struct Consumer {
    key: Key,
    takes: Takes,
    kept: VecDeque<Result<Event, Error>>,
}

/// What is kept for a consumer.
#[derive(Debug)]
pub(super) enum Takes {
    /// No event yet: like one of an `EventTarget` to which nobody listens, it is gone.
    NoEvent,
    /// Events of this type.
    Type(String),
    /// Every event, and every error.
    All,
}

/// Who is to be woken when there may be something to take.
#[derive(Debug, Default)]
struct Waiting(RefCell<Vec<(Key, Waker)>>);

impl Hub {
    pub(super) fn new(url: &str, options: Options, engine: Engine) -> Result<Rc<Self>, Error> {
        let waiting: Rc<Waiting> = Rc::default();
        let to_wake = Rc::clone(&waiting);
        let driver = Driver::new(url, options, engine, move || to_wake.wake_all_but(None))?;
        Ok(Rc::new(Self {
            driver,
            consumers: RefCell::default(),
            waiting,
            last_key: Cell::new(0),
            state: RefCell::default(),
            state_number: Cell::new(1),
            held: Cell::new(false),
        }))
    }

    pub(super) fn driver(&self) -> &Driver {
        &self.driver
    }

    pub(super) fn state(&self) -> ConnectionState {
        self.state.borrow().clone()
    }

    pub(super) fn new_key(&self) -> Key {
        self.last_key.set(self.last_key.get() + 1);
        self.last_key.get()
    }

    /// One more for whom something is kept from now on.
    pub(super) fn add_consumer(&self, takes: Takes) -> Key {
        let key = self.new_key();
        self.consumers.borrow_mut().push(Consumer { key, takes, kept: VecDeque::new() });
        key
    }

    /// From now on everything is kept for this one.
    pub(super) fn take_all(&self, key: Key) {
        self.with_consumer(key, |consumer| consumer.takes = Takes::All);
    }

    /// Nothing is kept for this one any more.
    pub(super) fn forget(&self, key: Key) {
        let index = self.consumers.borrow().iter().position(|consumer| consumer.key == key);
        let consumer = index.map(|index| self.consumers.borrow_mut().swap_remove(index));
        let waker = self.waiting.remove(key);
        drop((consumer, waker));
    }

    /// The next item for a consumer.
    pub(super) fn poll(&self, key: Key, context: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        loop {
            if let Some(item) = self.with_consumer(key, |consumer| consumer.kept.pop_front()).flatten() {
                return Poll::Ready(Some(item));
            }
            match self.next_notice() {
                Some(Notice::Event) => {
                    self.keep_event();
                    // It may be theirs; and there may be more in the chunk, for which this one may never come back.
                    self.waiting.wake_all_but(Some(key));
                }
                Some(notice) => self.note(notice),
                None if self.driver.ready_state() == ReadyState::Closed => return Poll::Ready(None),
                None => {
                    self.waiting.add(key, context.waker());
                    return Poll::Pending;
                }
            }
        }
    }

    /// The next state for one that has seen the states up to a number.
    pub(super) fn poll_state(
        &self,
        key: Key,
        seen: &mut u64,
        context: &mut Context<'_>,
    ) -> Poll<Option<ConnectionState>> {
        loop {
            if self.state_number.get() != *seen {
                *seen = self.state_number.get();
                return Poll::Ready(Some(self.state()));
            }
            if self.has_seen_the_last_state(*seen) {
                return Poll::Ready(None);
            }
            match self.next_notice() {
                Some(Notice::Event) => {
                    self.held.set(true);
                    self.waiting.wake_all_but(Some(key));
                }
                Some(notice) => {
                    self.note(notice);
                    continue;
                }
                None => {}
            }
            self.waiting.add(key, context.waker());
            return Poll::Pending;
        }
    }

    pub(super) fn has_ended(&self, key: Key) -> bool {
        let kept = self.with_consumer(key, |consumer| consumer.kept.len()).unwrap_or(0);
        kept == 0 && self.driver.ready_state() == ReadyState::Closed
    }

    pub(super) fn has_seen_the_last_state(&self, seen: u64) -> bool {
        seen == self.state_number.get() && self.state.borrow().ready_state() == ReadyState::Closed
    }

    /// Closes the source. Nothing of what was received is taken any more.
    pub(super) fn close(&self) {
        self.driver.close();
        let kept: Vec<_> =
            self.consumers.borrow_mut().iter_mut().map(|consumer| mem::take(&mut consumer.kept)).collect();
        drop(kept);
        if self.state.borrow().ready_state() != ReadyState::Closed {
            self.set_state(ConnectionState::Closed);
        }
    }

    fn next_notice(&self) -> Option<Notice> {
        if self.held.take() { Some(Notice::Event) } else { self.driver.next() }
    }

    /// Keeps the event at hand for all who take its type. For the last of them it moves.
    fn keep_event(&self) {
        let mut consumers = self.consumers.borrow_mut();
        self.driver.with_event(|event: EventRef<'_>| {
            let takes = |consumer: &Consumer| match &consumer.takes {
                Takes::NoEvent => false,
                Takes::Type(event_type) => event_type == event.event_type(),
                Takes::All => true,
            };
            let Some(last) = consumers.iter().rposition(takes) else { return };
            let takers: Vec<usize> = (0..last).filter(|index| takes(&consumers[*index])).collect();
            let event = event.into_event();
            for index in takers {
                consumers[index].kept.push_back(Ok(event.clone()));
            }
            consumers[last].kept.push_back(Ok(event));
        });
    }

    /// Takes note of what is no event.
    fn note(&self, notice: Notice) {
        let state = match notice {
            Notice::Open => ConnectionState::Open,
            Notice::Suspended => ConnectionState::Connecting,
            Notice::Reconnecting { error } => {
                self.keep_error(&error, |consumer| matches!(consumer.takes, Takes::All));
                ConnectionState::Reconnecting { error }
            }
            Notice::Failed { error } => {
                self.keep_error(&error, |_| true);
                ConnectionState::Failed { error }
            }
            Notice::Event => return,
        };
        self.set_state(state);
    }

    fn keep_error(&self, error: &Error, takes: impl Fn(&Consumer) -> bool) {
        for consumer in self.consumers.borrow_mut().iter_mut().filter(|consumer| takes(consumer)) {
            consumer.kept.push_back(Err(error.clone()));
        }
    }

    fn set_state(&self, state: ConnectionState) {
        self.state.replace(state);
        self.state_number.set(self.state_number.get() + 1);
        self.waiting.wake_all_but(None);
    }

    fn with_consumer<T>(&self, key: Key, work: impl FnOnce(&mut Consumer) -> T) -> Option<T> {
        self.consumers.borrow_mut().iter_mut().find(|consumer| consumer.key == key).map(work)
    }
}

impl Waiting {
    fn add(&self, key: Key, waker: &Waker) {
        let new = waker.clone();
        let old = self.remove(key);
        self.0.borrow_mut().push((key, new));
        drop(old);
    }

    fn remove(&self, key: Key) -> Option<(Key, Waker)> {
        let mut waiting = self.0.borrow_mut();
        let index = waiting.iter().position(|(other, _)| *other == key)?;
        Some(waiting.swap_remove(index))
    }

    fn wake_all_but(&self, key: Option<Key>) {
        let all = mem::take(&mut *self.0.borrow_mut());
        for (other, waker) in all {
            if Some(other) == key { self.0.borrow_mut().push((other, waker)) } else { waker.wake() }
        }
    }
}
