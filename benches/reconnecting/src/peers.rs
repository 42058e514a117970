//! The policies of other clients, as functions of the number of the failure in a row, its kind, and chance.
//!
//! Each is written from the source of the package in the version that is named; the browsers' were measured (Chromium 156,
//! Firefox ESR 153). All are at their defaults unless it says otherwise.

use fastrand::Rng;

use crate::simulation::{Clients, Next, Outcome, Time};

/// One client's policy: the delay in milliseconds after so many failures in a row before this one; `None`: CLOSED.
#[derive(Clone, Copy)]
pub struct Peer {
    pub name: &'static str,
    pub policy: fn(u32, Failure, &mut Rng) -> Option<Time>,
}

/// How an attempt has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The connection broke, or there was none to be had.
    Network,
    /// The status was 503.
    Status,
}

/// What it was like without us.
pub const PEERS: [Peer; 12] = [
    Peer { name: "Chromium: `EventSource`", policy: chromium },
    // In a page of the same origin: across origins a connection that is refused fails it.
    Peer { name: "Firefox: `EventSource`", policy: |_, failure, _| (failure == Failure::Network).then_some(5000) },
    // node_modules/eventsource/src/EventSource.ts, `#reconnectInterval`; a status fails it.
    Peer { name: "eventsource 5.1.5", policy: |_, failure, _| (failure == Failure::Network).then_some(3000) },
    // dist/default.js, `reconnectMs`; any response but a 204 counts as a stream, which is lost when it ends.
    Peer { name: "eventsource-client 1.2.0 (npm)", policy: |_, _, _| Some(2000) },
    // lib/esm/fetch.js, `DefaultRetryInterval`; a 503 of another type than text/event-stream is thrown and retried.
    Peer { name: "@microsoft/fetch-event-source 2.0.1", policy: |_, _, _| Some(1000) },
    // lib/sse.js, `reconnectDelay`. Without `autoReconnect`, which is its default, it does not reconnect.
    Peer { name: "sse.js 2.8.0, `autoReconnect: true`", policy: |_, _, _| Some(3000) },
    // build/src/reconnecting-eventsource.js: the browser's own reconnects while it does; only when that is CLOSED
    // there is a wait at random.
    Peer { name: "reconnecting-eventsource 1.6.5", policy: reconnecting },
    // src/eventsource.js, `initialRetry` and `onFinish`: doubled up to 16 times; a status closes it.
    Peer { name: "event-source-polyfill 1.0.31", policy: polyfill },
    // dist/index.mjs, `_handleRetry`: 2 ms, doubled up to `maxRetryInterval`, 30 s.
    Peer { name: "event-source-plus 0.1.15", policy: |failures, _, _| Some(doubled(2, failures, 30_000)) },
    // lib/retry-delay.js, with the options `maxBackoffMillis: 30000, jitterRatio: 0.5`. Without them: 1 s, always.
    Peer { name: "launchdarkly-eventsource 2.2.0, with its backoff and jitter", policy: launchdarkly },
    // src/retry.rs, `DEFAULT_RETRY`; a status closes the stream.
    Peer { name: "reqwest-eventsource 0.6.0", policy: reqwest },
    // src/retry.rs and config.rs: 1 s doubled up to 60 s, of which between half and all is waited.
    Peer { name: "eventsource-client 0.18.0 (crate)", policy: eventsource_client },
];

/// Also with a reconnection time of its own for each client, which its server has sent: see [`retry_of_its_own`].
pub fn chromium(_: u32, failure: Failure, _: &mut Rng) -> Option<Time> {
    (failure == Failure::Network).then_some(3000)
}

fn reconnecting(_: u32, failure: Failure, rng: &mut Rng) -> Option<Time> {
    Some(if failure == Failure::Network { 3000 } else { rng.u32(0..=3000) })
}

fn polyfill(failures: u32, failure: Failure, _: &mut Rng) -> Option<Time> {
    (failure == Failure::Network).then(|| doubled(1000, failures, 16_000))
}

fn launchdarkly(failures: u32, _: Failure, rng: &mut Rng) -> Option<Time> {
    let delay = doubled(1000, failures, 30_000);
    Some(delay - (rng.f64() * 0.5 * f64::from(delay)) as Time)
}

fn reqwest(failures: u32, failure: Failure, _: &mut Rng) -> Option<Time> {
    (failure == Failure::Network).then(|| doubled(300, failures, 5000))
}

fn eventsource_client(failures: u32, _: Failure, rng: &mut Rng) -> Option<Time> {
    let delay = doubled(1000, failures, 60_000);
    Some(rng.u32(delay / 2..=delay))
}

fn doubled(first: Time, times: u32, most: Time) -> Time {
    first.saturating_mul(1 << times.min(20)).min(most)
}

/// A million of one peer.
pub struct Herd {
    policy: fn(u32, Failure, &mut Rng) -> Option<Time>,
    failures: Vec<u32>,
    /// What the server's `retry` has set for each, in the place of what the policy says.
    retry: Vec<Time>,
}

impl Herd {
    pub fn new(clients: u32, peer: Peer) -> Self {
        Self { policy: peer.policy, failures: vec![0; clients as usize], retry: Vec::new() }
    }

    /// The browsers' own, to each of which the server has sent a `retry` between these two.
    pub fn native_with_retry(clients: u32, (from, to): (Time, Time), rng: &mut Rng) -> Self {
        let retry = (0..clients).map(|_| rng.u32(from..=to)).collect();
        Self { policy: chromium, failures: vec![0; clients as usize], retry }
    }
}

impl Clients for Herd {
    fn next(&mut self, client: u32, outcome: Outcome, _: Time, rng: &mut Rng) -> Next {
        let client = client as usize;
        let failure = match outcome {
            Outcome::Accepted => return Next::Hold,
            Outcome::Unavailable(_) => Failure::Status,
            Outcome::Lost | Outcome::Refused => Failure::Network,
        };
        let delay = (self.policy)(self.failures[client], failure, rng);
        self.failures[client] += 1;
        match delay {
            Some(delay) => Next::Request(self.retry.get(client).copied().unwrap_or(delay)),
            None => Next::GiveUp,
        }
    }
}
