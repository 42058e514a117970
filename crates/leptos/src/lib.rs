#![doc = include_str!("../README.md")]

use leptos::prelude::*;
use leptos::reactive::diagnostics::SpecialNonReactiveZone;
use leptos::task::spawn_local;
/// In the version that this crate uses.
pub use wasm_eventsource;
pub use wasm_eventsource::{Builder, ConnectionState, Event};

use wasm_eventsource::session::{self, Session, SessionHandle};

/// What [`use_event_source`] returns. It may outlive its component, and does nothing then; its signals may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UseEventSource {
    /// The state of the connection. CLOSED as long as there is no URL.
    pub state: Signal<ConnectionState>,
    /// The event that was received last, from whichever URL.
    pub last_event: Signal<Option<Event>>,
    handle: StoredValue<SessionHandle>,
}

impl UseEventSource {
    /// Closes the connection, until the URL changes or [`reconnect`](UseEventSource::reconnect). The handler gets no event
    /// after this.
    pub fn close(&self) {
        self.handle.try_with_value(SessionHandle::close);
    }

    /// Connects at once, whatever the state: a connection that is there is closed first. It resumes after the last event
    /// ID.
    pub fn reconnect(&self) {
        self.handle.try_with_value(SessionHandle::reconnect);
    }
}

/// Connects to the URL as long as the component is mounted, and calls the handler for each event.
///
/// `url` is a string, a signal or a closure; see the [crate's documentation](crate). The handler runs outside of the
/// reactive graph: what it reads it does not track. It may do anything, close or reconnect the source and dispose of its
/// own component; no event follows then. A signal that it sets, the URL's too, has its effects after the events that were
/// received together, or after 8 ms of them.
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

/// [`use_event_source`] with options. `configure` is called for each source that is opened; what it reads is not tracked.
///
/// A last event ID among the options is for the first request to each URL.
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
