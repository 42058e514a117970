#![doc = include_str!("../README.md")]

use std::cell::Cell;
use std::rc::Rc;

use dioxus::core::SuperInto;
use dioxus::prelude::{CopyValue, ReadSignal, ReadableExt, Signal, WritableExt};
use dioxus::prelude::{spawn, use_callback, use_effect, use_hook, use_reactive, use_signal};
/// The crate wasm-eventsource, re-exported in the version that this crate uses.
pub use wasm_eventsource;
pub use wasm_eventsource::{Builder, ConnectionState, Event};

use wasm_eventsource::session::{self, Session, SessionHandle};

/// What [`use_event_source`] returns. You can keep it after the component is gone. Then its methods do nothing. But do not
/// read its signals then: they are dropped with the component, and `read()` panics.
///
/// Two of these are equal if they come from the same call of the hook in the same component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UseEventSource {
    /// The state of the connection. It is `Closed` while there is no URL.
    pub state: ReadSignal<ConnectionState>,
    /// The last event. It stays when the URL changes, until the new source gets an event.
    pub last_event: ReadSignal<Option<Event>>,
    handle: CopyValue<SessionHandle>,
}

impl UseEventSource {
    /// Closes the connection. It stays closed until the URL changes or you call [`reconnect`](UseEventSource::reconnect).
    /// The handler gets no event after this.
    pub fn close(&self) {
        self.tell(SessionHandle::close);
    }

    /// Connects again at once, even after [`close`](UseEventSource::close) or after the connection has failed for good. If
    /// there is a connection, it is closed first. The new request sends the last event ID. Without a URL, this does nothing.
    /// (`EventSource::reconnect` of the crate wasm-eventsource does nothing after `close`; this does more.)
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
/// `url` is a `&str`, a `String`, or an `Option<String>`; see the [crate's documentation](crate).
///
/// The hook opens a new source only if the URL changes. A new handler does not open one: each event goes to the handler from
/// the latest render. The handler does not track the signals that it reads. It may close or reconnect the source. Then it
/// gets no more events of the old connection.
///
/// Events that arrive together are handled together, for at most 8 ms. The component re-renders after that, not after each
/// event. A new URL, or unmounting, also takes effect only then. So the handler may still get the rest of these events.
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

/// [`use_event_source`] with options. The hook calls `configure` each time it opens a source: at first, after the URL has
/// changed, and after `reconnect` if the source was closed or has failed. It uses the closure from the latest render. If
/// only the closure changes, the hook does not open a new source.
///
/// If `configure` sets `last_event_id`, the hook uses it only for the first source at each URL. Later requests send the ID
/// of the last event.
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
