//! One connection for many sources: the tabs and workers of an origin share it.
//!
//! A browser has six connections to a server over HTTP/1.1, for all tabs together. Sources with the same request can share one of
//! them. They form a *group*, and each source is a *member*. One member leads: it has the connection, and relays what comes of it.
//! Every member interprets these bytes by itself, so that a shared source is like any other.
//!
//! [`SharedEngine`] is a member without its platform. Messages, time and chance go in, and one [`Work`] at a time comes out.
//!
//! # What it guarantees
//!
//! 1. There is one connection for each group. A [group](group_name) is everything that makes two requests the same.
//! 2. Each source sees what a source of its own would have seen since it joined: in order, nothing lost and nothing twice, whatever
//!    happens to other members, as far as the server can go on from a last event ID. Where it cannot, the gap is announced with
//!    [`Reason::HandedOver`](crate::Reason::HandedOver), and another announcement of the connection.
//! 3. Who joins an open connection is told that it is open, and knows the last event ID, the reconnection time and the origin. Of an
//!    event that is under way, it gets the beginning, too.
//! 4. Closing is for one source. The last one lets go of the connection.
//! 5. A leader that is gone, frozen or busy is replaced after 12 seconds at most, if another member is visible. What it does after
//!    it wakes up changes nothing for the others.
//! 6. A member that takes nothing holds the others up for a second at most, once; one that is slow, for ten. Then it goes on by itself,
//!    with a connection of its own. No queue grows without a bound.
//! 7. Messages that are not well-formed are ignored.
//! 8. Without a channel or locks, a member goes on by itself.
//!
//! The simulation in `crates/simulation` holds each of them against faults of every kind.
//!
//! # How
//!
//! | question | answer | file |
//! |---|---|---|
//! | Who shares with whom? | the hash of the request | `group.rs` |
//! | What do they say to each other? | messages, checked once | `message.rs` |
//! | What has come so far? | records, each with a position: the log | `log.rs` |
//! | What were the last events? | blocks of a stream | `replay.rs` |
//! | Who is there, and who leads? | roles | `member.rs` |
//! | Is the leader still there? | questions to it | `following.rs` |
//! | How does another leader go on? | a roll call, and what the furthest member has | `roll.rs` |
//! | What does the leader do? | relays, and welcomes | `leader.rs` |
//! | How long does it wait for slow members? | a second, or ten | `pace.rs` |
//! | What does a source see of all this? | one engine | `engine.rs` |

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

use core::time::Duration;

use crate::connection::{Reconnect, Timestamp};
use crate::event_stream::{DEFAULT_MAX_EVENT_SIZE, Parser};

pub use engine::SharedEngine;
pub use group::group_name;

/// A member's number: random, and not zero.
pub type MemberId = u64;

/// The time of one leader. Of two, the later one counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Epoch {
    /// One more than in each epoch that its leader knew of.
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
    /// The members, by messages. For where there are no locks: it takes longer to notice that a leader is gone.
    Members,
    /// Something else, in which this member is never the leader.
    Elsewhere,
    /// This member is the leader, and nobody else is.
    Here,
}

/// What a source is in its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// It gets what the leader relays, or is about to.
    Member = 0,
    /// It has the connection of the group.
    Leader = 1,
    /// It has a connection of its own.
    Alone = 2,
}

/// The options of a [`SharedEngine`]. Those of the connection are the same as an [`Engine`](crate::engine::Engine)'s.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Random, and not zero.
    pub id: MemberId,
    /// What decides who leads.
    pub arbiter: Arbiter,
    /// How many of the last events a member gets when it joins, if the leader has as many: the leader keeps as many as it wants
    /// itself, and 256 KiB at most. Defaults to none.
    pub replay: u32,
    /// How long the connection stays when the leader is closed, for a source that joins in this time. Defaults to none.
    pub linger: Duration,
    /// Whether the document is visible. A worker is.
    pub is_visible: bool,
    /// How the leader reconnects.
    pub reconnect: Reconnect,
    /// How long the leader waits for a response or a byte.
    pub idle_timeout: Option<Duration>,
    /// The bound on one event, in bytes.
    pub max_event_size: usize,
    /// Whether the face gets comments.
    pub with_comments: bool,
    /// Where the first connection goes on.
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

/// The next thing for a driver to do. One that is not about the channel or the locks is about the connection that this member has
/// as a leader: it is performed and answered as the [action](crate::engine::Action) of the same name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Work {
    /// Send the request, with [`SharedEngine::request_id`] as `Last-Event-ID`.
    Request,
    /// Find out whether CORS hides a response.
    Probe,
    /// Read the next chunk.
    Read,
    /// Let go of the request or the body.
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
    /// The same, but take it away from whoever has it.
    Steal,
    /// Give the leader's lock back, or the place in the queue for it.
    Resign,
    /// Look up which members hold their locks. Then call [`SharedEngine::rolled`].
    CallRoll,
    /// Give all locks back, and close the channel.
    Leave,
    /// Ask again at this time at the latest.
    Wait {
        /// An earlier time will do.
        until: Timestamp,
    },
    /// There is nothing to do until something comes.
    Nothing,
}
