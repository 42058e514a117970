//! Decoding UTF-8 that comes in pieces.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::{mem, str};

/// How much of a buffer's capacity is kept for the next text, in bytes. A larger buffer is given back.
const KEEP: usize = 64 * 1024;

/// The same for a type or an ID.
const KEEP_SHORT: usize = 1024;

/// A text longer than this is handed over with its buffer. A shorter one is copied, and the buffer is kept.
const SHORT: usize = 4 * 1024;

/// If the last text was long, this much room at most is made for the next one at once.
const EXPECT: usize = 4 * 1024 * 1024;

/// From this length on, vector instructions are quicker.
#[cfg(all(feature = "std", any(not(target_arch = "wasm32"), target_feature = "simd128")))]
const LONG: usize = 64;

/// A piece up to this length is decoded later, together with others.
const SMALL: usize = 1024;

/// Small pieces are decoded when they have this many bytes together.
const BATCH: usize = 4 * 1024;

/// The most bytes of one character.
const LONGEST: usize = 4;

/// Text from UTF-8 that comes in pieces. Malformed sequences become U+FFFD, by the rules of the [decoder][].
///
/// [decoder]: https://encoding.spec.whatwg.org/#utf-8-decoder
#[derive(Debug, Default)]
pub(super) struct Text {
    text: String,
    /// Bytes that are not decoded yet: small pieces, or the beginning of a character.
    raw: Vec<u8>,
    /// The length of the last text, if it was long.
    expected: usize,
}

/// The bytes as text. `None` if they are malformed.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn decode(bytes: &[u8]) -> Option<&str> {
    #[cfg(all(feature = "std", any(not(target_arch = "wasm32"), target_feature = "simd128")))]
    if bytes.len() >= LONG {
        return simdutf8::basic::from_utf8(bytes).ok();
    }
    str::from_utf8(bytes).ok()
}

impl Text {
    /// Appends a piece.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn push(&mut self, piece: &[u8]) {
        if piece.len() > SMALL {
            return self.push_large(piece);
        }
        match piece.first_chunk::<8>() {
            // A tiny piece: copied without a call.
            Some(word) if piece.len() == word.len() => self.raw.extend_from_slice(word),
            _ => self.raw.extend_from_slice(piece),
        }
        if self.raw.len() >= BATCH {
            self.decode_raw();
        }
    }

    /// Appends a byte.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn push_byte(&mut self, byte: u8) {
        self.raw.push(byte);
        if self.raw.len() >= BATCH {
            self.decode_raw();
        }
    }

    /// The text is complete, so the beginning of a character at its end is malformed. Call this before [`as_str`](Text::as_str).
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn end(&mut self) {
        if !self.raw.is_empty() {
            push_decoded(&mut self.text, &self.raw);
            self.raw.clear();
        }
    }

    /// The whole text as bytes. If all of it came in small pieces, it need not be decoded for this.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn bytes(&mut self) -> &[u8] {
        if self.text.is_empty() {
            return &self.raw;
        }
        self.end();
        self.text.as_bytes()
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Takes the text, in a buffer that is at least half full.
    pub(super) fn take(&mut self) -> String {
        let length = self.text.len();
        if length <= SHORT || self.text.capacity() / 2 > length {
            return String::from(self.text.as_str());
        }
        self.expected = self.text.capacity().min(EXPECT);
        mem::take(&mut self.text)
    }

    /// Begins another text.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn clear(&mut self) {
        self.raw.clear();
        if self.text.capacity() > KEEP {
            self.expected = self.text.len().min(EXPECT);
            self.text = String::new();
        }
        self.text.clear();
    }

    fn push_large(&mut self, mut piece: &[u8]) {
        self.make_room();
        if !self.raw.is_empty() {
            self.decode_raw();
        }
        while !self.raw.is_empty() {
            let Some((next, rest)) = piece.split_first() else { return };
            self.raw.push(*next);
            self.decode_raw();
            piece = rest;
        }
        let (whole, cut) = piece.split_at(whole_characters(piece));
        push_decoded(&mut self.text, whole);
        self.raw.extend_from_slice(cut);
    }

    /// Decodes the raw bytes, except an incomplete character at their end.
    fn decode_raw(&mut self) {
        self.make_room();
        let whole = whole_characters(&self.raw);
        push_decoded(&mut self.text, &self.raw[..whole]);
        self.raw.drain(..whole);
    }

    fn make_room(&mut self) {
        if self.expected > self.text.capacity() {
            self.text.reserve(mem::take(&mut self.expected));
        }
    }
}

/// Empties the buffer of a type or an ID. Gives the memory of a long one back.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn empty(text: &mut String) {
    if text.capacity() > KEEP_SHORT {
        *text = String::new();
    }
    text.clear();
}

/// The text of bytes that are complete. Malformed sequences become U+FFFD.
pub(crate) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    decode(bytes).map(Cow::Borrowed).unwrap_or_else(|| {
        let mut text = String::new();
        push_malformed(&mut text, bytes);
        Cow::Owned(text)
    })
}

/// Appends the text of bytes that are complete.
pub(super) fn push_decoded(text: &mut String, bytes: &[u8]) {
    match decode(bytes) {
        Some(decoded) => text.push_str(decoded),
        None => push_malformed(text, bytes),
    }
}

/// Does the same as `String::from_utf8_lossy`, which would make a program 1 KB larger with its own validation.
#[cold]
fn push_malformed(text: &mut String, mut bytes: &[u8]) {
    while let Err(error) = str::from_utf8(bytes) {
        let (valid, rest) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
        text.push_str(str::from_utf8(valid).unwrap_or_default());
        text.push(char::REPLACEMENT_CHARACTER);
        // Without a length, the rest is the beginning of one character.
        bytes = error.error_len().and_then(|length| rest.get(length..)).unwrap_or_default();
    }
    text.push_str(str::from_utf8(bytes).unwrap_or_default());
}

/// The length of the character that begins with this byte. `None` if no character does.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
fn length_of_character(byte: u8) -> Option<usize> {
    match byte {
        0..=0x7F => Some(1),
        0x80..=0xBF => None,
        0xC0..=0xDF => Some(2),
        0xE0..=0xEF => Some(3),
        0xF0.. => Some(4),
    }
}

/// How many of these bytes come before an incomplete character at their end, which more bytes may complete.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(crate) fn whole_characters(bytes: &[u8]) -> usize {
    for (behind, byte) in (1..LONGEST).zip(bytes.iter().rev()) {
        if let Some(length) = length_of_character(*byte) {
            return if length > behind { bytes.len() - behind } else { bytes.len() };
        }
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
                match piece {
                    [byte] => text.push_byte(*byte),
                    _ => text.push(piece),
                }
                text.push(b"");
            }
            text.end();
            assert_eq!(text.as_str(), whole, "by {size}");
        }
        let bytes = BYTES.repeat(200);
        let whole_of_all = String::from_utf8_lossy(&bytes);
        for size in [1, 7, 100, SMALL, SMALL + 1, SMALL + 2, 1_001, BATCH + 1] {
            let mut text = Text::default();
            bytes.chunks(size).for_each(|piece| text.push(piece));
            text.end();
            assert_eq!(text.as_str(), whole_of_all, "by {size}");
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
        text.end();
        assert_eq!(text.take().capacity(), 100);
        assert!(text.text.capacity() >= 100);
        text.clear();
        text.push(&[b'a'; 2 * KEEP]);
        assert_eq!(text.take().len(), 2 * KEEP);
        assert_eq!(text.text.capacity(), 0);
        text.clear();
        text.push(&[b'b'; SMALL + 1]);
        assert!(text.text.capacity() >= 2 * KEEP, "there is room for another one");
        assert_eq!(text.take().capacity(), SMALL + 1, "which a small one does not take along");
        text.clear();
        assert_eq!((text.text.capacity(), text.raw.len()), (0, 0));
    }

    #[test]
    fn small_pieces_are_decoded_when_there_are_enough_and_large_ones_at_once() {
        for (piece, waits) in [(SMALL, true), (SMALL + 1, false)] {
            let mut text = Text::default();
            text.push(&[b'a'; SMALL + 1][..piece]);
            assert_eq!((text.text.len(), text.raw.len()), if waits { (0, piece) } else { (piece, 0) });
        }
        let (mut by_piece, mut by_byte) = (Text::default(), Text::default());
        for at in 1..=BATCH {
            by_piece.push(b"");
            by_piece.push_byte(b'a');
            by_byte.push_byte(b'a');
            let expected = if at < BATCH { (0, at) } else { (at, 0) };
            assert_eq!((by_byte.text.len(), by_byte.raw.len()), expected);
            assert_eq!((by_piece.text.len(), by_piece.raw.len()), expected);
        }
        let mut text = Text::default();
        text.push(&[b'a'; SMALL]);
        (0..3).for_each(|_| text.push(&[b'a'; SMALL]));
        assert_eq!((text.text.len(), text.raw.len()), (BATCH, 0));
    }

    #[test]
    fn a_text_moves_if_it_is_long_and_its_buffer_at_least_half_full() {
        let long = SHORT + 1;
        for (capacity, length, moves) in [
            (SHORT, SHORT, false),
            (long, long, true),
            (2 * long + 1, long, true),
            (2 * long + 2, long, false),
            (3 * long, long, false),
        ] {
            let mut text = Text { text: String::with_capacity(capacity), ..Text::default() };
            text.text.extend(core::iter::repeat_n('a', length));
            assert_eq!(text.take().capacity(), if moves { capacity } else { length }, "{length} in {capacity}");
        }
    }

    #[test]
    fn a_buffer_is_kept_up_to_its_bound() {
        for (more, is_kept) in [(0, true), (1, false)] {
            let mut text = Text { text: String::with_capacity(KEEP + more), ..Text::default() };
            text.clear();
            assert_eq!(text.text.capacity(), if is_kept { KEEP } else { 0 });
            let mut short = String::with_capacity(KEEP_SHORT + more);
            empty(&mut short);
            assert_eq!(short.capacity(), if is_kept { KEEP_SHORT } else { 0 });
        }
    }

    #[test]
    fn only_a_character_that_may_go_on_is_not_whole() {
        for character in ["a", "ü", "€", "🎈"] {
            let bytes = character.as_bytes();
            assert_eq!(whole_characters(bytes), bytes.len());
            for cut in 1..bytes.len() {
                assert_eq!(whole_characters(&[b"ab", &bytes[..cut]].concat()), 2);
            }
        }
        assert_eq!(whole_characters(b"\x80\x80\x80\x80"), 4);
    }
}
