#![doc = include_str!("../README.md")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// In the version that this crate uses.
pub use wasm_eventsource;
pub use wasm_eventsource::{Builder, ConnectionState, Event};
use yew::html::{ImplicitClone, IntoPropValue};
use yew::platform::spawn_local;
use yew::prelude::*;

use wasm_eventsource::session::{self, Session, SessionHandle};

/// What [`use_event_source`] returns. It may outlive its component, and does nothing then.
///
/// Two of them are equal if nothing has changed from one's rendering to the other's.
#[derive(Debug, Clone, PartialEq)]
pub struct UseEventSourceHandle {
    state: UseStateHandle<ConnectionState>,
    last_event: UseStateHandle<Option<Event>>,
    handle: SessionHandle,
}

impl ImplicitClone for UseEventSourceHandle {}

impl UseEventSourceHandle {
    /// The state of the connection. CLOSED as long as there is no URL. The component is rendered when it changes.
    pub fn state(&self) -> &ConnectionState {
        &self.state
    }

    /// The event that was received last, from whichever URL. The component is rendered when there is one.
    pub fn last_event(&self) -> Option<&Event> {
        self.last_event.as_ref()
    }

    /// Closes the connection, until the URL changes or [`reconnect`](UseEventSourceHandle::reconnect). The handler gets no
    /// event after this.
    pub fn close(&self) {
        self.handle.close();
    }

    /// Connects at once, whatever the state: a connection that is there is closed first. It resumes after the last event
    /// ID.
    pub fn reconnect(&self) {
        self.handle.reconnect();
    }
}

/// Connects to the URL as long as the component is mounted, and calls the handler for each event.
///
/// `url` is whatever becomes an `Option<AttrValue>` as a property does, `on_event` a [`Callback`] or a closure. Only another
/// URL connects again; the handler is always that of the latest rendering. It may close or reconnect the source: no event
/// follows then. What renders, another URL and unmounting too, comes after the events that were received together, or after 8 ms of
/// them.
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

/// [`use_event_source`] with options. `configure`, that of the latest rendering, is called for each source that is opened.
///
/// A last event ID among the options is for the first request to each URL.
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
