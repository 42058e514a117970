//! Tells whether CORS refused a failed request, or whether there is no server.

use crate::error::Reason;

/// After a readable response, this many failures in a row are not probed for. The server is probably absent then, and each probe would
/// be one more request to a server that is coming back. The count starts again after a probe that found no server.
const UNPROBED: u8 = 2;

/// After a readable response, this many rounds in a row count as a refusal. One round is not enough: an overloaded server that
/// accepts only some connections looks the same.
const ROUNDS: u8 = 3;

/// What follows from a failed request whose response CORS may have hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Find out whether there is a server.
    Probe,
    /// The connection is lost, for this reason.
    Lost(Reason),
    /// The server does not allow this origin.
    Refused,
}

/// Tells a CORS refusal from an absent server.
///
/// Fetch reports both in the same way. The first is final and fails the connection; the second is tried again. A refusal shows
/// in rounds: a request fails, a probe is answered, and the same request fails again. If no response was ever readable, one
/// round is enough. After a readable response, it takes three rounds in a row.
#[derive(Debug, Default)]
pub(crate) struct CorsProbe {
    /// Why the first request of the current round failed. `None` between rounds.
    reason: Option<Reason>,
    /// Some response was readable.
    was_allowed: bool,
    /// Failures in a row that were not probed for.
    unprobed: u8,
    /// Rounds in a row.
    rounds: u8,
}

impl CorsProbe {
    /// A response is readable: the server allows this origin.
    pub(crate) fn saw_response(&mut self) {
        *self = Self { was_allowed: true, ..Self::default() };
    }

    /// A request failed, and CORS may have hidden its response.
    pub(crate) fn request_failed(&mut self, reason: Reason) -> Verdict {
        if self.reason.take().is_some() {
            self.rounds += 1;
            let is_refused = self.rounds >= ROUNDS || !self.was_allowed;
            return if is_refused { Verdict::Refused } else { Verdict::Lost(reason) };
        }
        if self.was_allowed && self.unprobed < UNPROBED {
            self.unprobed += 1;
            return Verdict::Lost(reason);
        }
        self.reason = Some(reason);
        Verdict::Probe
    }

    /// A request failed for a reason that has nothing to do with CORS. The next failure begins a new row.
    pub(crate) fn failed_otherwise(&mut self) {
        *self = Self { was_allowed: self.was_allowed, ..Self::default() };
    }

    /// Ends the current round and the row, if a round has begun. Returns why the round's first request failed.
    pub(crate) fn cancel(&mut self) -> Option<Reason> {
        let reason = self.reason.take()?;
        self.unprobed = 0;
        self.rounds = 0;
        Some(reason)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn reason() -> Reason {
        Reason::Network { message: "failed".into() }
    }

    fn lost() -> Verdict {
        Verdict::Lost(reason())
    }

    fn allowed() -> CorsProbe {
        let mut probe = CorsProbe::default();
        probe.saw_response();
        probe
    }

    /// The verdicts on `requests` failures in a row, where each probe is answered.
    fn refuse(probe: &mut CorsProbe, requests: usize) -> Vec<Verdict> {
        (0..requests).map(|_| probe.request_failed(reason())).collect()
    }

    #[test]
    fn who_was_never_allowed_is_refused_in_the_first_round() {
        assert_eq!(refuse(&mut CorsProbe::default(), 2), [Verdict::Probe, Verdict::Refused]);
    }

    #[test]
    fn who_was_allowed_is_lost_twice_and_refused_in_the_third_round_in_a_row() {
        let round = || [Verdict::Probe, lost()];
        let expected = [[lost(), lost()], round(), round(), [Verdict::Probe, Verdict::Refused]].concat();
        assert_eq!(refuse(&mut allowed(), 8), expected);
    }

    #[test]
    fn a_response_and_a_round_that_does_not_come_to_its_end_begin_it_all_anew() {
        let mut probe = allowed();
        for _ in 0..5 {
            assert!(!refuse(&mut probe, 7).contains(&Verdict::Refused));
            assert_eq!(probe.cancel(), Some(reason()));
            assert_eq!(probe.cancel(), None);
            assert!(!refuse(&mut probe, 7).contains(&Verdict::Refused));
            probe.saw_response();
        }
        assert_eq!(refuse(&mut probe, 8).pop(), Some(Verdict::Refused));
    }

    #[test]
    fn another_failure_in_between_begins_the_row_anew_and_leaves_what_was_allowed() {
        let mut probe = allowed();
        assert_eq!(refuse(&mut probe, 6).last(), Some(&lost()), "two rounds");
        probe.failed_otherwise();
        assert_eq!(refuse(&mut probe, 2), [lost(), lost()], "not probed for");
        assert!(!refuse(&mut probe, 4).contains(&Verdict::Refused), "two rounds");
        let mut probe = CorsProbe::default();
        assert_eq!(refuse(&mut probe, 1), [Verdict::Probe]);
        probe.failed_otherwise();
        assert_eq!(refuse(&mut probe, 2), [Verdict::Probe, Verdict::Refused], "one round");
    }
}
