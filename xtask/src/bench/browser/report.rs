//! docs/benchmarks.md, of what was measured.

use super::results::{Blocked, Browser, Delay, Growth, Memory, Results, Size, median};
use super::speed;
use super::targets::{Judged, judge};
use super::text::{self, kilobytes, milliseconds, ratio, table, thousands};

pub(super) fn report(results: &Results) -> String {
    let judged = judge(results);
    let mut parts = vec![introduction(results), "## Where we do not win".to_owned()];
    parts.extend(misses(results, &judged));
    parts.extend(speed::section(results));
    parts.extend(delays(results));
    parts.extend(first(results));
    parts.extend(blocking(results));
    parts.extend(memory(results));
    parts.extend(sizes(results));
    parts.extend(["## What was wanted".to_owned(), targets(&judged)]);
    parts.join("\n\n") + "\n"
}

fn introduction(results: &Results) -> String {
    let Results { rounds, date, machine, versions, browsers, .. } = results;
    let versions = versions.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", ");
    let browsers = browsers.iter().map(|browser| version(&browser.version)).collect::<Vec<_>>().join(", ");
    format!(
        "# Benchmarks

<!-- Written by `cargo xtask bench --only browser`; do not edit. -->

Clients of event streams side by side: the browser's own `EventSource`, ours with each of its ways to take events, its peers,
and what a bare `fetch` takes, which is the floor. The clients, the page they run in and what measures them are in
`benches/browser/`; `cargo xtask bench --only browser` builds them, runs them and writes this page.
In Leptos apps the Rust face is measured in [rust-clients.md](rust-clients.md).

{browsers}, headless.
{versions}.
{model}, {cores} cores, server and browser on the same machine, which had a load of {load:.1}
before; {date}. All take turns, in {rounds} rounds, each time in a fresh page, in Chromium in a fresh process, too. A ratio is
the median of the rounds' ratios, a time the median of their times. Other machines have other numbers: the ratios are what to look at.",
        model = machine.model,
        cores = machine.cores,
        load = machine.load,
    )
}

fn version(name: &str) -> String {
    name.replace("chrome ", "Chromium ").replace("firefox ", "Firefox ").replace("MiniBrowser ", "WebKitGTK ")
}

/// What is below its target, and where a peer is ahead.
fn misses(results: &Results, judged: &[Judged]) -> Vec<String> {
    let missed: Vec<String> = judged.iter().filter(|one| !one.met).map(in_words).collect();
    let behind: Vec<String> = results.browsers.iter().flat_map(|browser| behind(results, browser)).collect();
    let list = |items: &[String], none: &str| match items {
        [] => none.to_owned(),
        _ => items.iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n"),
    };
    vec![
        "Below what was wanted:".to_owned(),
        list(&missed, "Nothing that was measured."),
        "Slower than a peer whose users get the same (event objects; or arguments of a callback, or items of a loop):"
            .to_owned(),
        list(&behind, "On no stream."),
    ]
}

fn in_words(one: &Judged) -> String {
    let browser = one.browser.as_deref().map_or(String::new(), |name| format!("{}: ", text::browser(name)));
    format!("{browser}{}: {} (wanted: {})", one.what, one.found, one.wanted)
}

/// Ours, and the peers it stands beside.
const RIVALS: [(&str, &[&str]); 5] = [
    ("ours-listener", &["native", "eventsource", "event-source-polyfill", "sse"]),
    ("ours-subscribe", &["eventsource-parser", "fetch-event-source"]),
    ("ours-await", &["eventsource-parser", "fetch-event-source"]),
    ("ours-stream", &["eventsource-parser", "fetch-event-source"]),
    ("rust-ours", &["rust-gloo-net"]),
];

fn behind(results: &Results, browser: &Browser) -> Vec<String> {
    let mut lines = Vec::new();
    for (ours, peers) in RIVALS {
        for peer in peers {
            let slower = |stream: &&str| browser.times(stream, ours, peer).filter(|times| *times < 0.995);
            let found: Vec<String> = results
                .stream_names()
                .into_iter()
                .filter_map(|stream| Some(format!("{stream} {}", ratio(slower(&stream)?))))
                .collect();
            if !found.is_empty() {
                let (browser, ours, peer) = (text::browser(&browser.name), results.title(ours), results.title(peer));
                lines.push(format!("{browser}: {ours} against {peer}: {}", found.join(", ")));
            }
        }
    }
    lines
}

fn delays(results: &Results) -> Vec<String> {
    let value = |browser: &Browser, client: &str, what: fn(&Delay) -> f64| {
        let (one, native) = (browser.delay(client)?, browser.delay("native")?);
        Some(format!("{} ({})", milliseconds(what(one)), ratio(what(one) / what(native))))
    };
    let p50 = |browser: &Browser, client: &str| value(browser, client, |delay| delay.p50);
    let p99 = |browser: &Browser, client: &str| value(browser, client, |delay| delay.p99);
    by_browser(results, "## Delay", DELAY, &[("p50", &p50), ("p99", &p99)])
}

const DELAY: &str = "From the server's write to the listener, in milliseconds, with one event every 10 ms; in brackets, as a multiple of the
browser's own. All are measured in one page, in turns, by the clock of the machine; Firefox is told
not to round its clocks.";

fn first(results: &Results) -> Vec<String> {
    let value = |browser: &Browser, client: &str| {
        let of = |client: &str| {
            let found = browser.first.iter().find(|one| one.client == client)?;
            median(found.runs.iter().copied())
        };
        Some(format!("{} ({})", milliseconds(of(client)?), ratio(of(client)? / of("native")?)))
    };
    by_browser(results, "## From the import to the first event", FIRST, &[("", &value)])
}

const FIRST: &str = "In milliseconds: a fresh page imports the client, without a cache, and connects to a server that answers at once. In
brackets, as a multiple of the browser's own, for which there is next to nothing to load.";

fn blocking(results: &Results) -> Vec<String> {
    let of = |browser: &Browser, client: &str, what: fn(&Blocked) -> f64| {
        let found = browser.blocking.iter().find(|one| one.client == client)?;
        median(found.runs.iter().map(what)).map(milliseconds)
    };
    let task = |browser: &Browser, client: &str| {
        let found = browser.blocking.iter().find(|one| one.client == client)?;
        found.runs.first()?.long_task?;
        let longest = median(found.runs.iter().filter_map(|run| run.long_task))?;
        Some(if longest > 0.0 { milliseconds(longest) } else { "under 50".to_owned() })
    };
    let timer = |browser: &Browser, client: &str| of(browser, client, |run| run.timer);
    let frame = |browser: &Browser, client: &str| of(browser, client, |run| run.frame);
    let columns: [Column<'_>; 3] = [("longest task", &task), ("between timers", &timer), ("between frames", &frame)];
    by_browser(results, "## How long the page stands still", BLOCKING, &columns)
}

const BLOCKING: &str = "Under the flood of stream A, in milliseconds: the longest task, where the browser tells of those over 50 ms; the longest
time between two timers, and between two frames. A task is never longer than the shorter of these.";

fn memory(results: &Results) -> Vec<String> {
    let find = |browser: &Browser, client: &str, which: fn(&Memory) -> Option<Growth>| {
        let growth = which(browser.memory.iter().find(|one| one.client == client)?)?;
        Some(kilobytes(growth.bytes()))
    };
    let loaded = |browser: &Browser, client: &str| find(browser, client, |one| one.loaded);
    let idle = |browser: &Browser, client: &str| find(browser, client, |one| one.idle);
    let flood = |browser: &Browser, client: &str| find(browser, client, |one| one.first);
    let again = |browser: &Browser, client: &str| find(browser, client, |one| one.second);
    let columns: [Column<'_>; 4] =
        [("client", &loaded), ("100 idle connections", &idle), ("200,000 events", &flood), ("another 200,000", &again)];
    by_browser(results, "## Memory", MEMORY, &columns)
}

const MEMORY: &str = "What is added, in kilobytes, after garbage has been collected: by the client itself, with its first event; to that by 100
connections that have received one event and wait; what is left of stream A when it is over, and of the same once more. In Chromium by the page's own account and that of
WebAssembly; in others by the system's account of the processes that run pages, which goes up and down by some thousands by itself.
Half a megabyte by the former, four by the latter, are taken for nothing.";

type Column<'a> = (&'a str, &'a dyn Fn(&Browser, &str) -> Option<String>);

/// A table with these columns for each browser, and a row for each client that has something in them.
fn by_browser(results: &Results, heading: &str, text: &str, columns: &[Column<'_>]) -> Vec<String> {
    let browsers = &results.browsers;
    let all: Vec<(String, Column<'_>, &Browser)> = browsers
        .iter()
        .flat_map(|browser| columns.iter().map(move |column| (browser, *column)))
        .map(|(browser, column)| (format!("{} {}", text::browser(&browser.name), column.0), column, browser))
        // Where a browser tells nothing there is no column.
        .filter(|(_, column, browser)| results.clients.iter().any(|client| column.1(browser, &client.name).is_some()))
        .collect();
    if all.is_empty() {
        return Vec::new();
    }
    let rows: Vec<Vec<String>> = results
        .clients
        .iter()
        .filter_map(|client| {
            let cells: Vec<_> = all.iter().map(|(_, column, browser)| column.1(browser, &client.name)).collect();
            cells.iter().any(Option::is_some).then(|| {
                let cells = cells.into_iter().map(Option::unwrap_or_default);
                std::iter::once(client.title.clone()).chain(cells).collect()
            })
        })
        .collect();
    let head = std::iter::once(String::new());
    let head: Vec<String> = head.chain(all.iter().map(|(title, ..)| title.trim_end().to_owned())).collect();
    vec![heading.to_owned(), text.to_owned(), table(&head, &rows)]
}

fn sizes(results: &Results) -> Vec<String> {
    if results.sizes.is_empty() {
        return Vec::new();
    }
    let row = |size: &Size| {
        let name = if size.ours { format!("**{}**", size.name) } else { size.name.clone() };
        let cells = [size.raw, size.gzip, size.brotli].map(|bytes| thousands(bytes as f64));
        std::iter::once(name).chain(cells).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<String>> = results.sizes.iter().map(row).collect();
    vec![
        "## Bytes".to_owned(),
        "What a page loads: each entry of ours with all it exports, and of each peer what a page uses of it, bundled and minified by esbuild.".to_owned(),
        table(&["", "raw", "gzip", "brotli"].map(str::to_owned), &rows),
    ]
}

fn targets(judged: &[Judged]) -> String {
    let rows: Vec<Vec<String>> = judged
        .iter()
        .map(|one| {
            let browser = one.browser.as_deref().map_or(String::new(), |name| text::browser(name).to_owned());
            let met = if one.met { "✓" } else { "✗" };
            vec![one.what.clone(), browser, one.wanted.clone(), one.found.clone(), met.to_owned()]
        })
        .collect();
    table(&["", "browser", "wanted", "found", ""].map(str::to_owned), &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_who_is_wrong_who_failed_and_where_ours_is_slower() -> anyhow::Result<()> {
        let page = report(&serde_json::from_str(include_str!("sample.json"))?);
        for line in [
            "- Chromium: a listener against native, on each stream: 0.50, on F (wanted: 1.2 at least)",
            "- Chromium: ours, listener against native `EventSource`: F 0.50",
            "| ours, listener | 2.00 | 0.50 |",
            "| fetch-event-source | failed | WRONG 0.55 |",
            "- A, fetch-event-source: failed: script timeout",
            "- F, fetch-event-source: WRONG: 300300 events instead of 300",
            "| ours, listener | 0.25 (1.25) | 1.2 (2.00) |",
        ] {
            assert!(page.lines().any(|one| one == line), "{line} is not in\n{page}");
        }
        Ok(())
    }
}
