//! The streams of the benchmarks, the same bytes each time.

use std::fmt::Write as _;

use axum::body::Bytes;
use serde_json::Value;

use crate::bench::{END, digest::Digest};

pub(crate) const NAMES: [&str; 7] = ["A", "B", "C", "D", "E", "F", "G"];

/// A stream's bytes, and what has to arrive of them.
#[derive(Debug)]
pub(crate) struct Generated {
    pub(crate) bytes: Bytes,
    pub(crate) expected: Value,
}

/// The stream of that place in [`NAMES`].
pub(crate) fn generate(index: usize) -> Generated {
    let mut writer = Writer { text: String::new(), digest: Digest::default(), chance: Chance(1 + index as u64) };
    let generator = [deltas, updates, documents, large, lines, comments, scripts][index];
    generator(&mut writer);
    let Writer { mut text, digest, .. } = writer;
    text.push_str(END);
    Generated { expected: digest.to_json(text.len()), bytes: text.into() }
}

const WORDS: [&str; 16] = [
    "the",
    "quick",
    "brown",
    "fox",
    "jumps",
    "over",
    "lazy",
    "dogs",
    "and",
    "Sphinx",
    "of",
    "quartz",
    "judges",
    "my",
    "vow",
    "\\u00e9t\\u00e9",
];
const FOREIGN: [&str; 16] = [
    "событие",
    "поток",
    "сервера",
    "и",
    "браузер",
    "данные",
    "イベント",
    "配信",
    "数据流",
    "服务器",
    "文字",
    "の",
    "🦀",
    "🚀",
    "👩‍💻",
    "é",
];

/// A: deltas as language models send them, 150 bytes on average.
fn deltas(writer: &mut Writer) {
    for index in 0..200_000 {
        let word = writer.chance.of(&WORDS);
        writer.message(&format!(
            r#"{{"id":"chatcmpl-9f8e7d6c","object":"chat.completion.chunk","created":1732190{:03},"model":"m","choices":[{{"index":0,"delta":{{"content":" {word}"}}}}]}}"#,
            index / 1000,
        ));
    }
}

/// B: updates of a kilobyte, each with a type and an ID.
fn updates(writer: &mut Writer) {
    for index in 0..50_000 {
        let id = 100_000 + index;
        let text = writer.words(&WORDS, 950);
        writer.event("update", &id.to_string(), &format!(r#"{{"row":{id},"text":"{text}"}}"#));
    }
}

/// C: 64 KB each.
fn documents(writer: &mut Writer) {
    for _ in 0..2_000 {
        let text = writer.words(&WORDS, 64 * 1024 - 8);
        writer.message(&text);
    }
}

/// D: a megabyte each.
fn large(writer: &mut Writer) {
    for _ in 0..32 {
        let text = writer.words(&WORDS, 1024 * 1024 - 8);
        writer.message(&text);
    }
}

/// E: eight lines each.
fn lines(writer: &mut Writer) {
    for _ in 0..100_000 {
        let text = (0..8).map(|_| writer.words(&WORDS, 30)).collect::<Vec<_>>().join("\n");
        writer.message(&text);
    }
}

/// F: comments, as servers send them to keep a connection alive, and an event after every thousand.
fn comments(writer: &mut Writer) {
    for index in 0..300_000 {
        let _ = write!(writer.text, ": keep-alive {index:06}\n\n");
        if index % 1000 == 999 {
            let text = writer.words(&WORDS, 40);
            writer.message(&text);
        }
    }
}

/// G: half a kilobyte of other scripts each.
fn scripts(writer: &mut Writer) {
    for _ in 0..50_000 {
        let text = writer.words(&FOREIGN, 490);
        writer.message(&text);
    }
}

struct Writer {
    text: String,
    digest: Digest,
    chance: Chance,
}

impl Writer {
    fn message(&mut self, data: &str) {
        self.digest.add("message", data, "");
        self.data(data);
    }

    fn event(&mut self, event_type: &str, id: &str, data: &str) {
        self.digest.add(event_type, data, id);
        let _ = write!(self.text, "event: {event_type}\nid: {id}\n");
        self.data(data);
    }

    fn data(&mut self, data: &str) {
        for line in data.split('\n') {
            let _ = writeln!(self.text, "data: {line}");
        }
        self.text.push('\n');
    }

    /// Words until there are so many bytes.
    fn words(&mut self, words: &[&str], bytes: usize) -> String {
        let mut text = self.chance.of(words).to_owned();
        while text.len() < bytes {
            text.push(' ');
            text.push_str(self.chance.of(words));
        }
        text
    }
}

/// A linear congruential generator: the same numbers each time, which is all that is wanted of it.
struct Chance(u64);

impl Chance {
    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        words[(self.0 >> 40) as usize % words.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_eventsource::event_stream::{Parser, Step};

    #[test]
    fn a_parser_finds_in_a_stream_what_is_said_to_arrive() {
        // The smallest of them; comments, and other scripts.
        for index in [5, 6] {
            let Generated { bytes, expected } = generate(index);
            let (mut parser, mut digest, mut ended) = (Parser::new(), Digest::default(), false);
            let mut input = &bytes[..];
            while let Some(step) = parser.advance(&mut input).expect("small events") {
                match step {
                    Step::Event(event) if event.event_type() == "end" => ended = true,
                    Step::Event(event) => digest.add(event.event_type(), event.data(), event.last_event_id()),
                    // The comments of F, if it tells of those.
                    other => assert!(matches!(other, Step::Comment(_)), "nobody sent {other:?}"),
                }
            }
            assert!(ended, "{}", NAMES[index]);
            assert_eq!(digest.to_json(bytes.len()), expected, "{}", NAMES[index]);
        }
    }
}
