//! The part of docs/benchmarks.md about speed.

use super::plot::PLOTS;
use super::results::{Browser, Results, Speed, median};
use super::text::{self, milliseconds, ratio, table, thousands};

/// Where the plots are, as the page names them.
pub(super) const PLOT_FOLDER: &str = "benchmarks";

const STREAMS: [(&str, &str); 7] = [
    ("A", "deltas as language models send them, 150 bytes of JSON on average"),
    ("B", "1 KB each, with type and ID"),
    ("C", "64 KB each"),
    ("D", "1 MB each"),
    ("E", "eight lines of data each"),
    ("F", "a keep-alive comment a thousand times, then an event"),
    ("G", "500 bytes of Cyrillic, Chinese, Japanese and emoji each"),
];

/// With a table of the streams, and for each browser the plots, the ratios and the times.
pub(super) fn section(results: &Results) -> Vec<String> {
    if results.browsers.iter().all(|browser| browser.speed.is_empty()) {
        return Vec::new();
    }
    let rows: Vec<Vec<String>> = results
        .streams
        .iter()
        .map(|(name, stream)| {
            let what = STREAMS.iter().find(|(known, _)| known == name).map_or("", |(_, what)| what);
            let megabytes = format!("{:.0} MB", stream.bytes as f64 / 1e6);
            let server = results.server.get(name).map_or(String::new(), |speed| format!("{} MB/s", thousands(*speed)));
            vec![format!("{name}: {what}"), thousands(stream.count as f64), megabytes, server]
        })
        .collect();
    let mut parts = vec![
        "## Speed".to_owned(),
        SPEED.to_owned(),
        table(&["stream", "events", "size", "the server, to Node"].map(str::to_owned), &rows),
    ];
    for browser in results.browsers.iter().filter(|browser| !browser.speed.is_empty()) {
        parts.push(format!("### {}", text::browser(&browser.name)));
        parts.push("How many times as fast as the browser's own `EventSource`:".to_owned());
        parts.extend(PLOTS.iter().map(|plot| picture(&browser.name, plot.name, plot.title)));
        parts.push(speed_table(results, browser, |stream, client| browser.times(stream, client, "native").map(ratio)));
        parts.push("In milliseconds:".to_owned());
        parts.push(speed_table(results, browser, |stream, client| {
            median(browser.speed(stream, client)?.runs.iter().copied()).map(milliseconds)
        }));
        parts.extend(faults(results, browser));
    }
    parts
}

const SPEED: &str = "From the request to the last event, which has a type of its own, for clients reconnect at the end of a stream. A
listener (or callback, or loop) reads the event's data, and its ID where the stream has some, and takes four characters of it
and the length into a digest: a few nanoseconds, the same for all. Before, each client has received one event in the page, so
that what is loaded or compiled at first use is there. In a round that is not timed every character of type, ID and data is
compared with what was sent; who delivers something else is marked WRONG, and it is said below what. The driver's network domain is off,
which would slow Chromium's own `EventSource` down. The apps in Rust are compiled with `opt-level = 3` and
`-Ctarget-feature=+simd128` and count by themselves: what they count never becomes a JavaScript string, or in gloo-net's case has been one.";

fn picture(browser: &str, name: &str, title: &str) -> String {
    let file = |theme: &str| format!("{PLOT_FOLDER}/{name}-{browser}-{theme}.svg");
    format!(
        "<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"{}\">\n  <img alt=\"{title}, {}\" src=\"{}\">\n</picture>",
        file("dark"),
        text::browser(browser),
        file("light"),
    )
}

fn speed_table(results: &Results, browser: &Browser, value: impl Fn(&str, &str) -> Option<String>) -> String {
    let streams = results.stream_names();
    let clients = results.clients.iter().filter(|client| browser.speed.iter().any(|one| one.client == client.name));
    let rows: Vec<Vec<String>> = clients
        .map(|client| {
            let cells = streams.iter().map(|stream| match browser.speed(stream, &client.name) {
                Some(speed) => cell(speed, value(stream, &client.name)),
                None => String::new(),
            });
            std::iter::once(client.title.clone()).chain(cells).collect()
        })
        .collect();
    let head = std::iter::once("").chain(streams.iter().copied()).map(str::to_owned).collect::<Vec<_>>();
    table(&head, &rows)
}

fn cell(speed: &Speed, value: Option<String>) -> String {
    let mark = if speed.wrong.is_some() { "WRONG " } else { "" };
    match value {
        Some(value) => format!("{mark}{value}"),
        None if speed.failed.is_some() => "failed".to_owned(),
        None => "–".to_owned(),
    }
}

/// Who delivers something else than was sent, or nothing.
fn faults(results: &Results, browser: &Browser) -> Option<String> {
    let lines: Vec<String> = browser
        .speed
        .iter()
        .filter_map(|speed| {
            let what = match (&speed.wrong, &speed.failed) {
                (Some(wrong), _) => format!("WRONG: {wrong}"),
                (None, failed) => format!("failed: {}", failed.as_deref()?),
            };
            Some(format!("- {}, {}: {what}", speed.stream, results.title(&speed.client)))
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
