//! What all apps here have in common: everything but the client.
//!
//! The address says what to do: `url` is the stream, `meter` has the events counted instead of listed, `show` has the
//! count and the latest one shown while they are counted. What came of it is in the `data-` attributes of `<html>`.

use std::fmt::Display;

use leptos::prelude::*;
use web_sys::{HtmlElement, UrlSearchParams};

/// The data of the event after which there is no other one.
const LAST: &str = "the last one";

/// Mounts the app; `follow` is called in a component, with the URL of the stream.
pub fn run(follow: fn(&str, Log)) {
    let parameters = parameters();
    let url = parameters.get("url").unwrap_or_default();
    mount_to_body(move || {
        let mounted = RwSignal::new(true);
        let url = url.clone();
        let stream = move || {
            let log = Log::new();
            follow(&url, log);
            view! { <p>{log.count} " events, the latest: " {log.latest}</p> }
        };
        view! {
            <button id="unmount" on:click=move |_| mounted.set(false)>"Leave"</button>
            {move || mounted.get().then(&stream)}
        }
    });
}

/// What the app does with what its client hands it.
#[derive(Clone, Copy)]
pub struct Log {
    mode: Mode,
    tally: StoredValue<Tally>,
    count: RwSignal<u32>,
    latest: RwSignal<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// Everything is written down.
    List,
    /// Events are counted.
    Meter,
    /// Events are counted and shown.
    Show,
}

impl Log {
    fn new() -> Self {
        let parameters = parameters();
        let mode = match (parameters.has("meter"), parameters.has("show")) {
            (false, _) => Mode::List,
            (true, false) => Mode::Meter,
            (true, true) => Mode::Show,
        };
        let tally = StoredValue::new(Tally { since: now(), count: 0, checksum: 0 });
        Self { mode, tally, count: RwSignal::new(0), latest: RwSignal::new(String::new()) }
    }

    /// An event.
    pub fn event(self, event_type: &str, data: &str) {
        if self.mode == Mode::List {
            note("event", &format!("{event_type}: {data}"));
        }
        if data == LAST {
            return self.tally.with_value(Tally::finish);
        }
        self.tally.update_value(|tally| tally.add(data));
        if self.mode != Mode::Meter {
            self.count.update(|count| *count += 1);
            self.latest.set(data.to_owned());
        }
    }

    /// An error that the client tells of.
    pub fn error(self, error: impl Display) {
        note("error", &error.to_string());
    }

    /// A state that the client tells of.
    pub fn state(self, state: impl Display) {
        note("state", &state.to_string());
    }

    /// The client says that there will be no more.
    pub fn ended(self) {
        note("ended", "");
    }
}

/// How many events came, and a digest of their data in the order in which they came.
struct Tally {
    since: f64,
    count: u32,
    checksum: u32,
}

impl Tally {
    /// Looks at every byte, as an app would, but cheaply: this is not what is measured.
    fn add(&mut self, data: &str) {
        let (words, rest) = data.as_bytes().as_chunks::<4>();
        let sum = words.iter().map(|word| u32::from_le_bytes(*word)).fold(0, u32::wrapping_add);
        let sum = rest.iter().map(|byte| u32::from(*byte)).fold(sum, u32::wrapping_add);
        self.checksum = self.checksum.rotate_left(1).wrapping_add(sum);
        self.count += 1;
    }

    fn finish(&self) {
        let Self { since, count, checksum } = self;
        let milliseconds = now() - since;
        set("result", &format!(r#"{{"count":{count},"checksum":{checksum},"milliseconds":{milliseconds}}}"#));
    }
}

fn note(kind: &str, text: &str) {
    let notes = root().dataset().get("notes").unwrap_or_default();
    set("notes", &format!("{notes}{kind} {text}\n"));
}

fn set(name: &str, value: &str) {
    // Fails only for names with a dash in the wrong place.
    let _ = root().dataset().set(name, value);
}

fn root() -> HtmlElement {
    use wasm_bindgen::JsCast as _;
    document().document_element().expect("a page has a root element").unchecked_into()
}

fn parameters() -> UrlSearchParams {
    let query = location().search().unwrap_or_default();
    UrlSearchParams::new_with_str(&query).expect("a page's query can be parsed")
}

fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
