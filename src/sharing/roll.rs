//! Becoming the leader: calling the roll, and catching up with the member that is furthest.

use alloc::vec::Vec;

use super::engine::SharedEngine;
use super::following::LATE;
use super::member::State;
use super::message::Body;
use super::{Arbiter, Epoch, MemberId, Position, Work};
use crate::connection::{Clock, Timestamp};
use crate::time::Duration;

/// How long the new leader waits for members that do not answer. They are frozen, and will ask for what they miss.
const ANSWERS: Duration = Duration::from_secs(1);

/// The same without locks, where the number of members is not known.
const ANSWERS_OF_MANY: Duration = Duration::from_millis(250);

/// How long a member that is ahead has to hand over its records.
const HELP: Duration = Duration::from_secs(1);

/// A roll that is being called.
#[derive(Debug)]
pub(super) struct Roll {
    /// When it was called.
    pub(super) since: Timestamp,
    /// When all answers must have come.
    until: Timestamp,
    /// The answers were given their time once more.
    is_prolonged: bool,
    /// The epoch before, until the member has heard this roll itself. The lock may arrive before the last messages of the leader
    /// that released it. So these messages still count, as they do for every member that has not heard the roll.
    before: Option<Epoch>,
    /// The members that have to answer, as far as they are known.
    awaited: Option<Vec<MemberId>>,
    answers: Vec<(MemberId, Option<Position>)>,
    /// The member that is ahead, and until when it has to help.
    helper: Option<(MemberId, Timestamp)>,
}

impl Roll {
    fn new(now: Timestamp, arbiter: Arbiter, before: Epoch) -> Self {
        let wait = match arbiter {
            Arbiter::Locks => ANSWERS,
            Arbiter::Members => ANSWERS_OF_MANY,
            Arbiter::Elsewhere | Arbiter::Here => Duration::ZERO,
        };
        // Without locks, a member becomes the leader only when the time to object is over.
        let before = (arbiter == Arbiter::Locks).then_some(before);
        Self {
            since: now,
            until: now + wait,
            is_prolonged: false,
            before,
            awaited: None,
            answers: Vec::new(),
            helper: None,
        }
    }

    /// The member has heard this roll.
    pub(super) fn heard(&mut self) {
        self.before = None;
    }

    /// Whether a message is from the leader before, and still counts.
    pub(super) fn still_follows(&self, member: MemberId, epoch: Epoch) -> bool {
        self.before == Some(epoch) && member == epoch.leader
    }

    pub(super) fn until(&self) -> Timestamp {
        self.helper.map_or(self.until, |(_, until)| until)
    }

    pub(super) fn catches_up_with(&self, member: MemberId) -> bool {
        self.helper.is_some_and(|(helper, _)| helper == member)
    }

    /// This member is gone.
    pub(super) fn forget(&mut self, member: MemberId) {
        self.answers.retain(|(own, _)| *own != member);
        if let Some(awaited) = &mut self.awaited {
            awaited.retain(|own| *own != member);
        }
        if self.catches_up_with(member) {
            self.helper = None;
        }
    }

    /// Whether all members have answered, or their time is over.
    fn is_complete(&self, now: Timestamp) -> bool {
        let has_answered = |member: &MemberId| self.answers.iter().any(|(own, _)| own == member);
        let have_all_answered = || self.awaited.as_ref().is_some_and(|awaited| awaited.iter().all(has_answered));
        now >= self.until || self.before.is_none() && have_all_answered()
    }

    /// A member that looks at the roll this late was asleep, and the answers may be waiting for it. So it gives them their time once
    /// more. Not twice: the timers of a hidden document are late each time.
    fn prolong_if_late(&mut self, now: Timestamp) {
        if self.is_prolonged || now < self.until() + LATE {
            return;
        }
        self.is_prolonged = true;
        match &mut self.helper {
            Some((_, until)) => *until = now + HELP,
            None => self.until = now + ANSWERS,
        }
    }

    /// The member that is furthest ahead, if it is ahead of this position.
    fn furthest(&self, own: Option<Position>) -> Option<MemberId> {
        let (member, position) = self.answers.iter().max_by_key(|(_, position)| *position)?;
        (*position > own).then_some(*member)
    }
}

impl SharedEngine {
    /// This member has the leader's lock.
    pub fn granted(&mut self, clock: &impl Clock) {
        match self.state {
            State::Following(_) => self.start_roll(clock),
            // It left in between.
            State::Joining | State::Apart | State::Over => self.work(Work::Resign),
            _ => {}
        }
    }

    /// Another member has stolen the leader's lock from this one.
    pub fn deposed(&mut self, clock: &impl Clock) {
        if matches!(self.state, State::Rolling(_) | State::Leading(_)) && !self.is_alone() {
            self.step_down(clock);
        }
    }

    /// The members that hold their locks, and whether this one holds the leader's.
    pub fn rolled(&mut self, members: &[MemberId], leads: bool, clock: &impl Clock) {
        let own = self.id();
        match &mut self.state {
            State::Rolling(_) | State::Leading(_) if !leads => self.deposed(clock),
            State::Rolling(roll) => {
                roll.awaited = Some(members.iter().copied().filter(|member| *member != own).collect());
            }
            State::Leading(leader) => {
                let was_disputed = leader.verified(members);
                if was_disputed {
                    self.begin_epoch();
                }
            }
            _ => {}
        }
    }

    /// A member that answers ignores earlier epochs from now on.
    pub(super) fn start_roll(&mut self, clock: &impl Clock) {
        if matches!(self.state, State::Leading(_)) {
            self.work(Work::LetGo);
        }
        let before = self.known;
        self.next_epoch();
        self.state = State::Rolling(Roll::new(clock.now(), self.settings.arbiter, before));
        self.post(Body::Roll);
        if self.settings.arbiter == Arbiter::Locks {
            self.work(Work::CallRoll);
        }
    }

    pub(super) fn next_epoch(&mut self) {
        self.latest = self.latest.saturating_add(1);
        self.known = Epoch { count: self.latest, leader: self.id() };
    }

    pub(super) fn note_answer(&mut self, from: MemberId, epoch: Epoch, position: Option<Position>) {
        if epoch != self.known {
            return;
        }
        let bytes = self.log.bytes;
        match &mut self.state {
            State::Rolling(roll) => {
                roll.answers.retain(|(own, _)| *own != from);
                roll.answers.push((from, position));
            }
            State::Leading(leader) => leader.pace.add(from, bytes),
            _ => {}
        }
    }

    pub(super) fn roll_on(&mut self, clock: &impl Clock) {
        let now = clock.now();
        let State::Rolling(roll) = &mut self.state else { return };
        roll.prolong_if_late(now);
        if !roll.is_complete(now) {
            return;
        }
        let own = self.log.position;
        let standing = own.filter(|_| !self.is_back);
        let Some(furthest) = roll.furthest(standing) else {
            let peers = roll.answers.iter().map(|(member, _)| *member).collect();
            let since = roll.since;
            return self.begin_to_lead(peers, since);
        };
        match roll.helper {
            Some((helper, until)) if now >= until => {
                // It does not help.
                roll.forget(helper);
                self.roll_on(clock);
            }
            Some(_) => {}
            None => {
                roll.helper = Some((furthest, now + HELP));
                self.post(Body::Want { to: furthest, position: own });
            }
        }
    }
}
