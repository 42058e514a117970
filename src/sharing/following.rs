//! A member watches its leader: when it asks, and when it takes the leader for gone.

use crate::connection::{Clock, Timestamp};
use crate::time::Duration;

/// After this much silence, a member asks whether the leader is there. It waits up to a second more, so that not all members ask.
const SILENCE: Duration = Duration::from_secs(4);

/// The same for a hidden member. As a leader, it would soon be asleep.
const HIDDEN_SILENCE: Duration = Duration::from_secs(30);

/// How long the leader has for an answer, counted from when the member has heard its own question.
const ANSWER: Duration = Duration::from_secs(2);

/// If a member looks this much later than planned, it was asleep itself, and the answer may have arrived already.
pub(super) const LATE: Duration = Duration::from_secs(1);

/// A leader that has not answered this many questions is replaced.
const UNANSWERED: u32 = 2;

/// The same, if the member itself was late each time.
const UNANSWERED_LATE: u32 = 5;

/// What a member knows of its leader.
#[derive(Debug)]
pub(super) struct Following {
    pub(super) joined_at: Timestamp,
    /// When anything came from the leader for the last time.
    heard_at: Timestamp,
    /// How long the silence may be.
    patience: Duration,
    probe: Option<Probe>,
    unanswered: u32,
    unanswered_late: u32,
    unheard: u32,
    /// When to ask for what is missing, if something is.
    pub(super) wants_at: Option<Timestamp>,
    /// When to tell the leader that an attempt is due.
    pub(super) poke_at: Option<Timestamp>,
    /// Without locks: when to become the leader.
    pub(super) roll_at: Option<Timestamp>,
}

/// A question to the leader.
#[derive(Debug, Clone, Copy)]
struct Probe {
    asked_at: Timestamp,
    /// When the member has heard it itself, if it has.
    echoed_at: Option<Timestamp>,
}

impl Following {
    /// It asks for the records that it misses.
    pub(super) fn new(clock: &impl Clock) -> Self {
        let now = clock.now();
        Self {
            joined_at: now,
            heard_at: now,
            patience: SILENCE + Duration::from_millis((1000.0 * clock.jitter()) as u64),
            probe: None,
            unanswered: 0,
            unanswered_late: 0,
            unheard: 0,
            wants_at: Some(now),
            poke_at: None,
            roll_at: None,
        }
    }

    pub(super) fn heard(&mut self, now: Timestamp) {
        self.heard_at = now;
        self.probe = None;
        self.unanswered = 0;
        self.unanswered_late = 0;
        self.unheard = 0;
        self.roll_at = None;
    }

    /// The member has heard its own question.
    pub(super) fn echoed(&mut self, now: Timestamp) {
        if let Some(probe) = &mut self.probe {
            probe.echoed_at = Some(now);
        }
    }

    fn silence_ends(&self, is_visible: bool) -> Timestamp {
        self.heard_at + if is_visible { self.patience } else { HIDDEN_SILENCE + self.patience }
    }

    fn look_at(&self, is_visible: bool) -> Timestamp {
        match self.probe {
            None => self.silence_ends(is_visible),
            Some(Probe { asked_at, echoed_at }) => echoed_at.unwrap_or(asked_at) + ANSWER,
        }
    }

    pub(super) fn until(&self, is_visible: bool) -> Timestamp {
        [self.wants_at, self.poke_at, self.roll_at].into_iter().flatten().fold(self.look_at(is_visible), Timestamp::min)
    }

    /// Looks whether the leader is there.
    pub(super) fn look(&mut self, now: Timestamp, is_visible: bool) -> Look {
        let due = self.look_at(is_visible);
        if now < due {
            return Look::Fine;
        }
        let is_late = now >= due + LATE;
        if let Some(Probe { echoed_at, .. }) = self.probe {
            match echoed_at {
                Some(_) if is_late => self.unanswered_late += 1,
                Some(_) => self.unanswered += 1,
                None if is_late => {}
                None => self.unheard += 1,
            }
            if self.unheard >= UNANSWERED_LATE {
                return Look::Deaf;
            }
            if self.unanswered >= UNANSWERED || self.unanswered + self.unanswered_late >= UNANSWERED_LATE {
                self.heard(now);
                return Look::Replace;
            }
        }
        self.probe = Some(Probe { asked_at: now, echoed_at: None });
        Look::Ask
    }
}

/// What follows from a look at the leader.
pub(super) enum Look {
    Fine,
    Ask,
    Replace,
    /// The member does not even hear its own questions.
    Deaf,
}
