//! The page: tables, and sentences with numbers of the same run.

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
A server with {clients} open event streams fails. After {outage} s it is back, and can accept {capacity} connections in a \
second. How many requests arrive, and when are all clients connected again? That depends only on how the clients reconnect. \
This page simulates it for the defaults of this project, for the browsers' own `EventSource`, and for other packages.\n\n\
In short:\n\n\
- **Our first requests are spread.** If the server has sent no `retry`, our clients wait a random time from 3 to 6 s. So the \
worst 100 ms have {ours_tenth} requests, and the worst second has {ours_second}. The browsers' own clients all return within \
200 ms, {chromium_tenth} of them within 100 ms.\n\
- **Then ours send fewer requests.** During the outage, ours send {ours_outage} requests ({per_client} for each client), \
Chromium's {chromium_outage}, and those of fetch-event-source {fetch_outage}. Until all clients are connected again, it is \
{ours_total}, {chromium_total} and {fetch_total}.\n\
- **In a page, every third failed attempt makes a second request.** It finds out whether CORS hides the response. In Node \
there is no CORS, and ours send {node_outage} requests during the outage.\n\
- **In a page of another origin, {other_lost} of the {clients} clients are CLOSED in the end.** An overloaded server can look \
like a refusal by CORS. So ours believe in CORS only after it has looked so three times in a row.\n\
- **Clients with constant waits are connected soonest:** the last one of Chromium after {chromium_all}, the last one of ours \
after {ours_all}. The minimum is {least}. In this model, rejecting requests costs the server nothing.\n\
- **A server that answers 503 when it is full loses clients for good**, as the standard says: {lost_ours} of ours, and \
{lost_chromium} of Chromium's. With the option `statuses: [503]`, ours all return.\n\n\
![Requests in each second, a panel for each policy, on a logarithmic scale. Nearly all begin with a spike at the end of their first \
delay, ours with a plateau of three seconds; constant delays keep up spikes or a plateau of hundreds of thousands, exponential ones fall to some ten \
thousand.]({drawing})\n\n\
*Requests in each second. Grey: the outage. Dashed: the connections that the server can accept.*\n\n",
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
        "## An outage of 60 s\n\n\
During the outage, and when the server is full, connections are refused. *Worst* is the largest number of requests in any \
period of that length. *When it is back* means after the outage. The times in the last columns begin at the end of the outage.\n\n\
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
        "\nIf all clients wait equally long, without a random part, they return together each time, and the server is idle in between. So \
with event-source-polyfill, the last client is connected after {polyfill}, and with event-source-plus after {plus}. Short \
constant waits spread by themselves, because the round trips differ.\n\n"
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
        "## An outage of one second\n\n\
A restarted server is back before most clients send a request. Here it matters only how the requests are spread.\n\n\
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
This is the outage of the first table. But when the server is full, it answers 503, without `Retry-After`. By the standard, \
such a response is final: the client is CLOSED until somebody reloads the page.\n\n\
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
        "## What a server can do\n\n\
These rows are for ours in a page of the server's origin, with the outage of the first table. The rows with 503 are for a \
server that answers 503 when it is full.\n\n\
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
