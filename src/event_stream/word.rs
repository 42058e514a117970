//! Several bytes at once, as one integer.

/// As many bytes as a register has. The build sets `becomes_javascript` for the module that it turns into JavaScript. There an integer
/// of 64 bits becomes two numbers, and each operation on it several, so 32 bits are better.
#[cfg(not(becomes_javascript))]
pub(super) type Word = u64;
#[cfg(becomes_javascript)]
pub(super) type Word = u32;

/// The bytes of a word.
pub(super) const SIZE: usize = size_of::<Word>();

/// The lowest bit of each byte.
pub(super) const ONES: Word = Word::from_le_bytes([1; SIZE]);

/// The highest bit of each byte.
pub(super) const HIGHEST: Word = ONES << 7;

/// The first bytes of the input. The first byte is the lowest of the word.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn first_word(bytes: &[u8]) -> Option<Word> {
    bytes.first_chunk().copied().map(Word::from_le_bytes)
}

/// How many bytes of the word have their lowest bit set. No other bits may be set.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn count_ones(word: Word) -> usize {
    // The highest byte of the product is the sum of all bytes.
    (word.wrapping_mul(ONES) >> (Word::BITS - 8)) as usize
}
