//! One connection for many sources: the tabs and workers of an origin share it.
//!
//! A browser has six connections to a server over HTTP/1.1, for all tabs together. Sources with the same request can share
//! one of them. They form a *group*. Every source is a *member* of its group. One member is the *leader*: it holds the
//! connection, and relays its bytes. ([`Role::Member`] is a member that is not the leader.) Every member interprets these
//! bytes itself, so a shared source behaves like any other.
//!
//! A *face* is the API that users see, such as `EventSource`. A *driver* talks to the platform.
//!
//! [`SharedEngine`] is a member without its platform. Messages, time and random numbers go in, and one [`Work`] at a time comes
//! out.
//!
//! # What it guarantees
//!
//! 1. There is one connection for each group. A group is all sources with the same request: see [`group_name`].
//! 2. From the moment when it joins, each source sees the same as with a connection of its own: in order, nothing lost and nothing
//!    twice, whatever happens to other members. This needs a server that can continue from a last event ID. If it cannot, the gap is
//!    announced with [`Reason::HandedOver`](crate::Reason::HandedOver), and then the connection is announced again.
//! 3. A source that joins an open connection is told that it is open, and gets the last event ID, the reconnection time and the
//!    origin. If an event is under way, it gets the beginning of that event, too.
//! 4. Closing a source does not affect others. The last one ends the connection.
//! 5. A leader that is gone, frozen or busy is replaced after 12 seconds at most, if another member is visible. If it wakes up
//!    later, it changes nothing for the others.
//! 6. A member that takes nothing delays the others once, for a second at most. A member that is slow delays them once, for ten
//!    seconds at most. Then it continues with a connection of its own. Every queue has a limit.
//! 7. Messages that are not well-formed are ignored.
//! 8. Without a channel, a member goes on by itself, with a connection of its own. Without locks, the members decide by messages
//!    which of them leads: see [`Arbiter::Members`].
//!
//! The simulation in `crates/simulation` checks each guarantee under faults of every kind.
//!

// How it does this:
//
// | question | answer | file |
// |---|---|---|
// | Who shares with whom? | the hash of the request | `group.rs` |
// | What do they say to each other? | messages, checked once | `message.rs` |
// | What has come so far? | records, each with a position: the log | `log.rs` |
// | What were the last events? | blocks of a stream | `replay.rs` |
// | Who is there, and who leads? | roles | `member.rs` |
// | Is the leader still there? | questions to it | `following.rs` |
// | How does another leader go on? | a roll call, and what the furthest member has | `roll.rs` |
// | What does the leader do? | relays, and welcomes | `leader.rs` |
// | How long does it wait for slow members? | a second, or ten | `pace.rs` |
// | What does a source see of all this? | one engine | `engine.rs` |

mod engine;
mod following;
mod group;
mod leader;
mod log;
mod member;
mod message;
mod pace;
mod replay;
mod roll;

use crate::connection::{Reconnect, Timestamp};
use crate::event_stream::{DEFAULT_MAX_EVENT_SIZE, Parser};
use crate::time::Duration;

pub use engine::SharedEngine;
pub use group::group_name;

/// A member's number: random, and not zero.
pub type MemberId = u64;

/// The time in which one member leads. Of two epochs, the later one counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Epoch {
    /// Higher than in every epoch that its leader knew of.
    pub(crate) count: u32,
    pub(crate) leader: MemberId,
}

/// A place in the log of a group: behind the record of this number, of this epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) epoch: Epoch,
    pub(crate) index: u64,
}

/// What decides who leads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Arbiter {
    /// The platform's locks, by [`Work::Lead`] and [`Work::Steal`].
    #[default]
    Locks,
    /// The members, by messages. This is for platforms without locks. It takes longer to notice that a leader is gone.
    Members,
    /// Something else. This member never leads.
    Elsewhere,
    /// This member is the leader, and nobody else is.
    Here,
}

/// The role of a source in its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// It gets what the leader receives, or is about to join the group.
    Member = 0,
    /// It holds the connection of the group.
    Leader = 1,
    /// It has a connection of its own, because it cannot share: the platform lacks something, or it was too slow for the
    /// group.
    Alone = 2,
}

/// The options of a [`SharedEngine`]. Those of the connection are the same as an [`Engine`](crate::engine::Engine)'s.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Random, and not zero.
    pub id: MemberId,
    /// What decides who leads.
    pub arbiter: Arbiter,
    /// How many of the last events a member gets when it joins, if the leader has kept as many. A leader keeps as many as its own
    /// setting says, and at most 256 KiB. Defaults to none.
    pub replay: u32,
    /// How long the connection stays open after the leader is closed, so that a source that joins meanwhile can use it. Defaults to
    /// no time.
    pub linger: Duration,
    /// Whether the document is visible. A worker counts as visible.
    pub is_visible: bool,
    /// How the leader reconnects.
    pub reconnect: Reconnect,
    /// How long the leader waits for a response or a byte.
    pub idle_timeout: Option<Duration>,
    /// How long the leader waits for a response.
    pub connect_timeout: Option<Duration>,
    /// Whether the connection is [verified](SharedEngine::verify) when the document is shown again, or the network is back.
    pub verifies_when_back: bool,
    /// The limit on one event, in bytes.
    pub max_event_size: usize,
    /// Whether comments are reported.
    pub with_comments: bool,
    /// The ID after which the first connection begins.
    pub last_event_id: alloc::string::String,
}

impl Settings {
    /// The defaults, for a member of this number.
    pub fn new(id: MemberId) -> Self {
        Self {
            id,
            arbiter: Arbiter::default(),
            replay: 0,
            linger: Duration::ZERO,
            is_visible: true,
            reconnect: Reconnect::default(),
            idle_timeout: None,
            connect_timeout: None,
            verifies_when_back: false,
            max_event_size: DEFAULT_MAX_EVENT_SIZE,
            with_comments: false,
            last_event_id: Default::default(),
        }
    }

    /// A parser with the last event ID.
    fn parser(&self, last_event_id: &str) -> Parser {
        let mut parser = Parser::new().with_max_event_size(self.max_event_size);
        parser.set_last_event_id(last_event_id);
        parser
    }
}

/// The next thing for a driver to do. Work that is not about the channel or the locks is about the connection that this member has
/// as the leader. Perform and answer it like the [action](crate::engine::Action) of the same name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Work {
    /// Send the request, with [`SharedEngine::request_id`] as `Last-Event-ID`.
    Request,
    /// Find out whether CORS hides a response.
    Probe,
    /// Send the same request, with [`SharedEngine::request_id`], beside the open connection: the candidate. What comes of it goes to
    /// [`SharedEngine::receive_for_candidate`].
    RequestCandidate,
    /// Let go of the candidate, if there is one.
    LetGoOfCandidate,
    /// Let go of the old connection, and read the candidate's body from now on.
    Replace,
    /// Read the next chunk.
    Read,
    /// Let go of the request or the body, and of the candidate.
    LetGo,
    /// Open the channel, and take the lock of this member. Then call [`SharedEngine::joined`].
    Join,
    /// Post [`SharedEngine::message`] to the channel.
    Post,
    /// The same, so that this member hears it, too.
    PostToAll,
    /// Ask for the leader's lock, and wait for it. Then call [`SharedEngine::granted`]. If it is taken away later, call
    /// [`SharedEngine::deposed`].
    Lead,
    /// The same, but steal the lock from its holder.
    Steal,
    /// Give the leader's lock back, or the place in the queue for it.
    Resign,
    /// Look up which members hold their locks. Then call [`SharedEngine::rolled`].
    CallRoll,
    /// Give all locks back, and close the channel.
    Leave,
    /// Ask again at this time at the latest.
    Wait {
        /// The latest time to ask again. Earlier does no harm.
        until: Timestamp,
    },
    /// There is nothing to do until something comes.
    Nothing,
}
