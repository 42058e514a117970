//! What it is meant to reach, and whether it does.

use super::results::{Browser, Results, median};
use super::text::{kilobytes, ratio, thousands};

const LISTENER: &str = "ours-listener";
/// With what the page calls them.
const CALLBACKS: [(&str, &str); 2] = [("ours-await", "`for await`"), ("ours-subscribe", "`subscribe`")];
/// Those whose users get event objects.
const DOM_PEERS: [&str; 3] = ["eventsource", "event-source-polyfill", "sse"];
const PARSER: &str = "eventsource-parser";
/// So much growth is no growth, in bytes: of code that is compiled, for instance. The page's own account is more precise than the
/// system's.
const NO_GROWTH: [f64; 2] = [512.0 * 1024.0, 4096.0 * 1024.0];

/// One thing to reach, and what was found.
pub(super) struct Judged {
    pub(super) what: String,
    /// Or none, if it is the same in all.
    pub(super) browser: Option<String>,
    pub(super) wanted: String,
    pub(super) found: String,
    pub(super) met: bool,
}

/// What is wanted of one browser; `None` if nothing is.
struct Wanted {
    each: f64,
    median: f64,
    dom_peers: f64,
    callbacks: f64,
    parser: f64,
    /// From the import to the first event, over the time of `eventsource`.
    first: f64,
    in_rust: bool,
    page: bool,
}

fn wanted(browser: &str) -> Option<Wanted> {
    match browser {
        "chromium" => Some(Wanted {
            each: 1.2,
            median: 1.5,
            dom_peers: 1.5,
            callbacks: 6.5,
            parser: 1.0,
            first: 1.5,
            in_rust: true,
            page: true,
        }),
        "firefox" => Some(Wanted {
            each: 2.0,
            median: 4.0,
            dom_peers: 1.2,
            callbacks: 10.0,
            parser: 1.0,
            first: 1.5,
            in_rust: true,
            page: true,
        }),
        "webkit" => Some(Wanted {
            each: 0.95,
            median: 1.1,
            dom_peers: 1.0,
            callbacks: 1.9,
            parser: 0.95,
            first: 2.0,
            in_rust: false,
            page: false,
        }),
        _ => None,
    }
}

/// All that can be judged of what was measured.
pub(super) fn judge(results: &Results) -> Vec<Judged> {
    let streams = results.stream_names();
    let in_browsers = results.browsers.iter().flat_map(|browser| {
        let Some(wanted) = wanted(&browser.name) else { return Vec::new() };
        let mut judged = speed(browser, &streams, &wanted);
        judged.extend(first(browser, wanted.first));
        if wanted.in_rust {
            judged.extend(in_rust(browser, &streams));
        }
        if wanted.page {
            judged.extend(page(browser));
        }
        judged.into_iter().map(|one| Judged { browser: Some(browser.name.clone()), ..one }).collect()
    });
    in_browsers.chain(sizes(results)).collect()
}

fn speed(browser: &Browser, streams: &[&str], wanted: &Wanted) -> Vec<Judged> {
    let mut judged = Vec::new();
    let native = all(browser, streams, LISTENER, "native");
    judged.extend(at_least("a listener against native, on each stream", least(&native), wanted.each));
    let middle = median(native.iter().map(|(_, times)| *times)).map(|times| (times, String::new()));
    judged.extend(at_least("a listener against native, the median of the streams", middle, wanted.median));
    for peer in DOM_PEERS {
        let what = format!("a listener against {peer}, on each stream");
        judged.extend(at_least(&what, least(&all(browser, streams, LISTENER, peer)), wanted.dom_peers));
    }
    for (client, title) in CALLBACKS {
        let what = format!("{title} against native, on A");
        let times = browser.times("A", client, "native").map(|times| (times, String::new()));
        judged.extend(at_least(&what, times, wanted.callbacks));
        let what = format!("{title} against {PARSER}, on each stream");
        judged.extend(at_least(&what, least(&all(browser, streams, client, PARSER)), wanted.parser));
    }
    judged
}

fn in_rust(browser: &Browser, streams: &[&str]) -> Vec<Judged> {
    let floor = all(browser, streams, "fetch-copy", "rust-ours");
    let most =
        floor.into_iter().max_by(|one, other| one.1.total_cmp(&other.1)).map(|(stream, times)| (times, on(&stream)));
    let gloo = browser.times("A", "rust-ours", "rust-gloo-net").map(|times| (times, String::new()));
    at_most("the Rust stream's time over that of fetch and copy, on each stream", most, 1.5)
        .into_iter()
        .chain(at_least("the Rust stream against gloo-net, on A", gloo, 8.0))
        .collect()
}

fn first(browser: &Browser, most: f64) -> Option<Judged> {
    let time = |client: &str| median(browser.first.iter().find(|one| one.client == client)?.runs.iter().copied());
    let times = time(LISTENER)? / time("eventsource")?;
    at_most("the time from the import to the first event over that of eventsource", Some((times, String::new())), most)
}

fn page(browser: &Browser) -> Vec<Judged> {
    let mut judged = Vec::new();
    if let (Some(ours), Some(native)) = (browser.delay(LISTENER), browser.delay("native")) {
        for (what, ours, native, most) in [("p50", ours.p50, native.p50, 1.25), ("p99", ours.p99, native.p99, 1.4)] {
            let what = format!("the {what} of a listener's delay over native's");
            judged.extend(at_most(&what, Some((ours / native, String::new())), most));
        }
    }
    let blocking = browser.blocking.iter().find(|one| one.client == LISTENER);
    judged.extend(blocking.and_then(|one| one.longest()).map(|longest| Judged {
        what: "the longest task with a listener under the flood A".to_owned(),
        browser: None,
        wanted: "50 ms at most".to_owned(),
        found: format!("{longest:.0} ms"),
        met: longest <= 50.0,
    }));
    let memory = |client: &str| browser.memory.iter().find(|one| one.client == client);
    let idle = |client: &str| Some(memory(client)?.idle?.bytes());
    if let (Some(ours), Some(theirs)) = (idle(LISTENER), idle("eventsource")) {
        // Nothing is less than nothing: what a process gives back meanwhile is its own affair.
        let times = ours.max(0.0) / theirs.max(1.0);
        judged.push(Judged {
            what: "the memory of 100 idle connections over that of eventsource's".to_owned(),
            browser: None,
            wanted: "1.3 at most".to_owned(),
            found: format!("{} ({} KB to {} KB)", ratio(times), kilobytes(ours), kilobytes(theirs)),
            met: times <= 1.3,
        });
    }
    let floods =
        memory(LISTENER).into_iter().flat_map(|one| [("200,000 events", one.first), ("as many again", one.second)]);
    for (what, growth) in floods {
        judged.extend(growth.map(|growth| Judged {
            what: format!("what is left in memory of {what}"),
            browser: None,
            wanted: "nothing".to_owned(),
            found: format!("{} KB", kilobytes(growth.bytes())),
            met: growth.bytes() <= NO_GROWTH[usize::from(growth.heap.is_none())],
        }));
    }
    judged
}

fn sizes(results: &Results) -> Vec<Judged> {
    let mut judged = Vec::new();
    for (name, most) in
        [("wasm-eventsource/external, both", 22_000), ("wasm-eventsource", 23_500), ("wasm-eventsource/stream", 19_000)]
    {
        judged.extend(results.sizes.iter().find(|size| size.name == name).map(|size| Judged {
            what: format!("the size of `{name}`, brotli"),
            browser: None,
            wanted: format!("{} bytes at most", thousands(most as f64)),
            found: format!("{} bytes", thousands(size.brotli as f64)),
            met: size.brotli <= most,
        }));
    }
    judged.extend(results.rust_app.map(|added| Judged {
        what: "what a Rust app grows by, raw wasm".to_owned(),
        browser: None,
        wanted: "25 KB at most".to_owned(),
        found: format!("{} bytes", thousands(added as f64)),
        met: added <= 25 * 1024,
    }));
    judged
}

/// How many times as fast as `other` it is on each stream that both were measured on.
fn all(browser: &Browser, streams: &[&str], client: &str, other: &str) -> Vec<(String, f64)> {
    let on = |stream: &&str| Some(((*stream).to_owned(), browser.times(stream, client, other)?));
    streams.iter().filter_map(on).collect()
}

fn least(all: &[(String, f64)]) -> Option<(f64, String)> {
    all.iter().min_by(|one, other| one.1.total_cmp(&other.1)).map(|(stream, times)| (*times, on(stream)))
}

fn on(stream: &str) -> String {
    format!(", on {stream}")
}

fn at_least(what: &str, found: Option<(f64, String)>, least: f64) -> Option<Judged> {
    judged(what, found, format!("{least} at least"), |times| times >= least)
}

fn at_most(what: &str, found: Option<(f64, String)>, most: f64) -> Option<Judged> {
    judged(what, found, format!("{most} at most"), |times| times <= most)
}

fn judged(what: &str, found: Option<(f64, String)>, wanted: String, meets: impl Fn(f64) -> bool) -> Option<Judged> {
    let (times, on) = found?;
    Some(Judged {
        what: what.to_owned(),
        browser: None,
        wanted,
        found: format!("{}{on}", ratio(times)),
        // As it is shown.
        met: meets((times * 100.0).round() / 100.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_is_held_against_what_was_wanted() -> anyhow::Result<()> {
        let results: Results = serde_json::from_str(include_str!("sample.json"))?;
        let judged = judge(&results);
        let found: Vec<_> = judged.iter().map(|one| (one.what.as_str(), one.found.as_str(), one.met)).collect();
        assert_eq!(
            found,
            [
                ("a listener against native, on each stream", "0.50, on F", false),
                ("a listener against native, the median of the streams", "2.00", true),
                ("the p50 of a listener's delay over native's", "1.25", true),
                ("the p99 of a listener's delay over native's", "2.00", false),
                ("the longest task with a listener under the flood A", "25 ms", true),
                ("the size of `wasm-eventsource`, brotli", "55,000 bytes", false),
            ]
        );
        Ok(())
    }
}
