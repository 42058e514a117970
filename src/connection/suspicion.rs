//! Whether it is CORS that hides what comes of the requests that fail.

use crate::error::Reason;

/// An origin that was allowed before is asked for after this many failures in a row, the lost connection's among them: until
/// then a server that is not there is the better guess, and a probe doubles the requests that it sees when it is back.
const TRUST: u32 = 3;

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
    rounds: u8,
}

impl Suspicion {
    /// A response can be read: this origin is allowed.
    pub(crate) fn allowed(&mut self) {
        *self = Self { was_allowed: true, ..Self::default() };
    }

    /// A request failed, after so many failures in a row.
    pub(crate) fn failed(&mut self, reason: Reason, failures: u32) -> Verdict {
        if self.reason.take().is_some() {
            self.rounds += 1;
            let is_refused = self.rounds >= ROUNDS || !self.was_allowed;
            return if is_refused { Verdict::Refused } else { Verdict::Lost(reason) };
        }
        if self.was_allowed && failures < TRUST {
            return Verdict::Lost(reason);
        }
        self.reason = Some(reason);
        Verdict::Probe
    }

    /// The round that has begun, if one has, does not come to its end, which ends the row. Gives why its request failed.
    pub(crate) fn dismiss(&mut self) -> Option<Reason> {
        let reason = self.reason.take()?;
        self.rounds = 0;
        Some(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason() -> Reason {
        Reason::Network { message: "failed".into() }
    }

    /// A request that fails, an answered probe, and the request once more.
    fn round(suspicion: &mut Suspicion) -> Verdict {
        assert_eq!(suspicion.failed(reason(), TRUST), Verdict::Probe);
        suspicion.failed(reason(), TRUST)
    }

    #[test]
    fn who_was_never_allowed_is_refused_in_the_first_round() {
        let mut suspicion = Suspicion::default();
        assert_eq!(suspicion.failed(reason(), 0), Verdict::Probe);
        assert_eq!(suspicion.failed(reason(), 0), Verdict::Refused);
    }

    #[test]
    fn who_was_allowed_is_refused_in_the_third_round_in_a_row() {
        let mut suspicion = Suspicion::default();
        suspicion.allowed();
        let verdicts = [(); 3].map(|()| round(&mut suspicion));
        assert_eq!(verdicts, [Verdict::Lost(reason()), Verdict::Lost(reason()), Verdict::Refused]);
    }

    #[test]
    fn a_round_that_does_not_come_to_its_end_and_a_response_end_the_row() {
        let ends: [fn(&mut Suspicion); 2] = [
            |suspicion| {
                assert_eq!(suspicion.failed(reason(), TRUST), Verdict::Probe);
                assert_eq!(suspicion.dismiss(), Some(reason()));
                assert_eq!(suspicion.dismiss(), None);
            },
            Suspicion::allowed,
        ];
        for end in ends {
            let mut suspicion = Suspicion::default();
            suspicion.allowed();
            for _ in 0..5 {
                assert!([(); 2].iter().all(|()| round(&mut suspicion) == Verdict::Lost(reason())));
                end(&mut suspicion);
            }
            assert!([(); 2].iter().all(|()| round(&mut suspicion) == Verdict::Lost(reason())));
            assert_eq!(round(&mut suspicion), Verdict::Refused);
        }
    }

    #[test]
    fn who_was_allowed_is_not_probed_for_before_some_failures_in_a_row() {
        let mut suspicion = Suspicion::default();
        suspicion.allowed();
        for failures in 0..TRUST {
            assert_eq!(suspicion.failed(reason(), failures), Verdict::Lost(reason()));
        }
        assert_eq!(suspicion.failed(reason(), TRUST), Verdict::Probe);
    }
}
