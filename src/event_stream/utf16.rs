//! How long text is for JavaScript.

/// How many bytes are summed up in one byte: at most two units each.
const RUN: usize = 96;

/// The number of UTF-16 code units of text in UTF-8, which is what JavaScript counts a string's length in. It looks at no
/// more than the bytes: of what is not valid UTF-8 the result means nothing.
///
/// ```
/// use wasm_eventsource::event_stream::utf16_length;
///
/// assert_eq!(utf16_length("a€🎈".as_bytes()), 4);
/// ```
pub fn utf16_length(text: &[u8]) -> usize {
    // Every byte that continues no character begins one, and one that begins with F0 or more is a surrogate pair. Bytes are
    // added to bytes, so that the compiler makes vectors of it.
    let units = |byte: &u8| u8::from(byte & 0xC0 != 0x80) + u8::from(*byte >= 0xF0);
    let runs = text.chunks_exact(RUN);
    let rest: u8 = runs.remainder().iter().map(units).sum();
    runs.map(|run| usize::from(run.iter().map(units).sum::<u8>())).sum::<usize>() + usize::from(rest)
}
