//! [`SharedEngine`]: a member of a group, as its driver and its face see it.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::ToString;
use core::fmt;
use core::mem;

use super::following::Following;
use super::leader::Leader;
use super::log::{Item, Log};
use super::member::State;
use super::message::{Body, Message};
use super::replay::Replay;
use super::{Arbiter, Epoch, MemberId, Position, Role, Settings, Work};
use crate::connection::{Clock, ReadyState, Timestamp};
use crate::engine::{Action, Engine, Signal, Verify};
use crate::error::Reason;
use crate::event_stream::{Batch, EventHead, EventRef};
use crate::time::Duration;

/// A member tells the leader how much its face has taken each time that its face has taken this many bytes.
const ACKNOWLEDGED: u64 = 64 * 1024;

/// An event source that shares a connection, without its platform. See the [module](super).
///
/// It has two sides. [`next_work`](SharedEngine::next_work) is for the channel, the locks, and the connection where this member
/// leads. [`next_action`](SharedEngine::next_action) is for the face, like that of an [`Engine`], but no action needs an answer.
/// After each call that reports something, the driver asks for work until there is none, and wakes the face to ask for actions.
pub struct SharedEngine {
    pub(super) settings: Settings,
    pub(super) face: Engine,
    /// The items that the face has not taken yet.
    pub(super) inbox: VecDeque<Item>,
    pub(super) inbox_bytes: usize,
    pub(super) log: Log,
    pub(super) state: State,
    /// The latest epoch that this member knows. It ignores earlier ones.
    pub(super) known: Epoch,
    /// The highest count of all epochs that it has ever known.
    pub(super) latest: u32,
    /// How many bytes of the log the face has taken, and how many of those it has reported to the leader.
    pub(super) taken: u64,
    taken_told: u64,
    out: VecDeque<Out>,
    /// The message of the last [`Work::Post`] or [`Work::PostToAll`].
    message: Rc<[u8]>,
    pub(super) stolen_at: Option<Timestamp>,
    /// It was away, and its position may not be one of this group's log: the group may have a new log by now.
    pub(super) is_back: bool,
    /// Its user waits for the answer to a verification.
    is_verifying: bool,
}

#[derive(Debug)]
enum Out {
    Work(Work),
    Post(Rc<[u8]>, Work),
}

impl fmt::Debug for SharedEngine {
    /// Without the text that was received, which may be large or secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedEngine").field("role", &self.role()).field("face", &self.face).finish_non_exhaustive()
    }
}

impl SharedEngine {
    /// A member that is about to join its group.
    pub fn new(settings: Settings) -> Self {
        let id = &settings.last_event_id;
        let parser = settings.parser(id);
        let parser = if settings.with_comments { parser.with_comments() } else { parser };
        Self {
            face: Engine::following(parser).with_reconnect(settings.reconnect.clone()),
            inbox: VecDeque::new(),
            inbox_bytes: 0,
            log: Log::new(settings.parser(id), Replay::new(settings.replay, settings.parser(id))),
            state: State::Joining,
            known: Epoch::default(),
            latest: 0,
            taken: 0,
            taken_told: 0,
            out: [Out::Work(Work::Join)].into(),
            message: [].into(),
            stolen_at: None,
            is_back: false,
            is_verifying: false,
            settings,
        }
    }

    /// The next work for the driver.
    pub fn next_work(&mut self, clock: &impl Clock) -> Work {
        loop {
            match self.out.pop_front() {
                Some(Out::Work(work)) => return work,
                Some(Out::Post(message, work)) => {
                    self.message = message;
                    return work;
                }
                None => {}
            }
            self.tick(clock);
            if !self.out.is_empty() {
                continue;
            }
            if let Some(work) = self.lead_on(clock) {
                return work;
            }
            if self.out.is_empty() {
                return self.until(clock.now()).map_or(Work::Nothing, |until| Work::Wait { until });
            }
        }
    }

    /// The message of the last [`Work::Post`] or [`Work::PostToAll`].
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// The last event ID that the next request sends.
    pub fn request_id(&self) -> &str {
        self.log.last_event_id()
    }

    /// The role of this source in its group.
    pub fn role(&self) -> Role {
        match &self.state {
            State::Leading(leader) if leader.is_alone => Role::Alone,
            State::Leading(_) => Role::Leader,
            _ => Role::Member,
        }
    }

    /// The channel is open, and this member's lock is held, if there are locks.
    pub fn joined(&mut self, clock: &impl Clock) {
        if !matches!(self.state, State::Joining) {
            return;
        }
        if self.settings.arbiter == Arbiter::Here {
            return self.start_roll(clock);
        }
        self.state = State::Following(Following::new(clock));
        if self.settings.arbiter == Arbiter::Locks {
            self.work(Work::Lead);
        }
    }

    /// There is no channel, or there are no locks: this member goes on alone.
    pub fn unavailable(&mut self, clock: &impl Clock) {
        if !matches!(self.state, State::Over | State::Apart) && self.role() != Role::Alone {
            self.go_alone(clock);
        }
    }

    /// Whether the document is visible. A worker counts as visible.
    pub fn set_visible(&mut self, is_visible: bool) {
        self.settings.is_visible = is_visible;
    }

    // The connection, where this member leads.

    /// As [`Engine::receive`].
    pub fn receive(&mut self, signal: Signal<'_>) {
        if let Some(transport) = self.transport() {
            transport.receive(signal);
        }
    }

    /// As [`Engine::awaits_candidate`].
    pub fn awaits_candidate(&self) -> bool {
        match &self.state {
            State::Leading(leader) => leader.transport.as_ref().is_some_and(Engine::awaits_candidate),
            _ => false,
        }
    }

    /// As [`Engine::receive_for_candidate`].
    pub fn receive_for_candidate(&mut self, signal: Signal<'_>) {
        if let Some(transport) = self.transport() {
            transport.receive_for_candidate(signal);
        }
    }

    /// As [`Engine::receive_chunk`].
    pub fn receive_chunk(&mut self, length: usize) -> Option<&mut [u8]> {
        self.leader()?.receive_chunk(length)
    }

    /// The origin of the response.
    pub fn set_origin(&mut self, origin: &str) {
        if let Some(leader) = self.leader() {
            leader.origin = origin.to_string();
        }
    }

    /// As [`Engine::expect_futile`].
    pub fn expect_futile(&mut self, reason: Reason) {
        if let Some(transport) = self.transport() {
            transport.expect_futile(reason);
        }
    }

    /// As [`Engine::stop_waiting`].
    pub fn stop_waiting(&mut self) {
        if let Some(leader) = self.leader() {
            leader.held_until = Timestamp::ZERO;
        }
        if let Some(transport) = self.transport() {
            transport.stop_waiting();
        }
    }

    // The face.

    /// The next action for the face. It never asks for a request, a chunk or a wait.
    pub fn next_action(&mut self, clock: &impl Clock) -> Action {
        loop {
            let action = self.face.next_action(clock);
            if !matches!(action, Action::Read | Action::Nothing) {
                return action;
            }
            let Some(item) = self.inbox.pop_front() else { return Action::Nothing };
            match item {
                Item::Bytes { message, place, total } => {
                    self.inbox_bytes -= place.len();
                    self.take(&message[place], total);
                }
                Item::Open { origin, last_event_id } => {
                    self.is_verifying = false;
                    self.face.set_origin(&origin);
                    return self.face.told_open(last_event_id, clock);
                }
                Item::Restart { last_event_id } => self.face.told_restart(&last_event_id),
                Item::ReconnectionTime(milliseconds) => {
                    self.face.set_reconnection_time(Duration::from_millis(milliseconds.into()));
                }
                Item::Lost(error) => return self.face.told_lost(error),
                Item::Failed(error) => return self.face.told_failed(error),
                Item::LetGo => return self.face.told_let_go(),
                Item::Verified if self.face.ready_state() == ReadyState::Open => return Action::Verified,
                // It has lost that connection meanwhile: the next one is the answer.
                Item::Verified => self.is_verifying = true,
            }
        }
    }

    /// Whether there is something that the face has not taken yet.
    pub fn has_news(&self) -> bool {
        !self.inbox.is_empty()
    }

    /// The face's engine, for drivers that treat both kinds of engines alike.
    #[cfg(all(feature = "web", target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
    pub(crate) fn face_mut(&mut self) -> &mut Engine {
        &mut self.face
    }

    fn take(&mut self, bytes: &[u8], total: u64) {
        if let Some(chunk) = self.face.receive_chunk(bytes.len()) {
            chunk.copy_from_slice(bytes);
        }
        self.taken = total;
        let is_following = matches!(self.state, State::Following(_));
        if is_following && self.taken.abs_diff(self.taken_told) >= ACKNOWLEDGED {
            self.taken_told = self.taken;
            self.post(Body::Taken { bytes: total });
        }
    }

    /// As [`Engine::event`].
    pub fn event(&mut self) -> Option<EventRef<'_>> {
        self.face.event()
    }

    /// As [`Engine::event_head`].
    pub fn event_head(&self) -> Option<EventHead<'_>> {
        self.face.event_head()
    }

    /// As [`Engine::raw_data`].
    pub fn raw_data(&mut self) -> Option<&[u8]> {
        self.face.raw_data()
    }

    /// As [`Engine::comment`].
    pub fn comment(&self) -> Option<Cow<'_, str>> {
        self.face.comment()
    }

    /// As [`Engine::fill`].
    pub fn fill(&mut self, batch: &mut Batch) {
        self.face.fill(batch);
    }

    /// As [`Engine::settle`].
    pub fn settle(&mut self, batch: &mut Batch, count: usize) {
        self.face.settle(batch, count);
    }

    /// As [`Engine::reset`].
    pub fn reset(&mut self) {
        self.face.reset();
    }

    /// As [`Engine::ready_state`].
    pub fn ready_state(&self) -> ReadyState {
        self.face.ready_state()
    }

    /// As [`Engine::last_event_id`].
    pub fn last_event_id(&self) -> &str {
        self.face.last_event_id()
    }

    /// The origin of the events.
    pub fn origin(&self) -> &str {
        self.face.origin()
    }

    /// As [`Engine::reconnection_time`].
    pub fn reconnection_time(&self) -> Duration {
        self.face.reconnection_time()
    }

    // Both.

    /// How many bytes it holds: those that its face has not taken, and those that it keeps for others.
    pub fn held_bytes(&self) -> usize {
        self.inbox_bytes + self.log.held_bytes()
    }

    /// Makes the group connect again at once. No error is reported.
    pub fn reconnect(&mut self, clock: &impl Clock) {
        match &mut self.state {
            State::Leading(_) => self.renew(clock),
            State::Following(_) | State::Rolling(_) => self.post(Body::Reconnect),
            _ => {}
        }
    }

    /// Finds out whether the connection of the group is alive, or puts another one in its place: as [`Engine::verify`], whichever
    /// member asks. The group has one verification at a time. [`Action::Verified`] follows, or [`Action::Open`] after a loss.
    /// [`Action::Replaced`] is for the leader's connection only.
    pub fn verify(&mut self, how: Verify) -> bool {
        if self.is_face_closed() || !self.settings.reconnect.repeats(self.log.last_event_id()) {
            return false;
        }
        self.is_verifying = true;
        match self.state {
            State::Leading(_) => return self.verify_as_leader(how),
            State::Following(_) | State::Rolling(_) => {
                let (stale_after, timeout, listens) = how.to_parts();
                self.post(Body::Verify { stale_after, timeout, listens });
            }
            State::Joining | State::Apart | State::Over => {}
        }
        true
    }

    /// As [`Engine::come_back`].
    pub fn come_back(&mut self) {
        self.resume();
        if self.settings.verifies_when_back {
            self.verify(Verify::default());
        }
    }

    /// As [`Engine::online`].
    pub fn online(&mut self) {
        self.stop_waiting();
        if self.settings.verifies_when_back {
            self.verify(Verify::ONLINE);
        }
    }

    /// The connection is alive, or another one has taken its place.
    pub(super) fn answer_verification(&mut self) {
        if mem::take(&mut self.is_verifying) {
            self.inbox.push_back(Item::Verified);
        }
    }

    /// Leaves the group while the document is hidden or in the back/forward cache.
    pub fn suspend(&mut self) {
        if matches!(self.state, State::Apart | State::Over) {
            return;
        }
        if self.is_face_closed() {
            // It was still here for others.
            return self.end();
        }
        self.leave();
        self.state = State::Apart;
        self.log.go_away(&mut self.inbox);
    }

    /// Joins the group again.
    pub fn resume(&mut self) {
        if matches!(self.state, State::Apart) {
            self.state = State::Joining;
            self.is_back = true;
            // The current leader may not know that epoch, which may be the last one of an earlier group.
            self.known = Epoch::default();
            // If there is no leader, it connects at once.
            self.log.retry_now();
            self.work(Work::Join);
        }
    }

    /// Closes the source. The group goes on with its other members. A leader that [lingers](Settings::linger) keeps the connection
    /// for a while. The driver does the remaining work until [`is_over`](SharedEngine::is_over).
    pub fn close(&mut self, clock: &impl Clock) {
        self.face.close();
        self.inbox.clear();
        let linger = self.settings.linger;
        match &mut self.state {
            State::Leading(leader) if !leader.is_alone && !linger.is_zero() => {
                leader.lingers_until = Some(clock.now().saturating_add(linger));
            }
            _ => self.end(),
        }
    }

    /// Whether the source has left its group completely.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Over) && self.out.is_empty()
    }

    // For the other files of this folder.

    pub(super) fn id(&self) -> MemberId {
        self.settings.id
    }

    pub(super) fn leader(&mut self) -> Option<&mut Leader> {
        match &mut self.state {
            State::Leading(leader) => Some(leader),
            _ => None,
        }
    }

    fn transport(&mut self) -> Option<&mut Engine> {
        let leader = self.leader()?;
        leader.has_news = true;
        leader.transport.as_mut()
    }

    /// The position that counts in a roll.
    pub(super) fn standing(&self) -> Option<Position> {
        self.log.position.filter(|_| !self.is_back)
    }

    pub(super) fn is_face_closed(&self) -> bool {
        self.face.ready_state() == ReadyState::Closed
    }

    pub(super) fn has_work(&self) -> bool {
        !self.out.is_empty()
    }

    pub(super) fn work(&mut self, work: Work) {
        self.out.push_back(Out::Work(work));
    }

    pub(super) fn post(&mut self, body: Body<'_>) {
        // The sender of these questions must know that it can hear.
        let is_for_all = body == Body::Ping || body == Body::Roll && self.settings.arbiter == Arbiter::Locks;
        let work = if is_for_all { Work::PostToAll } else { Work::Post };
        let message = Message { from: self.id(), epoch: self.known, body }.encode();
        self.out.push_back(Out::Post(message.into(), work));
    }

    pub(super) fn post_again(&mut self, message: Rc<[u8]>) {
        self.out.push_back(Out::Post(message, Work::Post));
    }

    /// Tells the group that this member leaves, and releases its channel and its locks.
    pub(super) fn leave(&mut self) {
        let is_alone = self.role() == Role::Alone;
        if matches!(self.state, State::Leading(_)) {
            self.work(Work::LetGo);
        }
        if !is_alone {
            if matches!(self.state, State::Joining) {
                // Not even that was done, perhaps.
                self.out.clear();
            } else {
                self.post(Body::Leave);
            }
            self.work(Work::Leave);
        }
    }

    /// This member is done with its group.
    pub(super) fn end(&mut self) {
        if !matches!(self.state, State::Over | State::Apart) {
            self.leave();
        }
        self.state = State::Over;
    }

    /// Counts the items that were added to the inbox since it had `before` items.
    pub(super) fn count_inbox(&mut self, before: usize) {
        let added = self.inbox.iter().skip(before).map(|item| match item {
            Item::Bytes { place, .. } => place.len(),
            _ => 0,
        });
        self.inbox_bytes += added.sum::<usize>();
    }
}
