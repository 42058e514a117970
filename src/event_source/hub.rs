//! One driver, and everything that reads from it: the source itself, its subscriptions (the *consumers*), and *watchers* of its
//! state.
//!
//! A consumer that is polled takes what is kept for it. If nothing is, it asks the driver for more, and keeps events of other
//! consumers for them, up to a limit. So the body is read as fast as the fastest consumer reads. A watcher asks the driver for
//! more, too. It stops at the next event that some consumer takes, and leaves the event to the consumers. It drops events that no
//! consumer takes.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;
use core::task::{Context, Poll, ready};

use super::driver::Driver;
use super::extras::Between;
use super::kept::{Item, Keep, Kept};
use super::state::ConnectionState;
use super::waiting::{Key, Waiting};
use crate::connection::ReadyState;
use crate::engine::Verify;
use crate::error::{Error, Reason};
use crate::event_stream::{Event, EventRef};
use crate::messages::without_secrets;
use crate::trace;
use crate::web::Notice;

/// Called when the driver has a comment. Only programs that want comments contain the code that reads it.
pub(super) type OnComment = dyn Fn(&Driver);

/// One driver and all that reads from it. The [module](self) says how.
pub(super) struct Hub {
    driver: Driver,
    on_comment: Option<Rc<OnComment>>,
    between: Option<Rc<dyn Between>>,
    /// The limit for consumers that set no limit themselves.
    keep: Keep,
    consumers: RefCell<Vec<Consumer>>,
    waiting: Rc<Waiters>,
    last_key: Cell<Key>,
    state: RefCell<ConnectionState>,
    /// The number of the state, from 1 on.
    state_number: Cell<u64>,
    /// How often the connection was announced, or has proven itself, or was replaced.
    answers: Cell<u64>,
    /// The event at which a watcher has stopped. Its ID counts as received, so it must not be lost with the connection.
    held: RefCell<Option<Event>>,
    /// The last event has come, and nobody knows yet that the source is CLOSED.
    is_complete: Cell<bool>,
}

/// The tasks to wake when there may be something to take.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    /// Consumers that found nothing.
    hungry: Waiting,
    /// Watchers that know the current state.
    watching: Waiting,
}

impl Waiters {
    pub(super) fn wake(&self) {
        self.hungry.wake();
        self.watching.wake();
    }
}

/// A subscription: takes events, and the error with which the connection fails for good.
#[derive(Debug)]
struct Consumer {
    key: Key,
    takes: Takes,
    kept: Kept,
}

/// What is kept for a consumer.
#[derive(Debug)]
pub(super) enum Takes {
    /// No event yet.
    NoEvent,
    /// Events of this type.
    Type(String),
    /// Every event, and every error.
    All,
}

impl Takes {
    fn event(&self, event_type: &str) -> bool {
        match self {
            Self::NoEvent => false,
            Self::Type(taken) => taken == event_type,
            Self::All => true,
        }
    }
}

impl Hub {
    /// A hub with the driver that `open` returns. The driver must wake the tasks that `open` gets.
    pub(super) fn new(
        open: impl FnOnce(Rc<Waiters>) -> Result<Driver, Error>,
        on_comment: Option<Rc<OnComment>>,
        keep: Keep,
        between: Option<Rc<dyn Between>>,
    ) -> Result<Rc<Self>, Error> {
        let waiting = Rc::<Waiters>::default();
        let driver = open(Rc::clone(&waiting))?;
        Ok(Rc::new(Self {
            driver,
            on_comment,
            between,
            keep,
            consumers: RefCell::default(),
            waiting,
            last_key: Cell::new(0),
            state: RefCell::default(),
            state_number: Cell::new(1),
            answers: Cell::default(),
            held: RefCell::default(),
            is_complete: Cell::default(),
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

    /// Adds a consumer. Its events are kept for it from now on.
    pub(super) fn add_consumer(&self, takes: Takes) -> Key {
        let key = self.new_key();
        self.consumers.borrow_mut().push(Consumer { key, takes, kept: Kept::new(self.keep) });
        key
    }

    /// Sets what is kept for a consumer.
    pub(super) fn set_keep(&self, key: Key, keep: Keep) {
        self.with_consumer(key, |consumer| consumer.kept.set_keep(keep));
    }

    /// How many events of a consumer were dropped.
    pub(super) fn missed(&self, key: Key) -> u64 {
        self.with_consumer(key, |consumer| consumer.kept.missed()).unwrap_or_default()
    }

    /// From now on every event and every error is kept for this consumer.
    pub(super) fn take_all(&self, key: Key) {
        self.with_consumer(key, |consumer| consumer.takes = Takes::All);
    }

    /// A consumer or a watcher is gone.
    pub(super) fn forget(&self, key: Key) {
        let was_stopped = self.holds_event();
        let index = self.consumers.borrow().iter().position(|consumer| consumer.key == key);
        let consumer = index.map(|index| self.consumers.borrow_mut().swap_remove(index));
        drop((consumer, self.waiting.hungry.remove(key), self.waiting.watching.remove(key)));
        if was_stopped && !self.holds_event() {
            // It was the last consumer of such events.
            self.waiting.watching.wake();
            self.tell_completion();
        }
    }

    /// The next item for a consumer.
    pub(super) fn poll(&self, key: Key, context: &mut Context<'_>) -> Poll<Option<Item>> {
        #[cfg(feature = "testing")]
        self.driver.polled_by(context.waker());
        loop {
            if let Some(item) = self.with_consumer(key, |consumer| consumer.kept.pop()).flatten() {
                return Poll::Ready(Some(item));
            }
            let mut event = self.held.take();
            if event.is_none() {
                match self.next_notice(context) {
                    Some(Notice::Event) => event = self.take_event(),
                    Some(notice) => self.note(notice),
                    None if self.driver.ready_state() == ReadyState::Closed => return Poll::Ready(None),
                    None => {
                        self.waiting.hungry.add(key, context.waker());
                        return Poll::Pending;
                    }
                }
            }
            let event = event.and_then(|event| self.hand_out(event, key));
            self.tell_completion();
            if let Some(event) = event {
                return Poll::Ready(Some(Ok(event)));
            }
        }
    }

    /// The next state for a watcher. `seen` is the number of the last state that it has seen.
    pub(super) fn poll_state(
        &self,
        key: Key,
        seen: &mut u64,
        context: &mut Context<'_>,
    ) -> Poll<Option<ConnectionState>> {
        #[cfg(feature = "testing")]
        self.driver.polled_by(context.waker());
        while self.state_number.get() == *seen {
            if self.has_seen_the_last_state(*seen) {
                return Poll::Ready(None);
            }
            ready!(self.watch(key, context));
        }
        *seen = self.state_number.get();
        Poll::Ready(Some(self.state()))
    }

    /// How often a verification could have been answered so far.
    pub(super) fn answers(&self) -> u64 {
        self.answers.get()
    }

    /// The answer to a verification that was asked for after so many `answers`: an error if the source is CLOSED.
    pub(super) fn poll_answer(&self, key: Key, answers: u64, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        #[cfg(feature = "testing")]
        self.driver.polled_by(context.waker());
        while self.answers.get() == answers {
            match self.state() {
                ConnectionState::Failed { error } => return Poll::Ready(Err(error)),
                ConnectionState::Closed => return Poll::Ready(Err(Error::fatal(Reason::Aborted))),
                _ => ready!(self.watch(key, context)),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Takes the driver's next notice for a watcher. Pending if there is none, or at an event that a consumer takes.
    fn watch(&self, key: Key, context: &mut Context<'_>) -> Poll<()> {
        let before = self.state_number.get();
        match if self.holds_event() { None } else { self.next_notice(context) } {
            Some(Notice::Event) => {
                if let Some(event) = self.take_event() {
                    self.held.replace(Some(event));
                    self.waiting.hungry.wake();
                } else {
                    self.tell_completion();
                }
            }
            Some(notice) => self.note(notice),
            // The driver has called code that has closed the source.
            None if self.state_number.get() != before => {}
            None => {
                self.waiting.watching.add(key, context.waker());
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }

    fn next_notice(&self, context: &Context<'_>) -> Option<Notice> {
        match &self.between {
            Some(between) => between.next(&self.driver, context),
            None => self.driver.next(),
        }
    }

    /// Makes another connection at once.
    pub(super) fn reconnect(&self) {
        self.forget_question();
        self.driver.reconnect();
    }

    /// Returns whether there will be an answer. Nobody knows whether the request that `resume` has given last can be sent twice.
    pub(super) fn verify(&self, how: Verify) -> bool {
        let resumes = self.between.as_ref().is_some_and(|between| between.resumes());
        !resumes && self.driver.verify(how)
    }

    /// What the user is being asked is forgotten.
    fn forget_question(&self) {
        if let Some(between) = &self.between {
            between.forget();
        }
    }

    pub(super) fn has_ended(&self, key: Key) -> bool {
        let nothing_kept = self.with_consumer(key, |consumer| consumer.kept.is_empty()).unwrap_or(true);
        nothing_kept && self.held.borrow().is_none() && self.driver.ready_state() == ReadyState::Closed
    }

    pub(super) fn has_seen_the_last_state(&self, seen: u64) -> bool {
        seen == self.state_number.get() && self.state.borrow().ready_state() == ReadyState::Closed
    }

    /// Closes the source. Events that were received and not taken are dropped.
    pub(super) fn close(&self) {
        self.driver.close();
        drop(self.held.take());
        self.consumers.borrow_mut().iter_mut().for_each(|consumer| consumer.kept.clear());
        self.tell_closed();
    }

    /// The last event has come. Events that are kept stay, and the state follows after this one.
    pub(super) fn complete(&self) {
        self.driver.close();
        self.forget_question();
        self.is_complete.set(true);
    }

    /// Tells that the source is CLOSED, if the last event has been handed out.
    fn tell_completion(&self) {
        if self.is_complete.get() && self.held.borrow().is_none() {
            self.tell_closed();
        }
    }

    fn tell_closed(&self) {
        self.is_complete.set(false);
        self.forget_question();
        if self.state.borrow().ready_state() != ReadyState::Closed {
            trace::closed(self.driver.url());
            self.set_state(ConnectionState::Closed);
        }
        self.waiting.hungry.wake();
    }

    pub(super) fn is_taken(&self, event_type: &str) -> bool {
        self.consumers.borrow().iter().any(|consumer| consumer.takes.event(event_type))
    }

    /// The driver's event, if anybody takes its type.
    fn take_event(&self) -> Option<Event> {
        match &self.between {
            Some(between) => between.take_event(self),
            None => self.take_any_event(),
        }
    }

    /// The same, when the options have been asked.
    pub(super) fn take_any_event(&self) -> Option<Event> {
        let owned = |event: EventRef<'_>| self.is_taken(event.event_type()).then(|| event.into_event());
        self.driver.with_event(owned).flatten()
    }

    /// Whether a watcher has stopped at an event. If no consumer takes the event any more, it is dropped.
    fn holds_event(&self) -> bool {
        let mut held = self.held.borrow_mut();
        *held = held.take().filter(|event| self.is_taken(event.event_type()));
        held.is_some()
    }

    /// Keeps an event for all consumers of its type, except the one that is being polled, which gets it at once. The last consumer
    /// gets the event itself, the others get copies.
    fn hand_out(&self, event: Event, at_work: Key) -> Option<Event> {
        let mut consumers = self.consumers.borrow_mut();
        let has_others = consumers.len() > 1;
        let (mut is_mine, mut last) = (false, None);
        for taker in consumers.iter_mut().filter(|consumer| consumer.takes.event(event.event_type())) {
            if taker.key == at_work {
                is_mine = true;
            } else if let Some(before) = last.replace(taker) {
                before.kept.push(Ok(event.clone()));
            }
        }
        let (mine, kept) = match last.is_some() && is_mine {
            true => (Some(event.clone()), Some(event)),
            false if is_mine => (Some(event), None),
            false => (None, Some(event)),
        };
        if let Some((taker, event)) = last.zip(kept) {
            taker.kept.push(Ok(event));
        }
        drop(consumers);
        if has_others {
            // The event may be theirs. And the chunk may have more events, for which the consumer that is being polled may never
            // come back.
            self.waiting.wake();
        } else {
            self.waiting.watching.wake();
        }
        mine
    }

    /// Handles a notice that is not an event.
    fn note(&self, notice: Notice) {
        trace::notice(self.driver.url(), &notice);
        let state = match notice {
            Notice::Open => {
                self.answer();
                ConnectionState::Open
            }
            Notice::Verified => {
                self.answer();
                return self.waiting.watching.wake();
            }
            Notice::Suspended => ConnectionState::Connecting,
            Notice::Reconnecting { error } => {
                self.keep_error(&error);
                ConnectionState::Reconnecting { error }
            }
            Notice::Failed { error } => {
                self.keep_error(&error);
                ConnectionState::Failed { error }
            }
            Notice::Comment => return self.on_comment.iter().for_each(|on_comment| on_comment(&self.driver)),
            Notice::Event => return,
        };
        self.set_state(state);
    }

    /// Keeps an error for the source itself. A fatal error is kept for subscriptions, too.
    fn keep_error(&self, error: &Error) {
        for consumer in self.consumers.borrow_mut().iter_mut() {
            if error.is_fatal() || matches!(consumer.takes, Takes::All) {
                consumer.kept.push(Err(error.clone()));
            }
        }
        self.waiting.hungry.wake();
    }

    fn answer(&self) {
        self.answers.set(self.answers.get() + 1);
    }

    fn set_state(&self, state: ConnectionState) {
        drop(self.state.replace(state));
        self.state_number.set(self.state_number.get() + 1);
        self.waiting.watching.wake();
    }

    fn with_consumer<T>(&self, key: Key, work: impl FnOnce(&mut Consumer) -> T) -> Option<T> {
        self.consumers.borrow_mut().iter_mut().find(|consumer| consumer.key == key).map(work)
    }
}

impl fmt::Debug for Hub {
    /// Without the events, whose text may be large or secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("url", &without_secrets(self.driver.url()))
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
