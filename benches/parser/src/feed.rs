//! A stream in pieces, and how much of it was taken.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bytes::Bytes;

/// The pieces of a stream, one after another, until its end or a deadline.
pub struct Feed {
    pub bytes: Bytes,
    pub size: usize,
    pub deadline: Option<Instant>,
    taken: Arc<AtomicUsize>,
    at: usize,
}

impl Feed {
    pub fn new(bytes: &Bytes, size: usize, deadline: Option<Instant>) -> Self {
        Self { bytes: bytes.clone(), size, deadline, taken: Arc::default(), at: 0 }
    }

    /// How many bytes were taken, when the client has returned.
    pub fn taken(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.taken)
    }
}

impl Iterator for Feed {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        if start == self.bytes.len() || self.deadline.is_some_and(|deadline| Instant::now() > deadline) {
            self.taken.store(start, Ordering::Relaxed);
            return None;
        }
        self.at = start.saturating_add(self.size).min(self.bytes.len());
        Some(start..self.at)
    }
}
