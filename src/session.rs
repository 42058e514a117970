//! The task behind a component's hook, for any framework. It owns one event source at a time.
//!
//! The hooks for [Dioxus](https://docs.rs/wasm-eventsource-dioxus), [Leptos](https://docs.rs/wasm-eventsource-leptos) and
//! [Yew](https://docs.rs/wasm-eventsource-yew) are thin layers
//! around it. Handlers run in this task. They control it with its [`SessionHandle`], like all other code. Nothing is borrowed while
//! a handler runs, and after a handler has closed the source, no event follows.
//!
//! ```
//! use futures::executor::block_on;
//! use wasm_eventsource::session::Session;
//!
//! let (handle, session) = Session::new();
//! let task = session.run(
//!     |builder| builder.with_credentials(true),
//!     |state| println!("{state:?}"),
//!     |event| println!("{}", event.data()),
//! );
//! // A framework spawns the task, connects in an effect, and ends it when the component is gone.
//! handle.connect(Some("https://example.com/events".into()));
//! handle.end();
//! block_on(task);
//! ```

use alloc::string::String;
use core::fmt;
use core::future::poll_fn;
use core::task::Poll;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};

use crate::connection::ReadyState;
use crate::error::{Error, Reason};
use crate::event_source::{Builder, ConnectionState, EventSource, StateChanges};
use crate::event_stream::Event;

/// Whether sources connect here, because this program runs in a browser and the feature `ssr` is off. If not, a session has nothing
/// to do, except with a `Script` of the feature `testing`.
///
/// ```
/// assert!(!wasm_eventsource::session::CONNECTS, "this example runs natively");
/// ```
pub const CONNECTS: bool = cfg!(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")));

/// The state of a component before its task runs: `Connecting` if it `has_url`, and `Closed` if it has none. Without a
/// browser and without the feature `ssr`, a component with a URL has the state `Failed`.
///
/// ```
/// use wasm_eventsource::ConnectionState;
/// use wasm_eventsource::session::initial_state;
///
/// assert_eq!(initial_state(false), ConnectionState::Closed);
/// ```
pub fn initial_state(has_url: bool) -> ConnectionState {
    match has_url {
        true if CONNECTS || cfg!(feature = "ssr") => ConnectionState::Connecting,
        true => ConnectionState::Failed { error: Error::fatal(Reason::Unsupported) },
        false => ConnectionState::Closed,
    }
}

enum Command {
    Connect(Option<String>),
    Close,
    Reconnect,
}

/// Controls a [`Session`]; see the [module](self). Commands that come before the session runs are carried out when it does.
/// Dropping the last handle ends the task.
#[derive(Clone)]
pub struct SessionHandle(UnboundedSender<Command>);

impl SessionHandle {
    /// Closes the source. If there is a URL, opens another source there. It does not send the last event ID of the first.
    pub fn connect(&self, url: Option<String>) {
        self.tell(Command::Connect(url));
    }

    /// Closes the source.
    pub fn close(&self) {
        self.tell(Command::Close);
    }

    /// Connects again at once, with the last event ID. If the source is CLOSED, this opens another source at the same URL.
    /// ([`EventSource::reconnect`] does nothing then.)
    pub fn reconnect(&self) {
        self.tell(Command::Reconnect);
    }

    /// Closes the source for good: the task ends.
    pub fn end(&self) {
        self.0.close_channel();
    }

    fn tell(&self, command: Command) {
        // A task that has ended has nothing left to do.
        let _ = self.0.unbounded_send(command);
    }
}

impl fmt::Debug for SessionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionHandle").finish_non_exhaustive()
    }
}

impl PartialEq for SessionHandle {
    fn eq(&self, other: &Self) -> bool {
        self.0.same_receiver(&other.0)
    }
}

/// The task, before it is spawned; see the [module](self). Dropping it, or the future of [`run`](Session::run), closes the
/// source.
pub struct Session {
    commands: UnboundedReceiver<Command>,
    url: Option<String>,
    connection: Option<Connection>,
}

struct Connection {
    source: EventSource,
    states: StateChanges,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.connection.as_ref().map(|connection| &connection.source);
        f.debug_struct("Session").field("source", &source).finish_non_exhaustive()
    }
}

enum Step {
    /// None to end.
    Command(Option<Command>),
    State(ConnectionState),
    Event(Event),
}

impl Session {
    /// A task, and what tells it what to do.
    #[allow(clippy::new_ret_no_self, reason = "neither is of use without the other")]
    pub fn new() -> (SessionHandle, Self) {
        let (sender, commands) = unbounded();
        (SessionHandle(sender), Self { commands, url: None, connection: None })
    }

    /// Runs until [`SessionHandle::end`] is called, or the last handle is dropped.
    ///
    /// `configure` sets the options each time a source is opened. `on_state` gets each state. Errors come here, too, also those
    /// of [`build`](Builder::build). `on_event` gets each event.
    pub async fn run(
        mut self,
        configure: impl Fn(Builder) -> Builder,
        mut on_state: impl FnMut(ConnectionState),
        mut on_event: impl FnMut(Event),
    ) {
        loop {
            let opened = match self.next().await {
                Step::Command(None) => break,
                Step::Command(Some(Command::Connect(url))) => {
                    self.url = url;
                    self.open(&configure, None)
                }
                Step::Command(Some(Command::Reconnect)) => {
                    let is_live = |connection: &&Connection| connection.source.ready_state() != ReadyState::Closed;
                    if let Some(connection) = self.connection.as_ref().filter(is_live) {
                        connection.source.reconnect();
                        continue;
                    }
                    let last_event_id = self.connection.as_ref().map(|connection| connection.source.last_event_id());
                    self.open(&configure, last_event_id)
                }
                Step::Command(Some(Command::Close)) => {
                    if let Some(connection) = &self.connection {
                        connection.source.close();
                    }
                    continue;
                }
                Step::State(state) => {
                    on_state(state);
                    continue;
                }
                Step::Event(event) => {
                    on_event(event);
                    continue;
                }
            };
            if let Err(state) = opened {
                on_state(state);
            }
        }
    }

    /// Opens a source, or returns why it cannot.
    fn open(
        &mut self,
        configure: impl Fn(Builder) -> Builder,
        last_event_id: Option<String>,
    ) -> Result<(), ConnectionState> {
        // So that the server never sees both.
        self.connection = None;
        let url = self.url.as_deref().ok_or(ConnectionState::Closed)?;
        let mut builder = configure(EventSource::builder(url));
        if let Some(id) = last_event_id {
            builder = builder.last_event_id(&id);
        }
        let source = builder.build().map_err(|error| ConnectionState::Failed { error })?;
        // States are polled first, and must not drop an event.
        source.take_all();
        self.connection = Some(Connection { states: source.state_changes(), source });
        Ok(())
    }

    /// Commands come first: after a handler that closes the source there is no event. Then states: an event comes after
    /// the state that it was received in.
    async fn next(&mut self) -> Step {
        poll_fn(|context| {
            if let Poll::Ready(command) = self.commands.poll_next_unpin(context) {
                return Poll::Ready(Step::Command(command));
            }
            let Some(Connection { source, states }) = &mut self.connection else { return Poll::Pending };
            if let Poll::Ready(Some(state)) = states.poll_next_unpin(context) {
                return Poll::Ready(Step::State(state));
            }
            while let Poll::Ready(Some(item)) = source.poll_next_unpin(context) {
                // An error is a state, and was reported as one.
                if let Ok(event) = item {
                    return Poll::Ready(Step::Event(event));
                }
            }
            Poll::Pending
        })
        .await
    }
}
