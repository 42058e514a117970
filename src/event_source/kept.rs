//! The events and errors that are stored for a stream until it takes them.

use alloc::collections::VecDeque;
use core::mem;

use crate::error::Error;
use crate::event_stream::Event;

/// An item that a consumer takes: an event, or an error.
pub(super) type Item = Result<Event, Error>;

/// The default of [`Keep`], in bytes.
const DEFAULT_BYTES: usize = 16 * 1024 * 1024;

/// When a queue becomes empty, it gives the memory for more items than this back.
const ROOM: usize = 1024;

/// How many events are stored for a stream that is slower than the other streams of the same source: for example, a
/// [`Subscription`](crate::Subscription) that you do not poll. If there are more, the oldest are dropped.
/// [`Subscription::missed`](crate::Subscription::missed) and [`EventSource::missed`](crate::EventSource::missed) count them.
/// Each stream has its own limit, so three subscriptions can store three times as much.
///
/// If a source has only one stream that takes events, nothing is stored: the source reads only as fast as you poll this
/// stream. Then the limit has no effect, not even [`Keep::Latest`].
///
/// If several errors come without an event between them, only the latest is stored.
///
/// ```no_run
/// use wasm_eventsource::{Error, EventSource, Keep};
///
/// # fn example() -> Result<(), Error> {
/// // For streams without a limit of their own: up to 100 events each.
/// let source = EventSource::builder("https://example.com/events").keep(Keep::Newest(100)).build()?;
/// // Only the latest price matters.
/// let prices = source.subscribe("price").keep(Keep::Latest);
/// // No message may be lost.
/// let messages = source.subscribe("message").keep(Keep::All);
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The newest event.
    Latest,
    /// The newest events, at most this many.
    Newest(usize),
    /// The newest events that fit into this many bytes of memory, roughly: their text, and a few dozen bytes for each event.
    /// The newest event is always stored, even if it is larger.
    Bytes(usize),
    /// All events, without a limit. The memory grows until you take them.
    All,
}

impl Default for Keep {
    /// [`Keep::Bytes`] with 16 MiB.
    fn default() -> Self {
        Self::Bytes(DEFAULT_BYTES)
    }
}

/// The items of one consumer, oldest first. There are never two errors in a row, so a limit on events limits errors, too.
#[derive(Debug, Default)]
pub(super) struct Kept {
    keep: Keep,
    items: VecDeque<Item>,
    events: usize,
    bytes: usize,
    missed: u64,
}

impl Kept {
    pub(super) fn new(keep: Keep) -> Self {
        Self { keep, ..Self::default() }
    }

    /// Sets another limit, which applies at once.
    pub(super) fn set_keep(&mut self, keep: Keep) {
        self.keep = keep;
        self.drop_oldest();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many events were dropped.
    pub(super) fn missed(&self) -> u64 {
        self.missed
    }

    /// Adds an item, and drops the oldest events if there is no room for them.
    pub(super) fn push(&mut self, item: Item) {
        if item.is_err() && self.items.back().is_some_and(Result::is_err) {
            // The newer error replaces the one before.
            self.bytes -= self.items.pop_back().as_ref().map_or(0, size);
        }
        self.events += usize::from(item.is_ok());
        self.bytes += size(&item);
        self.items.push_back(item);
        self.drop_oldest();
    }

    /// Takes the oldest item.
    pub(super) fn pop(&mut self) -> Option<Item> {
        let item = self.items.pop_front()?;
        self.events -= usize::from(item.is_ok());
        self.bytes -= size(&item);
        if self.items.is_empty() && self.items.capacity() > ROOM {
            self.items = VecDeque::new();
        }
        Some(item)
    }

    /// Drops everything without counting it as missed.
    pub(super) fn clear(&mut self) {
        *self = Self { keep: self.keep, missed: self.missed, ..Self::default() };
    }

    fn drop_oldest(&mut self) {
        while self.has_too_much() {
            match self.pop() {
                Some(Ok(_)) => self.missed += 1,
                // The error is older than the next event, which must be dropped.
                Some(Err(_)) => {}
                None => break,
            }
        }
    }

    fn has_too_much(&self) -> bool {
        match self.keep {
            Keep::Latest => self.events > 1,
            Keep::Newest(count) => self.events > count,
            Keep::Bytes(bytes) => self.bytes > bytes && self.events > 1,
            Keep::All => false,
        }
    }
}

/// The memory that an item takes, in bytes.
fn size(item: &Item) -> usize {
    let text = match item {
        Ok(event) => {
            [event.data(), event.event_type(), event.last_event_id(), event.origin()].map(str::len).iter().sum()
        }
        Err(error) => error.refusal().map_or(0, |refusal| refusal.body().len()),
    };
    mem::size_of::<Item>() + text
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;
    use core::iter;
    use core::time::Duration;

    use super::*;
    use crate::error::Reason;

    fn event(data: &str) -> Item {
        Ok(Event::new("message", data))
    }

    fn error(attempt: u32) -> Item {
        Err(Error::lost(Reason::Ended, attempt, Duration::ZERO))
    }

    fn taken(kept: &mut Kept) -> Vec<String> {
        iter::from_fn(|| kept.pop())
            .map(|item| match item {
                Ok(event) => event.into_data(),
                Err(error) => format!("error {}", error.attempt()),
            })
            .collect()
    }

    fn kept(keep: Keep, items: impl IntoIterator<Item = Item>) -> Kept {
        let mut kept = Kept::new(keep);
        items.into_iter().for_each(|item| kept.push(item));
        kept
    }

    #[test]
    fn the_oldest_events_are_dropped_and_counted() {
        let numbers = || (0..10).map(|number| event(&number.to_string()));
        for (keep, left) in
            [(Keep::All, 10), (Keep::Newest(20), 10), (Keep::Newest(3), 3), (Keep::Latest, 1), (Keep::Newest(0), 0)]
        {
            let mut kept = kept(keep, numbers());
            assert_eq!(kept.missed(), 10 - left, "{keep:?}");
            let expected: Vec<_> = (10 - left..10).map(|number| number.to_string()).collect();
            assert_eq!(taken(&mut kept), expected, "{keep:?}");
            assert_eq!((kept.events, kept.bytes), (0, 0), "{keep:?}");
        }
    }

    #[test]
    fn the_default_bounds_bytes_whatever_the_events_have() {
        for size in [0, 1, 1000, 1_000_000] {
            let data = "x".repeat(size);
            let each = mem::size_of::<Item>() + size + "message".len();
            let fit = DEFAULT_BYTES / each;
            let mut kept = kept(Keep::default(), iter::repeat_with(|| event(&data)).take(fit + 5));
            assert_eq!((kept.items.len(), kept.missed()), (fit, 5), "events of {size}");
            assert!(kept.bytes <= DEFAULT_BYTES);
            assert!(kept.items.capacity() * mem::size_of::<Item>() <= 2 * DEFAULT_BYTES + ROOM);
            while kept.pop().is_some() {}
            assert!(kept.items.capacity() <= ROOM, "its room is given back");
        }
    }

    #[test]
    fn ids_and_types_count_too() {
        let id = "i".repeat(1000);
        let of = |number: usize| Ok(Event::new("a type", "").with_last_event_id(&format!("{id}{number}")));
        let kept = kept(Keep::Bytes(10_000), (0..100).map(of));
        assert_eq!((kept.items.len(), kept.missed()), (9, 91));
    }

    #[test]
    fn one_event_is_kept_whatever_its_size() {
        let mut kept = kept(Keep::Bytes(10), [event("a"), event(&"b".repeat(100))]);
        assert_eq!((taken(&mut kept), kept.missed()), (alloc::vec!["b".repeat(100)], 1));
    }

    #[test]
    fn of_errors_that_follow_each_other_the_latest_is_kept() {
        let mut kept = kept(Keep::All, [error(1), error(2), event("a"), error(1), error(2), error(3)]);
        assert_eq!(taken(&mut kept), ["error 2", "a", "error 3"]);
        assert_eq!((kept.missed(), kept.bytes), (0, 0));
    }

    #[test]
    fn errors_do_not_take_the_place_of_events_and_go_with_them() {
        let mut kept = kept(Keep::Latest, [error(1), event("a"), error(2), event("b"), error(3), error(4)]);
        assert_eq!((kept.missed(), taken(&mut kept)), (1, alloc::vec!["error 2".into(), "b".into(), "error 4".into()]));
        for _ in 0..1000 {
            kept.push(event("c"));
            kept.push(error(1));
        }
        assert_eq!(taken(&mut kept), ["error 1", "c", "error 1"]);
    }

    #[test]
    fn another_bound_holds_at_once() {
        let mut kept = kept(Keep::All, [event("a"), event("b"), event("c")]);
        kept.set_keep(Keep::Latest);
        assert_eq!((kept.missed(), taken(&mut kept)), (2, alloc::vec!["c".into()]));
    }
}
