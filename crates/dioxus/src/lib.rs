#![doc = include_str!("../README.md")]

use std::cell::Cell;
use std::rc::Rc;

use dioxus::core::SuperInto;
use dioxus::prelude::{CopyValue, ReadSignal, ReadableExt, Signal, WritableExt};
use dioxus::prelude::{spawn, use_callback, use_effect, use_hook, use_reactive, use_signal};
/// In the version that this crate uses.
pub use wasm_eventsource;
pub use wasm_eventsource::{Builder, ConnectionState, Event};

use wasm_eventsource::session::{self, Session, SessionHandle};

/// What [`use_event_source`] returns. It may outlive its component, and does nothing then; its signals may not.
///
/// Two of them are equal if they belong to the same component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UseEventSource {
    /// The state of the connection. CLOSED as long as there is no URL.
    pub state: ReadSignal<ConnectionState>,
    /// The event that was received last, from whichever URL.
    pub last_event: ReadSignal<Option<Event>>,
    handle: CopyValue<SessionHandle>,
}

impl UseEventSource {
    /// Closes the connection, until the URL changes or [`reconnect`](UseEventSource::reconnect). The handler gets no event
    /// after this.
    pub fn close(&self) {
        self.tell(SessionHandle::close);
    }

    /// Connects at once, whatever the state: a connection that is there is closed first. It resumes after the last event
    /// ID.
    pub fn reconnect(&self) {
        self.tell(SessionHandle::reconnect);
    }

    fn tell(&self, command: impl FnOnce(&SessionHandle)) {
        // The handle is gone with its component.
        if let Ok(handle) = self.handle.try_peek() {
            command(&handle);
        }
    }
}

/// Connects to the URL as long as the component is mounted, and calls the handler for each event.
///
/// `url` is a `&str`, a `String`, or an `Option<String>`; see the [crate's documentation](crate). Only another URL connects again;
/// the handler is always that of the latest rendering. It runs outside of the reactive graph: what it reads it does not track. It may
/// close or reconnect the source: no event follows then. What renders comes after the events that were received together, or after
/// 8 ms of them.
///
/// ```
/// use dioxus::prelude::*;
/// use wasm_eventsource_dioxus::use_event_source;
///
/// #[component]
/// fn Last() -> Element {
///     let source = use_event_source("/events", |_| {});
///     let last = source.last_event.read();
///     rsx! {
///         p { {last.as_ref().map(|event| event.data())} }
///     }
/// }
/// ```
pub fn use_event_source<M>(
    url: impl SuperInto<Option<String>, M>,
    on_event: impl FnMut(Event) + 'static,
) -> UseEventSource {
    use_event_source_with(url, |builder| builder, on_event)
}

/// [`use_event_source`] with options. `configure`, that of the latest rendering, is called for each source that is opened.
///
/// A last event ID among the options is for the first request to each URL.
///
/// ```
/// use dioxus::prelude::*;
/// use wasm_eventsource_dioxus::use_event_source_with;
///
/// #[component]
/// fn Last() -> Element {
///     let source = use_event_source_with(
///         "https://example.com/events",
///         |builder| builder.with_credentials(true).max_event_size(64 * 1024),
///         |_| {},
///     );
///     let last = source.last_event.read();
///     rsx! {
///         p { {last.as_ref().map(|event| event.data())} }
///     }
/// }
/// ```
pub fn use_event_source_with<M>(
    url: impl SuperInto<Option<String>, M>,
    configure: impl Fn(Builder) -> Builder + 'static,
    on_event: impl FnMut(Event) + 'static,
) -> UseEventSource {
    let url: Option<String> = url.super_into();
    let mut state = use_signal(|| session::initial_state(url.is_some()));
    let mut last_event: Signal<Option<Event>> = use_signal(|| None);
    // Until it is mounted, the task is here.
    let (handle, session) = use_hook(|| {
        let (handle, session) = Session::new();
        (CopyValue::new(handle), Rc::new(Cell::new(Some(session))))
    });
    // Both call what the latest rendering has given.
    let configure = use_callback(configure);
    let on_event = use_callback(on_event);
    use_effect(use_reactive((&url,), move |(url,)| {
        if !session::CONNECTS {
            return;
        }
        if let Some(session) = session.take() {
            let on_state = move |new| {
                if *state.peek() != new {
                    state.set(new);
                }
            };
            let on_event = move |event: Event| {
                last_event.set(Some(event.clone()));
                on_event.call(event);
            };
            // It is dropped with the component, and closes the source.
            spawn(session.run(move |builder| configure.call(builder), on_state, on_event));
        }
        handle.peek().connect(url);
    }));
    UseEventSource { state: state.into(), last_event: last_event.into(), handle }
}
