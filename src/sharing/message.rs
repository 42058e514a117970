//! The messages of a group, as bytes.
//!
//! Every script of this origin can post to the channel. So no message is trusted: each is checked here, once, and malformed
//! messages are ignored.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Epoch, MemberId, Position};
use crate::error::{Error, Reason};
use crate::event_stream::{EventPart, EventTooLarge};
use crate::time::{Duration, whole_milliseconds};

/// The first bytes of each message. The second one is the version of the protocol.
const MARK: [u8; 2] = [0xE5, 1];

/// A message and its sender.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message<'a> {
    pub(super) from: MemberId,
    /// The latest epoch that its sender knows.
    pub(super) epoch: Epoch,
    pub(super) body: Body<'a>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body<'a> {
    /// A member is at this position, or at none yet, and asks for the records that follow. `to` is the leader, or the member with
    /// which a new leader catches up. It is zero if that is not known.
    Want { to: MemberId, position: Option<Position> },
    /// The state that a member needs to continue from this position.
    Welcome { to: MemberId, snapshot: Snapshot<'a> },
    /// A member at this position has all records.
    UpToDate { to: MemberId, position: Position },
    /// The next part of the log.
    Record { position: Position, record: Record<'a> },
    /// The sender is going to lead in this epoch. A member that answers ignores earlier epochs from then on.
    Roll,
    /// The answer to `Roll`.
    Here { position: Option<Position> },
    /// Is the leader there? Its sender hears it, too.
    Ping,
    /// Yes, it is there.
    Pong,
    /// The next attempt is due. The leader's own timers may be asleep.
    Poke,
    /// A member wants another connection.
    Reconnect,
    /// The sender's face has taken this many bytes of the epoch.
    Taken { bytes: u64 },
    /// This member is too slow: the leader does not wait for it any longer.
    Cut { to: MemberId },
    /// The sender leaves the group.
    Leave,
    /// A member wants to know whether the connection is alive. Bytes that came within `stale_after` prove it; a response has to come within
    /// `timeout`. Both are in milliseconds. Bytes that come from now on prove it, too, if it `listens`.
    Verify { stale_after: u32, timeout: u32, listens: bool },
    /// The connection is alive.
    Verified,
}

/// The state of a group at a position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Snapshot<'a> {
    pub(super) position: Position,
    pub(super) is_open: bool,
    /// The last event has set the last event ID.
    pub(super) is_exact: bool,
    pub(super) origin: &'a str,
    pub(super) last_event_id: &'a str,
    /// The reconnection time that the stream has set, in milliseconds.
    pub(super) reconnection_time: Option<u32>,
    /// How many bytes of the epoch come before this position.
    pub(super) bytes: u64,
    /// The stream since the end of its last block.
    pub(super) tail: &'a [u8],
    /// The last events, as a stream.
    pub(super) replay: &'a [u8],
}

/// A part of the log.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Record<'a> {
    /// The first one of an epoch. The log goes on from `cut`, which is none for the first leader of a group. If the connection is
    /// going to be resumed, it is after the last event ID `resumes_after`, which is empty otherwise.
    Began { cut: Option<Position>, resumes_after: &'a str },
    /// The connection is announced, and a body begins.
    Opened { origin: &'a str },
    /// Another connection has replaced the one before. It continues after the last event ID.
    Resumed,
    /// A chunk of the body. With it, the epoch has `total` bytes.
    Bytes { total: u64, bytes: &'a [u8] },
    /// The connection is lost.
    Lost { error: Error },
    /// It has failed for good.
    Failed { error: Error },
    /// It was let go of, and another one follows.
    LetGo,
}

impl Message<'_> {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(64));
        out.0.extend_from_slice(&MARK);
        out.u64(self.from);
        out.epoch(self.epoch);
        match &self.body {
            Body::Want { to, position } => out.kind(0).u64(*to).position(*position),
            Body::Welcome { to, snapshot } => out.kind(1).u64(*to).snapshot(snapshot),
            Body::Record { position, record } => out.kind(2).position(Some(*position)).record(record),
            Body::Roll => out.kind(3),
            Body::Here { position } => out.kind(4).position(*position),
            Body::Ping => out.kind(5),
            Body::Pong => out.kind(6),
            Body::Poke => out.kind(7),
            Body::Reconnect => out.kind(8),
            Body::Taken { bytes } => out.kind(9).u64(*bytes),
            Body::Cut { to } => out.kind(10).u64(*to),
            Body::Leave => out.kind(11),
            Body::UpToDate { to, position } => out.kind(12).u64(*to).position(Some(*position)),
            Body::Verify { stale_after, timeout, listens } => {
                out.kind(13).u32(*stale_after).u32(*timeout).kind((*listens).into())
            }
            Body::Verified => out.kind(14),
        };
        out.0
    }
}

impl<'a> Message<'a> {
    /// `None` if it is not a message of this protocol.
    pub(super) fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut input = Reader(bytes.strip_prefix(&MARK)?);
        let from = input.u64()?;
        let epoch = input.epoch()?;
        let body = match input.u8()? {
            0 => Body::Want { to: input.u64()?, position: input.position()? },
            1 => Body::Welcome { to: input.u64()?, snapshot: input.snapshot()? },
            2 => Body::Record { position: input.position()??, record: input.record()? },
            3 => Body::Roll,
            4 => Body::Here { position: input.position()? },
            5 => Body::Ping,
            6 => Body::Pong,
            7 => Body::Poke,
            8 => Body::Reconnect,
            9 => Body::Taken { bytes: input.u64()? },
            10 => Body::Cut { to: input.u64()? },
            11 => Body::Leave,
            12 => Body::UpToDate { to: input.u64()?, position: input.position()?? },
            13 => Body::Verify { stale_after: input.u32()?, timeout: input.u32()?, listens: input.flag()? },
            14 => Body::Verified,
            _ => return None,
        };
        (input.0.is_empty() && from != 0).then_some(Self { from, epoch, body })
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn kind(&mut self, kind: u8) -> &mut Self {
        self.0.push(kind);
        self
    }

    fn u32(&mut self, number: u32) -> &mut Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn u64(&mut self, number: u64) -> &mut Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn epoch(&mut self, epoch: Epoch) -> &mut Self {
        self.u32(epoch.count).u64(epoch.leader)
    }

    fn position(&mut self, position: Option<Position>) -> &mut Self {
        match position {
            Some(Position { epoch, index }) => self.kind(1).epoch(epoch).u64(index),
            None => self.kind(0),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.u32(bytes.len() as u32);
        self.0.extend_from_slice(bytes);
        self
    }

    fn optional(&mut self, number: Option<u32>) -> &mut Self {
        match number {
            Some(number) => self.kind(1).u32(number),
            None => self.kind(0),
        }
    }

    fn snapshot(&mut self, snapshot: &Snapshot<'_>) -> &mut Self {
        self.position(Some(snapshot.position))
            .kind(snapshot.is_open.into())
            .kind(snapshot.is_exact.into())
            .bytes(snapshot.origin.as_bytes());
        self.bytes(snapshot.last_event_id.as_bytes()).optional(snapshot.reconnection_time).u64(snapshot.bytes);
        self.bytes(snapshot.tail).bytes(snapshot.replay)
    }

    fn record(&mut self, record: &Record<'_>) -> &mut Self {
        match record {
            Record::Began { cut, resumes_after } => self.kind(0).position(*cut).bytes(resumes_after.as_bytes()),
            Record::Opened { origin } => self.kind(1).bytes(origin.as_bytes()),
            Record::Resumed => self.kind(2),
            Record::Bytes { total, bytes } => self.kind(3).u64(*total).bytes(bytes),
            Record::Lost { error } => self.kind(4).error(error),
            Record::Failed { error } => self.kind(5).error(error),
            Record::LetGo => self.kind(6),
        }
    }

    /// The part of an error that other tabs get. The refused response stays in the tab that has read it.
    fn error(&mut self, error: &Error) -> &mut Self {
        let reconnects_in = error.reconnects_in().map(whole_milliseconds);
        self.u32(error.attempt()).optional(reconnects_in);
        let (number, text): (u32, &str) = match error.reason() {
            Reason::Network { message } | Reason::Unprepared { message } | Reason::Unusable { message } => (0, message),
            Reason::ContentType { content_type } => (0, content_type),
            Reason::NotEventStream { beginning } => (0, beginning),
            Reason::Status { status } => ((*status).into(), ""),
            Reason::EventTooLarge(error) => (error.max_size as u32, part_name(error.part)),
            _ => (0, ""),
        };
        self.bytes(error.reason().name().as_bytes()).u32(number).bytes(text.as_bytes())
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn flag(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }

    fn epoch(&mut self) -> Option<Epoch> {
        Some(Epoch { count: self.u32()?, leader: self.u64()? })
    }

    fn position(&mut self) -> Option<Option<Position>> {
        Some(if self.flag()? { Some(Position { epoch: self.epoch()?, index: self.u64()? }) } else { None })
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.u32()?;
        self.take(length as usize)
    }

    fn text(&mut self) -> Option<&'a str> {
        core::str::from_utf8(self.bytes()?).ok()
    }

    fn optional(&mut self) -> Option<Option<u32>> {
        Some(if self.flag()? { Some(self.u32()?) } else { None })
    }

    fn snapshot(&mut self) -> Option<Snapshot<'a>> {
        Some(Snapshot {
            position: self.position()??,
            is_open: self.flag()?,
            is_exact: self.flag()?,
            origin: self.text()?,
            last_event_id: self.text()?,
            reconnection_time: self.optional()?,
            bytes: self.u64()?,
            tail: self.bytes()?,
            replay: self.bytes()?,
        })
    }

    fn record(&mut self) -> Option<Record<'a>> {
        Some(match self.u8()? {
            0 => Record::Began { cut: self.position()?, resumes_after: self.text()? },
            1 => Record::Opened { origin: self.text()? },
            2 => Record::Resumed,
            3 => Record::Bytes { total: self.u64()?, bytes: self.bytes()? },
            4 => Record::Lost { error: self.error()?.filter(|error| !error.is_fatal())? },
            5 => Record::Failed { error: self.error()?.filter(Error::is_fatal)? },
            6 => Record::LetGo,
            _ => return None,
        })
    }

    /// The inner `None` stands for a reason that this version does not know.
    fn error(&mut self) -> Option<Option<Error>> {
        let attempt = self.u32()?;
        let reconnects_in = self.optional()?.map(|milliseconds| Duration::from_millis(milliseconds.into()));
        let (name, number, text) = (self.text()?, self.u32()?, self.text()?);
        Some(reason(name, number, text).map(|reason| Error::new(reason, attempt, reconnects_in, None)))
    }
}

fn reason(name: &str, number: u32, text: &str) -> Option<Reason> {
    let message: String = text.to_string();
    Some(match name {
        "network" => Reason::Network { message },
        "unprepared" => Reason::Unprepared { message },
        "cors" => Reason::Cors,
        "unfetchable" => Reason::Unfetchable,
        "blocked" => Reason::Blocked,
        "local-network" => Reason::LocalNetwork,
        "aborted" => Reason::Aborted,
        "unusable" => Reason::Unusable { message },
        "idle" => Reason::Idle,
        "timeout" => Reason::Timeout,
        "ended" => Reason::Ended,
        "truncated" => Reason::Truncated,
        "not-event-stream" => Reason::NotEventStream { beginning: message },
        "handed-over" => Reason::HandedOver,
        "status" => Reason::Status { status: number.try_into().ok()? },
        "content-type" => Reason::ContentType { content_type: message },
        "too-large" => EventTooLarge { part: part(text)?, max_size: number as usize }.into(),
        _ => return None,
    })
}

const PARTS: [(EventPart, &str); 4] = [
    (EventPart::Event, "event"),
    (EventPart::EventType, "type"),
    (EventPart::Id, "id"),
    (EventPart::Comment, "comment"),
];

fn part_name(part: EventPart) -> &'static str {
    PARTS.iter().find(|(own, _)| *own == part).map_or("", |(_, name)| name)
}

fn part(name: &str) -> Option<EventPart> {
    PARTS.iter().find(|(_, own)| *own == name).map(|(part, _)| *part)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers() -> impl Strategy<Value = (u64, u32, u64)> {
        (1..u64::MAX, any::<u32>(), any::<u64>())
    }

    fn check(body: Body<'_>, from: u64, epoch: Epoch) {
        let message = Message { from, epoch, body };
        let bytes = message.encode();
        assert_eq!(Message::decode(&bytes), Some(message));
        // Nothing may be missing, and nothing may follow.
        (0..bytes.len()).for_each(|length| assert_eq!(Message::decode(&bytes[..length]), None));
        assert_eq!(Message::decode(&[&bytes[..], b"x"].concat()), None);
    }

    fn reasons(text: &str, number: u32) -> Vec<Reason> {
        let message = || text.to_string();
        let part = EventPart::Id;
        alloc::vec![
            Reason::Network { message: message() },
            Reason::Unprepared { message: message() },
            Reason::Unusable { message: message() },
            Reason::Cors,
            Reason::Unfetchable,
            Reason::Blocked,
            Reason::LocalNetwork,
            Reason::Aborted,
            Reason::Idle,
            Reason::Timeout,
            Reason::Ended,
            Reason::HandedOver,
            Reason::Status { status: number as u16 },
            Reason::ContentType { content_type: message() },
            EventTooLarge { part, max_size: number as usize }.into(),
        ]
    }

    proptest! {
        #[test]
        fn what_is_no_message_is_none(bytes in prop::collection::vec(any::<u8>(), 0..120), kind in 0..16_u8) {
            let _ = Message::decode(&bytes);
            let begun = [&MARK[..], &[1; 20], &[kind], &bytes].concat();
            if let Some(message) = Message::decode(&begun) {
                let again = message.encode();
                prop_assert_eq!(Message::decode(&again), Some(message));
            }
        }

        #[test]
        fn a_message_is_read_as_it_was_written((from, count, number) in numbers(), text in ".{0,20}", bytes: Vec<u8>, flag: bool) {
            let epoch = Epoch { count, leader: number };
            let position = Position { epoch, index: number };
            let some = flag.then_some(position);
            let snapshot = Snapshot {
                position, is_open: flag, is_exact: !flag, origin: &text, last_event_id: &text,
                reconnection_time: flag.then_some(count), bytes: number, tail: &bytes, replay: &bytes,
            };
            for body in [
                Body::Want { to: number, position: some }, Body::Welcome { to: number, snapshot }, Body::Roll,
                Body::UpToDate { to: number, position }, Body::Here { position: some }, Body::Ping, Body::Pong, Body::Poke,
                Body::Reconnect, Body::Taken { bytes: number }, Body::Cut { to: number }, Body::Leave,
                Body::Verify { stale_after: count, timeout: count, listens: flag }, Body::Verified,
            ] {
                check(body, from, epoch);
            }
            for record in [
                Record::Began { cut: some, resumes_after: &text }, Record::Opened { origin: &text }, Record::Resumed,
                Record::Bytes { total: number, bytes: &bytes }, Record::LetGo,
            ] {
                check(Body::Record { position, record }, from, epoch);
            }
            for reason in reasons(&text, count) {
                let lost = Error::new(reason.clone(), count, Some(Duration::from_millis(count.into())), None);
                check(Body::Record { position, record: Record::Lost { error: lost } }, from, epoch);
                let failed = Error::new(reason, count, None, None);
                check(Body::Record { position, record: Record::Failed { error: failed } }, from, epoch);
            }
        }
    }
}
