//! The engine under arbitrary operations. After each, the [invariants](INVARIANTS) are checked. At the end the network is well,
//! timers are on time, and the engine has to come to a connection and to an event.

use core::cell::Cell;
use core::fmt::Write as _;
use core::time::Duration;

use wasm_eventsource::connection::{Clock, Reconnect, ResponseHead, Timestamp};
use wasm_eventsource::engine::{Action, Engine, Signal, Verify};
use wasm_eventsource::event_stream::{Batch, Parser};
use wasm_eventsource::{Reason, Refusal};

use super::input::Input;
use super::invariants::INVARIANTS;
use super::ledger::{Ledger, Out, Snapshot, Step};
use super::naive::Told;
use super::operations::{Command, Head, Operation, Report, Settings};
use super::parser::message;
use super::vectors::Message;

/// An engine that spins is a fault. A chunk of an input has fewer events than this.
const MANY: usize = 200;

/// How many actions a connection and an event may take when all is well: a probe, waits, and events that were cut.
const ENOUGH: usize = 100;

/// How often the engine may look at a connection on which nothing comes, if timers are on time. The first looks may be of before.
const LOOKS: usize = 4;

/// Brings an event after whatever came before it.
const ALIVE: &[u8] = b"\n\ndata: alive\n\n";

const HEAD: Head = Head { status: 200, content_type: Some("text/event-stream"), retry_after: None };

/// Does what the input says. Returns the number of operations.
pub fn run(bytes: &[u8]) -> usize {
    let mut input = Input::new(bytes);
    let mut world = World::new(Settings::read(&mut input));
    let mut operations = 0;
    while !input.is_empty() {
        world.operate(Operation::read(&mut input));
        operations += 1;
    }
    if operations % 2 == 1 {
        world.fall_silent();
    }
    world.recover();
    operations
}

/// A clock that the operations move.
#[derive(Default)]
struct FuzzClock {
    now: Cell<Timestamp>,
    jitter: Cell<f64>,
}

impl Clock for FuzzClock {
    fn now(&self) -> Timestamp {
        self.now.get()
    }

    fn jitter(&self) -> f64 {
        self.jitter.get()
    }
}

/// An engine, its driver, and everything around them.
struct World {
    engine: Engine,
    clock: FuzzClock,
    batch: Batch,
    ledger: Ledger,
    /// What can be seen of the engine now.
    seen: Snapshot,
    /// The last action was a Dispatch, and nothing has happened since.
    is_at_event: bool,
    /// When the engine wants to be asked again.
    until: Option<Timestamp>,
    /// What was done so far, for the message of a failure.
    trace: Vec<(Option<Operation>, Option<Action>)>,
}

/// What an operation gives back.
#[derive(Default)]
struct Given {
    taken: Vec<Message>,
    accepted: bool,
}

impl World {
    fn new(settings: Settings) -> Self {
        let mut parser = Parser::new().with_max_event_size(settings.max_event_size);
        parser.set_last_event_id(settings.last_event_id);
        if settings.with_comments {
            parser = parser.with_comments();
        }
        let mut engine = if settings.for_body {
            Engine::for_body(parser)
        } else {
            Engine::new(parser).with_reconnect(policy(&settings))
        };
        if let Some(timeout) = settings.idle_timeout {
            engine = engine.with_idle_timeout(timeout);
        }
        if let Some(timeout) = settings.connect_timeout {
            engine = engine.with_connect_timeout(timeout);
        }
        let seen = Snapshot::of(&engine);
        Self {
            engine,
            clock: FuzzClock::default(),
            batch: Batch::default(),
            ledger: Ledger::new(settings),
            seen,
            is_at_event: false,
            until: None,
            trace: Vec::new(),
        }
    }

    fn operate(&mut self, operation: Operation) {
        match operation {
            Operation::Next => {
                self.next();
            }
            Operation::Run => self.run(),
            Operation::Take { .. } if !self.is_at_event => {}
            operation => {
                let given = self.perform(&operation);
                self.finish(Some(operation), None, given);
            }
        }
    }

    /// Asks for the next action.
    fn next(&mut self) -> Action {
        let action = self.engine.next_action(&self.clock);
        self.is_at_event = action == Action::Dispatch;
        self.until = if let Action::Wait { until } = action { Some(until) } else { None };
        self.finish(None, Some(action.clone()), Given::default());
        action
    }

    /// Asks for actions up to one that has to be answered.
    fn run(&mut self) {
        for _ in 0..MANY {
            let action = self.next();
            if matches!(action, Action::Request | Action::Probe | Action::Read | Action::Wait { .. } | Action::Nothing)
            {
                return;
            }
        }
        panic!("the engine spins\n{}", self.story());
    }

    fn perform(&mut self, operation: &Operation) -> Given {
        match operation {
            Operation::Next | Operation::Run => {}
            Operation::Take { count, meanwhile } => return self.take(*count, *meanwhile),
            Operation::Response { head } => self.engine.receive(Signal::Response(response(*head))),
            Operation::Judging => self.engine.receive(Signal::Judging),
            Operation::Refused { head, retries } => {
                let refusal = Some(Refusal::new(head.status, Vec::new(), "no".to_string()));
                self.engine.receive(Signal::Refused { head: response(*head), refusal, retries: *retries, delay: None });
            }
            Operation::Chunk(bytes) => {
                let place = self.engine.receive_chunk(bytes.len());
                let accepted = place.is_some();
                if let Some(place) = place {
                    place.copy_from_slice(bytes);
                }
                return Given { accepted, ..Given::default() };
            }
            Operation::EndOfBody => self.engine.receive(Signal::EndOfBody),
            Operation::NetworkError { hidden } => {
                self.engine.receive(Signal::NetworkError { message: "lost".to_string(), hidden: *hidden });
            }
            Operation::Unprepared => self.engine.receive(Signal::Unprepared { message: "no token".to_string() }),
            Operation::Unusable => self.engine.receive(Signal::Unusable { message: "no response".into() }),
            Operation::Answered => self.engine.receive(Signal::Answered),
            Operation::Pass(time) => self.clock.now.set(self.clock.now() + *time),
            Operation::PassWait(late) => {
                let until = self.until.unwrap_or_default().max(self.clock.now());
                self.clock.now.set(until + *late);
            }
            Operation::Jitter(jitter) => self.clock.jitter.set(*jitter),
            Operation::Command(command) => return Given { accepted: self.command(*command), ..Given::default() },
            Operation::StopWaiting => self.engine.stop_waiting(),
            Operation::Verify { listens } => {
                let how = if *listens { Verify::default() } else { Verify::default().stale_after(Duration::ZERO) };
                return Given { accepted: self.engine.verify(how), ..Given::default() };
            }
            Operation::ForCandidate(report) => self.report(report),
            Operation::ExpectFutile => self.engine.expect_futile(Reason::Blocked),
            Operation::Reset => self.engine.reset(),
            Operation::SetOrigin(origin) => self.engine.set_origin(origin),
        }
        Given::default()
    }

    fn report(&mut self, report: &Report) {
        self.engine.receive_for_candidate(match report {
            Report::Response { head } => Signal::Response(response(*head)),
            Report::Judging => Signal::Judging,
            Report::Refused { head, retries } => {
                let refusal = Some(Refusal::new(head.status, Vec::new(), "no".to_string()));
                Signal::Refused { head: response(*head), refusal, retries: *retries, delay: None }
            }
            Report::NetworkError => Signal::NetworkError { message: "lost".to_string(), hidden: true },
            Report::Unprepared => Signal::Unprepared { message: "no token".to_string() },
            Report::Unusable => Signal::Unusable { message: "no response".to_string() },
        });
    }

    fn command(&mut self, command: Command) -> bool {
        match command {
            Command::Nothing => {}
            Command::Close => self.engine.close(),
            Command::Suspend => self.engine.suspend(),
            Command::Resume => self.engine.resume(),
            Command::Reconnect => return self.engine.reconnect(),
        }
        false
    }

    /// Takes events many at once, as the npm package does.
    fn take(&mut self, count: usize, meanwhile: Command) -> Given {
        self.engine.fill(&mut self.batch);
        let head = self.engine.event_head().expect("an event is at hand");
        let (mut event_type, mut id) = (head.event_type.to_string(), head.last_event_id.to_string());
        let Ok(text) = core::str::from_utf8(self.batch.text()) else {
            self.command(meanwhile);
            self.engine.settle(&mut self.batch, 0);
            return Given::default();
        };
        let count = count % (self.batch.len() + 1);
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut start = 0;
        let mut part = |end: u32| {
            let part = String::from_utf16(&units[start..end as usize]).expect("whole characters");
            start = end as usize;
            part
        };
        let mut taken = Vec::new();
        for places in self.batch.places().chunks(3).take(count) {
            let data = part(places[0]);
            for (known, new) in [(&mut id, part(places[1])), (&mut event_type, part(places[2]))] {
                if !new.is_empty() {
                    *known = new;
                }
            }
            taken.push(Message { event_type: event_type.clone(), data, last_event_id: id.clone() });
        }
        self.command(meanwhile);
        self.engine.settle(&mut self.batch, count);
        let taken = if taken.is_empty() { taken } else { taken.split_off(1) };
        Given { taken, accepted: false }
    }

    /// Checks what has come of a step, and takes note of it.
    fn finish(&mut self, operation: Option<Operation>, action: Option<Action>, given: Given) {
        if operation.is_some() {
            self.is_at_event = false;
        }
        let event = self.engine.event().map(|event| Told::Event(message(&event)));
        let comment = self.engine.comment().map(|comment| Told::Comment(comment.into_owned()));
        let after = Snapshot::of(&self.engine);
        let step = Step {
            operation,
            action,
            at_hand: event.into_iter().chain(comment).collect(),
            taken: given.taken,
            accepted: given.accepted,
            before: core::mem::replace(&mut self.seen, after.clone()),
            after,
            now: self.clock.now(),
        };
        for (sentence, holds) in INVARIANTS {
            if !holds(&self.ledger, &step) {
                panic!("{sentence}\n{}\nnow: {step:#?}\nthe driver's notes: {:#?}", self.story(), self.ledger);
            }
        }
        self.ledger.note(&step);
        self.trace.push((step.operation, step.action));
    }

    /// Nothing comes any more, and timers are on time. If there is an idle timeout, the connection is lost after some looks.
    fn fall_silent(&mut self) {
        self.run();
        let requests = self.ledger.requests.len();
        for _ in 0..LOOKS {
            let is_awaited = self.ledger.out == Out::Request || self.ledger.is_reading();
            let (true, Some(until)) = (is_awaited, self.until) else { return };
            self.clock.now.set(until.max(self.clock.now()));
            self.run();
            if self.ledger.requests.len() > requests {
                return;
            }
        }
        panic!("a connection on which nothing comes is not lost\n{}", self.story());
    }

    /// The network is well and the driver faithful from now on. There is a connection and an event soon, unless the source is
    /// closed, or fails.
    fn recover(&mut self) {
        self.operate(Operation::Command(Command::Resume));
        if self.ledger.due > self.clock.now() + Duration::from_secs(10_000_000) {
            self.operate(Operation::Command(Command::Reconnect));
        }
        if let Some(answer) = self.answer() {
            self.operate(answer);
        }
        for _ in 0..ENOUGH {
            if self.ledger.is_closed {
                return;
            }
            match self.next() {
                Action::Dispatch if self.engine.event().is_some_and(|event| event.data().ends_with("alive")) => return,
                Action::Wait { .. } if self.ledger.awaits_candidate() => {
                    self.operate(Operation::ForCandidate(Report::Response { head: HEAD }));
                }
                Action::Wait { until } => self.clock.now.set(until),
                Action::Request | Action::Probe | Action::Read | Action::Nothing => {
                    let Some(answer) = self.answer() else { break };
                    self.operate(answer);
                }
                _ => {}
            }
        }
        panic!("there is no event, although all is well\n{}\nthe driver's notes: {:#?}", self.story(), self.ledger);
    }

    /// What a network that is well says to what is out.
    fn answer(&self) -> Option<Operation> {
        match self.ledger.out {
            _ if self.ledger.awaits_candidate() => Some(Operation::ForCandidate(Report::Response { head: HEAD })),
            Out::Request => Some(Operation::Response { head: HEAD }),
            Out::Probe { .. } => Some(Operation::Answered),
            Out::Body { reading: true } => Some(Operation::Chunk(ALIVE.to_vec())),
            Out::Nothing | Out::Body { reading: false } => None,
        }
    }

    fn story(&self) -> String {
        let mut story = format!("{:?}\n", self.ledger.settings);
        for (operation, action) in &self.trace {
            let _ = match (operation, action) {
                (Some(operation), _) => writeln!(story, "  {operation:?}"),
                (None, action) => writeln!(story, "    -> {action:?}"),
            };
        }
        story
    }
}

fn policy(settings: &Settings) -> Reconnect {
    let mut policy = Reconnect::default()
        .initial_delay(Duration::from_millis(settings.initial_delay.into()))
        .max_delay(Duration::from_millis(settings.max_delay.into()));
    policy = policy.statuses(settings.statuses);
    if let Some(attempts) = settings.max_attempts {
        policy = policy.max_attempts(attempts);
    }
    if settings.only_with_id { policy.only_with_id() } else { policy }
}

fn response(head: Head) -> ResponseHead<'static> {
    ResponseHead { status: head.status, content_type: head.content_type, retry_after: head.retry_after }
}
