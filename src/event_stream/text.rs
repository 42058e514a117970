//! Text that comes in pieces, decoded as it comes.

use alloc::string::String;
use core::{mem, str};

/// Capacity that is kept for the next event; more than this is given back.
const KEEP: usize = 64 * 1024;

/// As much is made room for at once, if the last event was as large. More has to come before there is room for it.
const EXPECT: usize = 4 * 1024 * 1024;

/// The longest sequence of bytes that is one character.
const LONGEST: usize = 4;

/// Text out of UTF-8 that comes in pieces. By the rules of the [decoder][], malformed sequences become U+FFFD.
///
/// [decoder]: https://encoding.spec.whatwg.org/#utf-8-decoder
#[derive(Debug, Default)]
pub(super) struct Text {
    text: String,
    /// The first bytes of a character whose others have not come.
    cut: [u8; LONGEST],
    cut_length: usize,
    /// The length of a text before, if that was long.
    expected: usize,
}

/// The bytes as text, if they are.
#[inline]
pub(super) fn decode(bytes: &[u8]) -> Option<&str> {
    #[cfg(all(feature = "std", not(target_arch = "wasm32")))]
    return simdutf8::basic::from_utf8(bytes).ok();
    #[cfg(not(all(feature = "std", not(target_arch = "wasm32"))))]
    return str::from_utf8(bytes).ok();
}

impl Text {
    /// Appends a piece.
    #[inline]
    pub(super) fn push(&mut self, piece: &[u8]) {
        match piece {
            [byte] if byte.is_ascii() && self.cut_length == 0 => self.text.push(char::from(*byte)),
            _ => self.push_piece(piece),
        }
    }

    /// No more of what was pushed will come: a character that was cut is malformed.
    pub(super) fn end(&mut self) {
        if self.cut_length > 0 {
            self.cut_length = 0;
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
    }

    /// Appends a line feed.
    pub(super) fn push_line_feed(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// In bytes, of which some may not be decoded.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.text.len() + self.cut_length
    }

    /// Takes the text. A small buffer, or one that is not half full, is kept and copied from.
    pub(super) fn take(&mut self) -> String {
        if self.text.capacity() <= KEEP || self.text.capacity() / 2 > self.text.len() {
            return String::from(self.text.as_str());
        }
        self.expected = self.text.len().min(EXPECT);
        mem::take(&mut self.text)
    }

    /// Begins another text.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.cut_length = 0;
        if self.text.capacity() > KEEP {
            self.expected = self.text.len().min(EXPECT);
            self.text = String::new();
        }
        self.text.clear();
    }

    fn push_piece(&mut self, piece: &[u8]) {
        if self.expected > self.text.capacity() {
            self.text.reserve(mem::take(&mut self.expected));
        }
        let piece = self.complete(piece);
        let (whole, cut) = piece.split_at(whole_characters(piece));
        match decode(whole) {
            Some(text) => self.text.push_str(text),
            None => self.push_malformed(whole),
        }
        let is_cut = str::from_utf8(cut).is_err_and(|error| error.error_len().is_none());
        match self.cut.get_mut(..cut.len()) {
            Some(place) if is_cut => {
                place.copy_from_slice(cut);
                self.cut_length = cut.len();
            }
            _ => self.push_malformed(cut),
        }
    }

    /// Completes the character that was cut, or finds it malformed; returns what is left of the piece.
    fn complete<'a>(&mut self, mut piece: &'a [u8]) -> &'a [u8] {
        while self.cut_length > 0 {
            let Some((next, rest)) = piece.split_first() else { break };
            // It would be complete before.
            let Some(place) = self.cut.get_mut(self.cut_length) else { break };
            *place = *next;
            match str::from_utf8(&self.cut[..=self.cut_length]) {
                Ok(character) => {
                    self.text.push_str(character);
                    self.cut_length = 0;
                    piece = rest;
                }
                Err(error) if error.error_len().is_none() => {
                    self.cut_length += 1;
                    piece = rest;
                }
                // The next byte begins something else.
                Err(_) => self.end(),
            }
        }
        piece
    }

    #[cold]
    fn push_malformed(&mut self, bytes: &[u8]) {
        self.text.push_str(&String::from_utf8_lossy(bytes));
    }
}

/// How many of these bytes there are before a character that may go on behind them.
fn whole_characters(bytes: &[u8]) -> usize {
    for (behind, byte) in (1..LONGEST).zip(bytes.iter().rev()) {
        let length = match byte {
            0x80..=0xBF => continue,
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0.. => 4,
            _ => 1,
        };
        return if length > behind { bytes.len() - behind } else { bytes.len() };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Malformed in every way that the decoder tells apart, between characters of every length.
    const BYTES: &[u8] =
        b"a\xC3\xBC\xE2\x82\xAC\xF0\x9F\x8E\x88z\xFF\x80\xC3\xC3\xBC\xE2\x82\xE2\x82\xACx\xF0\x9F\x8E\xF0\x9F\
        b\xED\xA0\x80\xE0\x80\xF4\x90\x80\xC0\xAF\xF5\xF0\x9F\x8E";

    #[test]
    fn text_is_the_same_in_whatever_pieces_it_comes() {
        let whole = String::from_utf8_lossy(BYTES);
        for size in 1..=BYTES.len() {
            let mut text = Text::default();
            for piece in BYTES.chunks(size) {
                text.push(piece);
                text.push(b"");
            }
            text.end();
            assert_eq!(text.as_str(), whole, "by {size}");
        }
        for at in 0..=BYTES.len() {
            for to in at..=BYTES.len() {
                let mut text = Text::default();
                text.push(&BYTES[..at]);
                text.push(&BYTES[at..to]);
                text.push(&BYTES[to..]);
                text.end();
                assert_eq!(text.as_str(), whole, "cut at {at} and {to}");
            }
        }
    }

    #[test]
    fn a_large_buffer_is_handed_over_and_a_small_one_is_kept() {
        let mut text = Text::default();
        text.push(&[b'a'; 100]);
        assert_eq!(text.take().capacity(), 100);
        assert!(text.text.capacity() >= 100);
        text.clear();
        text.push(&[b'a'; 2 * KEEP]);
        assert_eq!(text.take().len(), 2 * KEEP);
        assert_eq!(text.text.capacity(), 0);
        text.clear();
        text.push(b"bc");
        assert!(text.text.capacity() >= 2 * KEEP, "there is room for another one");
        assert_eq!(text.take().capacity(), 2, "which a small one does not take along");
        text.clear();
        assert_eq!((text.text.capacity(), text.len()), (0, 0));
    }
}
