//! The world: tabs with event loops, and what is on its way between them.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;
use wasm_eventsource::connection::{Clock, Timestamp};
use wasm_eventsource::sharing::{Arbiter, MemberId, Settings, SharedEngine};

use crate::locks::{Claim, Locks};
use crate::queue::Queue;
use crate::scenario::{BURST, Fault, KINDS, Platform, Scenario};
use crate::server::Server;
use crate::witness::Witness;

/// That of the responses.
pub(crate) const ORIGIN: &str = "https://example.com";

/// More than this no member holds, in bytes: a ring, a tail, what is kept for a replay, and an inbox.
pub(crate) const MOST_HELD: usize = 6 * 1024 * 1024;

/// A run of more steps is one of members that talk for ever.
const MOST_STEPS: u64 = 3_000_000;

/// A broken guarantee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is wrong.
    pub what: String,
}

impl Failure {
    /// What is wrong without its numbers, to tell one failure from another.
    pub(crate) fn kind(&self) -> String {
        let text = self.what.split('"').next().unwrap_or_default();
        text.chars().filter(|it| !it.is_ascii_digit()).collect()
    }
}

/// What happened in a run.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// The faults of each kind.
    pub faults: [u64; KINDS],
    /// The events that all faces together were given.
    pub events: u64,
    /// How often a face was told of an error.
    pub errors: u64,
    /// How many sources there were.
    pub sources: u64,
    /// How many of them were alone in the end.
    pub alone: u64,
    /// The simulated time.
    pub time: Duration,
    /// The longest time until all was well again after a round.
    pub longest: Duration,
}

pub(crate) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// The time, and one random number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(Timestamp, f64);

impl Clock for Moment {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn jitter(&self) -> f64 {
        self.1
    }
}

/// Something for a source to take note of.
#[derive(Debug, Clone)]
pub(crate) enum Task {
    /// Over the channel that was opened this often.
    Message(Rc<[u8]>, u64),
    Joined(u64),
    Granted(Claim),
    Stolen(Claim),
    Rolled(Vec<MemberId>, bool, u64),
    Timer(u64),
    Face,
    Response(usize, u16),
    Chunk(usize, Rc<[u8]>),
    EndOfBody(usize),
    NetworkError(usize, bool),
}

/// The order of tasks of one lane is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lane {
    Channel,
    Locks,
    Network,
    Timers,
}

/// Something on its way to the lock manager.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LockCall {
    Enroll(u64),
    Lead(Claim),
    Steal(Claim),
    Release(Claim),
    Leave,
    Query(u64),
}

/// What happens at a time.
#[derive(Debug)]
pub(crate) enum Event {
    /// A tab does its next task.
    Run(usize),
    /// A task has come to the tab of a source.
    Arrive(usize, Lane, Task),
    /// A message has come to whoever hands it on.
    Broker {
        from: usize,
        number: u64,
        message: Rc<[u8]>,
        to_all: bool,
    },
    Locks(usize, LockCall),
    /// The locks of a tab that is gone are given back.
    Forget(usize),
    Accept(usize),
    Feed(usize),
    /// The server knows that a connection was let go of.
    Closed(usize),
    Produce,
    Fault(Fault),
    Thaw(usize),
    Show(usize),
    ServerUp,
    TheftEnds,
}

/// A tab or a worker.
#[derive(Debug, Default)]
pub(crate) struct Tab {
    pub(crate) sources: Vec<usize>,
    lanes: [VecDeque<(usize, Task)>; 4],
    pub(crate) is_gone: bool,
    pub(crate) frozen_until: Timestamp,
    pub(crate) busy_until: Timestamp,
    pub(crate) is_cached: bool,
    pub(crate) hidden_until: Timestamp,
    is_scheduled: bool,
}

/// A source, its engine, and what its driver keeps.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) id: MemberId,
    pub(crate) tab: usize,
    pub(crate) engine: SharedEngine,
    pub(crate) witness: Witness,
    /// Its channel is the one that was opened this often, if it is open.
    pub(crate) channel: Option<u64>,
    pub(crate) joins: u64,
    pub(crate) claim: Option<Claim>,
    pub(crate) claims: u64,
    pub(crate) exchange: Option<usize>,
    /// The exchange that may take the place of that one.
    pub(crate) candidate: Option<usize>,
    pub(crate) timer: u64,
    pub(crate) timer_at: Option<Timestamp>,
    pub(crate) is_closed: bool,
    /// The face takes nothing until then.
    pub(crate) stalled_until: Timestamp,
    /// The face needs so long for an action.
    pub(crate) step: Duration,
    pub(crate) is_face_due: bool,
    /// Something happened to it that may leave it alone.
    pub(crate) has_excuse: bool,
    /// How many messages it has sent; and of those it sent last, what is lost, by receiver, if it was killed.
    pub(crate) sent: u64,
    pub(crate) arrived: u64,
    pub(crate) lost_from: Vec<u64>,
    /// Messages, and calls of the lock manager, that are under way keep their order.
    to_broker: Timestamp,
    to_locks: Timestamp,
    arrivals: [Timestamp; 4],
}

/// All of it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) scenario: Scenario,
    pub(crate) now: Timestamp,
    pub(crate) rng: Rng,
    pub(crate) queue: Queue<Event>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) sources: Vec<Source>,
    pub(crate) hubs: Vec<usize>,
    pub(crate) locks: Locks,
    pub(crate) server: Server,
    pub(crate) tally: Tally,
    pub(crate) extra_delay: (Timestamp, u64),
    pub(crate) failure: Option<String>,
    pub(crate) all_are_excused_until: Timestamp,
    steps: u64,
    pub(crate) trace: Option<Vec<String>>,
}

/// Runs a scenario.
///
/// # Errors
/// The guarantee that was broken.
pub fn run(scenario: &Scenario) -> Result<Tally, Failure> {
    let mut world = World::new(scenario, false);
    world.play().map_err(|what| Failure { what })?;
    Ok(world.tally)
}

/// Runs it and notes what happens, up to the failure.
pub fn trace(scenario: &Scenario) -> Vec<String> {
    let mut world = World::new(scenario, true);
    let end = world.play();
    let mut trace = world.trace.unwrap_or_default();
    trace.extend(end.err());
    trace
}

impl World {
    fn new(scenario: &Scenario, traces: bool) -> Self {
        let setting = &scenario.setting;
        Self {
            now: ms(1_000_000),
            rng: Rng::with_seed(scenario.seed ^ 0x5EED),
            queue: Queue::default(),
            tabs: Vec::new(),
            sources: Vec::new(),
            hubs: Vec::new(),
            locks: Locks::default(),
            server: Server::new(setting.ids, scenario.seed),
            tally: Tally::default(),
            extra_delay: (Timestamp::ZERO, 0),
            failure: None,
            all_are_excused_until: Timestamp::ZERO,
            steps: 0,
            trace: traces.then(Vec::new),
            scenario: scenario.clone(),
        }
    }

    fn play(&mut self) -> Result<(), String> {
        let begin = self.now;
        if self.scenario.setting.platform == Platform::Hub {
            self.open_tab(Arbiter::Here);
        }
        (0..self.scenario.setting.tabs).for_each(|_| {
            self.open_tab(self.arbiter());
        });
        self.queue.push(self.now, Event::Produce);
        for round in 0..self.scenario.setting.rounds {
            let start = self.now;
            for act in self.scenario.acts.clone() {
                if act.round == round {
                    self.queue.push(start + ms(act.at), Event::Fault(act.fault));
                }
            }
            self.run_until(start + ms(BURST))?;
            self.make_peace()?;
        }
        self.close_all()?;
        self.tally.time = self.now - begin;
        self.tally.sources = self.sources.len() as u64;
        for source in &self.sources {
            self.tally.events += source.witness.count;
            self.tally.errors += source.witness.errors;
        }
        Ok(())
    }

    pub(crate) fn run_until(&mut self, end: Timestamp) -> Result<(), String> {
        while let Some((at, event)) = self.queue.pop(end.max(self.now)) {
            // The computer may have slept.
            self.now = self.now.max(at);
            self.happen(event);
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return Err("there is no end of it".into());
            }
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
        }
        self.now = self.now.max(end);
        Ok(())
    }

    pub(crate) fn arbiter(&self) -> Arbiter {
        match self.scenario.setting.platform {
            Platform::Locks => Arbiter::Locks,
            Platform::Members => Arbiter::Members,
            Platform::Hub => Arbiter::Elsewhere,
        }
    }

    pub(crate) fn moment(&mut self) -> Moment {
        Moment(self.now, self.rng.f64())
    }

    pub(crate) fn note(&mut self, what: impl FnOnce() -> String) {
        let now = self.now;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>9.3} {}", now.as_secs_f64() - 1000.0, what()));
        }
    }

    pub(crate) fn fail(&mut self, what: String) {
        self.failure.get_or_insert(what);
    }

    pub(crate) fn open_tab(&mut self, arbiter: Arbiter) -> usize {
        self.tabs.push(Tab::default());
        self.open_source(self.tabs.len() - 1, arbiter)
    }

    pub(crate) fn open_source(&mut self, tab: usize, arbiter: Arbiter) -> usize {
        let number = self.sources.len();
        let setting = &self.scenario.setting;
        let id = self.rng.u64(1..=u64::MAX);
        let engine = SharedEngine::new(Settings {
            arbiter,
            replay: setting.replay,
            linger: ms(setting.linger),
            is_visible: self.tabs[tab].hidden_until <= self.now,
            idle_timeout: setting.idle_timeout.map(ms),
            ..Settings::new(id)
        });
        let witness = Witness::new(setting);
        // Rings overflow.
        let setting_is_large = setting.is_large;
        self.sources.push(Source {
            id,
            tab,
            engine,
            witness,
            channel: None,
            joins: 0,
            claim: None,
            claims: 0,
            exchange: None,
            candidate: None,
            timer: 0,
            timer_at: None,
            is_closed: false,
            stalled_until: Timestamp::ZERO,
            step: Duration::ZERO,
            is_face_due: false,
            has_excuse: setting_is_large || self.latency() > 400 || self.now < self.all_are_excused_until,
            sent: 0,
            arrived: 0,
            lost_from: Vec::new(),
            to_broker: Timestamp::ZERO,
            to_locks: Timestamp::ZERO,
            arrivals: [Timestamp::ZERO; 4],
        });
        self.tabs[tab].sources.push(number);
        if arbiter == Arbiter::Here {
            self.hubs.push(number);
        }
        self.note(|| format!("source {number} in tab {tab}"));
        self.pump(number);
        number
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Run(tab) => self.run_tab(tab),
            Event::Arrive(source, lane, task) => self.arrive(source, lane, task),
            Event::Broker { from, number, message, to_all } => self.hand_on(from, number, &message, to_all),
            Event::Locks(source, call) => self.call_locks(source, call),
            Event::Forget(source) => {
                let notices = self.locks.forget(source);
                self.tell_locks(notices);
            }
            Event::Accept(exchange) => self.accept(exchange),
            Event::Feed(exchange) => self.feed(exchange),
            Event::Closed(exchange) => self.server.exchanges[exchange].is_open = false,
            Event::Produce => {
                self.produce(0);
                let pace = self.scenario.setting.pace;
                let at = self.now + ms(self.rng.u64(0..=2 * pace));
                self.queue.push(at, Event::Produce);
            }
            Event::Fault(fault) => self.strike(fault),
            Event::Thaw(tab) => self.thaw(tab),
            Event::Show(tab) => self.show(tab),
            Event::ServerUp => self.server.is_down = false,
            Event::TheftEnds => {
                let notices = self.locks.release(Claim { source: None, request: 0 });
                self.tell_locks(notices);
            }
        }
    }

    /// A time of the near future, after what is on the same way already.
    fn later(&mut self, after: Timestamp, latency: u64) -> Timestamp {
        let microseconds = self.rng.u64(..=latency * 1_000);
        (self.now + Duration::from_micros(microseconds)).max(after)
    }

    pub(crate) fn latency(&self) -> u64 {
        let (until, extra) = self.extra_delay;
        self.scenario.setting.latency + if self.now < until { extra } else { 0 }
    }

    /// Something is on its way to the tab of a source.
    pub(crate) fn send(&mut self, source: usize, lane: Lane, task: Task) {
        let latency = match lane {
            Lane::Channel => self.latency(),
            Lane::Locks | Lane::Network => self.scenario.setting.latency,
            Lane::Timers => 0,
        };
        let at = self.later(self.sources[source].arrivals[lane as usize], latency);
        self.sources[source].arrivals[lane as usize] = at;
        self.queue.push(at, Event::Arrive(source, lane, task));
    }

    pub(crate) fn post(&mut self, source: usize, to_all: bool) {
        let latency = self.latency();
        let at = self.later(self.sources[source].to_broker, latency);
        let own = &mut self.sources[source];
        own.to_broker = at;
        own.sent += 1;
        let (number, message) = (own.sent, own.engine.message().into());
        self.queue.push(at, Event::Broker { from: source, number, message, to_all });
    }

    pub(crate) fn call(&mut self, source: usize, call: LockCall) {
        let latency = self.scenario.setting.latency;
        let at = self.later(self.sources[source].to_locks, latency);
        self.sources[source].to_locks = at;
        self.queue.push(at, Event::Locks(source, call));
    }

    fn hand_on(&mut self, from: usize, number: u64, message: &Rc<[u8]>, to_all: bool) {
        self.sources[from].arrived = number;
        for to in 0..self.sources.len() {
            let is_lost = self.sources[from].lost_from.get(to).is_some_and(|lost| number >= *lost);
            let Some(channel) = self.sources[to].channel else { continue };
            if is_lost || to == from && !to_all || self.tabs[self.sources[to].tab].is_gone {
                continue;
            }
            self.send(to, Lane::Channel, Task::Message(message.clone(), channel));
        }
    }

    fn arrive(&mut self, source: usize, lane: Lane, task: Task) {
        let number = self.sources[source].tab;
        let tab = &mut self.tabs[number];
        if tab.is_gone {
            return;
        }
        tab.lanes[lane as usize].push_back((source, task));
        self.schedule(number);
    }

    /// The tab does its tasks as soon as it can.
    pub(crate) fn schedule(&mut self, number: usize) {
        let tab = &mut self.tabs[number];
        if tab.is_scheduled || tab.is_gone || tab.lanes.iter().all(VecDeque::is_empty) {
            return;
        }
        tab.is_scheduled = true;
        let at = self.now.max(tab.busy_until);
        self.queue.push(at, Event::Run(number));
    }

    /// It can do so now.
    pub(crate) fn wake(&mut self, number: usize) {
        self.tabs[number].is_scheduled = false;
        self.schedule(number);
    }

    fn run_tab(&mut self, number: usize) {
        let tab = &mut self.tabs[number];
        tab.is_scheduled = false;
        if tab.is_gone || self.now < tab.frozen_until {
            return;
        }
        if self.now >= tab.busy_until {
            // Whichever kind of task the event loop takes.
            let full: Vec<usize> = (0..4).filter(|lane| !tab.lanes[*lane].is_empty()).collect();
            if let Some((source, task)) = self.rng.choice(full).and_then(|lane| tab.lanes[lane].pop_front()) {
                self.perform_task(source, task);
            }
        }
        self.schedule(number);
    }
}
