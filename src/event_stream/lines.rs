//! Splitting the stream into lines, whatever pieces it arrives in.

use alloc::vec::Vec;
use memchr::memchr2;

/// A byte order mark, which may stand before the first line of a stream and is not part of it.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Capacity kept for the next line that is cut by the end of a piece; more than this is given back.
const KEEP: usize = 16 * 1024;

/// Finds the lines of one stream.
///
/// Works on bytes although the standard decodes first: CR, LF and the colon are ASCII, a UTF-8 decoder never takes an
/// ASCII byte into a malformed sequence, and so decoding each field by itself gives the same text.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The part of the current line that arrived in earlier pieces.
    partial: Vec<u8>,
    /// `partial` is a line that was handed out: the next call starts afresh.
    handed_out: bool,
    /// The last line ended with CR: one LF that follows belongs to it.
    after_cr: bool,
    /// The first line has ended, and with it the only place where a byte order mark can be.
    past_first: bool,
}

impl Lines {
    /// Takes the next complete line off the front of `input`, without its end. `None` means that all of `input` was
    /// taken and that the line goes on in the next piece.
    ///
    /// A CR ends its line at once, even as the last byte of a piece: waiting for a possible LF would hold an event
    /// back for as long as the server is silent.
    pub(super) fn next<'line, 'input: 'line>(&'line mut self, input: &mut &'input [u8]) -> Option<&'line [u8]> {
        self.start_line();
        if self.after_cr && !input.is_empty() {
            self.after_cr = false;
            *input = input.strip_prefix(b"\n").unwrap_or(input);
        }
        let Some(end) = memchr2(b'\r', b'\n', input) else {
            self.partial.extend_from_slice(input);
            *input = &[];
            return None;
        };
        let (line, rest) = input.split_at(end);
        self.after_cr = rest[0] == b'\r';
        *input = &rest[1..];
        let line = if self.partial.is_empty() {
            line
        } else {
            self.partial.extend_from_slice(line);
            self.handed_out = true;
            &self.partial
        };
        if self.past_first {
            return Some(line);
        }
        // No end of line is inside a byte order mark, so it is whole here, however it was split on arrival.
        self.past_first = true;
        Some(line.strip_prefix(BOM).unwrap_or(line))
    }

    /// How many bytes of an unfinished line are held.
    pub(super) fn held(&self) -> usize {
        if self.handed_out { 0 } else { self.partial.len() }
    }

    fn start_line(&mut self) {
        if self.handed_out {
            self.handed_out = false;
            self.partial.clear();
            self.partial.shrink_to(KEEP);
        }
    }
}
