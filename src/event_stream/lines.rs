//! Where lines end, and the state of a line that the end of a piece cuts.

use alloc::vec::Vec;
use memchr::memchr2;

use super::field::Field;
use super::word::{HIGHEST, ONES, SIZE, Word, first_word};

/// A byte order mark, which may stand before the first line of a stream and is not part of it.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How much of the buffer's capacity is kept for the next cut line, in bytes. A larger buffer is given back.
const KEEP: usize = 16 * 1024;

/// With fewer bytes than this, memchr looks at one byte after another, and a search by words is quicker.
const FEW: usize = 16;

/// A search that expects a short line looks at this many bytes in words, then leaves the rest to memchr.
const FEW_WORDS: usize = 32;

/// What has to be remembered of a stream's lines between two pieces.
///
/// The standard decodes first; here lines are split first. That gives the same text: CR, LF and the colon are ASCII, and a UTF-8
/// decoder never takes an ASCII byte into a malformed sequence.
#[derive(Debug, Default)]
pub(super) struct LineState {
    /// The line of which earlier pieces had the beginning.
    pub(super) cut: CutLine,
    /// The bytes that are kept of it, if its [state](CutLine) keeps any.
    pub(super) buffer: Vec<u8>,
    /// The last piece ended with CR. If the next one begins with LF, that LF belongs to the same line end.
    after_cr: bool,
    /// The beginning of the stream, the only place for a byte order mark, is past.
    past_mark: bool,
}

/// A line that the end of a piece has cut: which kind it is, and where its value goes.
///
/// ```text
///   Absent  <--------------------------------------------------------+
///     |                                                              |
///     |  a piece ends inside a line: begin_cut_line                  |
///     v                                                              |
///   is its kind clear?  -- no -->  Unknown   -- the line ends ------>+   complete_unknown_line
///     |                               |      \-- it is the BOM ------>+   append_name_byte
///     | yes                           | one byte more makes it clear:|
///     |                               | append_name_byte             |
///     v                               v                              |
///   Data         the value goes straight into the data buffer        |
///   Buffered     the value waits in the buffer: `event`, `id`, ...   |   complete_cut_line
///   Retry        only the number is kept                             |
///   Ignored      nothing is kept                                     |
///     |                                                              |
///     |  more of the value comes: append_value, or find on its fast  |
///     |  path (both check the limits; Retry becomes Ignored at a     |
///     |  byte that is no digit, and an `id` at a NULL)               |
///     |                                                              |
///     +-- the line ends -------------------------------------------->+
/// ```
///
/// These functions are in `pieces.rs`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum CutLine {
    /// No line is cut: the next piece begins with a new line.
    #[default]
    Absent,
    /// Its kind is not known yet: only a few bytes have come. They are in the buffer.
    Unknown,
    /// A `data` field. Its value goes straight into the data buffer of the block.
    Data,
    /// An `event`, an `id` or a comment that is wanted. Its value is in the buffer until it is complete.
    Buffered(Field),
    /// A `retry` field that has had nothing but digits so far. They make this number.
    Retry(Option<u32>),
    /// A line that is ignored. Nothing of it is kept, so it has no limit.
    Ignored,
}

impl LineState {
    /// How many bytes at the front of `input` are no part of a line: the LF of a CRLF that was cut, or the byte order mark. Usually
    /// none.
    pub(super) fn begin(&mut self, input: &[u8]) -> usize {
        if self.after_cr && !input.is_empty() {
            self.after_cr = false;
            return usize::from(input[0] == b'\n');
        }
        if !self.past_mark && self.cut == CutLine::Absent && !input.is_empty() {
            let is_here = input.starts_with(BOM);
            // A mark that is cut is found in the buffer: see `is_mark`.
            self.past_mark = is_here || !BOM.starts_with(input);
            return if is_here { BOM.len() } else { 0 };
        }
        0
    }

    /// All of the input was taken. If it ended with CR, an LF at the front of the next input belongs to the same line end.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn end_of_input(&mut self, input: &[u8]) {
        if let Some(last) = input.last() {
            self.after_cr = *last == b'\r';
        }
    }

    /// Whether the buffer has the stream's byte order mark. `None` if it may still become one.
    pub(super) fn is_mark(&mut self) -> Option<bool> {
        if !self.past_mark && self.buffer.len() < BOM.len() && BOM.starts_with(&self.buffer) {
            return None;
        }
        let is_first = !self.past_mark;
        self.past_mark = true;
        Some(is_first && self.buffer == BOM)
    }

    /// Empties the buffer.
    pub(super) fn empty(&mut self) {
        if self.buffer.capacity() > KEEP {
            self.buffer = Vec::new();
        }
        self.buffer.clear();
    }
}

/// Where the next line begins if this one ends at `end`. A CR ends its line at once, even as the last byte of a piece: to wait for
/// a possible LF would hold an event back for as long as the server is silent.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn next_line(input: &[u8], end: usize) -> usize {
    let is_crlf = input[end] == b'\r' && input.get(end + 1) == Some(&b'\n');
    end + 1 + usize::from(is_crlf)
}

/// Where the line at the front of `bytes` ends, if it does.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn end_of_line(bytes: &[u8]) -> Option<usize> {
    if bytes.len() < FEW { end_of_short_line(bytes) } else { memchr2(b'\r', b'\n', bytes) }
}

/// The same, for a line that is likely to be short: a search by words is done before memchr has begun.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn end_of_short_line(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = bytes.get(at..).and_then(first_word) {
        let ends = ends_in(word);
        if ends != 0 {
            return Some(at + ends.trailing_zeros() as usize / 8);
        }
        at += SIZE;
        if at == FEW_WORDS {
            return memchr2(b'\r', b'\n', &bytes[at..]).map(|end| at + end);
        }
    }
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    bytes[at..].iter().position(is_end).map(|end| at + end)
}

/// A word whose lowest set bit is in the first byte that is CR or LF. Zero if there is no such byte.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
fn ends_in(word: Word) -> Word {
    let zeros = |word: Word| word.wrapping_sub(ONES) & !word & HIGHEST;
    zeros(word ^ (ONES * Word::from(b'\n'))) | zeros(word ^ (ONES * Word::from(b'\r')))
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn the_end_of_a_line_is_found_wherever_it_is() {
        for length in 0..100 {
            for filler in [b'a', b'\x0B', b'\x0C', b'\x8A', b'\x8D', b'\0', b'\x09', b'\xFF'] {
                let mut line = vec![filler; length];
                assert_eq!((end_of_line(&line), end_of_short_line(&line)), (None, None));
                for end in (0..length).rev() {
                    line[end] = if end % 2 == 0 { b'\r' } else { b'\n' };
                    assert_eq!((end_of_line(&line), end_of_short_line(&line)), (Some(end), Some(end)), "{line:?}");
                }
            }
        }
    }

    #[test]
    fn a_large_buffer_is_not_kept_for_the_next_line() {
        for (capacity, kept) in [(KEEP, KEEP), (KEEP + 1, 0)] {
            let mut lines = LineState { buffer: Vec::with_capacity(capacity), ..LineState::default() };
            lines.empty();
            assert_eq!(lines.buffer.capacity(), kept);
        }
    }
}
