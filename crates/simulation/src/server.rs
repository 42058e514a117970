//! The server: one stream of numbered events, and the connections that get it.

use fastrand::Rng;
use wasm_eventsource::connection::Timestamp;

use crate::scenario::Ids;

/// An event as a face has to be given it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) event_type: &'static str,
    pub(crate) data: String,
    /// Its own, if it has one.
    pub(crate) id: Option<String>,
}

/// A connection, from the request on.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) source: usize,
    /// What its request has sent.
    pub(crate) last_event_id: String,
    /// The server has accepted it, and does not know yet that it was let go of.
    pub(crate) is_open: bool,
    /// Its client has let go of it.
    pub(crate) is_over: bool,
    /// Its client wants a chunk.
    pub(crate) is_reading: bool,
    /// It breaks after what is pending.
    pub(crate) is_broken: bool,
    /// The next event to be sent on it.
    cursor: u64,
    /// What was sent and not read.
    pending: Vec<u8>,
}

/// The server.
#[derive(Debug)]
pub(crate) struct Server {
    ids: Ids,
    seed: u64,
    /// How many kilobytes the events of a burst have. They are the ones in these ranges.
    large: Vec<(u64, usize)>,
    /// Events have the numbers from 1 to this.
    pub(crate) produced: u64,
    pub(crate) is_down: bool,
    pub(crate) has_ended: bool,
    pub(crate) exchanges: Vec<Exchange>,
    /// Those that are not over.
    pub(crate) live: Vec<usize>,
    /// When each event was produced.
    produced_at: Vec<Timestamp>,
}

/// The most bytes that a chunk has.
const CHUNK: usize = 64 * 1024;

impl Server {
    pub(crate) fn new(ids: Ids, seed: u64) -> Self {
        Self {
            ids,
            seed,
            large: Vec::new(),
            produced: 0,
            is_down: false,
            has_ended: false,
            exchanges: Vec::new(),
            live: Vec::new(),
            produced_at: Vec::new(),
        }
    }

    pub(crate) fn ids(&self) -> Ids {
        self.ids
    }

    /// A request is sent; the server does not have it yet.
    pub(crate) fn request(&mut self, source: usize, last_event_id: String) -> usize {
        let number = self.exchanges.len();
        self.live.push(number);
        self.exchanges.push(Exchange {
            source,
            last_event_id,
            is_open: false,
            is_over: false,
            is_reading: false,
            is_broken: false,
            cursor: 0,
            pending: Vec::new(),
        });
        number
    }

    /// The request has come. Events follow those that its client has.
    pub(crate) fn accept(&mut self, number: usize) {
        let next = self.exchanges[number].last_event_id.parse().unwrap_or(self.produced) + 1;
        let exchange = &mut self.exchanges[number];
        exchange.cursor = next;
        exchange.is_open = true;
        if Rng::with_seed(self.seed ^ number as u64).u32(..8) == 0 {
            exchange.pending.extend_from_slice("\u{FEFF}".as_bytes());
        }
    }

    /// The client is done with it.
    pub(crate) fn let_go(&mut self, number: usize) {
        self.exchanges[number].is_over = true;
        self.live.retain(|live| *live != number);
        self.exchanges[number].pending = Vec::new();
    }

    pub(crate) fn produce(&mut self, kilobytes: usize, now: Timestamp) {
        self.produced += 1;
        self.produced_at.push(now);
        if kilobytes > 0 {
            self.large.push((self.produced, kilobytes));
        }
    }

    /// The number of the last event that was produced by then.
    pub(crate) fn produced_until(&self, time: Timestamp) -> u64 {
        self.produced_at.partition_point(|at| *at <= time) as u64
    }

    /// The next chunk of it, if there is one.
    pub(crate) fn chunk(&mut self, number: usize, rng: &mut Rng) -> Option<Vec<u8>> {
        let mut pending = std::mem::take(&mut self.exchanges[number].pending);
        if !self.exchanges[number].is_broken {
            let mut cursor = self.exchanges[number].cursor;
            while cursor <= self.produced && pending.len() < CHUNK {
                self.write(cursor, &mut pending);
                cursor += 1;
            }
            self.exchanges[number].cursor = cursor;
        }
        if pending.is_empty() {
            return None;
        }
        // Cut anywhere.
        let most = pending.len().min(CHUNK);
        let length = if rng.u32(..3) == 0 { rng.usize(1..=most) } else { most };
        let rest = pending.split_off(length);
        self.exchanges[number].pending = rest;
        Some(pending)
    }

    /// What was sent and not read is lost, with the connection or not.
    pub(crate) fn break_off(&mut self, number: usize, rng: &mut Rng) {
        let exchange = &mut self.exchanges[number];
        exchange.is_broken = true;
        let kept = rng.usize(..=exchange.pending.len());
        exchange.pending.truncate(kept);
    }

    fn rng(&self, event: u64) -> Rng {
        Rng::with_seed(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ event)
    }

    fn has_id(&self, event: u64) -> bool {
        match self.ids {
            Ids::Every => true,
            Ids::Some => event.is_multiple_of(3),
            Ids::None => false,
        }
    }

    /// What a face is given of this event.
    pub(crate) fn expected(&self, event: u64) -> Expected {
        let mut rng = self.rng(event);
        let mut data = event.to_string();
        for _ in 0..rng.usize(..4) {
            data.push(['\n', ' ', 'é', ':'][rng.usize(..4)]);
            (0..rng.usize(..20)).for_each(|_| data.push(rng.alphanumeric()));
        }
        if let Some((_, kilobytes)) = self.large.iter().find(|(number, _)| *number == event) {
            (0..*kilobytes).for_each(|line| {
                data.push(if line % 100 == 99 { '\n' } else { ' ' });
                data.push_str(&"x".repeat(1023));
            });
        }
        let event_type = ["message", "message", "tick"][rng.usize(..3)];
        Expected { event_type, data, id: self.has_id(event).then(|| event.to_string()) }
    }

    /// The same as a block of the stream.
    fn write(&self, event: u64, out: &mut Vec<u8>) {
        let mut rng = self.rng(!event);
        let line_end = ["\n", "\r\n", "\r"][rng.usize(..3)];
        let expected = self.expected(event);
        let mut line = |text: &str| {
            out.extend_from_slice(text.as_bytes());
            out.extend_from_slice(line_end.as_bytes());
        };
        if rng.u32(..10) == 0 {
            line(":comment");
            if rng.bool() {
                line("");
            }
        }
        if rng.u32(..20) == 0 {
            line(&format!("retry: {}", rng.u32(100..2_000)));
        }
        if let Some(id) = &expected.id {
            line(&format!("id: {id}"));
        }
        if expected.event_type != "message" {
            line(&format!("event:{}", expected.event_type));
        }
        expected.data.split('\n').for_each(|part| line(&format!("data: {part}")));
        line("");
    }
}
