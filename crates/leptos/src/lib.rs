#![doc = include_str!("../README.md")]

use leptos::prelude::*;
use leptos::reactive::diagnostics::SpecialNonReactiveZone;
use leptos::task::spawn_local;
/// The crate wasm-eventsource, re-exported in the version that this crate uses.
pub use wasm_eventsource;
pub use wasm_eventsource::{Builder, ConnectionState, Event};

use wasm_eventsource::session::{self, Session, SessionHandle};

/// What [`use_event_source`] returns. You can keep it after the component is gone. Then its methods do nothing. But do not
/// read its signals then: they are disposed of with the component, and `get()` panics.
///
/// Two of these are equal if they come from the same call of the hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UseEventSource {
    /// The state of the connection. It is `Closed` while there is no URL.
    pub state: Signal<ConnectionState>,
    /// The last event. It stays when the URL changes, until the new source gets an event.
    pub last_event: Signal<Option<Event>>,
    handle: StoredValue<SessionHandle>,
}

impl UseEventSource {
    /// Closes the connection. It stays closed until the URL changes or you call [`reconnect`](UseEventSource::reconnect).
    /// The handler gets no event after this.
    pub fn close(&self) {
        self.handle.try_with_value(SessionHandle::close);
    }

    /// Connects again at once, even after [`close`](UseEventSource::close) or after the connection has failed for good. If
    /// there is a connection, it is closed first. The new request sends the last event ID. Without a URL, this does nothing.
    /// (`EventSource::reconnect` of the crate wasm-eventsource does nothing after `close`; this does more.)
    pub fn reconnect(&self) {
        self.handle.try_with_value(SessionHandle::reconnect);
    }
}

/// Connects to the URL as long as the component is mounted, and calls the handler for each event.
///
/// `url` is a string, a signal or a closure; see the [crate's documentation](crate). The hook opens a new source only if the
/// URL changes.
///
/// The handler does not track the signals that it reads. It may close or reconnect the source, and may dispose of its own
/// component. Then it gets no more events of the old connection.
///
/// Events that arrive together are handled together, for at most 8 ms. If the handler sets a signal, its effects run after
/// these events. This also applies to the signal for the URL: the handler may still get the rest of the old source's events.
///
/// ```
/// use leptos::prelude::*;
/// use wasm_eventsource_leptos::use_event_source;
///
/// #[component]
/// fn Last() -> impl IntoView {
///     let source = use_event_source("/events", |_| {});
///     move || source.last_event.get().map(|event| event.into_data())
/// }
/// ```
pub fn use_event_source<M>(
    url: impl IntoReactiveValue<Signal<Option<String>>, M>,
    on_event: impl FnMut(Event) + 'static,
) -> UseEventSource {
    use_event_source_with(url, |builder| builder, on_event)
}

/// [`use_event_source`] with options. The hook calls `configure` each time it opens a source: at first, after the URL has
/// changed, and after `reconnect` if the source was closed or has failed. `configure` does not track the signals that it
/// reads, so a change of these signals does not open a new source.
///
/// If `configure` sets `last_event_id`, the hook uses it only for the first source at each URL. Later requests send the ID
/// of the last event.
///
/// ```
/// use leptos::prelude::*;
/// use wasm_eventsource_leptos::use_event_source_with;
///
/// #[component]
/// fn Last() -> impl IntoView {
///     let source = use_event_source_with(
///         "https://example.com/events",
///         |builder| builder.with_credentials(true).max_event_size(64 * 1024),
///         |_| {},
///     );
///     move || source.last_event.get().map(|event| event.into_data())
/// }
/// ```
pub fn use_event_source_with<M>(
    url: impl IntoReactiveValue<Signal<Option<String>>, M>,
    configure: impl Fn(Builder) -> Builder + 'static,
    on_event: impl FnMut(Event) + 'static,
) -> UseEventSource {
    let url = url.into_reactive_value();
    let state = RwSignal::new(session::initial_state(url.with_untracked(Option::is_some)));
    let last_event = RwSignal::new(None);
    let (handle, task) = Session::new();
    let handle = StoredValue::new(handle);
    // There are no effects on a server, unless features of the client are on there too, as in a build of a workspace.
    if session::CONNECTS {
        connect(url, handle, run(task, configure, state, last_event, on_event));
        on_cleanup(move || {
            handle.try_with_value(SessionHandle::end);
        });
    }
    UseEventSource { state: state.into(), last_event: last_event.into(), handle }
}

/// The task that keeps the signals. They are gone when a handler has disposed of its component, and it is still to end.
async fn run(
    session: Session,
    configure: impl Fn(Builder) -> Builder,
    state: RwSignal<ConnectionState>,
    last_event: RwSignal<Option<Event>>,
    mut on_event: impl FnMut(Event),
) {
    let on_state = |new| {
        if state.try_with_untracked(|old| *old != new) == Some(true) {
            state.try_set(new);
        }
    };
    let on_event = |event: Event| {
        last_event.try_set(Some(event.clone()));
        // Reading a signal is no mistake here: in a build for debugging it would be reported as one.
        let _zone = SpecialNonReactiveZone::enter();
        on_event(event);
    };
    session.run(configure, on_state, on_event).await;
}

/// Starts the task when the component is mounted, and tells it the URL then and whenever that has changed.
fn connect(url: Signal<Option<String>>, handle: StoredValue<SessionHandle>, task: impl Future<Output = ()> + 'static) {
    let mut task = Some(task);
    Effect::new(move |connected: Option<Option<String>>| {
        if let Some(task) = task.take() {
            spawn_local(task);
        }
        let url = url.get();
        if connected.as_ref() != Some(&url) {
            handle.try_with_value(|handle| handle.connect(url.clone()));
        }
        url
    });
}
