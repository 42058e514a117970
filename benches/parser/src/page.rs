//! The page that tells of it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::clients::Client;
use crate::streams::{SIZES, STREAMS};
use crate::subject;

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    pub letter: &'static str,
    pub size_name: &'static str,
    pub client: Client,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// In a second. A bound, if it was stopped before the end. Settled, if it is not to be measured again.
    Speed { megabytes: f64, is_bound: bool, is_settled: bool },
    /// Other events than those that were sent.
    Wrong,
    /// It was not asked for.
    Missing,
}

impl Cell {
    #[must_use]
    pub fn settled(self, is_bound: bool) -> Self {
        match self {
            Self::Speed { megabytes, .. } => Self::Speed { megabytes, is_bound, is_settled: true },
            other => other,
        }
    }

    fn megabytes(self) -> Option<f64> {
        match self {
            Self::Speed { megabytes, .. } => Some(megabytes),
            _ => None,
        }
    }

    fn shown(self) -> String {
        match self {
            Self::Wrong => "WRONG".into(),
            Self::Missing => "–".into(),
            Self::Speed { megabytes, is_bound, .. } => {
                let sign = if is_bound { "< " } else { "" };
                format!("{sign}{}", number(megabytes))
            }
        }
    }
}

/// Three digits, which is more than any of these is worth, and commas.
fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2}").trim_end_matches('0').trim_end_matches('.').to_string();
    }
    let digits = format!("{value:.0}");
    let scale = 10u64.pow(u32::try_from(digits.len().saturating_sub(3)).unwrap_or(0));
    let rounded = ((value / scale as f64).round() as u64 * scale).to_string();
    let mut shown = String::new();
    for (index, digit) in rounded.chars().enumerate() {
        if index > 0 && (rounded.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// All that was measured.
#[derive(Debug, Default)]
pub struct Page {
    cells: HashMap<Row, Cell>,
}

impl Page {
    /// Adds what another measurement has given: the fastest counts.
    pub fn add(&mut self, row: Row, cell: Cell) {
        let known = self.cells.get(&row).and_then(|cell| cell.megabytes());
        if known.is_none_or(|known| cell.megabytes().is_none_or(|new| new > known)) {
            self.cells.insert(row, cell);
        }
    }

    /// Whether there is nothing more to be learned of it.
    pub fn is_settled(&self, row: Row) -> bool {
        matches!(self.cells.get(&row), Some(Cell::Wrong | Cell::Speed { is_settled: true, .. }))
    }

    /// A line for each stream and size, on standard output.
    pub fn print(&self) {
        for (letter, ..) in STREAMS {
            for (_, size) in SIZES {
                let cells = Client::ALL.map(|client| format!("{:>8}", self.cell(letter, size, client).shown()));
                let ratio = self.cell(letter, size, Client::Owned).megabytes().zip(self.fastest_peer(letter, size));
                let ratio = ratio.map_or(f64::NAN, |(ours, (_, peer))| ours / peer);
                println!("{letter} {size:8}{} {ratio:.2}", cells.concat());
            }
        }
    }

    /// # Panics
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) {
        fs::write(path, self.text()).expect("the page can be written");
    }

    fn cell(&self, letter: &'static str, size_name: &'static str, client: Client) -> Cell {
        self.cells.get(&Row { letter, size_name, client }).copied().unwrap_or(Cell::Missing)
    }

    fn text(&self) -> String {
        let mut text = INTRODUCTION.replace("SUBJECT", &subject::describe());
        text += "\n## At a glance\n\nHow many times as fast ours is as the fastest of the others; behind it, how fast as memchr.\n";
        self.glance(&mut text);
        self.lost(&mut text);
        for (letter, what, _) in STREAMS {
            let _ = write!(text, "\n## {letter}: {what}\n");
            head(&mut text, "MB/s");
            for client in Client::ALL {
                let cells = SIZES.map(|(_, size)| self.cell(letter, size, client).shown());
                line(&mut text, client.name(), &cells);
            }
        }
        text
    }

    fn glance(&self, text: &mut String) {
        head(text, "stream");
        for (letter, ..) in STREAMS {
            let cells = SIZES.map(|(_, size)| {
                let ours = self.cell(letter, size, Client::Owned).megabytes();
                let ratio = |other: Option<f64>| Some(ours? / other?);
                let peers = ratio(self.fastest_peer(letter, size).map(|(_, speed)| speed));
                let floor = ratio(self.cell(letter, size, Client::Floor).megabytes());
                match (peers, floor) {
                    (Some(peers), Some(floor)) => format!("{peers:.1} × ({floor:.2})"),
                    _ => "–".into(),
                }
            });
            line(text, letter, &cells);
        }
    }

    fn fastest_peer(&self, letter: &'static str, size: &'static str) -> Option<(Client, f64)> {
        let peers = Client::ALL.into_iter().filter(|client| client.is_peer());
        let speeds = peers.filter_map(|client| Some((client, self.cell(letter, size, client).megabytes()?)));
        speeds.max_by(|(_, one), (_, other)| one.total_cmp(other))
    }

    /// Where it is not the fastest.
    fn lost(&self, text: &mut String) {
        text.push_str("\n## Where it does not win\n\n");
        text.push_str(WHY);
        let mut is_lost = false;
        for (letter, ..) in STREAMS {
            for (_, size) in SIZES {
                let Some(ours) = self.cell(letter, size, Client::Owned).megabytes() else { continue };
                let peer = self.fastest_peer(letter, size).filter(|(_, speed)| *speed > ours);
                if let Some((peer, speed)) = peer {
                    is_lost = true;
                    let _ = writeln!(
                        text,
                        "- {letter} in pieces of {size}: {} is {:.2} × as fast.",
                        peer.name(),
                        speed / ours
                    );
                }
                let floor = self.cell(letter, size, Client::Floor).megabytes();
                if let Some(floor) = floor.filter(|floor| matches!(letter, "C" | "D") && ours < floor / 2.0) {
                    is_lost = true;
                    let borrowed = self.cell(letter, size, Client::Borrowed).megabytes().unwrap_or_default();
                    let _ = writeln!(
                        text,
                        "- {letter} in pieces of {size}: it has {:.2} of memchr's speed, borrowed {:.2}.",
                        ours / floor,
                        borrowed / floor
                    );
                }
            }
        }
        if !is_lost {
            text.push_str("Nowhere in this run.\n");
        }
    }
}

fn head(text: &mut String, first: &str) {
    text.push('\n');
    line(text, first, &SIZES.map(|(_, size)| size.to_string()));
    let _ = writeln!(text, "|---|{}", "---|".repeat(SIZES.len()));
}

fn line(text: &mut String, first: &str, cells: &[String]) {
    let _ = writeln!(text, "| {first} | {} |", cells.join(" | "));
}

const INTRODUCTION: &str = "\
# Parsers compared

<!-- Written by `cargo xtask bench --only parser`; do not edit. -->

What it takes to make events of a stream that is in memory, natively, without a network: the parser of this crate beside those of
other Rust crates, in megabytes of the stream per second of a processor.

- **ours**: `Parser`, each event taken out of it, so that it owns its text; **borrowed**: each looked at where it lies;
  **EventStream**: the same as a stream of events of a stream of pieces
- **sse-core**: `SseDecoder`, without its limit on an event; **SseStream**: the same as a stream
- **eventsource-stream**: its stream, for it has nothing else
- **eventsource-client**: its parser is private; measured is its client, which adds little, with a transport that has the body
  in memory
- **memchr**: looks for line feeds and does nothing else: the floor

Each must deliver the same events: their number, their characters, and a hash of type, data and ID are compared before it is
measured, and a row that differs says WRONG. The streams are of plain lines that all of them understand. A piece of a stream is
what `read()` gives at once: 1,460 bytes for a packet of a slow network, 64 KB under load. In pieces of 1 and 8 bytes the
streams are an eighth as long. All take turns. Who takes longer than 0.3 s for a stream is measured once; who takes longer than 5 s is stopped (<).

SUBJECT
";

const WHY: &str = "\
Of memchr's speed on C and D half is aimed at. An event that owns its text costs a copy of it, as does one that came in pieces,
and memchr copies nothing. One that is whole in its piece and only looked at costs a second look: whether it is UTF-8.

";
