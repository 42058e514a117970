//! What arrives, counted in bytes of UTF-8: the same arithmetic as in page/tally.js, where the unit is UTF-16's.

/// The type of the event after which there is no other one.
pub const END: &str = "end";

/// How many events came, how many bytes, and a digest.
pub struct Tally {
    full: bool,
    with_ids: bool,
    count: u32,
    bytes: u64,
    hash: u32,
}

impl Tally {
    /// Looks at all there is, or at a few bytes of each event, and at IDs where the stream has some.
    pub fn new(full: bool, with_ids: bool) -> Self {
        Self { full, with_ids: full || with_ids, count: 0, bytes: 0, hash: 0 }
    }

    /// Whether the ID is looked at: it costs some clients something to have it.
    pub fn wants_ids(&self) -> bool {
        self.with_ids
    }

    pub fn add(&mut self, event_type: &str, data: &str, id: &str) {
        self.count += 1;
        self.bytes += data.len() as u64;
        if self.full {
            [event_type, "\0", id, "\0", data].iter().for_each(|text| self.add_all(text));
        } else {
            self.sample(event_type.len(), data.as_bytes(), id.as_bytes());
        }
    }

    fn add_all(&mut self, text: &str) {
        self.hash = text.bytes().fold(self.hash, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    }

    fn sample(&mut self, type_length: usize, data: &[u8], id: &[u8]) {
        let length = data.len();
        let at = |index: usize| data.get(index).copied().map_or(0, u32::from);
        let sampled = at(0) + at(length >> 2) + at(length >> 1) + at(length.saturating_sub(1));
        let lengths = (length + type_length + id.len()) as u32;
        let last_of_id = id.last().copied().map_or(0, u32::from);
        self.hash = self.hash.wrapping_mul(31).wrapping_add(sampled + lengths + last_of_id);
    }

    /// As JSON.
    pub fn result(&self) -> String {
        let Self { count, bytes, hash, .. } = self;
        format!(r#"{{"count":{count},"characters":{bytes},"hash":{hash}}}"#)
    }
}
