//! What a client has delivered.

use std::hash::{DefaultHasher, Hasher};
use std::hint::black_box;

/// Takes events.
pub trait Take: Send {
    fn take(&mut self, event_type: &str, data: &str, id: &str);
}

/// Tells one delivery from another.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    events: usize,
    characters: usize,
    hasher: DefaultHasher,
}

impl Take for Tally {
    fn take(&mut self, event_type: &str, data: &str, id: &str) {
        self.events += 1;
        self.characters += data.chars().count();
        for text in [event_type, data, id] {
            self.hasher.write(text.as_bytes());
            self.hasher.write_u8(0xFF);
        }
    }
}

impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        let all = |tally: &Self| (tally.events, tally.characters, tally.hasher.finish());
        all(self) == all(other)
    }
}

/// Takes what it must to have taken an event at all.
#[derive(Debug, Default)]
pub struct Count {
    pub events: usize,
    pub bytes: usize,
}

impl Take for Count {
    #[inline]
    fn take(&mut self, event_type: &str, data: &str, id: &str) {
        black_box((event_type, data, id));
        self.events += 1;
        self.bytes += data.len();
    }
}
