//! The chunk of the body that is being interpreted.

use alloc::vec::Vec;

/// A buffer up to this size is kept for later chunks. Drivers hand over this much at a time.
const KEEP: usize = 64 * 1024;

#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// It may be longer than the chunk, because it is not shortened for a smaller one.
    buffer: Vec<u8>,
    length: usize,
    /// The bytes before this place are interpreted.
    consumed: usize,
    /// The place where the last search began.
    searched: usize,
}

impl Chunk {
    /// Makes room for the next chunk. The last one must have been interpreted to its end.
    pub(super) fn replace(&mut self, length: usize) -> &mut [u8] {
        debug_assert_eq!(self.consumed, self.length, "a chunk is read only when the last one is consumed");
        if length <= KEEP && self.buffer.len() > KEEP {
            self.buffer = Vec::new();
        }
        if self.buffer.len() < length {
            self.buffer.resize(length, 0);
        }
        self.consumed = 0;
        self.searched = 0;
        self.length = length;
        &mut self.buffer[..length]
    }

    /// No chunk follows for now. Gives a large buffer back.
    pub(super) fn rest(&mut self) {
        if self.buffer.len() > KEEP {
            *self = Self::default();
        }
    }

    /// All of its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// Calls `find` with the bytes that are not interpreted yet. `find` removes the ones that it interprets from their front.
    pub(super) fn search<T>(&mut self, find: impl FnOnce(&mut &[u8]) -> T) -> T {
        let mut rest = &self.buffer[self.consumed..self.length];
        self.searched = self.consumed;
        let found = find(&mut rest);
        self.consumed = self.length - rest.len();
        found
    }

    /// The bytes that the last search was given.
    pub(super) fn searched(&self) -> &[u8] {
        &self.buffer[self.searched..self.length]
    }

    /// How many of those the last search consumed.
    pub(super) fn found(&self) -> usize {
        self.consumed - self.searched
    }

    /// Changes how many bytes the last search consumed. An empty chunk stays empty.
    pub(super) fn set_found(&mut self, found: usize) {
        self.consumed = self.length.min(self.searched + found);
    }

    /// Skips the rest.
    pub(super) fn skip(&mut self) {
        self.consumed = self.length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(chunk: &mut Chunk, bytes: &[u8]) {
        chunk.replace(bytes.len()).copy_from_slice(bytes);
    }

    #[test]
    fn a_search_begins_where_the_last_one_has_stopped() {
        let mut chunk = Chunk::default();
        fill(&mut chunk, b"abcdef");
        chunk.search(|rest| *rest = &rest[2..]);
        assert_eq!((chunk.searched(), chunk.found()), (&b"abcdef"[..], 2));
        chunk.search(|rest| {
            assert_eq!(*rest, b"cdef");
            *rest = &rest[1..];
        });
        assert_eq!((chunk.searched(), chunk.found()), (&b"cdef"[..], 1));
        chunk.set_found(3);
        chunk.search(|rest| assert_eq!(*rest, b"f"));
        chunk.skip();
        chunk.search(|rest| assert_eq!(*rest, b""));
    }

    #[test]
    fn of_a_longer_one_before_it_nothing_is_seen() {
        let mut chunk = Chunk::default();
        fill(&mut chunk, b"abcdef");
        chunk.skip();
        fill(&mut chunk, b"xy");
        chunk.search(|rest| assert_eq!(*rest, b"xy"));
        assert_eq!(chunk.searched(), b"xy");
    }

    #[test]
    fn a_large_buffer_is_not_kept_while_nothing_comes() {
        let mut chunk = Chunk::default();
        for (length, kept) in [(KEEP, KEEP), (KEEP + 1, 0)] {
            chunk.replace(length);
            chunk.skip();
            chunk.rest();
            assert_eq!(chunk.buffer.len(), kept);
        }
    }

    #[test]
    fn a_large_buffer_is_not_kept_for_small_chunks() {
        let mut chunk = Chunk::default();
        for (length, kept) in
            [(KEEP, KEEP), (9, KEEP), (KEEP + 1, KEEP + 1), (KEEP + 2, KEEP + 2), (KEEP + 1, KEEP + 2), (9, 9)]
        {
            chunk.replace(length);
            chunk.skip();
            assert_eq!(chunk.buffer.len(), kept);
        }
    }
}
