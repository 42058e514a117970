//! Whether it is CORS that hides what comes of the requests that fail.

use crate::error::Reason;

/// So many requests in a row fail without a probe where this origin was allowed before: a server that is not there is the better
/// guess, and each probe is one more request that it sees when it is back. After a probe that finds nothing it is so again.
const TRUST: u8 = 2;

/// How many rounds in a row take an origin that was allowed before for one that is no longer. An overloaded server that takes on
/// some connections and not others looks the same for one round.
const ROUNDS: u8 = 3;

/// What follows from a request that failed where CORS may have hidden its response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is to be found out whether there is a server.
    Probe,
    /// There is no connection, for this reason.
    Lost(Reason),
    /// The server does not allow this origin.
    Refused,
}

/// Fetch tells a script the same of a server that refuses its origin as of one that is not there. The first is futile and
/// fails the connection, the second is tried again. Who is refused is so in rounds of a request that fails, a probe that is
/// answered, and the same request, which fails again: one round if no response could ever be read, three in a row if one could.
#[derive(Debug, Default)]
pub(crate) struct Suspicion {
    /// Why the request failed that is probed for, or was and is repeated.
    reason: Option<Reason>,
    /// A response could be read once.
    was_allowed: bool,
    /// Requests in a row that failed and were not probed for.
    failures: u8,
    rounds: u8,
}

impl Suspicion {
    /// A response can be read: this origin is allowed.
    pub(crate) fn allowed(&mut self) {
        *self = Self { was_allowed: true, ..Self::default() };
    }

    /// A request failed.
    pub(crate) fn failed(&mut self, reason: Reason) -> Verdict {
        if self.reason.take().is_some() {
            self.rounds += 1;
            let is_refused = self.rounds >= ROUNDS || !self.was_allowed;
            return if is_refused { Verdict::Refused } else { Verdict::Lost(reason) };
        }
        if self.was_allowed && self.failures < TRUST {
            self.failures += 1;
            return Verdict::Lost(reason);
        }
        self.reason = Some(reason);
        Verdict::Probe
    }

    /// The round that has begun, if one has, does not come to its end, which ends the row. Gives why its request failed.
    pub(crate) fn dismiss(&mut self) -> Option<Reason> {
        let reason = self.reason.take()?;
        self.failures = 0;
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

    fn allowed() -> Suspicion {
        let mut suspicion = Suspicion::default();
        suspicion.allowed();
        suspicion
    }

    /// What comes of so many requests that fail, where each probe is answered.
    fn refuse(suspicion: &mut Suspicion, requests: usize) -> Vec<Verdict> {
        (0..requests).map(|_| suspicion.failed(reason())).collect()
    }

    #[test]
    fn who_was_never_allowed_is_refused_in_the_first_round() {
        assert_eq!(refuse(&mut Suspicion::default(), 2), [Verdict::Probe, Verdict::Refused]);
    }

    #[test]
    fn who_was_allowed_is_lost_twice_and_refused_in_the_third_round_in_a_row() {
        let round = || [Verdict::Probe, lost()];
        let expected = [[lost(), lost()], round(), round(), [Verdict::Probe, Verdict::Refused]].concat();
        assert_eq!(refuse(&mut allowed(), 8), expected);
    }

    #[test]
    fn a_response_and_a_round_that_does_not_come_to_its_end_begin_it_all_anew() {
        let mut suspicion = allowed();
        for _ in 0..5 {
            assert!(!refuse(&mut suspicion, 7).contains(&Verdict::Refused));
            assert_eq!(suspicion.dismiss(), Some(reason()));
            assert_eq!(suspicion.dismiss(), None);
            assert!(!refuse(&mut suspicion, 7).contains(&Verdict::Refused));
            suspicion.allowed();
        }
        assert_eq!(refuse(&mut suspicion, 8).pop(), Some(Verdict::Refused));
    }
}
