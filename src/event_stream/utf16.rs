//! The length of text in JavaScript.

use super::word::{HIGHEST, ONES, SIZE, Word, count_ones, first_word};

/// The number of UTF-16 code units of text in UTF-8: the length that JavaScript gives. For malformed text the result means
/// nothing.
pub(super) fn utf16_length(text: &[u8]) -> usize {
    let words = text.chunks_exact(SIZE);
    let rest = words.remainder();
    let mut units = text.len();
    for word in words.filter_map(first_word) {
        if word & HIGHEST != 0 {
            units = units + pairs(word) - continuations(word);
        }
    }
    rest.iter().map(|byte| Word::from(*byte)).fold(units, |units, byte| units + pairs(byte) - continuations(byte))
}

/// Whether all of the text is ASCII. Then its length in bytes is that in code units.
pub(super) fn is_ascii(text: &[u8]) -> bool {
    let parts = text.chunks_exact(4 * SIZE);
    let rest = parts.remainder();
    let word = |part: &[u8], index: usize| part.get(index * SIZE..).and_then(first_word).unwrap_or_default();
    parts.fold(0, |all, part| all | word(part, 0) | word(part, 1) | word(part, 2) | word(part, 3)) & HIGHEST == 0
        && rest.iter().all(u8::is_ascii)
}

/// How many bytes of a word continue a character. Such bytes begin with 10.
fn continuations(word: Word) -> usize {
    count_ones(word >> 7 & !(word >> 6) & ONES)
}

/// How many bytes of a word begin a character of two units. Such bytes begin with 1111.
fn pairs(word: Word) -> usize {
    count_ones(word >> 7 & word >> 6 & word >> 5 & word >> 4 & ONES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_that_of_javascript() {
        let text = "a\u{7f}ü\u{7ff}€\u{ffff}🎈\u{10ffff}".repeat(9);
        for (start, _) in text.char_indices() {
            for (end, _) in text.char_indices().filter(|(end, _)| *end >= start) {
                let part = &text[start..end];
                assert_eq!(utf16_length(part.as_bytes()), part.encode_utf16().count(), "{part}");
            }
        }
        assert_eq!(utf16_length(&[0x80; 20]), 0, "which means nothing");
    }

    #[test]
    fn text_is_ascii_if_no_byte_has_the_highest_bit() {
        let mut text = [b'a'; 70];
        for length in 0..=text.len() {
            assert!(is_ascii(&text[..length]));
        }
        for one in 0..text.len() {
            for other in 0..=one {
                text[one] = 0x80;
                text[other] = 0xFF;
                assert!(!is_ascii(&text), "{one} and {other}");
                (text[one], text[other]) = (b'a', b'a');
            }
        }
    }
}
