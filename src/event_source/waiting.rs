//! Wakers of consumers and watchers that were polled and got nothing.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::mem;
use core::task::Waker;

/// The number of a consumer or a watcher.
pub(super) type Key = u64;

/// Wakers to call when there may be something to take. No borrow is held while a waker is called or dropped, because it may be
/// any executor's.
#[derive(Debug, Default)]
pub(super) struct Waiting(RefCell<Vec<(Key, Waker)>>);

impl Waiting {
    pub(super) fn add(&self, key: Key, waker: &Waker) {
        let new = waker.clone();
        let old = self.remove(key);
        self.0.borrow_mut().push((key, new));
        drop(old);
    }

    pub(super) fn remove(&self, key: Key) -> Option<Waker> {
        let mut waiting = self.0.borrow_mut();
        let index = waiting.iter().position(|(other, _)| *other == key)?;
        Some(waiting.swap_remove(index).1)
    }

    pub(super) fn wake(&self) {
        let all = mem::take(&mut *self.0.borrow_mut());
        all.into_iter().for_each(|(_, waker)| waker.wake());
    }
}
