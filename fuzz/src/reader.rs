//! A face that reads a body by the engine: one event at a time, or many at once as the npm package does.

use core::time::Duration;

use wasm_eventsource::Reason;
use wasm_eventsource::connection::{Clock, Timestamp};
use wasm_eventsource::engine::{Action, Engine};
use wasm_eventsource::event_stream::{Batch, EventHead, Parser, Versions};

use super::naive::Told;
use super::parser::{Outcome, message};
use super::vectors::Message;

pub(crate) struct Reader<'plan> {
    engine: Engine,
    batch: Batch,
    /// How many events are taken of each batch, over and over. Without any, events come one by one.
    counts: core::iter::Cycle<core::slice::Iter<'plan, usize>>,
    told: Vec<Told>,
    /// The versions of the last event at hand, and type and ID of the last event that was taken: a string whose version is still
    /// the same is not looked at again.
    known: Option<(Versions, String, String)>,
}

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Duration::ZERO
    }

    fn jitter(&self) -> f64 {
        0.0
    }
}

impl<'plan> Reader<'plan> {
    pub(crate) fn new(parser: Parser, counts: &'plan [usize]) -> Self {
        let engine = Engine::for_body(parser);
        Self { engine, batch: Batch::default(), counts: counts.iter().cycle(), told: Vec::new(), known: None }
    }

    pub(crate) fn read<'a>(mut self, chunks: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
        let mut chunks = chunks.into_iter();
        let mut too_large = None;
        loop {
            match self.engine.next_action(&Stopped) {
                Action::Open => {}
                Action::Read => match chunks.next() {
                    Some(chunk) => {
                        self.engine.receive_chunk(chunk.len()).expect("it was asked for").copy_from_slice(chunk);
                    }
                    None => break,
                },
                Action::Dispatch => match self.counts.next() {
                    Some(count) => self.take_batch(*count),
                    None => self.take_one(),
                },
                Action::Comment => {
                    let comment = self.engine.comment().expect("it is at hand").into_owned();
                    self.told.push(Told::Comment(comment));
                }
                Action::Fail { error } => {
                    let Reason::EventTooLarge(error) = error.reason() else { panic!("{error}") };
                    too_large = Some(*error);
                    break;
                }
                action => panic!("a body asks for {action:?}"),
            }
        }
        Outcome { told: self.told, last_event_id: self.engine.last_event_id().to_string(), too_large }
    }

    fn take_one(&mut self) {
        let event = self.engine.event().expect("it is at hand");
        self.told.push(Told::Event(message(&event)));
    }

    /// As a face does it, which counts in UTF-16 code units.
    fn take_batch(&mut self, count: usize) {
        self.engine.fill(&mut self.batch);
        let (mut event_type, mut id) = self.head();
        let (false, Ok(text)) = (self.batch.is_empty(), core::str::from_utf8(self.batch.text())) else {
            self.engine.settle(&mut self.batch, 0);
            return self.take_one();
        };
        let count = count.min(self.batch.len());
        let mut parts = Parts { units: text.encode_utf16().collect(), start: 0 };
        for places in self.batch.places().chunks(3).take(count) {
            let data = parts.up_to(places[0]);
            for (known, new) in [(&mut id, parts.up_to(places[1])), (&mut event_type, parts.up_to(places[2]))] {
                if !new.is_empty() {
                    *known = new;
                }
            }
            let (event_type, last_event_id) = (event_type.clone(), id.clone());
            self.told.push(Told::Event(Message { event_type, data, last_event_id }));
        }
        self.engine.settle(&mut self.batch, count);
        if let Some((_, known_type, known_id)) = &mut self.known {
            (*known_type, *known_id) = (event_type, id.clone());
        }
        assert_eq!(self.engine.last_event_id(), id, "that of the last event that was taken");
    }

    /// Type and ID of the event at hand. They come from the face's own memory if their version says that they are the same.
    fn head(&mut self) -> (String, String) {
        let EventHead { event_type, last_event_id, versions, .. } = self.engine.event_head().expect("of the event");
        let mut strings = (event_type.to_string(), last_event_id.to_string());
        if let Some((known, event_type, last_event_id)) = self.known.take() {
            if known.event_type == versions.event_type {
                strings.0 = event_type;
            }
            if known.last_event_id == versions.last_event_id {
                strings.1 = last_event_id;
            }
        }
        self.known = Some((versions, strings.0.clone(), strings.1.clone()));
        strings
    }
}

/// A text in UTF-16, of which parts are cut off from the front.
struct Parts {
    units: Vec<u16>,
    start: usize,
}

impl Parts {
    fn up_to(&mut self, end: u32) -> String {
        let part = String::from_utf16(&self.units[self.start..end as usize]).expect("whole characters");
        self.start = end as usize;
        part
    }
}
