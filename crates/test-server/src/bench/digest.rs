//! What has to arrive of a stream, as the clients in benches/browser/ count it.

use serde_json::{Value, json};

/// Two ways to count text: in UTF-16 code units, as JavaScript does, and in bytes of UTF-8, as Rust does.
#[derive(Debug, Default)]
pub(crate) struct Digest {
    count: u32,
    utf16: Tally,
    utf8: Tally,
}

/// The same arithmetic as in benches/browser/page/tally.js and benches/browser/rust/tally/.
#[derive(Debug, Default)]
struct Tally {
    characters: u64,
    sample: u32,
    full: u32,
}

impl Digest {
    pub(crate) fn add(&mut self, event_type: &str, data: &str, id: &str) {
        let units = |text: &str| text.encode_utf16().map(u32::from).collect::<Vec<_>>();
        let bytes = |text: &str| text.bytes().map(u32::from).collect::<Vec<_>>();
        self.count += 1;
        self.utf16.add(&units(event_type), &units(data), &units(id));
        self.utf8.add(&bytes(event_type), &bytes(data), &bytes(id));
    }

    pub(crate) fn to_json(&self, bytes: usize) -> Value {
        json!({ "bytes": bytes, "count": self.count, "utf16": self.utf16.to_json(), "utf8": self.utf8.to_json() })
    }
}

impl Tally {
    fn add(&mut self, event_type: &[u32], data: &[u32], id: &[u32]) {
        let at = |text: &[u32], index: usize| text.get(index).copied().unwrap_or(0);
        let (length, last) = (data.len(), data.len().saturating_sub(1));
        let sampled = [0, length >> 2, length >> 1, last].map(|index| at(data, index)).iter().sum::<u32>();
        let lengths = [length, event_type.len(), id.len()].map(|length| u32::try_from(length).unwrap_or(u32::MAX));
        let parts = lengths.iter().fold(sampled + id.last().unwrap_or(&0), |sum, length| sum.wrapping_add(*length));
        self.sample = self.sample.wrapping_mul(31).wrapping_add(parts);
        let all = event_type.iter().chain(&[0]).chain(id).chain(&[0]).chain(data);
        self.full = all.fold(self.full, |hash, unit| (hash ^ unit).wrapping_mul(16_777_619));
        self.characters += length as u64;
    }

    fn to_json(&self) -> Value {
        json!({ "characters": self.characters, "sample": self.sample, "full": self.full })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_more_and_a_character_less_are_told_apart() {
        let digest = |events: &[&str]| {
            let mut digest = Digest::default();
            events.iter().for_each(|data| digest.add("message", data, ""));
            digest.to_json(0)
        };
        let whole = digest(&["one", "zwei", "три"]);
        assert_eq!(whole["count"], 3);
        assert_eq!((&whole["utf16"]["characters"], &whole["utf8"]["characters"]), (&json!(10), &json!(13)));
        for other in [["one", "zwei", "тр"], ["zwei", "one", "три"]] {
            assert_ne!(digest(&other)["utf16"]["full"], whole["utf16"]["full"], "{other:?}");
            assert_ne!(digest(&other)["utf16"]["sample"], whole["utf16"]["sample"], "{other:?}");
        }
    }
}
