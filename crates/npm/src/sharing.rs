//! A source that shares a connection, as JavaScript sees it: an engine like any other, with a side for its group.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;

use wasm_eventsource::Reason;
use wasm_eventsource::connection::Clock;
use wasm_eventsource::engine::{Action, Engine as Lone, Signal, Verify};
use wasm_eventsource::event_stream::{Batch, EventHead};
use wasm_eventsource::sharing::{Arbiter, Role, SharedEngine, Work, group_name};
use wasm_eventsource::time::Duration;

use crate::constants::{arbiter, news, number, role, text, work};
use crate::engine::{Engine, Moment};

/// What decides for a source: an engine of its own, or that of a member.
#[derive(Debug)]
pub(crate) enum Core {
    Lone(Box<Lone>),
    Shared(Box<Member>),
}

/// A member, and the time of the call that is for it.
#[derive(Debug)]
pub(crate) struct Member {
    engine: SharedEngine,
    moment: Moment,
}

impl From<Lone> for Core {
    fn from(engine: Lone) -> Self {
        Self::Lone(engine.into())
    }
}

impl From<SharedEngine> for Core {
    fn from(engine: SharedEngine) -> Self {
        Self::Shared(Member { engine, moment: Moment::default() }.into())
    }
}

/// Defines methods that both have, each as it is.
macro_rules! forward {
    ($($name:ident(&$($mutable:ident)?$(, $argument:ident: $of:ty)*) $(-> $result:ty)?;)*) => {
        $(
            pub(crate) fn $name(&$($mutable)? self$(, $argument: $of)*) $(-> $result)? {
                match self {
                    Self::Lone(engine) => engine.$name($($argument),*),
                    Self::Shared(member) => member.engine.$name($($argument),*),
                }
            }
        )*
    };
}

impl Core {
    forward! {
        receive(&mut, signal: Signal<'_>);
        receive_chunk(&mut, length: usize) -> Option<&mut [u8]>;
        expect_futile(&mut, reason: Reason);
        awaits_candidate(&) -> bool;
        receive_for_candidate(&mut, signal: Signal<'_>);
        verify(&mut, how: Verify) -> bool;
        online(&mut);
        come_back(&mut);
        suspend(&mut);
        resume(&mut);
        reset(&mut);
        event_head(&) -> Option<EventHead<'_>>;
        raw_data(&mut) -> Option<&[u8]>;
        comment(&) -> Option<Cow<'_, str>>;
        fill(&mut, batch: &mut Batch);
        settle(&mut, batch: &mut Batch, count: usize);
        last_event_id(&) -> &str;
        reconnection_time(&) -> Duration;
    }

    pub(crate) fn next_action(&mut self, clock: &impl Clock) -> Action {
        match self {
            Self::Lone(engine) => engine.next_action(clock),
            Self::Shared(member) => member.engine.next_action(clock),
        }
    }

    pub(crate) fn reconnect(&mut self) -> bool {
        match self {
            Self::Lone(engine) => engine.reconnect(),
            Self::Shared(member) => {
                member.engine.reconnect(&member.moment);
                false
            }
        }
    }

    /// A member goes on where its group has read to, whatever its user says.
    pub(crate) fn set_last_event_id(&mut self, id: &str) {
        if let Self::Lone(engine) = self {
            engine.set_last_event_id(id);
        }
    }

    pub(crate) fn close(&mut self) {
        match self {
            Self::Lone(engine) => engine.close(),
            Self::Shared(member) => member.engine.close(&member.moment),
        }
    }

    fn member(&mut self) -> Option<&mut Member> {
        match self {
            Self::Lone(_) => None,
            Self::Shared(member) => Some(member),
        }
    }

    fn shared(&self) -> Option<&SharedEngine> {
        match self {
            Self::Lone(_) => None,
            Self::Shared(member) => Some(&member.engine),
        }
    }

    /// One of the [texts](text) that only a member has.
    pub(crate) fn bytes(&self, which: u32) -> &[u8] {
        let Some(engine) = self.shared() else { return &[] };
        match which {
            text::POST => engine.message(),
            text::REQUEST_ID => engine.request_id().as_bytes(),
            _ => engine.origin().as_bytes(),
        }
    }

    /// One of the [numbers](number) that only a member has.
    pub(crate) fn number(&self, which: u32) -> u32 {
        let Some(engine) = self.shared() else { return 0 };
        match which {
            number::IS_OVER => engine.is_over().into(),
            _ => match engine.role() {
                Role::Member => role::MEMBER,
                Role::Leader => role::LEADER,
                Role::Alone => role::ALONE,
            },
        }
    }
}

impl Engine {
    /// The time and chance of the next call.
    pub(crate) fn set_clock(&mut self, now: f64, jitter: f64) {
        if let Some(member) = self.core.member() {
            member.moment = Moment { now, jitter };
        }
    }

    /// What to do next for the group, as one of the [works](work).
    pub(crate) fn work(&mut self) -> u32 {
        let Some(Member { engine, moment }) = self.core.member() else { return work::NOTHING };
        match engine.next_work(moment) {
            Work::Request => work::REQUEST,
            Work::Probe => work::PROBE,
            Work::Read => work::READ,
            Work::RequestCandidate => work::REQUEST_CANDIDATE,
            Work::LetGoOfCandidate => work::LET_GO_OF_CANDIDATE,
            Work::Replace => work::REPLACE,
            Work::LetGo => work::LET_GO,
            Work::Join => work::JOIN,
            Work::Post => work::POST,
            Work::PostToAll => work::POST_TO_ALL,
            Work::Lead => work::LEAD,
            Work::Steal => work::STEAL,
            Work::Resign => work::RESIGN,
            Work::CallRoll => work::CALL_ROLL,
            Work::Leave => work::LEAVE,
            Work::Wait { until } => {
                self.set_until(until);
                work::WAIT
            }
            Work::Nothing => work::NOTHING,
        }
    }

    /// Takes note of some of the [news].
    pub(crate) fn tell(&mut self, which: u32) {
        let given = self.take_bytes();
        let Some(Member { engine, moment }) = self.core.member() else { return };
        match which {
            news::JOINED => engine.joined(moment),
            news::GRANTED => engine.granted(moment),
            news::DEPOSED => engine.deposed(moment),
            news::VISIBLE => engine.set_visible(true),
            news::HIDDEN => engine.set_visible(false),
            news::MESSAGE => engine.hear(&given, moment),
            news::ORIGIN => engine.set_origin(core::str::from_utf8(&given).unwrap_or_default()),
            news::LEADS | news::LEADS_NOT => {
                let members =
                    given.chunks_exact(8).map(|id| id.iter().rev().fold(0, |id, byte| id << 8 | u64::from(*byte)));
                engine.rolled(&members.collect::<Vec<_>>(), which == news::LEADS, moment);
            }
            _ => engine.unavailable(moment),
        }
    }

    /// The name of the group whose text was handed in.
    pub(crate) fn group(&mut self) -> Vec<u8> {
        let given = self.take_bytes();
        group_name(&[core::str::from_utf8(&given).unwrap_or_default()]).into_bytes()
    }
}

/// The arbiter of this [number](arbiter).
pub(crate) fn arbiter(which: u32) -> Arbiter {
    match which {
        arbiter::MEMBERS => Arbiter::Members,
        arbiter::ELSEWHERE => Arbiter::Elsewhere,
        arbiter::HERE => Arbiter::Here,
        _ => Arbiter::Locks,
    }
}
