//! Members on a channel that delivers at once, with locks.

use std::collections::VecDeque;
use std::time::Duration;

use wasm_eventsource::connection::{Clock, ResponseHead, Timestamp};
use wasm_eventsource::engine::{Action, Signal};
use wasm_eventsource::sharing::{MemberId, Role, Settings, SharedEngine, Work};

/// A clock that somebody else moves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manual(pub(crate) Timestamp);

impl Clock for Manual {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn jitter(&self) -> f64 {
        0.5
    }
}

struct Member {
    id: MemberId,
    engine: SharedEngine,
    is_joined: bool,
    /// It does nothing, and what it is told waits.
    is_frozen: bool,
    unheard: Vec<Vec<u8>>,
    /// What is posted to it is on its way.
    is_far: bool,
    /// Its face asks for nothing.
    pub(crate) is_slow: bool,
    has_connection: bool,
    told: Vec<String>,
}

/// A group, its channel and its locks.
pub(crate) struct Group {
    clock: Manual,
    members: Vec<Member>,
    /// Who holds the lock of the leader, and who waits for it.
    lock: VecDeque<MemberId>,
    /// The last event IDs of the requests.
    pub(crate) requests: Vec<String>,
}

impl Group {
    pub(crate) fn of(count: usize) -> Self {
        let clock = Manual(Duration::from_secs(100));
        let mut group = Self { clock, members: Vec::new(), lock: VecDeque::new(), requests: Vec::new() };
        (0..count).for_each(|_| {
            group.join();
        });
        group
    }

    /// Its number, which stays the same.
    pub(crate) fn join(&mut self) -> usize {
        let number = self.members.last().map_or(0, |member| member.id as usize);
        let id = number as MemberId + 1;
        let engine = SharedEngine::new(Settings::new(id));
        self.members.push(Member {
            id,
            engine,
            is_joined: false,
            is_frozen: false,
            unheard: Vec::new(),
            is_far: false,
            is_slow: false,
            has_connection: false,
            told: Vec::new(),
        });
        self.settle();
        number
    }

    pub(crate) fn kill(&mut self, number: usize) {
        let id = number as MemberId + 1;
        self.members.retain(|member| member.id != id);
        self.release(id);
        self.settle();
    }

    pub(crate) fn engine(&mut self, number: usize) -> &mut SharedEngine {
        &mut self.member(number).engine
    }

    /// Gives it to the engine of a member, and does what follows.
    pub(crate) fn tell(&mut self, number: usize, what: impl FnOnce(&mut SharedEngine, &Manual)) {
        let clock = self.clock;
        what(self.engine(number), &clock);
        self.settle();
    }

    pub(crate) fn freeze(&mut self, number: usize) {
        self.member(number).is_frozen = true;
    }

    pub(crate) fn thaw(&mut self, number: usize) {
        self.member(number).is_frozen = false;
        self.arrive(number);
    }

    /// What is posted to a member takes its time from now on, until it arrives.
    pub(crate) fn delay(&mut self, number: usize) {
        self.member(number).is_far = true;
    }

    pub(crate) fn arrive(&mut self, number: usize) {
        let clock = self.clock;
        let member = self.member(number);
        member.is_far = false;
        for message in std::mem::take(&mut member.unheard) {
            member.engine.hear(&message, &clock);
        }
        self.settle();
    }

    /// Its face takes nothing from now on, or takes all there is.
    pub(crate) fn slow(&mut self, number: usize, is_slow: bool) {
        self.member(number).is_slow = is_slow;
        self.settle();
    }

    /// Lets time pass, a little at a time.
    pub(crate) fn pass(&mut self, time: Duration) {
        let end = self.clock.0 + time;
        while self.clock.0 < end {
            self.clock.0 += Duration::from_millis(50);
            self.settle();
        }
    }

    /// How many connections there are.
    pub(crate) fn connections(&self) -> usize {
        self.members.iter().filter(|member| member.has_connection).count()
    }

    fn member(&mut self, number: usize) -> &mut Member {
        let id = number as MemberId + 1;
        self.members.iter_mut().find(|member| member.id == id).expect("it is there")
    }

    pub(crate) fn roles(&self) -> Vec<Role> {
        self.members.iter().map(|member| member.engine.role()).collect()
    }

    /// The response of the leader's request.
    pub(crate) fn open(&mut self) {
        let content_type = Some("text/event-stream");
        let leader = self.leader();
        leader.set_origin("https://example.com");
        leader.receive(Signal::Response(ResponseHead { status: 200, content_type, ..ResponseHead::default() }));
        self.settle();
    }

    pub(crate) fn chunk(&mut self, bytes: &str) {
        self.leader().receive_chunk(bytes.len()).expect("it was asked for").copy_from_slice(bytes.as_bytes());
        self.settle();
    }

    pub(crate) fn told(&mut self, number: usize) -> Vec<String> {
        std::mem::take(&mut self.member(number).told)
    }

    fn leader(&mut self) -> &mut SharedEngine {
        let leader = self.members.iter_mut().find(|member| !member.is_frozen && member.engine.role() == Role::Leader);
        &mut leader.expect("somebody leads").engine
    }

    fn release(&mut self, id: MemberId) {
        let led = self.lock.front() == Some(&id);
        self.lock.retain(|waiting| *waiting != id);
        if let (true, Some(next)) = (led, self.lock.front().copied()) {
            self.grant(next);
        }
    }

    fn grant(&mut self, id: MemberId) {
        let clock = self.clock;
        if let Some(member) = self.members.iter_mut().find(|member| member.id == id) {
            member.engine.granted(&clock);
        }
    }

    /// Until nobody has anything to do.
    fn settle(&mut self) {
        while (0..self.members.len()).any(|index| self.step(index)) {}
    }

    fn step(&mut self, index: usize) -> bool {
        let clock = self.clock;
        let member = &mut self.members[index];
        if member.is_frozen {
            return false;
        }
        let id = member.id;
        let work = member.engine.next_work(&clock);
        match work {
            Work::Join => {
                member.is_joined = true;
                member.engine.joined(&clock);
            }
            Work::Post | Work::PostToAll => {
                let message = member.engine.message().to_vec();
                let others = self.members.iter_mut().filter(|other| other.is_joined);
                others.filter(|other| other.id != id || work == Work::PostToAll).for_each(|other| {
                    if other.is_frozen || other.is_far {
                        other.unheard.push(message.clone());
                    } else {
                        other.engine.hear(&message, &clock);
                    }
                });
            }
            Work::Lead => {
                self.lock.push_back(id);
                if self.lock.len() == 1 {
                    self.grant(id);
                }
            }
            Work::Resign => self.release(id),
            Work::CallRoll => {
                let joined = self.members.iter().filter(|member| member.is_joined);
                let members: Vec<_> = joined.map(|member| member.id).collect();
                let leads = self.lock.front() == Some(&id);
                self.members[index].engine.rolled(&members, leads, &clock);
            }
            Work::Request => {
                member.has_connection = true;
                self.requests.push(member.engine.request_id().to_string());
            }
            Work::LetGo => member.has_connection = false,
            Work::Leave => {
                self.members[index].is_joined = false;
                self.release(id);
            }
            Work::Read | Work::Probe | Work::RequestCandidate | Work::LetGoOfCandidate | Work::Replace => {}
            Work::Steal => {
                self.lock.retain(|waiting| *waiting != id);
                let before = self.lock.pop_front();
                self.lock.push_front(id);
                if let Some(member) = self.members.iter_mut().find(|member| Some(member.id) == before) {
                    member.engine.deposed(&clock);
                }
                self.grant(id);
            }
            Work::Wait { .. } | Work::Nothing => return self.take(index),
        }
        true
    }

    /// Tells the face what there is to tell.
    fn take(&mut self, index: usize) -> bool {
        let Member { engine, told, is_slow, .. } = &mut self.members[index];
        if *is_slow {
            return false;
        }
        told.push(match engine.next_action(&self.clock) {
            Action::Open => "open".to_string(),
            Action::Dispatch => {
                let event = engine.event().expect("there is one");
                format!("{}#{}", event.data(), event.last_event_id())
            }
            Action::Reconnect { error } | Action::Fail { error } => error.reason().name().to_string(),
            Action::Suspended => "suspended".to_string(),
            Action::Comment => "comment".to_string(),
            _ => return false,
        });
        true
    }
}
