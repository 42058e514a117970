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
        self.members.push(Member { id, engine, is_joined: false, told: Vec::new() });
        self.settle();
        number
    }

    pub(crate) fn kill(&mut self, number: usize) {
        let id = number as MemberId + 1;
        self.members.retain(|member| member.id != id);
        self.release(id);
        self.settle();
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
        let id = number as MemberId + 1;
        let member = self.members.iter_mut().find(|member| member.id == id).expect("it is there");
        std::mem::take(&mut member.told)
    }

    fn leader(&mut self) -> &mut SharedEngine {
        let leader = self.members.iter_mut().find(|member| member.engine.role() == Role::Leader);
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
                others
                    .filter(|other| other.id != id || work == Work::PostToAll)
                    .for_each(|other| other.engine.hear(&message, &clock));
            }
            Work::Lead => {
                self.lock.push_back(id);
                if self.lock.len() == 1 {
                    self.grant(id);
                }
            }
            Work::Resign => self.release(id),
            Work::CallRoll => {
                let members: Vec<_> = self.members.iter().map(|member| member.id).collect();
                let leads = self.lock.front() == Some(&id);
                self.members[index].engine.rolled(&members, leads, &clock);
            }
            Work::Request => self.requests.push(self.members[index].engine.request_id().to_string()),
            Work::Leave => {
                self.members[index].is_joined = false;
                self.release(id);
            }
            Work::Read | Work::LetGo | Work::Probe => {}
            Work::Steal => unreachable!("nobody is frozen here"),
            Work::Wait { .. } | Work::Nothing => return self.tell(index),
        }
        true
    }

    /// Tells the face what there is to tell.
    fn tell(&mut self, index: usize) -> bool {
        let Member { engine, told, .. } = &mut self.members[index];
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
