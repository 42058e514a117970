//! The latest named events.

use std::collections::VecDeque;

use crate::happening::Happening;

/// How many entries the log keeps.
const MOST: usize = 100;

/// A bounded log, the latest entry first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Log {
    entries: VecDeque<Entry>,
    /// How many there have been.
    count: u64,
}

/// An event in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the log, for lists with keys: a server that has been restarted gives its ids again.
    pub number: u64,
    /// The event's id.
    pub id: String,
    /// The event's type.
    pub event_type: String,
    /// When, as minutes, seconds and tenths since the server has started: `02:31.5`.
    pub time: String,
    /// What the event says.
    pub text: String,
}

impl Log {
    /// Adds an entry, at the price of the oldest.
    pub fn push(&mut self, mut entry: Entry) {
        self.count += 1;
        entry.number = self.count;
        self.entries.push_front(entry);
        self.entries.truncate(MOST);
    }

    /// The latest entry first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }
}

impl Entry {
    /// What happened, in words.
    pub fn new(id: &str, event_type: &str, happening: &Happening) -> Self {
        let (time, text) = match happening {
            Happening::Tick { time, value } => (time, value.to_string()),
            Happening::Deploy { time, service, version } => (time, format!("{service} {version} is live")),
            Happening::Alert { time, service, message } => (time, format!("{service}: {message}")),
            Happening::Login { time, user } => (time, format!("{user} is here")),
        };
        Self { number: 0, id: id.to_owned(), event_type: event_type.to_owned(), time: clock(*time), text }
    }

    /// An event whose payload could not be read, and why.
    pub fn unreadable(id: &str, event_type: &str, why: &impl std::fmt::Display) -> Self {
        let text = format!("unreadable: {why}");
        Self { number: 0, id: id.to_owned(), event_type: event_type.to_owned(), time: String::new(), text }
    }
}

/// Milliseconds as `minutes:seconds.tenths`.
fn clock(time: f64) -> String {
    let tenths = (time / 100.0) as u64;
    format!("{:02}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_when_and_what() {
        let deploy = Happening::Deploy { time: 151_570.0, service: "mail".into(), version: "1.2".into() };
        let Entry { id, event_type, time, text, .. } = Entry::new("7", "deploy", &deploy);
        assert_eq!((&*id, &*event_type, &*time, &*text), ("7", "deploy", "02:31.5", "mail 1.2 is live"));
    }

    #[test]
    fn the_latest_entry_is_the_first_and_the_oldest_go() {
        let mut log = Log::default();
        for id in 0..=MOST {
            log.push(Entry::unreadable(&id.to_string(), "login", &"no JSON"));
        }
        let entries: Vec<_> = log.entries().map(|entry| (entry.number, &*entry.id)).collect();
        assert_eq!((entries.len(), entries[0], entries[MOST - 1]), (MOST, (101, "100"), (2, "1")));
    }
}
