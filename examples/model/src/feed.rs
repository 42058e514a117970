//! All that has come of the dashboard's stream.

use std::fmt::Display;

use crate::happening::Happening;
use crate::log::{Entry, Log};
use crate::series::Series;

/// What the dashboard shows. It counts, too: the server numbers its events, so that none may be missing and none may
/// come twice, however often the connection breaks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Feed {
    /// The ticks.
    pub series: Series,
    /// All other events.
    pub log: Log,
    /// How many events have come.
    pub received: u64,
    /// How many ids have been left out.
    pub missing: u64,
    /// How many events have come again.
    pub repeated: u64,
    last: Option<u64>,
}

impl Feed {
    /// Takes the next event, with its payload or why there is none.
    pub fn receive<E: Display>(&mut self, id: &str, event_type: &str, payload: Result<Happening, E>) {
        self.count(id);
        match payload {
            Ok(Happening::Tick { time, value }) => self.series.push(time, value),
            Ok(happening) => self.log.push(Entry::new(id, event_type, &happening)),
            Err(why) => self.log.push(Entry::unreadable(id, event_type, &why)),
        }
    }

    /// The id that came last.
    pub fn last_id(&self) -> Option<u64> {
        self.last
    }

    fn count(&mut self, id: &str) {
        self.received += 1;
        let Ok(id) = id.parse::<u64>() else { return };
        match self.last {
            Some(last) if id <= last => self.repeated += 1,
            Some(last) => {
                self.missing += id - last - 1;
                self.last = Some(id);
            }
            None => self.last = Some(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(value: f64) -> Result<Happening, &'static str> {
        Ok(Happening::Tick { time: value, value })
    }

    #[test]
    fn ticks_go_to_the_chart_and_all_else_to_the_log() {
        let mut feed = Feed::default();
        feed.receive("4", "tick", tick(1.5));
        feed.receive("5", "login", Ok::<_, &str>(Happening::Login { time: 0.0, user: "ada".into() }));
        feed.receive("6", "tick", Err("no JSON"));
        let log: Vec<_> = feed.log.entries().map(|entry| (&*entry.id, &*entry.text)).collect();
        assert_eq!(log, [("6", "unreadable: no JSON"), ("5", "ada is here")]);
        assert_eq!((feed.series.latest(), feed.received, feed.last_id()), (Some(1.5), 3, Some(6)));
    }

    #[test]
    fn gaps_and_repetitions_are_counted_by_id() {
        let mut feed = Feed::default();
        for id in ["10", "11", "11", "14", "13", "15"] {
            feed.receive(id, "tick", tick(0.0));
        }
        assert_eq!((feed.received, feed.missing, feed.repeated), (6, 2, 2));
    }
}
