//! An engine under a scripted transport and a clock that the test moves.

use std::cell::Cell;
use std::time::Duration;

use wasm_eventsource::connection::{Clock, Reconnect, ResponseHead, Timestamp};
use wasm_eventsource::engine::{Action, Engine, Signal};
use wasm_eventsource::event_stream::Parser;

/// A clock that stands still until it is told to go on.
#[derive(Debug, Default)]
pub(crate) struct FakeClock {
    pub(crate) now: Cell<Timestamp>,
    pub(crate) jitter: Cell<f64>,
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        self.now.get()
    }
    fn jitter(&self) -> f64 {
        self.jitter.get()
    }
}

/// What the network does next, each as an answer to a request or a read.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Response(u16, Option<&'static str>),
    Chunk(&'static [u8]),
    End,
    Broken,
    /// As CORS makes it look, or a server that is not there.
    Hidden,
    Answered,
    Unusable,
}

pub(crate) const STREAM: Reply = Reply::Response(200, Some("text/event-stream"));

/// An engine, a network that follows a script, and a log of what a page would see.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) engine: Engine,
    pub(crate) clock: FakeClock,
    script: Vec<Reply>,
    pub(crate) log: Vec<String>,
    /// The source is closed from the listener of the event with this data.
    pub(crate) close_on: Option<&'static str>,
}

impl Page {
    pub(crate) fn new(script: impl Into<Vec<Reply>>) -> Self {
        Self::with_engine(Engine::default(), script)
    }

    pub(crate) fn with_reconnect(policy: Reconnect, script: impl Into<Vec<Reply>>) -> Self {
        Self::with_engine(Engine::default().with_reconnect(policy), script)
    }

    pub(crate) fn with_parser(parser: Parser, script: impl Into<Vec<Reply>>) -> Self {
        Self::with_engine(Engine::new(parser), script)
    }

    fn with_engine(engine: Engine, script: impl Into<Vec<Reply>>) -> Self {
        let mut page =
            Self { engine, clock: FakeClock::default(), script: Vec::new(), log: Vec::new(), close_on: None };
        page.network_answers(script);
        page
    }

    /// What the network does from now on.
    pub(crate) fn network_answers(&mut self, script: impl Into<Vec<Reply>>) {
        self.script = script.into();
        self.script.reverse();
    }

    /// Runs until the engine waits, for a time or for a network whose script is over.
    pub(crate) fn run(&mut self) -> &mut Self {
        // Far more than any script here needs: an engine that spins is a failure and not a test that never ends.
        for _ in 0..1_000 {
            match self.engine.next_action(&self.clock) {
                Action::Request => {
                    self.log.push(format!("request id={:?}", self.engine.last_event_id()));
                    self.reply();
                }
                Action::Read => self.reply(),
                Action::Probe => {
                    self.note("probe");
                    self.reply();
                }
                Action::Wait { until } => {
                    let left = until - self.clock.now.get();
                    self.log.push(format!("wait {}", left.as_millis()));
                    return self;
                }
                Action::Open => self.note("open"),
                Action::Dispatch => {
                    let event = self.engine.event().expect("an event to dispatch").into_event();
                    self.note(&format!("{} {:?} id={:?}", event.event_type(), event.data(), event.last_event_id()));
                    if self.close_on == Some(event.data()) {
                        self.engine.close();
                    }
                }
                Action::Reconnect { error } => {
                    let delay = error.reconnects_in().expect("there is another attempt");
                    self.note(&format!("error ({}) again in {delay:?}", error.reason()));
                }
                Action::Fail { error } => self.note(&format!("error ({error})")),
                Action::Comment => {
                    let comment = self.engine.comment().expect("a comment to show").into_owned();
                    self.note(&format!("comment {comment:?}"));
                    if self.close_on == Some(&comment) {
                        self.engine.close();
                    }
                }
                Action::Suspended => self.note("suspended"),
                Action::RequestCandidate => {
                    self.log.push(format!("candidate id={:?}", self.engine.last_event_id()));
                }
                Action::Verified => self.note("verified"),
                Action::Replaced => self.note("replaced"),
                Action::Nothing => return self,
                other => panic!("this driver does not know {other:?}"),
            }
        }
        panic!("the engine spins: {:?}", self.log);
    }

    /// Lets the time that the engine asked for pass, and runs.
    pub(crate) fn pass(&mut self, milliseconds: u64) -> &mut Self {
        self.clock.now.set(self.clock.now.get() + Duration::from_millis(milliseconds));
        self.run()
    }

    /// Runs until the network's script is over, however long the engine waits in between.
    pub(crate) fn run_to_the_end(&mut self) -> &mut Self {
        self.run();
        while let Some(left) = self.log.last().and_then(|line| line.strip_prefix("wait ")?.parse::<u64>().ok())
            && !self.script.is_empty()
        {
            // It is told in whole milliseconds.
            self.pass(left + 1);
        }
        self
    }

    fn note(&mut self, what: &str) {
        self.log.push(format!("{what} [{:?}]", self.engine.ready_state()));
    }

    fn reply(&mut self) {
        match self.script.pop() {
            Some(Reply::Response(status, content_type)) => {
                self.engine.receive(Signal::Response(ResponseHead { status, content_type, ..ResponseHead::default() }));
            }
            Some(Reply::Chunk(bytes)) => {
                self.engine.receive_chunk(bytes.len()).expect("a chunk is awaited").copy_from_slice(bytes);
            }
            Some(Reply::End) => self.engine.receive(Signal::EndOfBody),
            Some(Reply::Broken) => {
                self.engine.receive(Signal::NetworkError { message: "broken".into(), hidden: false })
            }
            Some(Reply::Hidden) => {
                self.engine.receive(Signal::NetworkError { message: "hidden".into(), hidden: true });
            }
            Some(Reply::Answered) => self.engine.receive(Signal::Answered),
            Some(Reply::Unusable) => self.engine.receive(Signal::Unusable { message: "no response".into() }),
            None => {}
        }
    }

    #[track_caller]
    pub(crate) fn saw(&mut self, expected: &[&str]) -> &mut Self {
        assert_eq!(self.log, expected);
        self.log.clear();
        self
    }
}
