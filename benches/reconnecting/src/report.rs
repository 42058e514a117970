//! The page: tables, and what is said about them in numbers of the same run.

use std::fmt::Write as _;

use crate::simulation::{Measured, Time};
use crate::{RESTART, Rows, WORLD};

pub const PAGE: &str = "**ours**, in a page of the server's origin";
pub const OTHER_ORIGIN: &str = "**ours**, in a page of another origin";
pub const NODE: &str = "**ours**, in Node";
const CHROMIUM: &str = "Chromium: `EventSource`";
const FETCH: &str = "@microsoft/fetch-event-source 2.0.1";
const POLYFILL: &str = "event-source-polyfill 1.0.31";
const PLUS: &str = "event-source-plus 0.1.15";
const CRATE: &str = "eventsource-client 0.18.0 (crate)";

/// What is plotted, by its name in the tables.
pub const PANELS: [&str; 8] =
    [PAGE, CHROMIUM, "Firefox: `EventSource`", FETCH, POLYFILL, PLUS, "reqwest-eventsource 0.6.0", CRATE];

/// All that was simulated.
pub struct Results<'a> {
    pub rows: &'a Rows,
    pub restart: &'a Rows,
    pub refused: &'a Rows,
    pub levers: &'a Rows,
}

/// A row by its name.
pub fn find<'a>(rows: &'a Rows, name: &'a str) -> (&'a str, &'a Measured) {
    let (_, measured) = rows.iter().find(|(other, _)| other == name).expect("it was simulated");
    (name, measured)
}

pub fn page(results: &Results<'_>, drawing: &str) -> String {
    let mut page = String::new();
    intro(&mut page, results, drawing);
    outage(&mut page, results.rows);
    restart(&mut page, results.restart);
    refused(&mut page, results.refused);
    levers(&mut page, results.levers);
    page.push_str(include_str!("closing.md"));
    page
}

fn intro(page: &mut String, results: &Results<'_>, drawing: &str) {
    let [ours, other, node] = [PAGE, OTHER_ORIGIN, NODE].map(|name| find(results.rows, name).1);
    let [chromium, fetch] = [CHROMIUM, FETCH].map(|name| find(results.rows, name).1);
    let lost = |name| share(find(results.refused, name).1.lost);
    let _ = write!(
        page,
        "# A million clients lose their server\n\n\
<!-- Written by `cargo xtask bench --only reconnecting`; do not edit. -->\n\n\
A server with {clients} open event streams goes away at once. For {outage} s nobody listens, then it is back and can take on \
{capacity} connections in a second. How many requests does it see meanwhile, and when is everybody back? That depends on \
nothing but the clients' policy of reconnecting. This page is a simulation of it: with this project's defaults, with the \
browsers' own `EventSource`, and with the policies of other packages.\n\n\
In short:\n\n\
- **The first wave is spread.** Where the server has set no `retry`, ours waits between 3 and 6 s, at random: {ours_second} requests \
in the worst second, and {ours_tenth} in the worst tenth of one. Of the browsers' own all come within a fifth of a second, \
{chromium_tenth} of them in a tenth.\n\
- **After it ours asks less often.** In the outage a page makes {ours_outage} requests, {per_client} for each \
client, where Chromium makes {chromium_outage} and fetch-event-source {fetch_outage}. Until the last is back it is \
{ours_total}, {chromium_total} and {fetch_total}.\n\
- **In a page each third attempt is two requests**: after three failures in a row ours probes whether CORS hides the answer, and \
believes a probe that finds nobody for the next two. In Node, without it, the outage costs {node_outage} requests.\n\
- **In a page of another origin {other_lost} of {clients} are CLOSED in the end.** Refused, answered when probed, and refused again looks like CORS, \
and an overloaded server does that to some; ours takes it for CORS when it is so three times in a row.\n\
- **Constant delays are back soonest**, as turning requests away costs this server nothing: the last client of Chromium after \
{chromium_all}, of ours after {ours_all}. {least} is the least possible.\n\
- **A server that answers 503 when it is full loses its clients for good**, as the standard has it: {lost_ours} of ours, {lost_chromium} \
of Chromium's. `statuses: [503]` keeps them all.\n\n\
![Requests in each second, a panel for each policy, on a logarithmic scale. Nearly all begin with a spike at the end of their first \
delay, ours with a plateau of three seconds; constant delays keep up spikes or a plateau of hundreds of thousands, exponential ones fall to some ten \
thousand.]({drawing})\n\n\
*Requests in each second. Grey: nobody listens. Dashed: what the server can take on.*\n\n",
        clients = number(WORLD.clients),
        outage = WORLD.outage / 1000,
        capacity = number(WORLD.capacity),
        ours_outage = millions(ours.during_outage),
        per_client = decimal(ours.during_outage as f64 / f64::from(WORLD.clients)),
        chromium_outage = millions(chromium.during_outage),
        fetch_outage = millions(fetch.during_outage),
        ours_total = millions(ours.total),
        chromium_total = millions(chromium.total),
        fetch_total = millions(fetch.total),
        node_outage = millions(node.during_outage),
        other_lost = match other.lost {
            0 => "none".to_owned(),
            lost => number(lost),
        },
        ours_second = number(ours.peak(0, 1000)),
        ours_tenth = number(ours.peak(0, 100)),
        chromium_tenth = number(chromium.peak(0, 100)),
        chromium_all = after(chromium.all, WORLD.outage),
        ours_all = after(ours.all, WORLD.outage),
        least = seconds(WORLD.clients / WORLD.capacity * 1000),
        lost_ours = lost(PAGE),
        lost_chromium = lost(CHROMIUM),
    );
}

fn outage(page: &mut String, rows: &Rows) {
    page.push_str(
        "## Nobody listens for 60 s\n\n\
The connection is refused while nobody listens, and when the server has no room. *Worst* is the most requests in any stretch of \
that length; *when it is back*, in any second from then on. The last columns count from when it is back.\n\n\
| | worst 100 ms | worst second | during the outage | worst second when it is back | in all | 99 % connected after | all after |\n\
|---|---|---|---|---|---|---|---|\n",
    );
    for (name, measured) in rows {
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} | {} | {} | {} |",
            number(measured.peak(0, 100)),
            number(measured.peak(0, 1000)),
            millions(measured.during_outage),
            number(measured.peak(WORLD.outage, 1000)),
            millions(measured.total),
            after(measured.most, WORLD.outage),
            end(measured),
        );
    }
    let [polyfill, plus] = [POLYFILL, PLUS].map(|name| after(find(rows, name).1.all, WORLD.outage));
    let _ = write!(
        page,
        "\nWhere many wait for the same time, and nothing is random, a herd that was together stays together: the server is idle \
between two of its visits. With event-source-polyfill the last is back after {polyfill}, with event-source-plus after {plus}. Constant \
delays fall apart by themselves, as round trips differ and the wait is short.\n\n"
    );
}

fn end(measured: &Measured) -> String {
    if measured.lost > 0 {
        return format!("never: {} CLOSED", number(measured.lost));
    }
    after(measured.all, WORLD.outage)
}

fn restart(page: &mut String, rows: &Rows) {
    page.push_str(
        "## Nobody listens for one second\n\n\
A server that is restarted is there before most clients ask. All that matters is how they come.\n\n\
| | worst 100 ms | worst second | in all | 99 % connected after | all after |\n|---|---|---|---|---|---|\n",
    );
    for (name, measured) in rows {
        let all = if measured.lost > 0 {
            format!("never: {} CLOSED", number(measured.lost))
        } else {
            after(measured.all, RESTART.outage)
        };
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} | {all} |",
            number(measured.peak(0, 100)),
            number(measured.peak(0, 1000)),
            millions(measured.total),
            after(measured.most, RESTART.outage),
        );
    }
    page.push('\n');
}

fn refused(page: &mut String, rows: &Rows) {
    page.push_str(
        "## It answers 503 when it is full\n\n\
As the first table, but a server that is back and has no room says so, without `Retry-After`. A response that is refused is \
final, says the standard: the client is CLOSED until somebody reloads the page.\n\n\
| | CLOSED for good | in all | all connected after |\n|---|---|---|---|\n",
    );
    for (name, measured) in rows {
        let (lost, all) = match measured.lost {
            0 => ("none".to_owned(), after(measured.all, WORLD.outage)),
            lost => (format!("{} ({})", number(lost), share(lost)), "never".to_owned()),
        };
        let _ = writeln!(page, "| {name} | {lost} | {} | {all} |", millions(measured.total));
    }
    page.push('\n');
}

fn levers(page: &mut String, rows: &Rows) {
    page.push_str(
        "## What a server can do, and what it gains\n\n\
Ours in a page of the server's origin, the world of the first table, and of the one before where it says 503.\n\n\
| | worst 100 ms | worst second | during the outage | worst second when it is back | in all | 99 % connected after | all after |\n\
|---|---|---|---|---|---|---|---|\n",
    );
    for (name, measured) in rows {
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} | {} | {} | {} |",
            number(measured.peak(0, 100)),
            number(measured.peak(0, 1000)),
            millions(measured.during_outage),
            number(measured.peak(WORLD.outage, 1000)),
            millions(measured.total),
            after(measured.most, WORLD.outage),
            end(measured),
        );
    }
    page.push('\n');
}

/// A time since the server is back.
fn after(time: Option<Time>, outage: Time) -> String {
    time.map_or("never".to_owned(), |time| seconds(time - outage))
}

fn seconds(time: Time) -> String {
    format!("{} s", number(time.div_ceil(1000)))
}

fn share(clients: u32) -> String {
    format!("{} %", decimal(f64::from(clients) * 100.0 / f64::from(WORLD.clients)))
}

fn millions(count: u64) -> String {
    format!("{} M", decimal(count as f64 / 1_000_000.0))
}

fn decimal(value: f64) -> String {
    if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// With a comma between thousands.
fn number(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
