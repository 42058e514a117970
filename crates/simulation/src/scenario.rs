//! What a run is made of: its setting and its faults. All of it follows from a seed, and can be made smaller.

use fastrand::Rng;

/// Which events of the server have an ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// Each has one.
    Every,
    /// Every third one has.
    Some,
    /// None has.
    None,
}

/// Who decides about the lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Locks.
    Locks,
    /// The members: there are no locks.
    Members,
    /// A worker that leads always.
    Hub,
}

/// What stays the same in a run.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Who decides.
    pub platform: Platform,
    /// What the server sends.
    pub ids: Ids,
    /// How many tabs there are at the beginning.
    pub tabs: usize,
    /// The longest way of a message, in milliseconds.
    pub latency: u64,
    /// The mean time between two events of the server, in milliseconds.
    pub pace: u64,
    /// Whether some events are larger than a ring.
    pub is_large: bool,
    /// The option of every source.
    pub replay: u32,
    /// The option of every source, in milliseconds.
    pub linger: u64,
    /// The option of every source, in milliseconds.
    pub idle_timeout: Option<u64>,
    /// How many bursts of faults there are, each followed by peace.
    pub rounds: u32,
}

/// Whom a fault befalls. The numbers count among those who are there, so that a fault still has its meaning when others are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Whoever leads.
    Leader,
    /// Anybody.
    Number(u32),
}

/// A fault. Times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A source in a new tab.
    Join,
    /// A source in the tab of another.
    JoinBeside(Who),
    /// The source is closed.
    Close(Who),
    /// The tab is killed; what it has sent last may be lost.
    Kill(Who),
    /// The tab is frozen without notice, as by SIGSTOP.
    Freeze(Who, u64),
    /// The tab's event loop is busy.
    Wedge(Who, u64),
    /// The tab is put into the back/forward cache.
    Cache(Who, u64),
    /// The whole computer sleeps.
    Sleep(u64),
    /// Somebody else takes the leader's lock away.
    Theft(u64),
    /// A face takes nothing.
    Stall(Who, u64),
    /// A face takes one action in so many milliseconds.
    Slow(Who, u64),
    /// The tab is hidden: its timers are throttled.
    Hide(Who, u64),
    /// Messages take so much longer.
    Delay(u64, u64),
    /// The server sends so many kilobytes at once.
    Burst(u64),
    /// The server is gone for a while.
    Restart(u64),
    /// All connections break.
    Break,
    /// A message that is not well-formed.
    Malformed(Who),
    /// `reconnect()`.
    Reconnect(Who),
    /// The event `online`.
    Online(Who),
    /// `verify()`, which replaces the connection in any case, or only if it is silent.
    Verify(Who, bool),
    /// The server has nothing more to say: it answers 204.
    End,
}

/// A fault at its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// In which round.
    pub round: u32,
    /// After the beginning of the round, in milliseconds.
    pub at: u64,
    /// What happens.
    pub fault: Fault,
}

/// A run.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Of everything else that is left to chance.
    pub seed: u64,
    /// What stays the same.
    pub setting: Setting,
    /// The faults, in the order of time.
    pub acts: Vec<Act>,
}

/// How long the faults of a round go on, in milliseconds.
pub(crate) const BURST: u64 = 30_000;

/// How many kinds of faults there are, for counting.
pub const KINDS: usize = 21;

impl Fault {
    /// What there is of them, in the order of [`Fault::kind`].
    pub const NAMES: [&'static str; KINDS] = [
        "joined",
        "joined in the same tab",
        "closed",
        "killed",
        "frozen",
        "wedged",
        "put into the back/forward cache",
        "computer asleep",
        "lock stolen",
        "face stalled",
        "face slow",
        "hidden",
        "messages delayed",
        "burst of bytes",
        "server restarted",
        "connections broken",
        "malformed message",
        "reconnect()",
        "online",
        "stream ended for good",
        "verify()",
    ];

    /// The number of its kind.
    pub fn kind(&self) -> usize {
        match self {
            Self::Join => 0,
            Self::JoinBeside(_) => 1,
            Self::Close(_) => 2,
            Self::Kill(_) => 3,
            Self::Freeze(..) => 4,
            Self::Wedge(..) => 5,
            Self::Cache(..) => 6,
            Self::Sleep(_) => 7,
            Self::Theft(_) => 8,
            Self::Stall(..) => 9,
            Self::Slow(..) => 10,
            Self::Hide(..) => 11,
            Self::Delay(..) => 12,
            Self::Burst(_) => 13,
            Self::Restart(_) => 14,
            Self::Break => 15,
            Self::Malformed(_) => 16,
            Self::Reconnect(_) => 17,
            Self::Online(_) => 18,
            Self::End => 19,
            Self::Verify(..) => 20,
        }
    }
}

impl Scenario {
    /// That of a seed.
    pub fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let setting = Setting::of(&mut rng);
        let mut acts = Vec::new();
        for round in 0..setting.rounds {
            // A few faults at a time are told apart best; many at once find what nobody thought of.
            let count = if rng.u32(..3) == 0 { rng.u64(1..=6) } else { rng.u64(6..=40) };
            for _ in 0..count {
                acts.push(Act { round, at: rng.u64(..BURST), fault: fault(&mut rng, &setting) });
            }
            if rng.u32(..30) == 0 && round + 1 == setting.rounds {
                acts.push(Act { round, at: BURST - 1, fault: Fault::End });
            }
        }
        acts.sort_by_key(|act| (act.round, act.at));
        Self { seed, setting, acts }
    }
}

impl Setting {
    fn of(rng: &mut Rng) -> Self {
        Self {
            platform: match rng.u32(..10) {
                0..7 => Platform::Locks,
                7..9 => Platform::Members,
                _ => Platform::Hub,
            },
            ids: match rng.u32(..10) {
                0..6 => Ids::Every,
                6..8 => Ids::Some,
                _ => Ids::None,
            },
            tabs: rng.usize(1..=6),
            latency: [1, 5, 20, 100][rng.usize(..4)],
            pace: [50, 200, 1_000, 5_000][rng.usize(..4)],
            is_large: rng.u32(..6) == 0,
            replay: if rng.u32(..4) == 0 { rng.u32(1..8) } else { 0 },
            linger: if rng.u32(..4) == 0 { rng.u64(1..10_000) } else { 0 },
            idle_timeout: if rng.u32(..4) == 0 { Some(rng.u64(20_000..40_000)) } else { None },
            rounds: rng.u32(2..=6),
        }
    }
}

fn who(rng: &mut Rng) -> Who {
    if rng.u32(..3) == 0 { Who::Leader } else { Who::Number(rng.u32(..64)) }
}

fn fault(rng: &mut Rng, setting: &Setting) -> Fault {
    let who = who(rng);
    let short = [rng.u64(1..1_000), rng.u64(1_000..8_000), rng.u64(8_000..40_000)][rng.usize(..3)];
    match rng.u32(..100) {
        0..13 => Fault::Join,
        13..18 => Fault::JoinBeside(who),
        18..24 => Fault::Close(who),
        24..34 => Fault::Kill(who),
        // Some stay frozen while the others have peace.
        34..43 => Fault::Freeze(who, if rng.u32(..8) == 0 { 1_000_000 } else { short }),
        43..48 => Fault::Wedge(who, short),
        48..55 => Fault::Cache(who, short),
        55..57 => Fault::Sleep(short),
        57..60 if setting.platform == Platform::Locks => Fault::Theft(short),
        60..64 => Fault::Stall(who, short),
        64..67 => Fault::Slow(who, rng.u64(1..300)),
        67..72 => Fault::Hide(who, short),
        72..75 => Fault::Delay(rng.u64(1..2_000), short),
        75..80 => Fault::Burst(if setting.is_large { rng.u64(1..2_500) } else { rng.u64(1..60) }),
        80..84 => Fault::Restart(short),
        84..89 => Fault::Break,
        89..93 => Fault::Malformed(who),
        93..95 => Fault::Reconnect(who),
        95..98 => Fault::Verify(who, rng.bool()),
        _ => Fault::Online(who),
    }
}
