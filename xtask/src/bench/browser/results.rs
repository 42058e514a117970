//! What benches/browser/measure/ has found, as it writes it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A whole run.
#[derive(Deserialize)]
pub(super) struct Results {
    pub(super) rounds: u32,
    pub(super) date: String,
    pub(super) machine: Machine,
    pub(super) versions: BTreeMap<String, String>,
    pub(super) clients: Vec<Client>,
    /// Megabytes of each stream that the server sends in a second to somebody who throws them away.
    pub(super) server: BTreeMap<String, f64>,
    pub(super) streams: BTreeMap<String, Stream>,
    pub(super) browsers: Vec<Browser>,
    #[serde(default)]
    pub(super) sizes: Vec<Size>,
    /// The bytes of WebAssembly that a Rust app grows by, as `cargo xtask app-size` has them.
    #[serde(rename = "rustApp")]
    pub(super) rust_app: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Machine {
    pub(super) model: String,
    pub(super) cores: u32,
    /// The load before the run.
    pub(super) load: f64,
}

#[derive(Deserialize)]
pub(super) struct Client {
    pub(super) name: String,
    pub(super) title: String,
}

#[derive(Deserialize)]
pub(super) struct Stream {
    pub(super) bytes: u64,
    pub(super) count: u64,
}

#[derive(Deserialize)]
pub(super) struct Browser {
    pub(super) name: String,
    pub(super) version: String,
    #[serde(default)]
    pub(super) speed: Vec<Speed>,
    pub(super) delays: Option<Delays>,
    #[serde(default)]
    pub(super) first: Vec<First>,
    #[serde(default)]
    pub(super) blocking: Vec<Blocking>,
    #[serde(default)]
    pub(super) memory: Vec<Memory>,
}

/// One client and one stream.
#[derive(Deserialize)]
pub(super) struct Speed {
    pub(super) stream: String,
    pub(super) client: String,
    /// Milliseconds, one for each round; none if it has failed.
    pub(super) runs: Vec<f64>,
    /// What did not arrive as it was sent.
    pub(super) wrong: Option<String>,
    pub(super) failed: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Delays {
    #[serde(default)]
    pub(super) results: Vec<Delay>,
}

/// In milliseconds.
#[derive(Deserialize)]
pub(super) struct Delay {
    pub(super) client: String,
    pub(super) p50: f64,
    pub(super) p99: f64,
}

#[derive(Deserialize)]
pub(super) struct First {
    pub(super) client: String,
    /// In milliseconds.
    pub(super) runs: Vec<f64>,
}

#[derive(Deserialize)]
pub(super) struct Blocking {
    pub(super) client: String,
    pub(super) runs: Vec<Blocked>,
}

/// In milliseconds.
#[derive(Deserialize)]
pub(super) struct Blocked {
    /// The longest time between two timers.
    pub(super) timer: f64,
    /// The longest time between two frames.
    pub(super) frame: f64,
    /// The longest of the tasks that took more than 50 ms, 0 if there was none; nothing where the browser does not tell.
    #[serde(rename = "longTask")]
    pub(super) long_task: Option<f64>,
}

#[derive(Deserialize)]
pub(super) struct Memory {
    pub(super) client: String,
    /// What 100 idle connections add.
    pub(super) idle: Option<Growth>,
    /// What the client adds with its first event.
    pub(super) loaded: Option<Growth>,
    /// What is left of a flood of 200,000 events.
    pub(super) first: Option<Growth>,
    /// What is left of a second one.
    pub(super) second: Option<Growth>,
}

/// In bytes.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Growth {
    /// By the page's own account, where the browser gives one.
    pub(super) heap: Option<f64>,
    /// The memories of WebAssembly.
    pub(super) wasm: f64,
    /// By the system's account of the processes that run pages.
    pub(super) process: f64,
}

#[derive(Deserialize)]
pub(super) struct Size {
    pub(super) name: String,
    pub(super) ours: bool,
    pub(super) raw: u64,
    pub(super) gzip: u64,
    pub(super) brotli: u64,
}

impl Results {
    pub(super) fn title<'a>(&'a self, client: &'a str) -> &'a str {
        self.clients.iter().find(|one| one.name == client).map_or(client, |one| &one.title)
    }

    /// The streams that were measured, in order.
    pub(super) fn stream_names(&self) -> Vec<&str> {
        self.streams.keys().map(String::as_str).collect()
    }
}

impl Browser {
    pub(super) fn speed(&self, stream: &str, client: &str) -> Option<&Speed> {
        self.speed.iter().find(|one| one.stream == stream && one.client == client)
    }

    /// How many times as fast as `other` the client is, in the median of the rounds: both take turns.
    pub(super) fn times(&self, stream: &str, client: &str, other: &str) -> Option<f64> {
        let (one, other) = (self.speed(stream, client)?, self.speed(stream, other)?);
        median(one.runs.iter().zip(&other.runs).map(|(one, other)| other / one))
    }

    pub(super) fn delay(&self, client: &str) -> Option<&Delay> {
        self.delays.as_ref()?.results.iter().find(|one| one.client == client)
    }
}

impl Blocking {
    /// The longest task, in the median of the rounds. Where the browser does not tell, it is at most the shorter of the longest
    /// gaps.
    pub(super) fn longest(&self) -> Option<f64> {
        median(self.runs.iter().map(|run| match run.long_task {
            // Such as are shorter than 50 ms are not told.
            Some(task) if task > 0.0 => task,
            Some(_) => run.timer.min(run.frame).min(50.0),
            None => run.timer.min(run.frame),
        }))
    }
}

impl Growth {
    /// By the account that is better: the page's, and else the system's.
    pub(super) fn bytes(self) -> f64 {
        self.heap.map_or(self.process, |heap| heap + self.wasm)
    }
}

/// The one in the middle; of an even number the greater of two.
pub(super) fn median(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_medians() {
        let speed = |client: &str, runs: &[f64]| Speed {
            stream: "A".to_owned(),
            client: client.to_owned(),
            runs: runs.to_vec(),
            wrong: None,
            failed: None,
        };
        let browser = Browser {
            name: String::new(),
            version: String::new(),
            // Everything was slow in the second round.
            speed: vec![speed("native", &[100.0, 900.0, 200.0]), speed("ours", &[50.0, 300.0, 100.0])],
            delays: None,
            first: Vec::new(),
            blocking: Vec::new(),
            memory: Vec::new(),
        };
        assert_eq!(browser.times("A", "ours", "native"), Some(2.0));
        assert_eq!(browser.times("A", "theirs", "native"), None);
    }
}
