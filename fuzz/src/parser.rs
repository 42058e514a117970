//! The parser against the naive interpreter, and events in batches against events one by one.
//!
//! An input is a [`Plan`], then the bytes of one stream or two. The plan says how they are cut, and how large an event may be.

use wasm_eventsource::event_stream::{EventRef, EventTooLarge, Parser, Step};

use super::input::Input;
use super::naive::{self, Told};
use super::naive_bound;
use super::reader::Reader;
use super::vectors::Message;

/// The bounds that an input may choose, beside those up to 255 bytes: around the sizes at which buffers change hands.
const BOUNDS: [usize; 4] = [1_000, 1_024, 4_096, usize::MAX];

/// Last event IDs that a parser may begin with.
const IDS: [&str; 4] = ["", "7", "ü€", "long enough to be no number"];

/// Lengths of pieces are bytes. Those from here on mean more.
const LONG: usize = 224;

/// How often the bytes are repeated, so that a short input reaches the bounds on types and IDs, and fills a batch.
const REPEATS: [usize; 8] = [1, 1, 1, 1, 1, 2, 4, 32];

/// A short stream is handed over byte by byte, too.
const SHORT: usize = 200;

/// How an input wants its streams to be handed over.
#[derive(Debug)]
pub(crate) struct Plan {
    with_comments: bool,
    pub(crate) last_event_id: &'static str,
    max_event_size: usize,
    /// The lengths of the pieces, over and over.
    sizes: Vec<usize>,
    /// How many events are taken of each batch, over and over.
    pub(crate) counts: Vec<usize>,
    repeats: usize,
    /// The first stream has this many 256ths of the bytes. Then the parser restarts.
    restart: usize,
}

/// What came of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) told: Vec<Told>,
    pub(crate) last_event_id: String,
    pub(crate) too_large: Option<EventTooLarge>,
}

/// Interprets the input in every way, and panics where one differs. Returns the number of bytes in its streams.
pub fn run(bytes: &[u8]) -> usize {
    let mut input = Input::new(bytes);
    let plan = Plan::read(&mut input);
    let stream = &input.all().repeat(plan.repeats)[..];
    let (first, second) = stream.split_at(stream.len() * plan.restart / 256);
    let mut id = plan.last_event_id.to_string();
    for stream in [first, second] {
        id = check(&plan, stream, &id);
    }
    plan.check_restart(first, second);
    stream.len()
}

/// Compares the ways to interpret one stream. Returns the last event ID at its end.
fn check(plan: &Plan, stream: &[u8], id: &str) -> String {
    let outcome = plan.interpret(id, [stream]);
    compare_with_referee(plan, stream, id, &outcome);
    assert_eq!(plan.interpret(id, plan.pieces(stream)), outcome, "cut into pieces: {plan:?}");
    if stream.len() <= SHORT {
        assert_eq!(plan.interpret(id, stream.chunks(1)), outcome, "byte by byte: {plan:?}");
    }
    let read = |reader: Reader<'_>| reader.read(plan.pieces(stream));
    assert_eq!(read(Reader::new(plan.parser(id), &[])), without_times(&outcome), "by the engine, one by one: {plan:?}");
    assert_eq!(
        read(Reader::new(plan.parser(id), &plan.counts)),
        without_times(&outcome),
        "by the engine, in batches: {plan:?}"
    );
    outcome.last_event_id
}

fn compare_with_referee(plan: &Plan, stream: &[u8], id: &str, outcome: &Outcome) {
    let (end, too_large) = naive_bound::find(stream, plan.max_event_size, plan.with_comments);
    let (mut told, last_event_id) = naive::tell(&stream[..end], id);
    told.retain(|told| plan.with_comments || !matches!(told, Told::Comment(_)));
    assert_eq!(*outcome, Outcome { told, last_event_id, too_large }, "in one piece: {plan:?}");
}

/// The engine does not tell of a reconnection time.
fn without_times(outcome: &Outcome) -> Outcome {
    let told = outcome.told.iter().filter(|told| !matches!(told, Told::ReconnectionTime(_)));
    Outcome { told: told.cloned().collect(), last_event_id: outcome.last_event_id.clone(), ..*outcome }
}

pub(crate) fn message(event: &EventRef<'_>) -> Message {
    Message {
        event_type: event.event_type().to_string(),
        data: event.data().to_string(),
        last_event_id: event.last_event_id().to_string(),
    }
}

impl Plan {
    fn read(input: &mut Input<'_>) -> Self {
        let flags = input.byte();
        let bound = usize::from(input.byte());
        let restart = if flags & 0b1000 == 0 { 0 } else { input.byte().into() };
        let sizes: Vec<usize> = input.bytes(usize::from(flags >> 4)).iter().map(|size| usize::from(*size)).collect();
        Self {
            with_comments: flags & 1 != 0,
            last_event_id: IDS[bound % IDS.len()],
            max_event_size: match flags >> 1 & 0b11 {
                0 => usize::MAX,
                1 => BOUNDS[bound % BOUNDS.len()],
                _ => bound,
            },
            counts: sizes.iter().map(|size| size % 9 + 1).chain([usize::MAX]).collect(),
            sizes: sizes.iter().map(|size| if *size < LONG { *size } else { (size - LONG + 4) * 64 }).collect(),
            repeats: if flags >> 1 & 0b11 == 0 { REPEATS[bound >> 5] } else { 1 },
            restart,
        }
    }

    fn parser(&self, id: &str) -> Parser {
        let mut parser = Parser::new().with_max_event_size(self.max_event_size);
        parser.set_last_event_id(id);
        if self.with_comments { parser.with_comments() } else { parser }
    }

    /// The stream in pieces of the lengths that the plan names. Some are empty.
    fn pieces<'a>(&self, mut stream: &'a [u8]) -> Vec<&'a [u8]> {
        let mut pieces = Vec::new();
        if self.sizes.iter().any(|size| *size > 0) {
            for size in self.sizes.iter().cycle() {
                let (piece, rest) = stream.split_at((*size).min(stream.len()));
                pieces.push(piece);
                stream = rest;
                if stream.is_empty() {
                    return pieces;
                }
            }
        }
        vec![stream]
    }

    fn interpret<'a>(&self, id: &str, pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
        interpret_with(&mut self.parser(id), pieces)
    }

    /// One parser for both streams gives what two give.
    fn check_restart(&self, first: &[u8], second: &[u8]) {
        if first.is_empty() {
            return;
        }
        let mut parser = self.parser(self.last_event_id);
        interpret_with(&mut parser, self.pieces(first));
        let id = parser.last_event_id().to_string();
        parser.restart();
        assert_eq!(
            interpret_with(&mut parser, self.pieces(second)),
            self.interpret(&id, [second]),
            "after a restart: {self:?}"
        );
    }
}

/// Every second event is made one that owns its text.
fn interpret_with<'a>(parser: &mut Parser, pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut told = Vec::new();
    let mut too_large = None;
    for mut piece in pieces {
        loop {
            let owns = told.len() % 2 == 1;
            told.push(match parser.advance(&mut piece) {
                Ok(Some(Step::Event(event))) if owns => {
                    let event = event.into_event();
                    let (event_type, last_event_id) = (event.event_type().into(), event.last_event_id().into());
                    Told::Event(Message { event_type, last_event_id, data: event.into_data() })
                }
                Ok(Some(Step::Event(event))) => Told::Event(message(&event)),
                Ok(Some(Step::Comment(comment))) => Told::Comment(comment.into_owned()),
                Ok(Some(Step::ReconnectionTime(time))) => Told::ReconnectionTime(time.as_millis() as u32),
                Ok(Some(other)) => panic!("what is {other:?}?"),
                Ok(None) => break,
                Err(error) => {
                    too_large = Some(error);
                    break;
                }
            });
            assert_eq!(too_large, None, "nothing comes behind an event that is too large");
        }
        assert!(too_large.is_some() || piece.is_empty(), "a piece is taken whole");
    }
    Outcome { told, last_event_id: parser.last_event_id().to_string(), too_large }
}
