//! Many small events at once, for a face to which every call and every string it makes has its price.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::field::{Line, value_of_data};
use super::head::MESSAGE;
use super::lines::{end_of_line, end_of_short_line};
use super::parser::Parser;
use super::utf16::utf16_length;

/// How much text is put together, in bytes. JavaScript makes one string of it, and what is cut out of that keeps all of it in
/// memory.
const ENOUGH: usize = 32 * 1024;

/// Data of more bytes is left where it is.
const LARGE: usize = 4 * 1024;

/// How many events there are at most.
const MANY: usize = 512;

/// How far the chunk is looked at for one more event, in bytes. What is in vain is done once more, by the parser.
const FAR: usize = 4 * LARGE;

/// So many events are alone after a batch that nobody could read: where one is malformed, others are.
const ALONE: usize = 512;

/// Events that follow each other in one chunk, the first of which is at hand and the others are read ahead: their text in one
/// piece, and what of it is whose. See [`Engine::fill`](crate::engine::Engine::fill), which has an example.
#[derive(Debug, Default)]
pub struct Batch {
    text: Vec<u8>,
    rows: Vec<Row>,
    places: Vec<u32>,
    /// So many events more are to be alone.
    alone: usize,
}

/// What counts as soon as this event was handed out.
#[derive(Debug, Clone, Default)]
struct Row {
    /// Where in the input the next block begins.
    next: usize,
    /// Where in the text its data ends, then its ID, then its type.
    ends: [usize; 3],
    /// Where in the text the last event ID string is, if the batch has it.
    last_event_id: Range<usize>,
    /// The same of its type.
    event_type: Range<usize>,
}

/// A block that is nothing but an event: where in the input its fields' values are.
#[derive(Default)]
struct Fields {
    event_type: Range<usize>,
    last_event_id: Range<usize>,
    has_data: bool,
    /// Of its data.
    length: usize,
}

impl Batch {
    /// How many events there are. None, if the text of the one at hand is not in here.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no event in here.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The text of all of them, one after the other, in UTF-8 unless the stream is malformed there.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Three places for each event: where in the text its data ends, then its ID, then its type, in UTF-16 code units. Each
    /// begins where the one before ends. An ID or a type of no length is that of the event before, and those of the first event
    /// are not in here. If the text is not in UTF-8, they mean nothing.
    pub fn places(&self) -> &[u32] {
        &self.places
    }

    /// Forgets all of them.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.rows.clear();
        self.places.clear();
    }

    /// The text is malformed somewhere.
    pub(crate) fn give_up(&mut self) {
        self.alone = ALONE;
    }

    /// Where in the input it goes on when `count` of the events were handed out. None, if that makes no difference.
    pub(crate) fn next(&self, count: usize) -> Option<usize> {
        self.last_of(count).map(|row| row.next)
    }

    fn last_of(&self, count: usize) -> Option<&Row> {
        self.rows.get(count.checked_sub(1).filter(|last| *last > 0)?)
    }

    fn finish(&mut self) {
        let is_ascii = utf16_length(&self.text) == self.text.len();
        let (mut counted, mut units) = (0, 0);
        for end in self.rows.iter().flat_map(|row| row.ends) {
            units += if is_ascii { end - counted } else { utf16_length(&self.text[counted..end]) };
            counted = end;
            self.places.push(units as u32);
        }
    }

    /// Reads the block at `at`, if it is whole and nothing but an event, and blocks before it that come to nothing. Whatever else
    /// there is, is the parser's. Returns where the next one begins.
    fn read_event(&mut self, input: &[u8], mut at: usize) -> Option<(Fields, usize)> {
        let mut block = Fields::default();
        loop {
            let rest = input.get(at..)?;
            match rest.first()? {
                b'\n' | b'\r' => {
                    at = after(input, at)?;
                    if block.has_data {
                        return Some((block, at));
                    }
                    if !block.last_event_id.is_empty() {
                        return None;
                    }
                    block = Fields::default();
                }
                b':' => at = after(input, at + end_of_short_line(rest)?)?,
                _ => {
                    let end = match value_of_data(rest) {
                        Some(value) => {
                            let end = value + end_of_line(&rest[value..])?;
                            self.push_data(&rest[value..end], &mut block)?;
                            end
                        }
                        None => self.read_other(rest, at, &mut block)?,
                    };
                    at = after(input, at + end)?;
                }
            }
        }
    }

    /// Reads a line that is no comment, and not `data:`. Returns where it ends.
    fn read_other(&mut self, rest: &[u8], at: usize, block: &mut Fields) -> Option<usize> {
        let end = end_of_short_line(rest)?;
        let place = |value: &[u8]| at + end - value.len()..at + end;
        match Line::read(&rest[..end]) {
            Line::Data(value) => self.push_data(value, block)?,
            Line::Event(value) => block.event_type = place(value),
            // One that is empty could not be told from none.
            Line::Id(value) if !value.is_empty() => block.last_event_id = place(value),
            Line::Ignored => {}
            Line::Blank | Line::Comment(_) | Line::Id(_) | Line::Retry(_) => return None,
        }
        Some(end)
    }

    /// `None` if that is too much.
    fn push_data(&mut self, value: &[u8], block: &mut Fields) -> Option<()> {
        if block.has_data {
            self.text.push(b'\n');
        }
        block.has_data = true;
        block.length += value.len();
        (block.length <= LARGE).then(|| self.text.extend_from_slice(value))
    }

    /// Adds a value after the data, unless it is `known`, which lies in the text.
    fn push_new(&mut self, value: &[u8], known: &mut Range<usize>, before: &str) {
        let last = if (*known).is_empty() { before.as_bytes() } else { &self.text[known.clone()] };
        if last != value {
            let start = self.text.len();
            self.text.extend_from_slice(value);
            *known = start..self.text.len();
        }
    }
}

impl Parser {
    /// Puts events together: the one that was found last in this input, and those that follow it from `at` on. None of those
    /// counts before it is [skipped](Parser::skip). The batch stays empty if there is no event, or a large one.
    pub(crate) fn read_ahead(&mut self, input: &[u8], at: usize, batch: &mut Batch) {
        batch.clear();
        let Some(data) = self.raw_data(input).filter(|data| data.len() <= LARGE) else { return };
        batch.text.extend_from_slice(data);
        let mut row = Row { next: at, ends: [data.len(); 3], ..Row::default() };
        batch.rows.push(row.clone());
        let head = self.interpreter.block.head.view();
        let many = if batch.alone > 0 || self.interpreter.with_comments { 1 } else { MANY };
        batch.alone = batch.alone.saturating_sub(1);
        while batch.text.len() < ENOUGH && batch.rows.len() < many {
            let (start, far) = (batch.text.len(), input.len().min(row.next + FAR.min(self.interpreter.max_event_size)));
            let Some((block, next)) = batch.read_event(&input[..far], row.next) else {
                batch.text.truncate(start);
                break;
            };
            let data_end = batch.text.len();
            if !block.last_event_id.is_empty() {
                batch.push_new(&input[block.last_event_id], &mut row.last_event_id, head.last_event_id);
            }
            let id_end = batch.text.len();
            let event_type = if block.event_type.is_empty() { MESSAGE.as_bytes() } else { &input[block.event_type] };
            batch.push_new(event_type, &mut row.event_type, head.event_type);
            // What is malformed must not become a character with what it is put next to.
            if [start, data_end, id_end].iter().any(|at| batch.text.get(*at).is_some_and(|byte| byte & 0xC0 == 0x80)) {
                batch.text.truncate(start);
                break;
            }
            row.next = next;
            row.ends = [data_end, id_end, batch.text.len()];
            batch.rows.push(row.clone());
        }
        batch.finish();
    }

    /// The first `count` events of the batch were handed out, as if they had been found one after the other.
    pub(crate) fn skip(&mut self, batch: &Batch, count: usize) {
        let Some(row) = batch.last_of(count) else { return };
        let text = |place: &Range<usize>| String::from_utf8_lossy(&batch.text[place.clone()]);
        if !row.last_event_id.is_empty() {
            self.interpreter.block.head.set_last_event_id(&text(&row.last_event_id));
        }
        if !row.event_type.is_empty() {
            self.interpreter.block.head.set_event_type(&text(&row.event_type));
        }
    }
}

/// Where the line after the one that ends at `end` begins. It takes one more byte to know that after a CR.
fn after(input: &[u8], end: usize) -> Option<usize> {
    match (input[end], input.get(end + 1)) {
        (b'\n', _) => Some(end + 1),
        (_, Some(b'\n')) => Some(end + 2),
        (_, next) => next.map(|_| end + 1),
    }
}
