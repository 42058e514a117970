//! A component that uses the hook, and what is seen of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_eventsource_yew::wasm_eventsource::{Builder, ConnectionState, Event, Shared};
use wasm_eventsource_yew::{UseEventSourceHandle, use_event_source_with};
use web_sys::Element;
use yew::AppHandle;
use yew::prelude::*;

use super::support::until;

/// What a component is rendered with.
#[derive(Clone, PartialEq, Properties)]
struct Props {
    url: Option<AttrValue>,
    record: Record,
    #[prop_or_default]
    name: &'static str,
    #[prop_or_default]
    options: Options,
}

/// What its source is made with.
#[derive(Clone, Copy, Default, PartialEq)]
enum Options {
    #[default]
    None,
    Some,
    Shared,
}

/// What a component and its handler did.
#[derive(Clone, Default)]
pub(crate) struct Record(Rc<Inner>);

#[derive(Default)]
struct Inner {
    events: RefCell<Vec<String>>,
    states: RefCell<Vec<String>>,
    renderings: Cell<usize>,
    hook: RefCell<Option<UseEventSourceHandle>>,
    after_event: Cell<Option<fn(UseEventSourceHandle)>>,
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Record {
    pub(crate) fn events(&self) -> Vec<String> {
        self.0.events.borrow().clone()
    }

    /// The states that were rendered, without repetitions.
    pub(crate) fn states(&self) -> Vec<String> {
        self.0.states.borrow().clone()
    }

    pub(crate) fn renderings(&self) -> usize {
        self.0.renderings.get()
    }

    pub(crate) fn hook(&self) -> UseEventSourceHandle {
        self.0.hook.borrow().clone().expect("the component was rendered")
    }

    pub(crate) async fn until_events(&self, count: usize) {
        until("events", || self.0.events.borrow().len() >= count).await;
    }

    pub(crate) async fn until_last_state(&self, state: &str) {
        until(state, || self.0.states.borrow().last().is_some_and(|last| last == state)).await;
    }

    fn rendered(&self, hook: &UseEventSourceHandle) {
        self.0.renderings.set(self.0.renderings.get() + 1);
        self.0.hook.replace(Some(hook.clone()));
        let state = match hook.state() {
            ConnectionState::Connecting => "connecting".to_owned(),
            ConnectionState::Open => "open".to_owned(),
            ConnectionState::Reconnecting { error } => format!("reconnecting: {}", error.reason()),
            ConnectionState::Failed { error } => format!("failed: {}", error.reason()),
            ConnectionState::Closed => "closed".to_owned(),
            _ => unreachable!("no such state"),
        };
        let mut states = self.0.states.borrow_mut();
        if states.last() != Some(&state) {
            states.push(state);
        }
    }

    fn received(&self, name: &str, event: &Event) {
        self.0.events.borrow_mut().push(format!("{name}{} {}", event.event_type(), event.data()));
        if let Some(act) = self.0.after_event.get() {
            act(self.hook());
        }
    }
}

#[component]
fn Client(props: &Props) -> Html {
    let (record, name, options) = (props.record.clone(), props.name, props.options);
    let source = use_event_source_with(
        props.url.clone(),
        move |builder: Builder| match options {
            Options::None => builder,
            Options::Some => builder.with_credentials(true).last_event_id("8"),
            Options::Shared => builder.shared(Shared::new()),
        },
        move |event: Event| record.received(name, &event),
    );
    props.record.rendered(&source);
    html! {
        <p class="shown">{ format!("{:?} ", source.state()) }{ source.last_event().map(|event| event.data().to_owned()) }</p>
    }
}

/// A component that uses the hook. Unmounted when it is dropped.
pub(crate) struct Mounted {
    app: Option<AppHandle<Client>>,
    host: Element,
    pub(crate) record: Record,
}

pub(crate) fn mount(url: Option<&'static str>) -> Mounted {
    mount_props(props(url))
}

/// Its handler does something to it after each event.
pub(crate) fn mount_with_handler(url: Option<&'static str>, act: fn(UseEventSourceHandle)) -> Mounted {
    let props = props(url);
    props.record.0.after_event.set(Some(act));
    mount_props(props)
}

pub(crate) fn mount_with_options(url: Option<&'static str>) -> Mounted {
    mount_props(Props { options: Options::Some, ..props(url) })
}

/// It shares its connection with other components.
pub(crate) fn mount_shared(url: Option<&'static str>) -> Mounted {
    mount_props(Props { options: Options::Shared, ..props(url) })
}

fn props(url: Option<&'static str>) -> Props {
    Props { url: url.map(AttrValue::from), record: Record::default(), name: "", options: Options::None }
}

fn mount_props(props: Props) -> Mounted {
    let document = web_sys::window().and_then(|window| window.document()).expect("a page");
    let host = document.create_element("div").expect("an element");
    document.body().expect("a page").append_child(&host).expect("a child");
    let record = props.record.clone();
    let app = yew::Renderer::<Client>::with_root_and_props(host.clone(), props).render();
    Mounted { app: Some(app), host, record }
}

impl Mounted {
    pub(crate) fn render_with(&mut self, url: Option<&'static str>, name: &'static str) {
        let props = Props { url: url.map(AttrValue::from), record: self.record.clone(), name, options: Options::None };
        self.app.as_mut().expect("it is mounted").update(props);
    }

    pub(crate) fn shown(&self) -> String {
        self.host.text_content().unwrap_or_default()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.host.remove();
    }
}
