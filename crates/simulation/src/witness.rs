//! What a source was told, against what it has to be told.

use wasm_eventsource::connection::{ReadyState, Timestamp};
use wasm_eventsource::engine::Action;
use wasm_eventsource::sharing::SharedEngine;

use crate::scenario::{Ids, Platform, Setting};
use crate::server::Server;

/// Follows what one face is told.
#[derive(Debug)]
pub(crate) struct Witness {
    ids: Ids,
    replay: u64,
    /// If there are no IDs, another connection may say again what this one has said, after it was announced: without locks there may be
    /// two leaders for a while, and a group may be behind a source that was alone and comes back.
    pub(crate) may_repeat: bool,
    /// When it was last told of an open connection.
    pub(crate) opened_at: Option<Timestamp>,
    is_open: bool,
    pub(crate) is_closed: bool,
    /// The number of the event that has to come next, if that is known.
    next: Option<u64>,
    /// Another one that may come: the connection went on, and its source was away.
    or_next: Option<u64>,
    /// The smallest that may come.
    floor: u64,
    /// The greatest that may come, if nothing is to be missed.
    ceiling: Option<u64>,
    /// So many events may be old ones, which the server sent on a connection before.
    replayed: u64,
    pub(crate) last_event_id: String,
    /// The last event that came.
    pub(crate) got: u64,
    pub(crate) count: u64,
    pub(crate) errors: u64,
}

impl Witness {
    pub(crate) fn new(setting: &Setting) -> Self {
        Self {
            ids: setting.ids,
            replay: setting.replay.into(),
            may_repeat: setting.platform == Platform::Members,
            opened_at: None,
            is_open: false,
            is_closed: false,
            next: None,
            or_next: None,
            floor: 1,
            ceiling: None,
            replayed: 0,
            last_event_id: String::new(),
            got: 0,
            count: 0,
            errors: 0,
        }
    }

    /// Takes note of an action of the face. Gives what is wrong with it.
    pub(crate) fn note(
        &mut self,
        action: &Action,
        engine: &mut SharedEngine,
        server: &Server,
        now: Timestamp,
    ) -> Result<(), String> {
        if self.is_closed {
            return Err(format!("a closed source was told {action:?}"));
        }
        match action {
            Action::Open => self.open(engine, server, now)?,
            Action::Dispatch => self.event(engine, server)?,
            Action::Comment | Action::Verified if self.is_open => {}
            Action::Reconnect { .. } => {
                self.errors += 1;
                self.is_open = false;
            }
            Action::Suspended => self.is_open = false,
            Action::Fail { .. } => {
                self.is_open = false;
                self.is_closed = true;
            }
            _ => return Err(format!("a face was told {action:?}")),
        }
        let state = if self.is_closed {
            ReadyState::Closed
        } else if self.is_open {
            ReadyState::Open
        } else {
            ReadyState::Connecting
        };
        if engine.ready_state() != state {
            return Err(format!("after {action:?} it is {:?}", engine.ready_state()));
        }
        Ok(())
    }

    fn open(&mut self, engine: &SharedEngine, server: &Server, now: Timestamp) -> Result<(), String> {
        if self.is_open {
            return Err("an open source was told that it is open".into());
        }
        if engine.origin() != crate::world::ORIGIN {
            return Err(format!("it is open, and its origin is {:?}", engine.origin()));
        }
        self.is_open = true;
        let id = engine.last_event_id();
        if !self.last_event_id.is_empty() && self.last_event_id != id {
            return Err(format!("it had the ID {:?} and opens with {id:?}", self.last_event_id));
        }
        // It comes to a place that it knows nothing of.
        let is_first = self.count == 0 || self.last_event_id.is_empty() && !id.is_empty();
        self.opened_at = Some(now);
        self.last_event_id = id.into();
        self.ceiling = None;
        self.replayed = if is_first && self.ids != Ids::Every { self.replay + 1 } else { 0 };
        self.or_next = Some(self.got + 1);
        self.next = id.parse().ok().map(|id: u64| id + 1);
        match self.next {
            // A joiner may come after more events, and gets the last ones again if it wants them.
            Some(next) if is_first && (self.replay > 0 || self.ids != Ids::Every) => {
                self.next = None;
                self.floor = next.saturating_sub(self.replay + 3).max(1);
                self.ceiling = Some(next + if self.ids == Ids::Every { 0 } else { 3 });
            }
            Some(_) => {}
            None => {
                self.floor = if self.may_repeat { 1 } else { self.got + 1 };
                self.ceiling = Some(server.produced + 1);
            }
        }
        Ok(())
    }

    fn event(&mut self, engine: &mut SharedEngine, server: &Server) -> Result<(), String> {
        if !self.is_open {
            return Err("an event was dispatched while there was no connection".into());
        }
        let event = engine.event().ok_or("there is no event to dispatch")?;
        let digits = event.data().find(|it: char| !it.is_ascii_digit()).unwrap_or(event.data().len());
        let number: u64 = event.data()[..digits].parse().map_err(|_| format!("data {:?}", event.data()))?;
        let expected = server.expected(number);
        if event.data() != expected.data || event.event_type() != expected.event_type {
            return Err(format!("event {number} is {:?} {:?}", event.event_type(), event.data()));
        }
        let id = expected.id.as_deref().unwrap_or(&self.last_event_id);
        // Of events that are replayed, it is not known which ID came before.
        let is_known = expected.id.is_some() || self.next.is_some();
        if is_known && event.last_event_id() != id {
            return Err(format!("event {number} has the ID {:?} instead of {id:?}", event.last_event_id()));
        }
        let is_in_order = match (self.next, self.ceiling) {
            // There may be gaps between them, of which their own sources were told, and one behind them.
            _ if self.replayed > 0 => true,
            (Some(next), _) => number == next || Some(number) == self.or_next,
            (None, ceiling) => number >= self.floor && ceiling.is_none_or(|ceiling| number <= ceiling),
        };
        if !is_in_order {
            return Err(format!(
                "event {number} came after {}; next is {:?}, from {} to {:?}",
                self.got, self.next, self.floor, self.ceiling
            ));
        }
        if number > server.produced {
            return Err(format!("event {number} was not sent yet"));
        }
        self.replayed = self.replayed.saturating_sub(1);
        self.last_event_id = event.last_event_id().into();
        self.next = Some(number + 1);
        self.or_next = None;
        self.got = number;
        self.count += 1;
        Ok(())
    }
}
