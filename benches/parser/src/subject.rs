//! What was measured with what, on what, and when.

use std::fs;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// This package's own, in which the versions are that were measured.
const LOCK: &str = include_str!("../Cargo.lock");

const CRATES: [&str; 5] = ["wasm-eventsource", "sse-core", "eventsource-stream", "eventsource-client", "memchr"];

/// A sentence or two.
pub fn describe() -> String {
    let crates = CRATES.map(|name| format!("{name} {}", version(name)));
    let (last, others) = crates.split_last().expect("there are some");
    format!(
        "{} and {last}; {}; {}, load {}; {}. Of all samples\nof all rounds the fastest counts. Other machines have other numbers: the ratios are what to look at.",
        others.join(", "),
        compiler(),
        processor(),
        load(),
        today(),
    )
}

fn version(name: &str) -> &'static str {
    let entry = format!("name = \"{name}\"\nversion = \"");
    let at = LOCK.find(&entry).expect("the lock file has it") + entry.len();
    LOCK[at..].split('"').next().unwrap_or_default()
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let words: Vec<_> = String::from_utf8_lossy(&output).split(' ').take(2).map(str::to_string).collect();
    words.join(" ")
}

fn processor() -> String {
    let all = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        all.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1)).unwrap_or("a processor");
    let cores = all.lines().filter(|line| line.starts_with("processor")).count();
    format!("{}, {cores} cores", model.trim())
}

fn load() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').next().unwrap_or("?").to_string()
}

/// The day in UTC, by the calendar: there is no other use for a library of dates here.
fn today() -> String {
    let mut days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() / 86_400);
    let mut year = 1970;
    let is_leap = |year: u64| (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}
