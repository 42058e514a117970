//! Leading: the connection of the group, and the messages about it. A member that goes on alone has a connection, too, and sends no
//! messages.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use super::engine::SharedEngine;
use super::log::gap;
use super::member::State;
use super::message::{Body, Message, Record};
use super::pace::{Pace, Wait};
use super::{Arbiter, Epoch, MemberId, Position, Work};
use crate::connection::{Clock, Timestamp};
use crate::engine::{Action, Engine, Verify};
use crate::error::{Error, Reason};
use crate::time::Duration;

/// After a leader has checked that it still leads, it relies on that for this long. Replacing it takes longer.
const TRUST: Duration = Duration::from_secs(3);

/// Without locks: how long other members have to object.
const OBJECTION: Duration = Duration::from_millis(300);

/// The state that only a leader has.
#[derive(Debug)]
pub(super) struct Leader {
    /// `None` until the wait is over that the leader before has begun.
    pub(super) transport: Option<Engine>,
    pub(super) held_until: Timestamp,
    /// The origin of the last response.
    pub(super) origin: String,
    /// The body goes on after the last event ID, so the members need not be told.
    resumes: bool,
    /// The bytes that were received and not relayed yet.
    chunk: Option<Vec<u8>>,
    is_reading: bool,
    /// The next chunk is wanted.
    wants_chunk: bool,
    /// There may be an action of the transport.
    pub(super) has_news: bool,
    wait: Option<Timestamp>,
    /// It sends no messages to others.
    pub(super) is_alone: bool,
    /// When it was last known for sure that this member leads.
    verified_at: Timestamp,
    asked_at: Option<Timestamp>,
    /// Another member knows of a later epoch.
    is_disputed: bool,
    pub(super) pace: Pace,
    /// The source is closed. Its connection stays open until this time.
    pub(super) lingers_until: Option<Timestamp>,
}

impl Leader {
    fn new(held_until: Timestamp, resumes: bool, verified_at: Timestamp) -> Self {
        Self {
            transport: None,
            held_until,
            origin: String::new(),
            resumes,
            chunk: None,
            is_reading: false,
            wants_chunk: false,
            has_news: true,
            wait: None,
            is_alone: false,
            verified_at,
            asked_at: None,
            is_disputed: false,
            pace: Pace::default(),
            lingers_until: None,
        }
    }

    pub(super) fn receive_chunk(&mut self, length: usize) -> Option<&mut [u8]> {
        // The transport does not read any more if another connection takes the place of this one.
        let transport = self.transport.as_mut().filter(|transport| transport.is_reading());
        if !mem::take(&mut self.is_reading) || transport.is_none() {
            return None;
        }
        if let Some(transport) = transport.filter(|_| length > 0) {
            // It gets them later, and what else it is told meanwhile comes after them.
            transport.hear();
        }
        self.has_news = true;
        Some(self.chunk.insert(alloc::vec![0; length]))
    }

    /// Another member knows of a later epoch. The leader checks whether it still leads.
    pub(super) fn dispute(&mut self) {
        self.is_disputed = true;
        self.verified_at = Timestamp::ZERO;
        self.has_news = true;
    }

    /// This member was the leader when it asked. Returns whether that was in doubt.
    pub(super) fn verified(&mut self, members: &[MemberId]) -> bool {
        self.pace.retain(|peer| members.contains(&peer));
        if let Some(asked_at) = self.asked_at.take() {
            self.verified_at = asked_at;
        }
        mem::take(&mut self.is_disputed)
    }

    /// When something is due next. What is overdue waits for an answer.
    pub(super) fn until(&self, now: Timestamp) -> Option<Timestamp> {
        let held = self.transport.is_none().then_some(self.held_until);
        let asked = self.asked_at.map(|at| at + OBJECTION);
        [held, self.pace.until(), asked, self.wait, self.lingers_until]
            .into_iter()
            .flatten()
            .filter(|at| *at > now)
            .min()
    }
}

impl SharedEngine {
    /// All members have answered, and none is ahead. The request goes on from the last event ID that any member has.
    pub(super) fn begin_to_lead(&mut self, peers: Vec<MemberId>, verified_at: Timestamp) {
        let cut = self.log.position;
        self.is_back = false;
        if let Some(Position { epoch, .. }) = cut.filter(|cut| cut.epoch >= self.known) {
            // It did not know of that epoch when it called the roll.
            self.latest = self.latest.max(epoch.count);
            self.next_epoch();
        }
        let resumes = self.log.can_resume();
        let mut leader = Leader::new(self.log.retry_at(), resumes, verified_at);
        let bytes = self.log.bytes;
        peers.into_iter().for_each(|peer| leader.pace.add(peer, bytes));
        self.state = State::Leading(Box::new(leader));
        let id = if resumes { self.log.last_event_id().to_string() } else { String::new() };
        self.append(Position { epoch: self.known, index: 0 }, &Record::Began { cut, resumes_after: &id });
        self.take_over(resumes, cut.is_some());
    }

    /// Tells the group that the connection is with another member now. `was_requested` says whether a request may have been sent
    /// before.
    fn take_over(&mut self, resumes: bool, was_requested: bool) {
        if was_requested && !self.settings.reconnect.repeats(self.log.last_event_id()) {
            self.record(&Record::Failed { error: Error::fatal(Reason::Aborted) });
            self.end();
        } else if self.log.is_open && !resumes {
            self.record(&Record::Lost { error: gap() });
        }
    }

    /// Goes on as before, in an epoch that is later than any other.
    pub(super) fn begin_epoch(&mut self) {
        let cut = self.log.position;
        self.next_epoch();
        self.append(Position { epoch: self.known, index: 0 }, &Record::Began { cut, resumes_after: "" });
    }

    /// From now on has a connection of its own, and sends no messages.
    pub(super) fn begin_alone(&mut self, clock: &impl Clock) {
        let resumes = self.log.can_resume();
        let was_requested = self.log.position.is_some();
        self.is_back = false;
        let mut leader = Leader::new(self.log.retry_at(), resumes, clock.now());
        leader.is_alone = true;
        self.state = State::Leading(Box::new(leader));
        self.log.part_from_group(Position { epoch: Epoch { count: 0, leader: self.id() }, index: 0 });
        self.take_over(resumes, was_requested);
    }

    /// Does what is due, and returns the next work for the connection. More messages may follow.
    pub(super) fn lead_on(&mut self, clock: &impl Clock) -> Option<Work> {
        let now = clock.now();
        let leader = self.leader()?;
        if leader.lingers_until.is_some_and(|until| now >= until) {
            self.end();
            return None;
        }
        if leader.wait.is_some_and(|until| now >= until) || leader.wants_chunk {
            leader.has_news = true;
        }
        while self.is_in_charge(now) {
            let action = self.next_of_transport(clock)?;
            let work = self.perform(action, clock);
            // Messages about the old connection go out first.
            if work.is_some() || self.has_work() {
                return work;
            }
        }
        None
    }

    /// Whether there is something to do, and this member is known to lead.
    fn is_in_charge(&mut self, now: Timestamp) -> bool {
        let arbiter = self.settings.arbiter;
        let Some(leader) = self.leader() else { return false };
        if !leader.has_news || leader.transport.is_none() && now < leader.held_until {
            return false;
        }
        let needs_proof = !leader.is_alone && matches!(arbiter, Arbiter::Locks | Arbiter::Members);
        if !needs_proof || now < leader.verified_at + TRUST {
            return true;
        }
        match leader.asked_at {
            // No other member can object.
            None if arbiter == Arbiter::Members && leader.pace.is_alone() => leader.verified_at = now,
            None => {
                leader.asked_at = Some(now);
                if arbiter == Arbiter::Members {
                    self.post(Body::Ping);
                } else {
                    self.work(Work::CallRoll);
                }
            }
            // No other member has objected.
            Some(at) if arbiter == Arbiter::Members && now >= at + OBJECTION => {
                leader.verified_at = now;
                leader.asked_at = None;
            }
            Some(_) => {}
        }
        self.leader().is_some_and(|leader| now < leader.verified_at + TRUST)
    }

    /// Relays the bytes that were received, and asks the transport for its next action.
    fn next_of_transport(&mut self, clock: &impl Clock) -> Option<Action> {
        let leader = self.leader()?;
        if leader.transport.is_none() {
            self.connect();
        }
        if let Some(bytes) = self.leader()?.chunk.take() {
            if !bytes.is_empty() {
                let total = self.log.bytes + bytes.len() as u64;
                self.record(&Record::Bytes { total, bytes: &bytes });
            }
            if let Some(chunk) = self.leader()?.transport.as_mut()?.receive_chunk(bytes.len()) {
                chunk.copy_from_slice(&bytes);
            }
        }
        if self.leader()?.wants_chunk {
            return Some(Action::Read);
        }
        let action = self.leader()?.transport.as_mut()?.next_action(clock);
        Some(action)
    }

    fn connect(&mut self) {
        let settings = &self.settings;
        let mut transport =
            Engine::new(settings.parser(self.log.last_event_id())).with_reconnect(settings.reconnect.clone());
        if let Some(timeout) = settings.idle_timeout {
            transport = transport.with_idle_timeout(timeout);
        }
        if let Some(timeout) = settings.connect_timeout {
            transport = transport.with_connect_timeout(timeout);
        }
        if let Some(milliseconds) = self.log.reconnection_time {
            transport.set_reconnection_time(Duration::from_millis(milliseconds.into()));
        }
        if let Some(leader) = self.leader() {
            leader.transport = Some(transport);
        }
    }

    /// Tells the group about an action. Returns it if it is for the driver.
    fn perform(&mut self, action: Action, clock: &impl Clock) -> Option<Work> {
        let now = clock.now();
        match action {
            // The faces do the same with these bytes.
            Action::Dispatch | Action::Comment => {}
            Action::Open => self.announce(),
            Action::Suspended => self.record(&Record::LetGo),
            Action::Reconnect { error } => {
                self.record(&Record::Lost { error });
                self.log.retries_at(now);
                return Some(Work::LetGo);
            }
            Action::Fail { error } => {
                self.record(&Record::Failed { error });
                self.end();
                return None;
            }
            Action::Request => return Some(Work::Request),
            Action::Probe => return Some(Work::Probe),
            Action::RequestCandidate => return Some(Work::RequestCandidate),
            Action::Verified => {
                if !self.is_alone() {
                    self.post(Body::Verified);
                }
                self.answer_verification();
                return Some(Work::LetGoOfCandidate);
            }
            Action::Replaced => {
                self.replace();
                return Some(Work::Replace);
            }
            Action::Read => {
                let waits = self.waits_for_somebody(clock)?;
                let leader = self.leader()?;
                leader.wants_chunk = waits;
                leader.is_reading = !waits;
                leader.has_news = !waits;
                return (!waits).then_some(Work::Read);
            }
            Action::Wait { until } => {
                let leader = self.leader()?;
                leader.wait = Some(until);
                leader.has_news = false;
            }
            _ => {
                let leader = self.leader()?;
                leader.wait = None;
                leader.has_news = false;
            }
        }
        None
    }

    fn announce(&mut self) {
        let Some(leader) = self.leader() else { return };
        let resumes = mem::take(&mut leader.resumes);
        let origin = leader.origin.clone();
        if self.log.is_open && resumes && *self.log.origin == *origin {
            self.record(&Record::Resumed);
            return self.answer_verification();
        }
        if self.log.is_open {
            self.record(&Record::Lost { error: gap() });
        }
        self.record(&Record::Opened { origin: &origin });
    }

    /// Another connection has taken the place of the one before. If it does not continue exactly after the last event, the members are
    /// told.
    fn replace(&mut self) {
        let resumes = self.log.can_resume();
        let Some(leader) = self.leader() else { return };
        leader.is_reading = false;
        leader.wants_chunk = false;
        leader.resumes = resumes;
        self.announce();
    }

    /// Verifies the connection. Returns whether there will be an answer.
    pub(super) fn verify_as_leader(&mut self, how: Verify) -> bool {
        let Some(leader) = self.leader() else { return false };
        leader.has_news = true;
        match &mut leader.transport {
            Some(transport) => transport.verify(how),
            None => {
                leader.held_until = Timestamp::ZERO;
                true
            }
        }
    }

    /// Ends the connection, and makes another one at once.
    pub(super) fn renew(&mut self, clock: &impl Clock) {
        let Some(leader) = self.leader() else { return };
        leader.has_news = true;
        leader.chunk = None;
        leader.held_until = clock.now();
        if leader.transport.as_mut().is_some_and(Engine::reconnect) {
            leader.is_reading = false;
            leader.wants_chunk = false;
            leader.resumes = false;
            self.work(Work::LetGo);
        }
    }

    /// Whether a face is so far behind that nothing is read for now. After a while its member is cut off. `None` if it is the face
    /// of this member: then another member connects.
    fn waits_for_somebody(&mut self, clock: &impl Clock) -> Option<bool> {
        let own = (!self.is_face_closed()).then_some(self.taken);
        let bytes = self.log.bytes;
        let leader = self.leader()?;
        match leader.pace.look(bytes, own, clock.now()) {
            Wait::No => Some(false),
            Wait::Yes => Some(true),
            // No other member has to wait.
            Wait::Cut { .. } if leader.is_alone => Some(true),
            Wait::Cut { peers, own } => {
                peers.into_iter().for_each(|to| self.post(Body::Cut { to }));
                if own {
                    self.go_alone(clock);
                    return None;
                }
                // Others may be behind, too.
                self.waits_for_somebody(clock)
            }
        }
    }

    /// Messages that concern only the leader.
    pub(super) fn note_as_leader(&mut self, from: MemberId, epoch: Epoch, body: &Body<'_>, clock: &impl Clock) {
        let is_current = epoch == self.known;
        let arbiter = self.settings.arbiter;
        let Some(leader) = self.leader() else { return };
        if is_current && arbiter == Arbiter::Members && leader.asked_at.take().is_some() {
            leader.verified_at = clock.now();
        }
        match body {
            Body::Taken { bytes } => {
                leader.pace.note(from, *bytes, clock.now());
            }
            Body::Poke => leader.has_news = true,
            Body::Reconnect if is_current => self.renew(clock),
            Body::Verify { stale_after, timeout, listens } => {
                self.verify_as_leader(Verify::from_parts(*stale_after, *timeout, *listens));
            }
            _ => {}
        }
    }

    /// The next record of this epoch.
    fn record(&mut self, record: &Record<'_>) {
        let Some(Position { epoch, index }) = self.log.position else { return };
        self.append(Position { epoch, index: index + 1 }, record);
    }

    /// Other members get the record first. If this member is gone before its own face has it, they are ahead, and nothing is lost.
    fn append(&mut self, position: Position, record: &Record<'_>) {
        let body = Body::Record { position, record: record.clone() };
        let message: alloc::rc::Rc<[u8]> = Message { from: self.id(), epoch: self.known, body }.encode().into();
        if !self.is_alone() {
            self.post_again(message.clone());
        }
        let before = self.inbox.len();
        if self.is_face_closed() {
            self.log.apply(position, record, &message, &mut Default::default());
        } else {
            self.log.apply(position, record, &message, &mut self.inbox);
            self.count_inbox(before);
        }
    }
}
