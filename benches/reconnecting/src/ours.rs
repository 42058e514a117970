//! This project's clients: the very engine that a browser drives, a million times.

use core::time::Duration;

use fastrand::Rng;
use wasm_eventsource::connection::{Clock, Reconnect, ResponseHead, Timestamp};
use wasm_eventsource::engine::{Action, Engine, Signal};
use wasm_eventsource::event_stream::Parser;

use crate::simulation::{Clients, Next, Outcome, Time};

/// Where the engine runs, which decides what a request that failed leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// In Node and in native programs a failure is what it is.
    Node,
    /// In a page of the server's own origin: the engine probes for a redirect, and finds none.
    SameOrigin,
    /// In a page of another origin: the engine probes for a server, and any answer is one.
    OtherOrigin,
}

/// A million engines.
pub struct Engines {
    engines: Vec<Client>,
    place: Where,
}

struct Client {
    engine: Engine,
    /// The request that is out is a probe.
    probes: bool,
}

/// A moment, and one random number for it.
struct Moment {
    now: Timestamp,
    jitter: f64,
}

impl Clock for Moment {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn jitter(&self) -> f64 {
        self.jitter
    }
}

impl Engines {
    /// All connected since a minute ago. With `retry` the server has given each a reconnection time of its own, between
    /// these two.
    pub fn connected(
        clients: u32,
        place: Where,
        policy: &Reconnect,
        retry: Option<(Time, Time)>,
        rng: &mut Rng,
    ) -> Self {
        let connected = |_| {
            let mut engine = Engine::new(Parser::new()).with_reconnect(policy.clone());
            let moment = Moment { now: Duration::ZERO, jitter: 0.0 };
            assert_eq!(engine.next_action(&moment), Action::Request);
            engine.receive(Signal::Response(head(200, 0)));
            assert_eq!(engine.next_action(&moment), Action::Open);
            assert_eq!(engine.next_action(&moment), Action::Read);
            if let Some((from, to)) = retry {
                receive(&mut engine, format!("retry: {}\n", rng.u32(from..=to)).as_bytes());
                assert_eq!(engine.next_action(&moment), Action::Read);
            }
            Client { engine, probes: false }
        };
        Self { engines: (0..clients).map(connected).collect(), place }
    }
}

impl Clients for Engines {
    fn next(&mut self, client: u32, outcome: Outcome, now: Time, rng: &mut Rng) -> Next {
        let Client { engine, probes } = &mut self.engines[client as usize];
        let failed = || Signal::NetworkError { message: String::new(), hidden: self.place != Where::Node };
        let signal = match (outcome, *probes, self.place) {
            (Outcome::Lost | Outcome::Refused, ..) => failed(),
            // What a probe finds on the page's own origin is no redirect: it has failed, and what it got is let go of.
            (_, true, Where::SameOrigin) => failed(),
            (_, true, _) => Signal::Answered,
            (Outcome::Unavailable(retry_after), false, _) => Signal::Response(head(503, retry_after)),
            (Outcome::Accepted, false, _) => Signal::Response(head(200, 0)),
        };
        engine.receive(signal);
        *probes = false;
        let moment = Moment { now: Duration::from_millis(u64::from(now) + 60_000), jitter: rng.f64() };
        loop {
            return match engine.next_action(&moment) {
                Action::Request => Next::Request(0),
                Action::Probe => {
                    *probes = true;
                    Next::Request(0)
                }
                Action::Wait { until } => {
                    // Asked again then, it requests; nothing happens to it before.
                    let delay = until.saturating_sub(moment.now);
                    let due = Moment { now: until, jitter: 0.0 };
                    assert_eq!(engine.next_action(&due), Action::Request);
                    Next::Request(delay.as_nanos().div_ceil(1_000_000) as Time)
                }
                Action::Read => Next::Hold,
                Action::Fail { .. } => Next::GiveUp,
                Action::Open | Action::Reconnect { .. } => continue,
                other => unreachable!("{other:?}: there are no events and no page"),
            };
        }
    }
}

fn head(status: u16, retry_after: Time) -> ResponseHead<'static> {
    let retry_after = (retry_after > 0).then(|| Duration::from_millis(retry_after.into()));
    ResponseHead { status, content_type: Some("text/event-stream"), retry_after }
}

fn receive(engine: &mut Engine, bytes: &[u8]) {
    let chunk = engine.receive_chunk(bytes.len()).expect("it was asked for");
    chunk.copy_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::{Overload, World, run};

    fn lose(place: Where, policy: &Reconnect, overload: Overload) -> crate::simulation::Measured {
        let mut rng = Rng::with_seed(1);
        let world = World { clients: 1000, outage: 10_000, capacity: 100, backlog: 50, overload };
        run(&world, &mut Engines::connected(world.clients, place, policy, None, &mut rng), 1)
    }

    #[test]
    fn the_first_requests_are_spread_and_followed_by_no_probe() {
        for place in [Where::Node, Where::SameOrigin, Where::OtherOrigin] {
            let measured = lose(place, &Reconnect::default(), Overload::Refuse);
            let seconds: Vec<_> = measured.per_second().take(6).collect();
            assert_eq!(seconds[..3], [0, 0, 0]);
            assert!(seconds[3..].iter().all(|requests| (200..450).contains(requests)), "{seconds:?}");
            assert_eq!(measured.lost, 0);
            assert!(measured.all.is_some());
        }
    }

    #[test]
    fn a_page_probes_where_cors_may_hide_a_response() {
        let [node, page] =
            [Where::Node, Where::SameOrigin].map(|place| lose(place, &Reconnect::default(), Overload::Refuse));
        assert!(page.total > node.total, "{} requests and not more than {}", page.total, node.total);
    }

    #[test]
    fn a_status_is_fatal_unless_the_policy_has_it() {
        let standard = lose(Where::Node, &Reconnect::default(), Overload::Unavailable);
        assert!(standard.lost > 0 && standard.all.is_none());
        let patient = lose(Where::Node, &Reconnect::default().statuses([503]), Overload::SpreadRetryAfter(10_000));
        assert!(patient.lost == 0 && patient.all.is_some());
    }
}
