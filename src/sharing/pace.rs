//! The pace of the leader: it waits for members whose faces are behind, but not for long.

use alloc::vec::Vec;
use core::mem;

use super::MemberId;
use crate::connection::Timestamp;
use crate::time::Duration;

/// The leader stops reading when the face of a member is this many bytes behind.
const WINDOW: u64 = 1024 * 1024;

/// How long the leader waits for a member that takes nothing.
const STALL: Duration = Duration::from_secs(1);

/// The same for a member that takes something now and then: the whole machine may be slow.
const LONGEST_STALL: Duration = Duration::from_secs(10);

/// How far the faces of all members have come, the leader's included.
#[derive(Debug, Default)]
pub(super) struct Pace {
    own: Face,
    peers: Vec<(MemberId, Face)>,
    stalled_since: Option<Timestamp>,
    /// When a member will be cut off.
    ends_at: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Face {
    /// How many bytes of the log it has taken.
    taken: u64,
    /// When it took any.
    moved_at: Timestamp,
}

impl Face {
    fn take(&mut self, bytes: u64, now: Timestamp) {
        if self.taken != bytes {
            *self = Self { taken: bytes, moved_at: now };
        }
    }

    fn is_behind(&self, bytes: u64) -> bool {
        bytes.saturating_sub(self.taken) >= WINDOW
    }

    fn ends_at(&self, stalled_since: Timestamp) -> Timestamp {
        (self.moved_at.max(stalled_since) + STALL).min(stalled_since + LONGEST_STALL)
    }
}

/// What the leader does about members that are behind.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// No member is behind.
    No,
    Yes,
    /// It no longer waits for these members, or for its own face.
    Cut {
        peers: Vec<MemberId>,
        own: bool,
    },
}

impl Pace {
    pub(super) fn add(&mut self, id: MemberId, taken: u64) {
        match self.peers.iter_mut().find(|(peer, _)| *peer == id) {
            Some((_, face)) => face.taken = taken,
            None => self.peers.push((id, Face { taken, moved_at: Timestamp::ZERO })),
        }
    }

    pub(super) fn retain(&mut self, is_there: impl Fn(MemberId) -> bool) {
        self.peers.retain(|(peer, _)| is_there(*peer));
    }

    /// Whether the leader is the only member.
    pub(super) fn is_alone(&self) -> bool {
        self.peers.is_empty()
    }

    /// The face of a member has taken this many bytes of the log.
    pub(super) fn note(&mut self, id: MemberId, bytes: u64, now: Timestamp) {
        if let Some((_, face)) = self.peers.iter_mut().find(|(peer, _)| *peer == id) {
            face.take(bytes, now);
        }
    }

    /// Whether to wait when the log has `bytes` bytes, of which the leader's own face has taken `own`. A closed face takes nothing.
    pub(super) fn look(&mut self, bytes: u64, own: Option<u64>, now: Timestamp) -> Wait {
        self.own.take(own.unwrap_or(bytes), now);
        let behind = || self.peers.iter().map(|(_, face)| face).chain([&self.own]).filter(|face| face.is_behind(bytes));
        if behind().next().is_none() {
            self.stalled_since = None;
            self.ends_at = None;
            return Wait::No;
        }
        let since = *self.stalled_since.get_or_insert(now);
        self.ends_at = behind().map(|face| face.ends_at(since)).min();
        if self.ends_at.is_some_and(|end| now < end) {
            return Wait::Yes;
        }
        let is_over = |face: &Face| face.is_behind(bytes) && now >= face.ends_at(since);
        let (slow, others): (Vec<_>, Vec<_>) =
            mem::take(&mut self.peers).into_iter().partition(|(_, face)| is_over(face));
        self.peers = others;
        Wait::Cut { peers: slow.into_iter().map(|(id, _)| id).collect(), own: is_over(&self.own) }
    }

    /// When to look again.
    pub(super) fn until(&self) -> Option<Timestamp> {
        self.ends_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Duration::from_secs(100);

    fn cut(peers: &[MemberId]) -> Wait {
        Wait::Cut { peers: peers.to_vec(), own: false }
    }

    #[test]
    fn a_member_that_takes_nothing_is_waited_for_for_a_second() {
        let mut pace = Pace::default();
        pace.add(7, 0);
        assert_eq!(pace.look(WINDOW - 1, None, START), Wait::No);
        assert_eq!(pace.look(WINDOW, None, START), Wait::Yes);
        assert_eq!(pace.until(), Some(START + STALL));
        assert_eq!(pace.look(WINDOW, None, START + STALL), cut(&[7]));
        assert_eq!(pace.look(WINDOW, None, START + STALL), Wait::No);
        assert_eq!(pace.until(), None);
    }

    #[test]
    fn a_member_that_goes_on_taking_is_waited_for_longer_and_not_for_ever() {
        let mut pace = Pace::default();
        pace.add(7, 0);
        pace.add(8, 0);
        let mut now = START;
        assert_eq!(pace.look(2 * WINDOW, None, now), Wait::Yes);
        now += STALL / 2;
        pace.note(7, 1, now);
        now += STALL / 2;
        assert_eq!(pace.look(2 * WINDOW, None, now), cut(&[8]));
        let mut taken = 1;
        while now + STALL / 2 < START + LONGEST_STALL {
            now += STALL / 2;
            taken += 1;
            pace.note(7, taken, now);
            assert_eq!(pace.look(2 * WINDOW, None, now), Wait::Yes, "{now:?}");
        }
        assert_eq!(pace.look(2 * WINDOW, None, START + LONGEST_STALL), cut(&[7]));
    }

    #[test]
    fn the_leader_does_not_wait_for_its_own_face_either() {
        let mut pace = Pace::default();
        pace.add(7, WINDOW);
        assert_eq!(pace.look(WINDOW, Some(0), START), Wait::Yes);
        assert_eq!(pace.look(WINDOW, Some(0), START + STALL), Wait::Cut { peers: Vec::new(), own: true });
    }

    #[test]
    fn who_catches_up_in_time_is_not_cut_off_and_who_left_is_not_waited_for() {
        let mut pace = Pace::default();
        pace.add(7, 0);
        pace.add(8, 0);
        assert_eq!(pace.look(WINDOW, None, START), Wait::Yes);
        pace.retain(|peer| peer != 8);
        pace.note(7, 1, START);
        assert_eq!(pace.look(WINDOW, None, START), Wait::No);
        assert!(!pace.is_alone());
    }
}
