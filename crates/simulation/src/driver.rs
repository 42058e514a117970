//! The drivers of the sources: they perform what work there is, tell their engine what comes of it, and hand actions to the faces.

use std::rc::Rc;
use std::time::Duration;

use wasm_eventsource::connection::{ResponseHead, Timestamp};
use wasm_eventsource::engine::{Action, Signal};
use wasm_eventsource::sharing::Work;

use crate::locks::{Claim, Notice};
use crate::world::{Event, Lane, LockCall, ORIGIN, Task, World, ms};

/// So much work for one task is a busy loop.
const MOST_WORK: usize = 100_000;

impl World {
    pub(crate) fn perform_task(&mut self, source: usize, task: Task) {
        let moment = self.moment();
        let own = &mut self.sources[source];
        match task {
            Task::Message(message, channel) if own.channel == Some(channel) => own.engine.hear(&message, &moment),
            Task::Joined(joins) if own.joins == joins && own.channel.is_some() => own.engine.joined(&moment),
            Task::Granted(claim) if own.claim == Some(claim) => own.engine.granted(&moment),
            Task::Stolen(claim) if own.claim == Some(claim) => {
                own.claim = None;
                own.engine.deposed(&moment);
            }
            Task::Rolled(members, leads, joins) if own.joins == joins && own.channel.is_some() => {
                own.engine.rolled(&members, leads, &moment);
            }
            Task::Timer(timer) if own.timer == timer => own.timer_at = None,
            Task::Face => {
                own.is_face_due = false;
                if self.now >= self.sources[source].stalled_until {
                    self.take_action(source);
                }
            }
            Task::Response(exchange, status) if [own.exchange, own.candidate].contains(&Some(exchange)) => {
                let content_type = (status == 200).then_some("text/event-stream");
                own.engine.set_origin(ORIGIN);
                let signal = Signal::Response(ResponseHead { status, content_type, ..ResponseHead::default() });
                if own.candidate == Some(exchange) {
                    own.engine.receive_for_candidate(signal);
                } else {
                    own.engine.receive(signal);
                }
            }
            Task::NetworkError(exchange, hidden) if own.candidate == Some(exchange) => {
                own.engine.receive_for_candidate(Signal::NetworkError { message: "broken".into(), hidden });
            }
            Task::Chunk(exchange, bytes) if own.exchange == Some(exchange) => {
                if let Some(chunk) = own.engine.receive_chunk(bytes.len()) {
                    chunk.copy_from_slice(&bytes);
                }
            }
            Task::EndOfBody(exchange) if own.exchange == Some(exchange) => own.engine.receive(Signal::EndOfBody),
            Task::NetworkError(exchange, hidden) if own.exchange == Some(exchange) => {
                own.engine.receive(Signal::NetworkError { message: "broken".into(), hidden });
            }
            _ => return,
        }
        self.pump(source);
    }

    /// Does what work there is, and has the face ask.
    pub(crate) fn pump(&mut self, source: usize) {
        if self.failure.is_some() {
            return;
        }
        loop {
            self.do_work(source);
            let own = &self.sources[source];
            let is_slow = !own.step.is_zero() || self.now < own.stalled_until;
            if is_slow || !self.take_action(source) {
                break;
            }
        }
        self.schedule_face(source);
    }

    fn do_work(&mut self, source: usize) {
        for _ in 0..MOST_WORK {
            let moment = self.moment();
            let work = self.sources[source].engine.next_work(&moment);
            if matches!(work, Work::Post | Work::PostToAll) {
                let said = said(self.sources[source].engine.message());
                self.note(|| format!("    {source} says {said}"));
            } else if !matches!(work, Work::Nothing | Work::Wait { .. }) {
                self.note(|| format!("    {source} {work:?}"));
            }
            match work {
                Work::Nothing => return self.set_timer(source, None),
                Work::Wait { until } if until <= self.now => {
                    return self.fail(format!("source {source} is told to wait for the past"));
                }
                Work::Wait { until } => return self.set_timer(source, Some(until)),
                work => self.perform(source, work),
            }
        }
        self.fail(format!("there is no end of the work of source {source}"));
    }

    fn perform(&mut self, source: usize, work: Work) {
        match work {
            Work::Request => self.request(source),
            Work::Probe => {
                if let Some(exchange) = self.sources[source].exchange {
                    self.send(source, Lane::Network, Task::NetworkError(exchange, false));
                }
            }
            Work::Read => {
                let Some(exchange) = self.sources[source].exchange else {
                    return self.fail(format!("source {source} reads without a request"));
                };
                self.server.exchanges[exchange].is_reading = true;
                self.queue.push(self.now, Event::Feed(exchange));
            }
            Work::RequestCandidate => {
                self.let_go_of_candidate(source);
                let candidate = self.send_request(source);
                self.sources[source].candidate = Some(candidate);
            }
            Work::LetGoOfCandidate => self.let_go_of_candidate(source),
            Work::Replace => {
                let candidate = self.sources[source].candidate.take();
                self.let_go(source);
                self.sources[source].exchange = candidate;
            }
            Work::LetGo => self.let_go(source),
            Work::Join => {
                let own = &mut self.sources[source];
                own.joins += 1;
                own.channel = Some(own.joins);
                let joins = own.joins;
                self.call(source, LockCall::Enroll(joins));
            }
            Work::Post => self.post(source, false),
            Work::PostToAll => self.post(source, true),
            Work::Lead => {
                let claim = self.claim(source);
                self.call(source, LockCall::Lead(claim));
            }
            Work::Steal => {
                self.resign(source);
                let claim = self.claim(source);
                self.call(source, LockCall::Steal(claim));
            }
            Work::Resign => self.resign(source),
            Work::CallRoll => {
                let joins = self.sources[source].joins;
                self.call(source, LockCall::Query(joins));
            }
            Work::Leave => {
                self.resign(source);
                self.sources[source].channel = None;
                self.call(source, LockCall::Leave);
            }
            Work::Wait { .. } | Work::Nothing => {}
        }
    }

    fn claim(&mut self, source: usize) -> Claim {
        let own = &mut self.sources[source];
        own.claims += 1;
        let claim = Claim { source: Some(source), request: own.claims };
        if own.claim.replace(claim).is_some() {
            self.fail(format!("source {source} asks twice for the lead"));
        }
        claim
    }

    fn resign(&mut self, source: usize) {
        if let Some(claim) = self.sources[source].claim.take() {
            self.call(source, LockCall::Release(claim));
        }
    }

    pub(crate) fn call_locks(&mut self, source: usize, call: LockCall) {
        let tab = self.sources[source].tab;
        if self.tabs[tab].is_gone {
            return;
        }
        let notices = match call {
            LockCall::Enroll(joins) => {
                self.locks.enroll(source, self.sources[source].id);
                self.send(source, Lane::Locks, Task::Joined(joins));
                Vec::new()
            }
            LockCall::Lead(claim) => self.locks.request(claim),
            LockCall::Steal(claim) => self.locks.steal(claim),
            LockCall::Release(claim) => self.locks.release(claim),
            LockCall::Leave => {
                self.locks.strike(source);
                Vec::new()
            }
            LockCall::Query(joins) => {
                let holder = self.locks.holder.and_then(|holder| holder.source);
                let leads = holder.is_some_and(|holder| self.sources[holder].tab == tab);
                self.send(source, Lane::Locks, Task::Rolled(self.locks.members(), leads, joins));
                Vec::new()
            }
        };
        self.tell_locks(notices);
    }

    pub(crate) fn tell_locks(&mut self, notices: Vec<Notice>) {
        for notice in notices {
            let (Notice::Granted(claim) | Notice::Stolen(claim)) = notice;
            let Some(source) = claim.source else { continue };
            self.note(|| format!("    {source} {notice:?}"));
            let is_granted = matches!(notice, Notice::Granted(_));
            self.send(source, Lane::Locks, if is_granted { Task::Granted(claim) } else { Task::Stolen(claim) });
        }
    }

    fn request(&mut self, source: usize) {
        if self.sources[source].exchange.is_some() {
            self.let_go(source);
        }
        let exchange = self.send_request(source);
        self.sources[source].exchange = Some(exchange);
    }

    fn send_request(&mut self, source: usize) -> usize {
        let id = self.sources[source].engine.request_id().to_string();
        self.note(|| format!("    {source} asks the server, from {id:?}"));
        let exchange = self.server.request(source, id);
        let at = self.now + ms(self.rng.u64(1..=2 * self.scenario.setting.latency));
        self.queue.push(at, Event::Accept(exchange));
        exchange
    }

    pub(crate) fn let_go(&mut self, source: usize) {
        self.let_go_of_candidate(source);
        let exchange = self.sources[source].exchange.take();
        self.abort(exchange);
    }

    fn let_go_of_candidate(&mut self, source: usize) {
        let candidate = self.sources[source].candidate.take();
        self.abort(candidate);
    }

    fn abort(&mut self, exchange: Option<usize>) {
        if let Some(exchange) = exchange {
            self.server.let_go(exchange);
            let at = self.now + ms(self.rng.u64(0..=self.scenario.setting.latency));
            self.queue.push(at, Event::Closed(exchange));
        }
    }

    pub(crate) fn accept(&mut self, exchange: usize) {
        if self.server.exchanges[exchange].is_over {
            return;
        }
        let source = self.server.exchanges[exchange].source;
        let task = if self.server.is_down {
            Task::NetworkError(exchange, self.rng.bool())
        } else if self.server.has_ended {
            Task::Response(exchange, 204)
        } else {
            self.server.accept(exchange);
            Task::Response(exchange, 200)
        };
        self.send(source, Lane::Network, task);
    }

    pub(crate) fn feed(&mut self, exchange: usize) {
        let own = &mut self.server.exchanges[exchange];
        if own.is_over || !own.is_reading {
            return;
        }
        let (source, is_broken) = (own.source, own.is_broken);
        let task = match self.server.chunk(exchange, &mut self.rng) {
            Some(bytes) => Task::Chunk(exchange, Rc::from(bytes)),
            None if is_broken && self.rng.bool() => Task::EndOfBody(exchange),
            None if is_broken => Task::NetworkError(exchange, false),
            None => return,
        };
        self.server.exchanges[exchange].is_reading = false;
        self.send(source, Lane::Network, task);
    }

    pub(crate) fn produce(&mut self, kilobytes: usize) {
        self.server.produce(kilobytes, self.now);
        for exchange in self.server.live.clone() {
            if self.server.exchanges[exchange].is_open && self.server.exchanges[exchange].is_reading {
                let at = self.now + ms(self.rng.u64(0..=self.scenario.setting.latency));
                self.queue.push(at, Event::Feed(exchange));
            }
        }
    }

    /// Timers of hidden tabs go off once a second, or once a minute after a while.
    pub(crate) fn set_timer(&mut self, source: usize, until: Option<Timestamp>) {
        let Some(until) = until else {
            self.sources[source].timer += 1;
            self.sources[source].timer_at = None;
            return;
        };
        let own = &mut self.sources[source];
        if own.timer_at == Some(until) {
            return;
        }
        own.timer += 1;
        own.timer_at = Some(until);
        let (timer, tab) = (own.timer, own.tab);
        let late =
            if self.now < self.tabs[tab].hidden_until { [1_000, 1_000, 1_000, 60_000][self.rng.usize(..4)] } else { 5 };
        let at = until + ms(self.rng.u64(0..=late));
        self.queue.push(at, Event::Arrive(source, Lane::Timers, Task::Timer(timer)));
    }

    /// Hands an action to the face, if there is one.
    fn take_action(&mut self, source: usize) -> bool {
        let moment = self.moment();
        let own = &mut self.sources[source];
        if own.is_closed {
            return false;
        }
        let action = own.engine.next_action(&moment);
        if action == Action::Nothing {
            return false;
        }
        let noted = own.witness.note(&action, &mut own.engine, &self.server, self.now);
        let got = own.witness.got;
        self.note(|| format!("    {source} is told {}", told(&action, got)));
        if let Err(what) = noted {
            self.fail(format!("source {source}: {what}"));
            return false;
        }
        true
    }

    /// A face that is slow takes its next action later.
    fn schedule_face(&mut self, source: usize) {
        let own = &mut self.sources[source];
        let is_slow = !own.step.is_zero() || self.now < own.stalled_until;
        if own.is_face_due || !is_slow || own.is_closed {
            return;
        }
        own.is_face_due = true;
        let at = own.stalled_until.max(self.now + own.step).max(self.now + Duration::from_micros(1));
        self.queue.push(at, Event::Arrive(source, Lane::Timers, Task::Face));
    }
}

/// What a message is about. It may be wrong about messages of another version of the protocol, and is for traces alone.
fn said(message: &[u8]) -> String {
    const BODIES: [&str; 15] = [
        "Want",
        "Welcome",
        "Record",
        "Roll",
        "Here",
        "Ping",
        "Pong",
        "Poke",
        "Reconnect",
        "Taken",
        "Cut",
        "Leave",
        "UpToDate",
        "Verify",
        "Verified",
    ];
    const RECORDS: [&str; 7] = ["Began", "Opened", "Resumed", "Bytes", "Lost", "Failed", "LetGo"];
    let number = |at: usize| message.get(at..at + 4).and_then(|it| it.try_into().ok()).map_or(0, u32::from_le_bytes);
    let kind = |at: usize, names: &'static [&str]| message.get(at).and_then(|it| names.get(usize::from(*it))).copied();
    let body = kind(22, &BODIES).unwrap_or("?");
    let epoch = number(10);
    match body {
        "Record" => {
            format!("{} {}/{}, {} bytes", kind(44, &RECORDS).unwrap_or("?"), number(24), number(36), message.len())
        }
        "Here" => format!("Here {}/{} in {epoch}", number(24), number(36)),
        "Want" => format!("Want {}/{} in {epoch}", number(32), number(44)),
        "Welcome" | "UpToDate" => format!("{body} {}/{} in {epoch}", number(32), number(44)),
        _ => format!("{body} in {epoch}"),
    }
}

fn told(action: &Action, got: u64) -> String {
    match action {
        Action::Dispatch => format!("event {got}"),
        Action::Reconnect { error } | Action::Fail { error } => {
            format!("{} {}", if error.is_fatal() { "failed" } else { "lost" }, error.reason().name())
        }
        other => format!("{other:?}"),
    }
}
