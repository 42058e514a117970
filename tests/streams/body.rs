//! Bodies for tests.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::stream::Stream;
use wasm_eventsource::{Event, EventStreamError};

/// An error of a body, and what is behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cable;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no more bytes")
    }
}

impl std::error::Error for Broken {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&Cable)
    }
}

impl fmt::Display for Cable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("somebody pulled the cable")
    }
}

impl std::error::Error for Cable {}

/// A body that counts how often it is asked, and that must be pinned. A piece that is pending wakes at once.
pub(crate) struct Body {
    pieces: RefCell<VecDeque<Poll<Result<&'static str, Broken>>>>,
    is_over: Cell<bool>,
    polls: Rc<Cell<usize>>,
    _pinned: PhantomPinned,
}

impl Body {
    /// The body, and the number of its polls.
    pub(crate) fn new<const N: usize>(pieces: [Poll<Result<&'static str, Broken>>; N]) -> (Self, Rc<Cell<usize>>) {
        let (pieces, polls) = (RefCell::new(pieces.into()), Rc::<Cell<usize>>::default());
        let body = Self { pieces, is_over: Cell::new(false), polls: Rc::clone(&polls), _pinned: PhantomPinned };
        (body, polls)
    }

    /// A body of these chunks.
    pub(crate) fn of<const N: usize>(chunks: [&'static str; N]) -> (Self, Rc<Cell<usize>>) {
        Self::new(chunks.map(|chunk| Poll::Ready(Ok(chunk))))
    }
}

impl Stream for Body {
    type Item = Result<&'static str, Broken>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.into_ref().get_ref();
        this.polls.set(this.polls.get() + 1);
        assert!(!this.is_over.get(), "a body is not asked again after its end");
        let piece = this.pieces.borrow_mut().pop_front();
        this.is_over.set(piece.is_none());
        match piece {
            Some(Poll::Ready(chunk)) => Poll::Ready(Some(chunk)),
            Some(Poll::Pending) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(None),
        }
    }
}

/// An item as a line of text.
pub(crate) fn line(item: Option<Result<Event, EventStreamError<Broken>>>) -> String {
    match item {
        Some(Ok(event)) => format!("{} {:?} {:?}", event.event_type(), event.data(), event.last_event_id()),
        Some(Err(error)) => format!("error {error}"),
        None => "end".into(),
    }
}
