//! Where lines end, and lines that the end of a piece cuts.

use alloc::vec::Vec;
use memchr::memchr2;

use super::field::Field;
use super::word::{HIGHEST, ONES, SIZE, Word, first_word};

/// A byte order mark, which may stand before the first line of a stream and is not part of it.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Capacity kept for the next line that is cut by the end of a piece; more than this is given back.
const KEEP: usize = 16 * 1024;

/// Below this many bytes, memchr looks at one byte after another.
const FEW: usize = 16;

/// This many bytes are looked at in words.
const FEW_WORDS: usize = 32;

/// Where a stream's lines end, across its pieces.
///
/// Works on bytes although the standard decodes first: CR, LF and the colon are ASCII, a UTF-8 decoder never takes an
/// ASCII byte into a malformed sequence, and so decoding each field by itself gives the same text.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// What earlier pieces had of the current line.
    pub(super) cut: Cut,
    /// What is held of a line that was [cut](Cut).
    pub(super) partial: Vec<u8>,
    /// The last line ended with CR: one LF that follows belongs to it.
    after_cr: bool,
    /// The start of the stream is past, the only place for a byte order mark.
    past_mark: bool,
}

/// A line that was cut by the end of a piece. What is skipped is not held.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// None: the next piece begins with a line.
    #[default]
    No,
    /// Its kind is not known. The few bytes that there are of it are held.
    Unclear,
    /// It is a `data` field, whose value goes straight where it belongs.
    Data,
    /// It is another field or a comment, whose value is held until it is complete.
    Held(Field),
    /// It is a `retry` field with nothing but digits, which come to this number.
    Retry(Option<u32>),
    /// It is ignored.
    Skipped,
}

impl Lines {
    /// Where the first line of `input` begins, or goes on: behind the LF of a CRLF that was cut, and behind the byte order
    /// mark of a stream.
    pub(super) fn begin(&mut self, input: &[u8]) -> usize {
        if self.after_cr && !input.is_empty() {
            self.after_cr = false;
            return usize::from(input[0] == b'\n');
        }
        if !self.past_mark && self.cut == Cut::No && !input.is_empty() {
            let is_here = input.starts_with(BOM);
            // A mark that is cut is looked for in what is held: see `is_mark`.
            self.past_mark = is_here || !BOM.starts_with(input);
            return if is_here { BOM.len() } else { 0 };
        }
        0
    }

    /// The input ends here. If its last line ended with CR, an LF at the front of the next input belongs to that.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn end_of_input(&mut self, input: &[u8]) {
        if let Some(last) = input.last() {
            self.after_cr = *last == b'\r';
        }
    }

    /// Whether what is held of the first line is a byte order mark. `None` if it may become one.
    pub(super) fn is_mark(&mut self) -> Option<bool> {
        if !self.past_mark && self.partial.len() < BOM.len() && BOM.starts_with(&self.partial) {
            return None;
        }
        let is_first = !self.past_mark;
        self.past_mark = true;
        Some(is_first && self.partial == BOM)
    }

    /// What was held is over.
    pub(super) fn empty(&mut self) {
        if self.partial.capacity() > KEEP {
            self.partial = Vec::new();
        }
        self.partial.clear();
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

/// The same for a line that is likely to be short. Words find its end before memchr would have begun.
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

/// The lowest bit that is set is in the first byte of the word that is CR or LF.
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
            let mut lines = Lines { partial: Vec::with_capacity(capacity), ..Lines::default() };
            lines.empty();
            assert_eq!(lines.partial.capacity(), kept);
        }
    }
}
