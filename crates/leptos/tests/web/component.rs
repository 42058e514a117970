//! A component that uses the hook, and what is seen of it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_eventsource_leptos::UseEventSource;
use wasm_eventsource_leptos::wasm_eventsource::{ConnectionState, Event};

use super::support::until;

/// A component that uses the hook and shows nothing. Unmounted when it is dropped.
pub(crate) struct Mounted {
    pub(crate) hook: UseEventSource,
    states: Arc<Mutex<Vec<String>>>,
    _unmount: Box<dyn Any>,
}

pub(crate) fn mount(use_hook: impl FnOnce() -> UseEventSource + 'static) -> Mounted {
    let slot = Rc::new(Cell::new(None));
    let states = Arc::default();
    let (filled, recorded) = (Rc::clone(&slot), Arc::clone(&states));
    let handle = mount_to(document().body().expect("a page"), move || {
        let hook = use_hook();
        filled.set(Some(hook));
        // An ordinary effect would see only the last state of a turn.
        let effect = ImmediateEffect::new(move || record(&recorded, &hook.state.get()));
        StoredValue::new_local(effect);
    });
    Mounted { hook: slot.get().expect("the component was run"), states, _unmount: Box::new(handle) }
}

fn record(states: &Mutex<Vec<String>>, state: &ConnectionState) {
    let name = match state {
        ConnectionState::Connecting => "connecting".to_owned(),
        ConnectionState::Open => "open".to_owned(),
        ConnectionState::Reconnecting { error } => format!("reconnecting: {}", error.reason()),
        ConnectionState::Failed { error } => format!("failed: {}", error.reason()),
        ConnectionState::Closed => "closed".to_owned(),
        _ => unreachable!("no such state"),
    };
    states.lock().expect("one thread").push(name);
}

impl Mounted {
    pub(crate) fn states(&self) -> Vec<String> {
        self.states.lock().expect("one thread").clone()
    }

    pub(crate) async fn until_last_state(&self, state: &str) {
        until(state, || self.states().last().is_some_and(|last| last == state)).await;
    }
}

/// A list that a handler fills.
#[derive(Clone, Default)]
pub(crate) struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    pub(crate) fn handler(&self) -> impl FnMut(Event) + 'static {
        let log = self.clone();
        move |event| log.add(format!("{} {}", event.event_type(), event.data()))
    }

    pub(crate) fn add(&self, line: impl Into<String>) {
        self.0.borrow_mut().push(line.into());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.borrow().clone()
    }

    pub(crate) async fn until_len(&self, len: usize) {
        until("events", || self.0.borrow().len() >= len).await;
    }
}
