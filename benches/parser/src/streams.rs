//! The streams, and what they mean.

use std::fmt::Write as _;

use bytes::Bytes;

use crate::tally::{Take, Tally};

/// A stream and what a client must deliver of it.
pub struct Stream {
    pub bytes: Bytes,
    pub expected: Tally,
}

/// Letter, what it is, and how many events (of F: comments) of it there are.
pub const STREAMS: [(&str, &str, usize); 7] = [
    ("A", "events of 150 B, as language models send them", 20_000),
    ("B", "events of 1 KB with type and ID", 4_000),
    ("C", "events of 64 KB", 64),
    ("D", "events of 1 MB", 8),
    ("E", "events of eight lines of data", 10_000),
    ("F", "comments, and an event after every thousand", 200_000),
    ("G", "events of 500 B of Cyrillic, CJK and emoji", 8_000),
];

/// In tiny pieces there is less of each.
const SHARE: usize = 8;

/// Bytes of the pieces, and what they are called. The last is the whole stream.
pub const SIZES: [(usize, &str); 5] =
    [(1, "1 B"), (8, "8 B"), (1_460, "1,460 B"), (65_536, "64 KB"), (usize::MAX, "whole")];

/// The stream of a letter, as long as is sensible in pieces of this size.
pub fn make(letter: &str, size: usize) -> Stream {
    let (.., all) = STREAMS.into_iter().find(|(known, ..)| *known == letter).expect("one of the streams");
    let count = if size <= 8 { all / SHARE } else { all };
    let mut maker = Maker::default();
    for number in 0..count {
        maker.add(letter, number);
    }
    Stream { bytes: Bytes::from(maker.text), expected: maker.expected }
}

#[derive(Default)]
struct Maker {
    text: String,
    expected: Tally,
}

impl Maker {
    fn add(&mut self, letter: &str, number: usize) {
        match letter {
            "A" => {
                let delta = format!(
                    r#"{{"id":"chatcmpl-{number:08}","object":"chat.completion.chunk","choices":[{{"delta":{{"content":" word"}}}}]}}"#
                );
                self.event("message", &filled(delta, 142), "");
            }
            "B" => {
                let id = format!("{:010}", number + 1);
                let _ = writeln!(self.text, "event: update\nid: {id}");
                self.event("update", &filled(format!("update {number} "), 1_024), &id);
            }
            "C" => self.event("message", &filled(format!("{number} "), 65_536), ""),
            "D" => self.event("message", &filled(format!("{number} "), 1 << 20), ""),
            "E" => {
                let lines: Vec<_> =
                    (0..8).map(|line| format!("line {line} of event {number}, like any other")).collect();
                self.event("message", &lines.join("\n"), "");
            }
            "F" => {
                let _ = writeln!(self.text, ": still here {number}\n");
                if number % 1_000 == 999 {
                    self.event("message", &number.to_string(), "");
                }
            }
            _ => {
                let text =
                    format!("{number} Съешь же ещё этих мягких французских булок 我能吞下玻璃而不伤身体 🎈🚀🦀 ");
                let times = 500 / text.len() + 1;
                self.event("message", &text.repeat(times), "");
            }
        }
    }

    fn event(&mut self, event_type: &str, data: &str, id: &str) {
        for line in data.split('\n') {
            let _ = writeln!(self.text, "data: {line}");
        }
        self.text.push('\n');
        self.expected.take(event_type, data, id);
    }
}

/// The text with letters behind it, so long in all.
fn filled(mut text: String, length: usize) -> String {
    while text.len() < length {
        text.push(char::from(b'a' + u8::try_from(text.len() % 26).expect("a letter")));
    }
    text
}
