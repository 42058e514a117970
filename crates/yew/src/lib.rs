#![doc = include_str!("../README.md")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The crate wasm-eventsource, re-exported in the version that this crate uses.
pub use wasm_eventsource;
pub use wasm_eventsource::{Builder, ConnectionState, Event};
use yew::html::{ImplicitClone, IntoPropValue};
use yew::platform::spawn_local;
use yew::prelude::*;

use wasm_eventsource::session::{self, Session, SessionHandle};

/// What [`use_event_source`] returns. You can keep it after the component is unmounted. Then its methods do nothing.
///
/// Two handles are equal if they come from the same call of the hook in the same component, and have equal states and equal
/// last events.
#[derive(Debug, Clone, PartialEq)]
pub struct UseEventSourceHandle {
    state: UseStateHandle<ConnectionState>,
    last_event: UseStateHandle<Option<Event>>,
    handle: SessionHandle,
}

impl ImplicitClone for UseEventSourceHandle {}

impl UseEventSourceHandle {
    /// The state of the connection. It is `Closed` while there is no URL. When the state changes, the component re-renders.
    pub fn state(&self) -> &ConnectionState {
        &self.state
    }

    /// The last event. It stays when the URL changes, until the new source gets an event.
    ///
    /// The component re-renders after a new event. Events that arrive together cause one render, and only the last of them
    /// is seen here. The handler gets all of them.
    pub fn last_event(&self) -> Option<&Event> {
        self.last_event.as_ref()
    }

    /// Closes the connection. It stays closed until the URL changes or you call
    /// [`reconnect`](UseEventSourceHandle::reconnect). The handler gets no event after this.
    pub fn close(&self) {
        self.handle.close();
    }

    /// Connects again at once, even after [`close`](UseEventSourceHandle::close) or after the connection has failed for
    /// good. If there is a connection, it is closed first. The new request sends the last event ID. Without a URL, this does
    /// nothing. (`EventSource::reconnect` of the crate wasm-eventsource does nothing after `close`; this does more.)
    pub fn reconnect(&self) {
        self.handle.reconnect();
    }
}

/// Connects to the URL as long as the component is mounted, and calls the handler for each event.
///
/// `url` is anything that you can pass to a property of type `Option<AttrValue>`: for example, a `&'static str`, a `String`
/// or an `Option<String>`. `on_event` is a [`Callback`] or a closure.
///
/// The hook opens a new source only if the URL changes. A new handler does not open one: each event goes to the handler from
/// the latest render. The handler may close or reconnect the source. Then it gets no more events of the old connection.
///
/// Events that arrive together are handled together, for at most 8 ms. The component re-renders after that, not after each
/// event. A new URL, or unmounting, also takes effect only then. So the handler may still get the rest of these events.
///
/// ```
/// use wasm_eventsource_yew::{Event, use_event_source};
/// use yew::prelude::*;
///
/// #[component]
/// fn Last() -> Html {
///     let source = use_event_source("/events", |_: Event| {});
///     html! { <p>{ source.last_event().map(|event| event.data().to_owned()) }</p> }
/// }
/// ```
#[hook]
pub fn use_event_source<U, E>(url: U, on_event: E) -> UseEventSourceHandle
where
    U: IntoPropValue<Option<AttrValue>>,
    E: Into<Callback<Event>>,
{
    use_event_source_with(url, |builder| builder, on_event)
}

/// What belongs to the component as long as it is there.
struct Own {
    handle: SessionHandle,
    /// Until it is mounted.
    session: Cell<Option<Session>>,
    latest: RefCell<Latest>,
}

/// What it was rendered with last.
#[derive(Clone)]
struct Latest {
    configure: Rc<dyn Fn(Builder) -> Builder>,
    on_event: Callback<Event>,
}

impl Own {
    /// A copy, for what is in it may render the component again.
    fn latest(&self) -> Latest {
        self.latest.borrow().clone()
    }

    fn start(self: &Rc<Self>, state: UseStateSetter<ConnectionState>, last_event: UseStateSetter<Option<Event>>) {
        let Some(session) = self.session.take() else { return };
        let configure = {
            let own = Rc::clone(self);
            move |builder| (own.latest().configure)(builder)
        };
        let on_event = {
            let own = Rc::clone(self);
            move |event: Event| {
                last_event.set(Some(event.clone()));
                own.latest().on_event.emit(event);
            }
        };
        spawn_local(session.run(configure, move |new| state.set(new), on_event));
    }
}

/// [`use_event_source`] with options. The hook calls `configure` each time it opens a source: at first, after the URL has
/// changed, and after `reconnect` if the source was closed or has failed. It uses the closure from the latest render. If
/// only the closure changes, the hook does not open a new source.
///
/// If `configure` sets `last_event_id`, the hook uses it only for the first source at each URL. Later requests send the ID
/// of the last event.
///
/// ```
/// use wasm_eventsource_yew::{Event, use_event_source_with};
/// use yew::prelude::*;
///
/// #[component]
/// fn Last() -> Html {
///     let source = use_event_source_with(
///         "https://example.com/events",
///         |builder| builder.with_credentials(true).max_event_size(64 * 1024),
///         |_: Event| {},
///     );
///     html! { <p>{ source.last_event().map(|event| event.data().to_owned()) }</p> }
/// }
/// ```
#[hook]
pub fn use_event_source_with<U, C, E>(url: U, configure: C, on_event: E) -> UseEventSourceHandle
where
    U: IntoPropValue<Option<AttrValue>>,
    C: Fn(Builder) -> Builder + 'static,
    E: Into<Callback<Event>>,
{
    let url: Option<AttrValue> = url.into_prop_value();
    let state = use_state_eq(|| session::initial_state(url.is_some()));
    let last_event = use_state(|| None::<Event>);
    let latest = Latest { configure: Rc::new(configure), on_event: on_event.into() };
    let own = use_ref(|| {
        let (handle, session) = Session::new();
        Own { handle, session: Cell::new(Some(session)), latest: RefCell::new(latest.clone()) }
    });
    own.latest.replace(latest);
    {
        let (own, state, last_event) = (Rc::clone(&own), state.setter(), last_event.setter());
        use_effect_with((), move |()| {
            own.start(state, last_event);
            move || own.handle.end()
        });
    }
    {
        let handle = own.handle.clone();
        use_effect_with(url, move |url| handle.connect(url.as_ref().map(ToString::to_string)));
    }
    UseEventSourceHandle { state, last_event, handle: own.handle.clone() }
}
