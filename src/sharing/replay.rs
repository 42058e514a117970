//! The last events of a stream, for sources that join later.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::event_stream::{EventRef, Found, Parser};

/// How many bytes of them are kept at most.
const MAX_SIZE: usize = 256 * 1024;

/// Keeps the last events, up to a number of them, each as a block of a stream.
#[derive(Debug)]
pub(super) struct Replay {
    count: usize,
    /// `None` if nothing is kept.
    parser: Option<Parser>,
    events: VecDeque<Vec<u8>>,
    size: usize,
}

impl Replay {
    pub(super) fn new(count: u32, parser: Parser) -> Self {
        Self { count: count as usize, parser: (count > 0).then_some(parser), events: VecDeque::new(), size: 0 }
    }

    /// A part of a stream.
    pub(super) fn note(&mut self, bytes: &[u8]) {
        let Some(parser) = &mut self.parser else { return };
        let mut rest = bytes;
        loop {
            let searched = rest;
            match parser.find(&mut rest) {
                Found::Event => {
                    let Some(block) = parser.event(searched).map(|event| block_of(&event)) else { continue };
                    self.size += block.len();
                    self.events.push_back(block);
                    while self.events.len() > self.count || self.size > MAX_SIZE {
                        self.size -= self.events.pop_front().map_or(0, |block| block.len());
                    }
                }
                Found::Nothing | Found::TooLarge => break,
                Found::Comment | Found::ReconnectionTime(_) => {}
            }
        }
    }

    /// Another stream begins, after this ID.
    pub(super) fn begin(&mut self, last_event_id: &str) {
        if let Some(parser) = &mut self.parser {
            parser.restart();
            parser.set_last_event_id(last_event_id);
        }
    }

    /// Events are missing between the kept ones and the next.
    pub(super) fn clear(&mut self) {
        self.events.clear();
        self.size = 0;
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// All of them, as a stream.
    pub(super) fn all(&self) -> Vec<u8> {
        self.events.iter().flatten().copied().collect()
    }
}

/// The last `count` blocks of such a stream.
pub(super) fn last_blocks(stream: &[u8], count: u32) -> &[u8] {
    let ends = |at: &usize| stream[*at] == b'\n' && (*at == 0 || stream[*at - 1] == b'\n');
    // Behind the block before them.
    let end = (0..stream.len()).rev().filter(ends).nth(count as usize);
    &stream[end.map_or(0, |at| at + 1)..]
}

/// A block that gives exactly this event, independent of earlier blocks.
fn block_of(event: &EventRef<'_>) -> Vec<u8> {
    let mut block = Vec::new();
    let mut line = |name: &str, value: &str| {
        for part in [name, ": ", value, "\n"] {
            block.extend_from_slice(part.as_bytes());
        }
    };
    line("event", event.event_type());
    line("id", event.last_event_id());
    event.data().split('\n').for_each(|part| line("data", part));
    block.push(b'\n');
    block
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};

    use super::*;

    fn events(stream: &[u8]) -> Vec<[String; 3]> {
        let mut parser = Parser::new();
        let (mut rest, mut found) = (stream, Vec::new());
        loop {
            let searched = rest;
            match parser.find(&mut rest) {
                Found::Event => {
                    let event = parser.event(searched).expect("it was found");
                    found.push([event.event_type(), event.data(), event.last_event_id()].map(ToString::to_string));
                }
                Found::Nothing => return found,
                _ => {}
            }
        }
    }

    #[test]
    fn what_is_replayed_is_what_was_received() {
        let stream = "id: 1\ndata:  a \ndata\ndata: : b\n\nid\nevent: data\ndata\ndata\n\nid:2\ndata: \u{FEFF}id: 3\n\ndata: \u{E9}\n\n";
        for split in 0..stream.len() {
            let mut replay = Replay::new(10, Parser::new());
            replay.note(&stream.as_bytes()[..split]);
            replay.note(&stream.as_bytes()[split..]);
            assert_eq!(events(&replay.all()), events(stream.as_bytes()), "{split}");
        }
    }

    #[test]
    fn only_the_last_events_are_kept_and_only_so_many_are_given() {
        let mut replay = Replay::new(3, Parser::new());
        (0..9).for_each(|number| replay.note(format!("data: {number}\n\n").as_bytes()));
        let all = replay.all();
        let data = |stream: &[u8]| events(stream).into_iter().map(|[_, data, _]| data).collect::<Vec<_>>();
        assert_eq!(data(&all), ["6", "7", "8"]);
        assert_eq!(data(last_blocks(&all, 2)), ["7", "8"]);
        assert_eq!(data(last_blocks(&all, 9)), ["6", "7", "8"]);
        assert!(last_blocks(&all, 0).is_empty());
    }

    #[test]
    fn it_has_a_bound_in_bytes() {
        let mut replay = Replay::new(1_000, Parser::new());
        (0..10).for_each(|_| replay.note(format!("data: {}\n\n", "x".repeat(MAX_SIZE / 3)).as_bytes()));
        assert_eq!(replay.events.len(), 2);
        assert!(replay.size() <= MAX_SIZE);
    }
}
