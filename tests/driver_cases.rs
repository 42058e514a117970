//! The cases in `tests/driver/`, which hold both drivers to the same, looked at as data: nothing is left out, and no field is
//! one that the runners do not read. `tests/web/driver_table.rs` and `tests/js/suite/driver-table.js` run them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// There are at least so many.
const LEAST: usize = 60;

const CASE: [&str; 10] =
    ["name", "covers", "url", "options", "before", "attempts", "steps", "expect", "differs", "skip"];
const OPTIONS: [&str; 15] = [
    "withCredentials",
    "lastEventId",
    "lastEventIdParameter",
    "maxEventSize",
    "idleTimeout",
    "whenHidden",
    "whenBack",
    "connectTimeout",
    "reconnect",
    "retryIf",
    "headers",
    "headersOf",
    "method",
    "body",
    "redirect",
];
const POLICY: [&str; 4] = ["initialDelay", "maxDelay", "maxAttempts", "statuses"];
const ATTEMPT: [&str; 17] = [
    "throws",
    "rejects",
    "rejectsWith",
    "aborts",
    "hangs",
    "waits",
    "resolves",
    "status",
    "headers",
    "body",
    "url",
    "redirected",
    "chunks",
    "times",
    "then",
    "heedless",
    "answersProbe",
];
const STATE: [&str; 9] =
    ["readyState", "lastEventId", "reconnectionTime", "told", "live", "pulls", "requests", "probes", "cancelled"];
const ENTRY: [&str; 15] = [
    "readyState",
    "unverified",
    "event",
    "data",
    "id",
    "origin",
    "comment",
    "error",
    "fatal",
    "status",
    "attempt",
    "reconnectsIn",
    "message",
    "body",
    "headers",
];
const REQUEST: [&str; 9] = ["url", "method", "headers", "credentials", "cache", "mode", "redirect", "body", "probes"];
const SKIP: [&str; 7] = ["node", "workers", "rust", "javascript", "chromium", "firefox", "webkit"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/driver")
}

/// Every case, by the name of its file.
fn files() -> BTreeMap<String, Vec<Value>> {
    let files = fs::read_dir(folder()).expect("the folder is there").map(|entry| entry.expect("an entry").path());
    let cases = files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).map(|path| {
        let text = fs::read_to_string(&path).expect("the file can be read");
        let cases: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, cases)
    });
    cases.collect()
}

fn cases() -> Vec<Value> {
    files().into_values().flatten().collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().into_iter().flat_map(|object| object.keys().map(String::as_str)).collect()
}

/// The variants of an enum, read from its source.
fn variants_of(name: &str) -> BTreeSet<String> {
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine/action.rs"));
    let source = source.expect("the file can be read");
    let head = source.split(&format!("pub enum {name}")).nth(1).expect("the enum is there");
    let body = head.split("\n}").next().expect("it has an end");
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let names = lines.map(|line| line.split([',', '(', ' ', '{']).next().expect("a first word"));
    let names = names.filter(|word| word.starts_with(|first: char| first.is_ascii_uppercase()));
    names.map(|variant| format!("{name}::{variant}")).collect()
}

#[test]
fn every_signal_and_every_action_of_the_engine_has_a_case() {
    let (signals, actions) = (variants_of("Signal"), variants_of("Action"));
    assert!(signals.contains("Signal::EndOfBody") && signals.contains("Signal::Refused"), "{signals:?}");
    assert!(actions.contains("Action::Probe") && actions.contains("Action::Wait"), "{actions:?}");
    let all: BTreeSet<_> = signals.union(&actions).cloned().collect();
    let covered: BTreeSet<_> = cases()
        .iter()
        .flat_map(|case| list(&case["covers"]).to_vec())
        .map(|name| name.as_str().expect("a name").to_string())
        .collect();
    assert_eq!(all.difference(&covered).collect::<Vec<_>>(), [""; 0], "these have no case");
    assert_eq!(covered.difference(&all).collect::<Vec<_>>(), [""; 0], "the engine has none of these");
}

#[test]
fn there_are_many_cases_and_each_has_a_name_of_its_own() {
    let cases = cases();
    let names: BTreeSet<_> = cases.iter().map(|case| case["name"].as_str().expect("a name")).collect();
    assert!(names.len() >= LEAST, "{}", names.len());
    assert_eq!(names.len(), cases.len(), "two cases have the same name");
}

#[test]
fn the_rust_tests_run_every_file() {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/web/driver_table.rs");
    let runner = fs::read_to_string(runner).expect("the file can be read");
    for file in files().keys() {
        assert!(runner.contains(&format!("\"../driver/{file}\"")), "{file}");
    }
}

#[test]
fn a_case_says_nothing_that_the_runners_do_not_read() {
    for case in cases() {
        let name = case["name"].as_str().expect("a name").to_string();
        let only = |what: &str, value: &Value, known: &[&str]| {
            let unknown: Vec<_> = keys(value).into_iter().filter(|key| !known.contains(key)).collect();
            assert!(unknown.is_empty(), "{name}: {what} has {unknown:?}");
        };
        only("the case", &case, &CASE);
        only("options", &case["options"], &[&OPTIONS[..], &["comments"]].concat());
        only("reconnect", &case["options"]["reconnect"], &POLICY);
        only("skip", &case["skip"], &SKIP);
        only("differs", &case["differs"], &["why", "rust", "javascript"]);
        assert!(!list(&case["attempts"]).is_empty() && case["expect"]["requests"].is_array(), "{name}");
        for attempt in list(&case["attempts"]) {
            only("an attempt", attempt, &[&ATTEMPT[..], &["hangsProbe"]].concat());
        }
        for step in list(&case["steps"]) {
            only("a step", step, &["when", "do"]);
            only("when", &step["when"], &STATE);
            for action in list(&step["do"]) {
                only("check", &action["check"], &STATE);
                only("verify", &action["verify"], &["staleAfter", "timeout"]);
            }
        }
        for expect in [&case["expect"], &case["differs"]["rust"], &case["differs"]["javascript"]] {
            only("expect", expect, &STATE);
            for entry in list(&expect["told"]) {
                let entries = if entry["all"].is_array() { list(&entry["all"]) } else { std::slice::from_ref(entry) };
                entries.iter().for_each(|entry| only("told", entry, &[&ENTRY[..], &["times"]].concat()));
            }
            for request in list(&expect["requests"]) {
                only("a request", request, &[&REQUEST[..], &["aborted", "pulls"]].concat());
            }
        }
    }
}
