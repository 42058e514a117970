//! [`Script`]: what a server does, for tests of programs that use event sources.

use alloc::collections::VecDeque;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;

use super::builder::Builder;
use super::hub::Waiters;
use crate::error::Refusal;
use crate::messages::without_secrets;

/// A server that follows a script, for tests of your own code. It takes the place of the network for the sources that are built
/// with it: see [`Builder::script`]. It works in browsers and natively, with any executor. It needs the feature `testing`.
///
/// Each call adds a step. The source takes the steps in order, each one when it is ready for it. It takes a response after
/// it has sent a request. It takes bytes after it has read all earlier bytes. If there is no step left, the source waits for
/// the next one. Everything else is the same as in production: the bytes are parsed, the rules for reconnecting decide, and
/// the errors are the same.
///
/// No time passes, so timeouts never fire. A wait for the next attempt ends as soon as the script has another step.
/// [`Error::reconnects_in`](crate::Error::reconnects_in) has no random part. The functions for [headers](Builder::headers)
/// are not called.
///
/// Because no time passes, [`EventSource::verify`](crate::EventSource::verify) finds that an open connection is alive, and
/// sends nothing. With [`stale_after`](crate::Verify::stale_after) zero, a new connection always replaces the old one.
///
/// Clones are the same script. A script serves one source at a time: the one that was built last. If you drop the script,
/// the source takes the steps that are left, and then waits.
///
/// ```
/// use futures::{StreamExt, executor::block_on};
/// use wasm_eventsource::{EventSource, Reason, Script};
///
/// let script = Script::new();
/// script.send("retry: 500\nid: 7\ndata: hello\n\n");
/// script.end();
/// script.send("data: again\n\n");
///
/// let mut source = EventSource::builder("https://example.com/events").script(&script).build()?;
/// block_on(async {
///     assert_eq!(source.next().await.expect("an event")?.data(), "hello");
///     let lost = source.next().await.expect("an error").expect_err("the server has ended the stream");
///     assert_eq!((lost.reason(), lost.reconnects_in()), (&Reason::Ended, Some(std::time::Duration::from_millis(500))));
///     assert_eq!(source.next().await.expect("an event")?.data(), "again");
///     Ok::<(), wasm_eventsource::Error>(())
/// })?;
/// assert_eq!(script.requests()[1].last_event_id(), "7");
/// # Ok::<(), wasm_eventsource::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Script(pub(super) Rc<Server>);

/// A request that a source has sent to a [`Script`].
#[derive(Clone, PartialEq, Eq)]
pub struct ScriptedRequest {
    pub(super) url: String,
    pub(super) method: String,
    pub(super) last_event_id: String,
}

impl ScriptedRequest {
    /// The URL of the source, or of the request that [`resume`](Builder::resume) has returned, as it was given.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The method, as it was given, or GET.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The last event ID that it sends. Empty if there is none.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }
}

impl fmt::Debug for ScriptedRequest {
    /// Without the ID and secrets in the URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedRequest").field("url", &without_secrets(&self.url)).finish_non_exhaustive()
    }
}

/// What a server does next.
pub(super) enum Step {
    Open,
    Send(Vec<u8>),
    End,
    Cut,
    Refuse(Refusal),
}

/// The request of the source that the script serves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Phase {
    #[default]
    NoRequest,
    Requested,
    /// A refused response has come, and the user is being asked.
    Judging,
    Open,
}

/// The script, shared by its clones and its source.
#[derive(Default)]
pub(super) struct Server {
    pub(super) steps: RefCell<VecDeque<Step>>,
    pub(super) requests: RefCell<Vec<ScriptedRequest>>,
    pub(super) phase: Cell<Phase>,
    /// The tasks of the source that was built last.
    pub(super) waiters: RefCell<Weak<Waiters>>,
}

impl Script {
    /// A script without steps.
    ///
    /// ```
    /// use wasm_eventsource::{ConnectionState, EventSource, Script};
    ///
    /// let source = EventSource::builder("/events").script(&Script::new()).build()?;
    /// assert_eq!(source.state(), ConnectionState::Connecting);
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Accepts the request: the source opens. You rarely need this, because [`send`](Script::send) and [`end`](Script::end)
    /// do it, too. If the connection is open, this has no effect.
    pub fn open(&self) {
        self.add(Step::Open);
    }

    /// Sends bytes of an event stream. Cut them where you like, as the network does.
    pub fn send(&self, bytes: impl AsRef<[u8]>) {
        self.add(Step::Send(bytes.as_ref().to_vec()));
    }

    /// Ends the stream normally, as a server does when it has nothing more to send: [`Reason::Ended`](crate::Reason::Ended).
    pub fn end(&self) {
        self.add(Step::End);
    }

    /// Breaks the open connection. If there is none, the request fails without a response. The reason is
    /// [`Reason::Network`](crate::Reason::Network).
    pub fn cut(&self) {
        self.add(Step::Cut);
    }

    /// Answers the request with this response, which the source rejects. The reason is
    /// [`Reason::Status`](crate::Reason::Status), or [`Reason::ContentType`](crate::Reason::ContentType) if the status is
    /// 200. If a connection is open, it is [cut](Script::cut) first.
    ///
    /// The source calls [`accept`](Builder::accept) and [`retry_if`](Builder::retry_if). If `accept` returns true, the body
    /// of the response is the beginning of the stream. [`Error::reconnects_in`](crate::Error::reconnects_in) respects a
    /// `Retry-After` in seconds.
    ///
    /// ```
    /// use futures::{StreamExt, executor::block_on};
    /// use wasm_eventsource::{EventSource, Reason, Refusal, Script};
    ///
    /// let script = Script::new();
    /// script.refuse(Refusal::new(401, Vec::new(), "no such token".into()));
    /// let mut source = EventSource::builder("/events").script(&script).build()?;
    /// let error = block_on(source.next()).expect("an error").expect_err("it is refused");
    /// assert!(error.is_fatal() && *error.reason() == Reason::Status { status: 401 });
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn refuse(&self, refusal: Refusal) {
        self.add(Step::Refuse(refusal));
    }

    /// The requests that were sent so far, by all sources that were built with this script.
    pub fn requests(&self) -> Vec<ScriptedRequest> {
        self.0.requests.borrow().clone()
    }

    /// Whether the source waits for a response, or has an open connection. After a source was closed or dropped, it is
    /// false.
    pub fn has_connection(&self) -> bool {
        self.0.phase.get() != Phase::NoRequest
    }

    /// How many steps the source has not taken yet.
    pub fn steps_left(&self) -> usize {
        self.0.steps.borrow().len()
    }

    fn add(&self, step: Step) {
        self.0.steps.borrow_mut().push_back(step);
        // No borrow is held: a waker may be any executor's.
        let waiters = self.0.waiters.borrow().upgrade();
        if let Some(waiters) = waiters {
            waiters.wake();
        }
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script")
            .field("steps_left", &self.steps_left())
            .field("requests", &self.0.requests)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// Replaces the network with a script, for tests. See the example of [`Script`]. The URL is not parsed, headers and the
    /// body are not used, and the source does not [share](Builder::shared) a connection. Needs the feature `testing`.
    pub fn script(mut self, script: &Script) -> Self {
        self.script = Some(script.clone());
        self
    }
}
