//! The log of a group: everything that its connection has brought, in the order in which every member takes it.

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use super::Position;
use super::message::{Record, Snapshot};
use super::replay::Replay;
use crate::connection::Timestamp;
use crate::error::{Error, Reason};
use crate::event_stream::{Found, Parser};
use crate::time::Duration;

/// How much of the log a member keeps for others who are behind, in bytes.
pub(super) const RING_SIZE: usize = 256 * 1024;

/// A member that joins gets the beginning of the current event only if that has at most this many bytes.
const MAX_TAIL: usize = 256 * 1024;

/// An item for the face.
#[derive(Debug)]
pub(super) enum Item {
    /// The connection is announced. With an ID, a body begins after that ID; without, the one before goes on.
    Open {
        origin: Rc<str>,
        last_event_id: Option<String>,
    },
    /// A body begins, as with `Open`, but the face is told nothing: it stays OPEN.
    Restart {
        last_event_id: String,
    },
    /// A part of the body. With it, the epoch has `total` bytes.
    Bytes {
        message: Rc<[u8]>,
        place: Range<usize>,
        total: u64,
    },
    ReconnectionTime(u32),
    Lost(Error),
    Failed(Error),
    LetGo,
    /// The connection is alive, or another one has taken its place.
    Verified,
}

/// What a member knows of the log up to its position.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) position: Option<Position>,
    /// The group has a connection.
    pub(super) is_open: bool,
    /// The face knows of it. A member that was away has told it that there is none.
    is_told: bool,
    pub(super) origin: Rc<str>,
    /// For the last event ID at the position. The face may be behind it.
    parser: Parser,
    /// The last event has set the last event ID. So a server can continue right after that event.
    is_exact: bool,
    /// Of the last event.
    id_version: u32,
    /// The reconnection time that the stream has set, in milliseconds.
    pub(super) reconnection_time: Option<u32>,
    /// How many bytes the epoch has so far.
    pub(super) bytes: u64,
    /// When the next attempt is due.
    retry_at: Timestamp,
    /// How long after the loss that is.
    retry_after: Duration,
    /// The stream since the end of its last block, if that is not too long; and a CR before it, unless it is the beginning.
    tail: Vec<u8>,
    is_tail_too_long: bool,
    /// The last records as messages.
    ring: VecDeque<(Position, Rc<[u8]>)>,
    /// The position after which the ring begins.
    ring_start: Option<Position>,
    ring_size: usize,
    pub(super) replay: Replay,
}

impl Log {
    pub(super) fn new(parser: Parser, replay: Replay) -> Self {
        Self {
            position: None,
            is_open: false,
            is_told: false,
            origin: "".into(),
            parser,
            is_exact: true,
            id_version: 0,
            reconnection_time: None,
            bytes: 0,
            retry_at: Timestamp::ZERO,
            retry_after: Duration::ZERO,
            tail: Vec::new(),
            is_tail_too_long: false,
            ring: VecDeque::new(),
            ring_start: None,
            ring_size: 0,
            replay,
        }
    }

    /// The position of the last complete block.
    pub(super) fn last_event_id(&self) -> &str {
        self.parser.last_event_id()
    }

    /// Whether a record with this position is the next one.
    pub(super) fn is_next(&self, position: Position, record: &Record<'_>) -> bool {
        match record {
            Record::Began { cut, resumes_after } => {
                // A member that has come to the same event in another way takes part, too.
                let is_level = self.can_resume() && *resumes_after == self.last_event_id();
                position.index == 0 && Some(position) > self.position && (*cut == self.position || is_level)
            }
            _ => {
                let Some(own) = self.position else { return false };
                own.epoch == position.epoch && own.index.checked_add(1) == Some(position.index)
            }
        }
    }

    /// Takes the next record, and adds its items for the face.
    pub(super) fn apply(
        &mut self,
        position: Position,
        record: &Record<'_>,
        message: &Rc<[u8]>,
        face: &mut VecDeque<Item>,
    ) {
        self.position = Some(position);
        match record {
            Record::Began { .. } => {}
            Record::Opened { origin } => {
                if !self.is_exact() || self.last_event_id().is_empty() {
                    // The server may repeat events or leave some out.
                    self.replay.clear();
                }
                self.origin = (*origin).into();
                self.is_open = true;
                self.restart();
                if self.is_told {
                    face.push_back(Item::Lost(gap()));
                }
                self.tell_open(true, face);
            }
            Record::Resumed => {
                self.restart();
                if self.is_told {
                    face.push_back(Item::Restart { last_event_id: self.id() });
                } else {
                    self.tell_open(true, face);
                }
            }
            Record::Bytes { total, bytes } => {
                self.catch_up(face);
                self.bytes = *total;
                self.note(bytes);
                let place = message.len() - bytes.len()..message.len();
                face.push_back(Item::Bytes { message: message.clone(), place, total: *total });
            }
            Record::Lost { error } => {
                self.lose();
                self.retry_after = error.reconnects_in().unwrap_or_default();
                face.push_back(Item::Lost(error.clone()));
            }
            Record::Failed { error } => {
                self.lose();
                face.push_back(Item::Failed(error.clone()));
            }
            Record::LetGo => {
                self.lose();
                face.push_back(Item::LetGo);
            }
        }
        self.remember(position, message);
    }

    /// Continues at the position of another member. If records are missing in between, the face is told.
    pub(super) fn adopt(&mut self, snapshot: &Snapshot<'_>, face: &mut VecDeque<Item>) {
        let is_silent = self.is_told && self.is_level_with(snapshot);
        if self.position.is_some() && !is_silent {
            face.push_back(Item::Lost(gap()));
        }
        self.position = Some(snapshot.position);
        self.is_open = snapshot.is_open;
        self.origin = snapshot.origin.into();
        self.bytes = snapshot.bytes;
        self.forget();
        self.reconnection_time = snapshot.reconnection_time;
        self.parser.set_last_event_id(snapshot.last_event_id);
        self.id_version = self.parser.id_version();
        self.is_exact = snapshot.is_exact;
        self.restart();
        let (message, replay, tail) = primed(snapshot.replay, snapshot.tail);
        if let Some(milliseconds) = snapshot.reconnection_time {
            face.push_back(Item::ReconnectionTime(milliseconds));
        }
        let total = snapshot.bytes;
        self.is_told &= snapshot.is_open;
        if !snapshot.is_open {
            face.push_back(Item::Restart { last_event_id: self.id() });
            return;
        }
        if is_silent {
            face.push_back(Item::Restart { last_event_id: self.id() });
        } else {
            self.tell_open(true, face);
        }
        if !snapshot.replay.is_empty() {
            self.replay.note(&message[replay.clone()]);
            face.push_back(Item::Bytes { message: message.clone(), place: replay, total });
            face.push_back(Item::Restart { last_event_id: self.id() });
        }
        self.replay.begin(snapshot.last_event_id);
        self.note(&message[tail.clone()]);
        face.push_back(Item::Bytes { message, place: tail, total });
    }

    /// The state at this position, for a member that joins. `None` in the middle of a long event: the member has to wait for its
    /// end.
    pub(super) fn snapshot<'a>(&'a self, replay: &'a [u8]) -> Option<Snapshot<'a>> {
        if self.is_tail_too_long {
            return None;
        }
        Some(Snapshot {
            position: self.position?,
            is_open: self.is_open,
            is_exact: self.is_exact(),
            origin: &self.origin,
            last_event_id: self.last_event_id(),
            reconnection_time: self.reconnection_time,
            bytes: self.bytes,
            tail: if self.is_open { &self.tail } else { &[] },
            replay,
        })
    }

    /// The messages of all records after this position. `None` if some are missing.
    pub(super) fn since(&self, position: Position) -> Option<impl Iterator<Item = &Rc<[u8]>>> {
        let first = if self.position == Some(position) {
            self.ring.len()
        } else if self.ring_start == Some(position) {
            0
        } else {
            1 + self.ring.iter().rposition(|(own, _)| *own == position)?
        };
        Some(self.ring.iter().skip(first).map(|(_, message)| message))
    }

    /// The loss was at this time.
    pub(super) fn retries_at(&mut self, now: Timestamp) {
        self.retry_at = now.saturating_add(self.retry_after);
    }

    /// The next attempt is due.
    pub(super) fn retry_now(&mut self) {
        self.retry_at = Timestamp::ZERO;
    }

    /// When the next attempt is due, if there is no connection.
    pub(super) fn retry_at(&self) -> Timestamp {
        if self.is_open { Timestamp::ZERO } else { self.retry_at }
    }

    /// Whether the log is at the same event, perhaps through another connection.
    pub(super) fn is_level_with(&self, snapshot: &Snapshot<'_>) -> bool {
        self.can_resume() && snapshot.is_open && snapshot.is_exact && self.last_event_id() == snapshot.last_event_id
    }

    /// From now on this log belongs to one member alone. Its positions mean nothing to others.
    pub(super) fn part_from_group(&mut self, position: Position) {
        self.position = Some(position);
        self.forget();
    }

    fn forget(&mut self) {
        self.ring.clear();
        self.ring_size = 0;
        self.ring_start = self.position;
    }

    /// This member goes away. Its face has no connection until it returns.
    pub(super) fn go_away(&mut self, face: &mut VecDeque<Item>) {
        self.is_told = false;
        face.push_back(Item::LetGo);
    }

    /// This member has returned, and misses nothing.
    pub(super) fn catch_up(&mut self, face: &mut VecDeque<Item>) {
        if self.is_open && !self.is_told {
            self.tell_open(false, face);
        }
    }

    /// Whether a server that gets the last event ID continues exactly here. If not every event has an ID of its own, it repeats
    /// some.
    pub(super) fn can_resume(&self) -> bool {
        self.is_open && self.is_exact() && !self.last_event_id().is_empty()
    }

    fn is_exact(&self) -> bool {
        self.is_exact || self.parser.id_version() != self.id_version
    }

    fn tell_open(&mut self, begins: bool, face: &mut VecDeque<Item>) {
        self.is_told = true;
        face.push_back(Item::Open { origin: self.origin.clone(), last_event_id: begins.then(|| self.id()) });
    }

    fn lose(&mut self) {
        self.is_open = false;
        self.is_told = false;
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.ring_size + self.tail.len() + self.replay.size()
    }

    fn id(&self) -> String {
        self.last_event_id().to_string()
    }

    fn restart(&mut self) {
        self.parser.restart();
        self.replay.begin(self.parser.last_event_id());
        self.tail.clear();
        self.is_tail_too_long = false;
    }

    fn note(&mut self, bytes: &[u8]) {
        self.replay.note(bytes);
        let mut rest = bytes;
        loop {
            match self.parser.find(&mut rest) {
                Found::ReconnectionTime(milliseconds) => self.reconnection_time = Some(milliseconds),
                Found::Event => {
                    let version = self.parser.id_version();
                    self.is_exact = self.parser.has_own_id() && version != self.id_version;
                    self.id_version = version;
                }
                Found::Comment => {}
                // The face comes to the same end.
                Found::Nothing | Found::TooLarge => break,
            }
        }
        self.tail.extend_from_slice(bytes);
        if let Some(end) = end_of_last_block(&self.tail, bytes.len()) {
            // A CR stands for what came before. With it, the tail does not begin a stream, so a byte order mark is text. If the block
            // ended in CR, an LF that follows is skipped. If it ended in LF, that LF is only another blank line: nothing is lost.
            self.tail.drain(..end - 1);
            self.tail[0] = b'\r';
            self.is_tail_too_long = false;
        }
        if self.tail.len() > MAX_TAIL {
            // A line end. Another one right behind it makes a blank line.
            self.tail.drain(..self.tail.len() - 2);
            self.is_tail_too_long = true;
        }
    }

    fn remember(&mut self, position: Position, message: &Rc<[u8]>) {
        self.ring.push_back((position, message.clone()));
        self.ring_size += message.len();
        while self.ring_size > RING_SIZE && self.ring.len() > 1 {
            if let Some((position, message)) = self.ring.pop_front() {
                self.ring_start = Some(position);
                self.ring_size -= message.len();
            }
        }
    }
}

/// The error that says: the connection went to another member, and events may be missing.
pub(super) fn gap() -> Error {
    Error::lost(Reason::HandedOver, 1, Duration::ZERO)
}

/// A replay and a tail in one buffer.
fn primed(replay: &[u8], tail: &[u8]) -> (Rc<[u8]>, Range<usize>, Range<usize>) {
    let all = [replay, tail].concat();
    (all.as_slice().into(), 0..replay.len(), replay.len()..all.len())
}

/// The end of the last blank line, if it lies in the last `new` bytes. The bytes begin with a block.
fn end_of_last_block(stream: &[u8], new: usize) -> Option<usize> {
    let is_end = |index: usize| matches!(stream.get(index), Some(b'\n' | b'\r'));
    let first_new = stream.len() - new;
    (first_new..stream.len()).rev().find_map(|at| {
        if !is_end(at) {
            return None;
        }
        let is_crlf = stream[at] == b'\n' && at > 0 && stream[at - 1] == b'\r';
        let line_end = if is_crlf { at - 1 } else { at };
        (line_end == 0 || is_end(line_end - 1)).then_some(at + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the last blank line ends, found the slow way.
    fn naive(stream: &[u8]) -> usize {
        let is_blank = |stream: &[u8]| {
            let text = core::str::from_utf8(stream).unwrap_or_default().replace("\r\n", "\n").replace('\r', "\n");
            text == "\n" || text.ends_with("\n\n")
        };
        (1..=stream.len()).rev().find(|length| is_blank(&stream[..*length])).unwrap_or(0)
    }

    #[test]
    fn the_end_of_the_last_block_is_found_at_every_split() {
        // Lines without fields, so that only blank lines end a block.
        for stream in [&b"x\n\nx"[..], b"x\r\n\r\nx", b"x\r\rx", b"x\n\r\nx", b"x\r\n\nx\r\n", b"x\n\rx\n", b"\nx"] {
            let blank_line = naive(stream);
            for split in 0..=stream.len() {
                let mut tail = Vec::new();
                let mut end = 0;
                for part in [&stream[..split], &stream[split..]] {
                    tail.extend_from_slice(part);
                    end = end_of_last_block(&tail, part.len()).unwrap_or(end);
                }
                assert_eq!(end, blank_line, "{:?} at {split}", core::str::from_utf8(stream));
            }
        }
    }
}
