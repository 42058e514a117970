//! Being a member: reacting to messages and to the passing of time.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;

use super::engine::SharedEngine;
use super::following::{Following, Look};
use super::leader::Leader;
use super::message::{Body, Message, Record, Snapshot};
use super::roll::Roll;
use super::{Arbiter, Epoch, MemberId, Position, Work};
use crate::connection::{Clock, Timestamp};
use crate::time::Duration;

/// How long a member waits before it takes the lead away from another one again.
const STEAL_SPACING: Duration = Duration::from_secs(60);

/// How long a member waits before it repeats a request to another member.
const WANTED_AGAIN: Duration = Duration::from_secs(1);

/// Without locks: how long a member that joins waits for a leader's answer.
const NO_LEADER: Duration = Duration::from_millis(300);

/// A member waits this much longer than the leader before it tells the leader that an attempt is due.
const POKE: Duration = Duration::from_millis(200);

/// How much a face may be behind before its member leaves the group, in bytes. The leader cuts it off much sooner, if it is there.
const MAX_INBOX: usize = 4 * 1024 * 1024;

/// The state of a member.
#[derive(Debug)]
pub(super) enum State {
    /// [`Work::Join`] is not done yet.
    Joining,
    /// Another member leads, or is about to.
    Following(Following),
    /// It has become the leader, and calls the roll.
    Rolling(Roll),
    /// It has the connection: that of the group, or one of its own.
    Leading(Box<Leader>),
    /// Its document is hidden or in the back/forward cache.
    Apart,
    /// It is closed, or the connection has failed.
    Over,
}

impl SharedEngine {
    /// Handles a message from the channel. A malformed message is ignored.
    pub fn hear(&mut self, message: &[u8], clock: &impl Clock) {
        let Some(Message { from, epoch, body }) = Message::decode(message) else { return };
        let now = clock.now();
        if from == self.id() {
            match (&mut self.state, body) {
                (State::Following(following), Body::Ping) => following.echoed(now),
                (State::Rolling(roll), Body::Roll) if epoch == self.known => roll.heard(),
                _ => {}
            }
            return;
        }
        if matches!(self.state, State::Joining | State::Apart | State::Over) || self.is_alone() {
            return;
        }
        if epoch > self.known {
            self.learn(epoch, from, clock);
        }
        if let State::Following(following) = &mut self.state {
            if from == self.known.leader {
                following.heard(now);
            }
        }
        match body {
            Body::Roll => self.answer_roll(epoch, from),
            Body::Here { position } => self.note_answer(from, epoch, position),
            Body::Want { to, position } => self.give(from, to, position),
            Body::Welcome { to, snapshot } if to == self.id() => self.enter(from, epoch, &snapshot, clock),
            Body::UpToDate { to, position } if to == self.id() => self.catch_up(from, epoch, position),
            Body::Record { position, record } => self.take_record(from, epoch, position, &record, message, clock),
            Body::Ping => self.answer_ping(from),
            Body::Cut { to } if to == self.id() && from == self.known.leader => self.go_alone(clock),
            Body::Leave => self.see_off(from, clock),
            Body::Verified if epoch == self.known && from == epoch.leader => self.answer_verification(),
            Body::Poke | Body::Reconnect | Body::Taken { .. } | Body::Pong | Body::Verify { .. } => {
                self.note_as_leader(from, epoch, &body, clock)
            }
            Body::Welcome { .. } | Body::UpToDate { .. } | Body::Cut { .. } | Body::Verified => {}
        }
    }

    pub(super) fn is_alone(&self) -> bool {
        matches!(&self.state, State::Leading(leader) if leader.is_alone)
    }

    /// Another member knows of a later epoch.
    fn learn(&mut self, epoch: Epoch, from: MemberId, clock: &impl Clock) {
        self.latest = self.latest.max(epoch.count);
        let arbiter = self.settings.arbiter;
        let is_appointed = arbiter == Arbiter::Locks || arbiter == Arbiter::Here && epoch.leader != from;
        match &mut self.state {
            // The lock decides, not the number of the epoch, which may be that of a leader that was replaced before any member
            // heard of it.
            State::Rolling(_) if is_appointed || epoch.leader != from => self.start_roll(clock),
            State::Leading(leader) if arbiter == Arbiter::Locks => leader.dispute(),
            State::Leading(_) if is_appointed => self.begin_epoch(),
            state => {
                let leads = matches!(state, State::Rolling(_) | State::Leading(_));
                self.known = epoch;
                if leads {
                    self.step_down(clock);
                }
            }
        }
    }

    /// Another member leads.
    pub(super) fn step_down(&mut self, clock: &impl Clock) {
        if matches!(self.state, State::Leading(_)) {
            self.work(Work::LetGo);
        }
        if self.is_face_closed() {
            return self.end();
        }
        self.state = State::Following(Following::new(clock));
        if self.settings.arbiter == Arbiter::Locks {
            self.work(Work::Resign);
            self.work(Work::Lead);
        }
    }

    fn answer_roll(&mut self, epoch: Epoch, from: MemberId) {
        if epoch == self.known && from == epoch.leader {
            if matches!(self.state, State::Following(_)) {
                self.post(Body::Here { position: self.standing() });
            }
        } else if matches!(self.state, State::Rolling(_)) {
            self.post(Body::Roll);
        } else {
            // The other member learns of the later epoch from this.
            self.post(Body::Here { position: self.standing() });
        }
    }

    /// Sends a member the records after its position.
    fn give(&mut self, from: MemberId, to: MemberId, position: Option<Position>) {
        let is_asked = match self.state {
            State::Leading(_) => to == self.id() || to == 0,
            // A new leader that catches up gets them. A leader that still calls the roll does not know yet which records there are.
            State::Following(_) => to == self.id() && from == self.known.leader,
            _ => false,
        };
        if !is_asked || self.log.position.is_none() {
            return;
        }
        let bytes = self.log.bytes;
        if let Some(leader) = self.leader() {
            leader.pace.add(from, bytes);
        }
        let missing: Option<Vec<Rc<[u8]>>> =
            position.and_then(|position| self.log.since(position)).map(|messages| messages.cloned().collect());
        if let (Some(messages), Some(last)) = (missing, self.log.position) {
            for message in messages {
                let Some(Message { body, .. }) = Message::decode(&message) else { continue };
                self.post(body);
            }
            return self.post(Body::UpToDate { to: from, position: last });
        }
        let replay = if position.is_none() { self.log.replay.all() } else { Default::default() };
        if let Some(snapshot) = self.log.snapshot(&replay) {
            let message =
                Message { from: self.id(), epoch: self.known, body: Body::Welcome { to: from, snapshot } }.encode();
            self.post_again(message.into());
        }
    }

    /// Whether this member accepts messages about the log from that sender.
    fn follows(&self, from: MemberId, epoch: Epoch) -> bool {
        let is_known = epoch == self.known;
        match &self.state {
            State::Following(_) => is_known && from == epoch.leader,
            State::Rolling(roll) => is_known && roll.catches_up_with(from) || roll.still_follows(from, epoch),
            _ => false,
        }
    }

    /// The answer has come that nothing is missing.
    fn catch_up(&mut self, from: MemberId, epoch: Epoch, position: Position) {
        if !self.follows(from, epoch) || self.log.position != Some(position) {
            return;
        }
        if let State::Following(following) = &mut self.state {
            following.wants_at = None;
        }
        self.is_back = false;
        self.log.catch_up(&mut self.inbox);
    }

    /// The state of the group has come.
    fn enter(&mut self, from: MemberId, epoch: Epoch, snapshot: &Snapshot<'_>, clock: &impl Clock) {
        if !self.follows(from, epoch) {
            return;
        }
        if self.log.position == Some(snapshot.position) {
            return self.catch_up(from, epoch, snapshot.position);
        }
        if let State::Following(following) = &mut self.state {
            // Asked for twice, and answered twice.
            if following.wants_at.take().is_none() {
                return;
            }
        }
        let is_missing_nothing = self.log.is_level_with(snapshot);
        if self.log.position.is_some() && !self.log.last_event_id().is_empty() && !is_missing_nothing {
            // No member has the missing records. The server may have them.
            return self.go_alone(clock);
        }
        let before = self.inbox.len();
        let mut snapshot = snapshot.clone();
        // Only a member that joins gets the last events again.
        let replays = if self.log.position.is_none() { self.settings.replay } else { 0 };
        snapshot.replay = super::replay::last_blocks(snapshot.replay, replays);
        self.is_back = false;
        self.log.adopt(&snapshot, &mut self.inbox);
        self.count_inbox(before);
        self.taken = snapshot.bytes;
    }

    fn take_record(
        &mut self,
        from: MemberId,
        epoch: Epoch,
        position: Position,
        record: &Record<'_>,
        message: &[u8],
        clock: &impl Clock,
    ) {
        if !self.follows(from, epoch) || self.log.position.is_some_and(|own| own >= position) {
            return;
        }
        let is_next = self.log.is_next(position, record);
        if let State::Following(following) = &mut self.state {
            if !is_next {
                following.wants_at.get_or_insert(clock.now());
                return;
            }
            following.wants_at = None;
            following.poke_at = None;
            if let Record::Lost { error } = record {
                let jitter = Duration::from_millis((300.0 * clock.jitter()) as u64);
                following.poke_at =
                    error.reconnects_in().map(|delay| clock.now().saturating_add(delay + POKE + jitter));
            }
        }
        if is_next {
            self.is_back = false;
            let before = self.inbox.len();
            self.log.apply(position, record, &message.into(), &mut self.inbox);
            if matches!(record, Record::Lost { .. }) {
                self.log.retries_at(clock.now());
            }
            self.count_inbox(before);
            if *record == Record::Resumed {
                self.answer_verification();
            }
            if matches!(record, Record::Failed { .. }) {
                self.end();
            } else if self.inbox_bytes > MAX_INBOX {
                self.go_alone(clock);
            }
        }
    }

    fn answer_ping(&mut self, from: MemberId) {
        let is_asked = matches!(self.state, State::Leading(_) | State::Rolling(_)) || from == self.known.leader;
        if is_asked {
            self.post(Body::Pong);
        }
    }

    fn see_off(&mut self, from: MemberId, clock: &impl Clock) {
        match &mut self.state {
            State::Following(following) if from == self.known.leader && self.settings.arbiter == Arbiter::Members => {
                following.roll_at = Some(clock.now() + Duration::from_millis((150.0 * clock.jitter()) as u64));
            }
            State::Rolling(roll) => roll.forget(from),
            State::Leading(leader) => leader.pace.retain(|peer| peer != from),
            _ => {}
        }
    }

    /// Does what is due by now.
    pub(super) fn tick(&mut self, clock: &impl Clock) {
        match &self.state {
            State::Following(_) => self.follow_on(clock),
            State::Rolling(_) => self.roll_on(clock),
            _ => {}
        }
    }

    /// When something is due next.
    pub(super) fn until(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.state {
            State::Following(following) => Some(following.until(self.settings.is_visible)),
            State::Rolling(roll) => Some(roll.until()),
            State::Leading(leader) => leader.until(now),
            State::Joining | State::Apart | State::Over => None,
        }
    }

    fn follow_on(&mut self, clock: &impl Clock) {
        let now = clock.now();
        let is_due = |at: Option<Timestamp>| at.is_some_and(|at| now >= at);
        let State::Following(following) = &mut self.state else { return };
        if is_due(following.wants_at) {
            following.wants_at = Some(now + WANTED_AGAIN);
            let is_first = now < following.joined_at + NO_LEADER;
            if self.settings.arbiter == Arbiter::Members && is_first && self.known == Epoch::default() {
                following
                    .roll_at
                    .get_or_insert(now + NO_LEADER + Duration::from_millis((200.0 * clock.jitter()) as u64));
            }
            // To the current leader, which may not be the one that this member knows.
            self.post(Body::Want { to: 0, position: self.log.position });
        }
        let State::Following(following) = &mut self.state else { return };
        if is_due(following.poke_at) {
            following.poke_at = None;
            self.post(Body::Poke);
        }
        let State::Following(following) = &mut self.state else { return };
        if is_due(following.roll_at) {
            return self.start_roll(clock);
        }
        match following.look(now, self.settings.is_visible) {
            Look::Fine => {}
            Look::Ask => self.post(Body::Ping),
            Look::Replace => self.replace_leader(clock),
            Look::Deaf => self.go_alone(clock),
        }
    }

    fn replace_leader(&mut self, clock: &impl Clock) {
        let now = clock.now();
        match self.settings.arbiter {
            Arbiter::Members | Arbiter::Here => self.start_roll(clock),
            Arbiter::Elsewhere => self.go_alone(clock),
            Arbiter::Locks => {
                if self.stolen_at.is_none_or(|at| now >= at + STEAL_SPACING) {
                    self.stolen_at = Some(now);
                    self.work(Work::Steal);
                }
            }
        }
    }

    /// From now on has a connection of its own, which continues where the log of this member ends.
    pub(super) fn go_alone(&mut self, clock: &impl Clock) {
        self.leave();
        self.begin_alone(clock);
    }
}
