//! Data as a place in a text: one string of many events is made at once, and cut for each of them. To make a string of its own
//! for every event takes ten times as long.

use core::ops::Range;

use wasm_eventsource::engine::Engine;
use wasm_eventsource::event_stream::utf16_length;

/// How much of a chunk is one text, in bytes. What is cut out of a text keeps all of it in memory.
const TEXT: usize = 16 * 1024;

/// A part of the chunk that the face has as a string.
#[derive(Debug, Default)]
pub(crate) struct Text {
    /// Which chunk.
    chunk: u32,
    bytes: Range<usize>,
    /// Up to here, UTF-16 code units are counted.
    counted: usize,
    units: usize,
    is_ascii: bool,
}

/// A part of the string, in UTF-16 code units.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Text {
    /// Where this data is in the text, and whether it is another text than before. It is not known to be valid UTF-8: of one
    /// that is not, places mean nothing, and whoever decodes it finds that out.
    pub(crate) fn find(&mut self, engine: &Engine, data: Range<usize>) -> (Place, bool) {
        let (chunk, number) = (engine.chunk(), engine.chunks());
        let is_new = number != self.chunk || data.start < self.counted || data.end > self.bytes.end;
        if is_new {
            *self = Self { chunk: number, ..Self::from(chunk, &data) };
        }
        let start = self.count_to(chunk, data.start);
        (Place { start, end: self.count_to(chunk, data.end) }, is_new)
    }

    /// The text, to be decoded.
    pub(crate) fn read<'a>(&self, chunk: &'a [u8]) -> &'a [u8] {
        chunk.get(self.bytes.clone()).unwrap_or_default()
    }

    /// One that begins with this data, and has whole lines after it.
    fn from(chunk: &[u8], data: &Range<usize>) -> Self {
        let end = chunk.len().min(data.start + TEXT).max(data.end);
        let lines = chunk[data.end..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let bytes = data.start..data.end + lines;
        let is_ascii = chunk[bytes.clone()].is_ascii();
        Self { chunk: 0, counted: bytes.start, bytes, units: 0, is_ascii }
    }

    fn count_to(&mut self, chunk: &[u8], byte: usize) -> usize {
        let more = &chunk[self.counted..byte];
        self.units += if self.is_ascii { more.len() } else { utf16_length(more) };
        self.counted = byte;
        self.units
    }
}
