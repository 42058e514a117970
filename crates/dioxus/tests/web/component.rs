//! A component that uses the hook, and what is seen of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use dioxus::prelude::*;
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use wasm_eventsource_dioxus::wasm_eventsource::{Builder, ConnectionState, Event, Script, Shared};
use wasm_eventsource_dioxus::{UseEventSource, use_event_source_with};

use super::support::until;

/// What its source is made with.
#[derive(Clone, Default)]
enum Options {
    #[default]
    None,
    Some,
    Shared,
    Script(Script),
}

/// Rendering with other options changes nothing.
impl PartialEq for Options {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What a component and its handler did.
#[derive(Clone, Default)]
pub(crate) struct Record(Rc<Inner>);

#[derive(Default)]
struct Inner {
    events: RefCell<Vec<String>>,
    states: RefCell<Vec<String>>,
    renderings: Cell<usize>,
    hook: Cell<Option<UseEventSource>>,
    after_event: Cell<Option<fn(UseEventSource)>>,
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

    pub(crate) fn hook(&self) -> UseEventSource {
        self.0.hook.get().expect("the component was rendered")
    }

    pub(crate) async fn until_events(&self, count: usize) {
        until("events", || self.0.events.borrow().len() >= count).await;
    }

    pub(crate) async fn until_last_state(&self, state: &str) {
        until(state, || self.0.states.borrow().last().is_some_and(|last| last == state)).await;
    }

    fn rendered(&self, hook: UseEventSource) {
        self.0.renderings.set(self.0.renderings.get() + 1);
        self.0.hook.set(Some(hook));
        let state = match &*hook.state.read() {
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
        if let Some((act, hook)) = self.0.after_event.get().zip(self.0.hook.get()) {
            act(hook);
        }
    }
}

/// What a component is rendered with.
#[derive(Clone, PartialEq)]
struct Given {
    id: u32,
    url: Option<&'static str>,
    name: &'static str,
    record: Record,
    options: Options,
}

#[component]
fn Client(given: Given) -> Element {
    let Given { id, url, name, record, options } = given;
    let handler_record = record.clone();
    let source = use_event_source_with(
        url.map(str::to_owned),
        move |builder: Builder| match &options {
            Options::None => builder,
            Options::Some => builder.with_credentials(true).last_event_id("8"),
            Options::Shared => builder.shared(Shared::new()),
            Options::Script(script) => builder.script(script),
        },
        move |event| handler_record.received(name, &event),
    );
    record.rendered(source);
    let last = source.last_event.read().as_ref().map(|event| event.data().to_owned()).unwrap_or_default();
    rsx! {
        p { id: "client-{id}", "{source.state.read():?} {last}" }
    }
}

/// What the page is told.
enum Command {
    /// Renders the component of this ID with this. It may be a new one.
    Render(Given),
    Unmount(u32),
}

/// The page's only app. Its components come and go.
#[component]
fn Page() -> Element {
    let mut clients = use_signal(Vec::<Given>::new);
    use_future(move || async move {
        let Some(mut commands) = COMMANDS.take() else { return };
        while let Some(command) = commands.next().await {
            match command {
                Command::Render(given) => {
                    let mut clients = clients.write();
                    match clients.iter_mut().find(|client| client.id == given.id) {
                        Some(client) => *client = given,
                        None => clients.push(given),
                    }
                }
                Command::Unmount(id) => clients.write().retain(|client| client.id != id),
            }
        }
    });
    rsx! {
        for given in clients() {
            Client { key: "{given.id}", given }
        }
    }
}

thread_local! {
    static COMMANDS: Cell<Option<UnboundedReceiver<Command>>> = const { Cell::new(None) };
    static PAGE: UnboundedSender<Command> = launch();
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
}

fn launch() -> UnboundedSender<Command> {
    let (sender, receiver) = unbounded();
    COMMANDS.set(Some(receiver));
    let document = web_sys::window().and_then(|window| window.document()).expect("a page");
    let host = document.create_element("div").expect("an element");
    document.body().expect("a body").append_child(&host).expect("it can have children");
    dioxus::web::launch::launch_virtual_dom(VirtualDom::new(Page), dioxus::web::Config::new().rootelement(host));
    sender
}

fn tell(command: Command) {
    PAGE.with(|page| page.unbounded_send(command).expect("the page is there"));
}

/// A component that is mounted until this is dropped.
pub(crate) struct Mounted {
    given: Given,
    pub(crate) record: Record,
}

pub(crate) fn mount(url: Option<&'static str>) -> Mounted {
    mount_given(url, Options::None, Record::default())
}

pub(crate) fn mount_with_options(url: Option<&'static str>) -> Mounted {
    mount_given(url, Options::Some, Record::default())
}

pub(crate) fn mount_shared(url: Option<&'static str>) -> Mounted {
    mount_given(url, Options::Shared, Record::default())
}

pub(crate) fn mount_with_script(url: Option<&'static str>, script: &Script) -> Mounted {
    mount_given(url, Options::Script(script.clone()), Record::default())
}

/// Its handler calls this function after each event.
pub(crate) fn mount_with_handler(url: Option<&'static str>, act: fn(UseEventSource)) -> Mounted {
    let record = Record::default();
    record.0.after_event.set(Some(act));
    mount_given(url, Options::None, record)
}

fn mount_given(url: Option<&'static str>, options: Options, record: Record) -> Mounted {
    let id = LAST_ID.get() + 1;
    LAST_ID.set(id);
    let given = Given { id, url, name: "", record: record.clone(), options };
    tell(Command::Render(given.clone()));
    Mounted { given, record }
}

impl Mounted {
    pub(crate) fn render_with(&self, url: Option<&'static str>, name: &'static str) {
        tell(Command::Render(Given { url, name, ..self.given.clone() }));
    }

    pub(crate) fn shown(&self) -> String {
        let document = web_sys::window().and_then(|window| window.document()).expect("a page");
        let element = document.get_element_by_id(&format!("client-{}", self.given.id));
        element.and_then(|element| element.text_content()).unwrap_or_default()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        tell(Command::Unmount(self.given.id));
    }
}
