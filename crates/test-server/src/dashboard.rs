//! The stream of the example dashboards: what happens, numbered, whether somebody looks or not.
//!
//! `GET /demo/dashboard?client=ID&interval=MS&retry=MS`: one event each `interval` (250 ms) since the server started, the
//! number of which is its id. Without a Last-Event-ID the stream begins with the latest [`HISTORY`] events; with one it
//! goes on behind it, so that a client that was away misses nothing. `client` names it for `/demo/cut` and
//! `/demo/requests`; `retry` is the reconnection time it is told (2000 ms).
//!
//! | id | event | data |
//! |---|---|---|
//! | not a multiple of 5 | `tick` | `{"time", "value"}` |
//! | 5, 15, 25, ... | `login` | `{"time", "user"}` |
//! | 10, 30, 50, ... | `deploy` | `{"time", "service", "version"}` |
//! | 20, 40, 60, ... | `alert` | `{"time", "service", "message"}` |
//!
//! Every payload follows from its id; `time` is in milliseconds from the start of the server.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{Query, Request},
    response::Response,
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use crate::{
    body::event_stream,
    demo::cuttable,
    state::{ServerState, Shared},
};

/// How many events a new client gets at once.
const HISTORY: u64 = 120;
/// How many events a client that was away can get: those before are forgotten.
const REMEMBERED: u64 = 1000;

const SERVICES: [&str; 5] = ["checkout", "search", "billing", "mail", "images"];
const USERS: [&str; 7] = ["ada", "barbara", "edsger", "frances", "grace", "katherine", "tony"];

pub(crate) fn routes() -> Router<Arc<ServerState>> {
    Router::new().route("/demo/dashboard", get(dashboard))
}

#[derive(Deserialize)]
#[serde(default)]
struct Parameters {
    client: String,
    interval: u64,
    retry: u64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { client: String::new(), interval: 250, retry: 2000 }
    }
}

async fn dashboard(state: Shared, Query(parameters): Query<Parameters>, request: Request) -> Response {
    let interval = parameters.interval.max(1);
    let happened = state.now_ms() / interval;
    let last = request.headers().get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let first = first_for(last, happened);
    let started = Instant::from_std(state.started);
    let events = async_stream::stream! {
        yield Bytes::from(format!("retry: {}\n\n", parameters.retry));
        for id in first.. {
            sleep_until(started + Duration::from_millis(interval.saturating_mul(id))).await;
            yield Bytes::from(event(id, interval));
        }
    };
    event_stream(cuttable(events, state.demo.add(parameters.client, &request)))
}

/// The id to begin with. One from the future is of another server, before a restart.
fn first_for(last: Option<u64>, happened: u64) -> u64 {
    match last {
        Some(last) if last <= happened => (last + 1).max((happened + 1).saturating_sub(REMEMBERED)),
        _ => (happened + 1).saturating_sub(HISTORY).max(1),
    }
}

fn event(id: u64, interval: u64) -> String {
    let (event_type, mut data) = what_happened(id);
    data["time"] = json!(id.saturating_mul(interval));
    format!("id: {id}\nevent: {event_type}\ndata: {data}\n\n")
}

fn what_happened(id: u64) -> (&'static str, Value) {
    let some = |list: &[&'static str]| list[usize::try_from(chance(id)).unwrap_or(0) % list.len()];
    match id % 20 {
        0 => {
            let message = format!("p99 is {} ms", 400 + chance(id) * 10);
            ("alert", json!({ "service": some(&SERVICES), "message": message }))
        }
        10 => {
            ("deploy", json!({ "service": some(&SERVICES), "version": format!("1.{}.{}", id / 20, chance(id) % 10) }))
        }
        5 | 15 => ("login", json!({ "user": some(&USERS) })),
        _ => ("tick", json!({ "value": value(id) })),
    }
}

/// Requests per second, with one decimal: two waves and some noise.
fn value(id: u64) -> f64 {
    let (x, noise) = (id as f64, chance(id) as f64 / 127.0 - 0.5);
    let value = 120.0 + 46.0 * (x / 23.0).sin() + 20.0 * (x / 7.0).sin() + 16.0 * noise;
    (value * 10.0).round() / 10.0
}

/// From 0 to 127, without a pattern that one would see.
fn chance(id: u64) -> u64 {
    id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_client_begins_with_the_latest_events() {
        assert_eq!(first_for(None, 0), 1);
        assert_eq!(first_for(None, 119), 1);
        assert_eq!(first_for(None, 200), 81);
    }

    #[test]
    fn a_client_that_was_away_goes_on_behind_its_last_event_as_far_as_it_is_remembered() {
        assert_eq!(first_for(Some(100), 100), 101);
        assert_eq!(first_for(Some(41), 100), 42);
        assert_eq!(first_for(Some(0), 1000), 1);
        assert_eq!(first_for(Some(0), 5000), 4001);
    }

    #[test]
    fn an_id_of_another_server_is_none() {
        assert_eq!(first_for(Some(201), 200), 81);
        assert_eq!(first_for(Some(u64::MAX), 200), 81);
    }

    #[test]
    fn every_fifth_event_has_a_name_of_its_own() {
        let types: Vec<&str> = (1..=20).map(|id| what_happened(id).0).filter(|name| *name != "tick").collect();
        assert_eq!(types, ["login", "deploy", "login", "alert"]);
    }
}
