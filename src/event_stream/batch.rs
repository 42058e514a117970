//! Many small events at once, for JavaScript, where each call and each string has its price.
//!
//! A batch uses the parser's loop, [`interpret_lines`], with [buffers](Buffers) of its own, which decode nothing. The parser's state
//! changes only when the face says how many events it has handed out. The alternative was to let the parser itself read ahead and to
//! restore its state: events with an ID or a type took up to half as long again.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::head::{EventHead, MESSAGE};
use super::interpret::{Buffers, Stop, interpret_lines};
use super::parser::Parser;
use super::size::Size;
use super::text::lossy;
use super::utf16::{is_ascii, utf16_length};

/// A batch ends when it has this much text, in bytes.
const ENOUGH: usize = 32 * 1024;

/// The length of a page, in bytes. JavaScript makes one string of each page. A program that keeps a part of a string keeps all of it
/// in memory, so pages are small. Still smaller pages take more time, and so do much larger ones.
const PAGE: usize = 4 * 1024;

/// The length of a page whose text is not ASCII: JavaScript may need two bytes for each of its characters.
const WIDE_PAGE: usize = 2 * 1024;

/// An event with more data than this, in bytes, gets no place in a batch.
const LARGE: usize = 4 * 1024;

/// The most events of one batch.
const MANY: usize = 512;

/// After a batch with malformed text, this many events get a batch each: more of them are likely to be malformed.
const ALONE: usize = 512;

/// Rust programs do not need this. It is for the npm package, where one call for many events is faster than a call for each.
///
/// A batch has several events that follow each other in one chunk. Their text is in one piece. [`Engine::fill`] fills it and has an
/// example.
///
/// [`Engine::fill`]: crate::engine::Engine::fill
#[derive(Default)]
pub struct Batch {
    text: Vec<u8>,
    rows: Vec<Row>,
    places: Vec<u32>,
    pages: Vec<u32>,
    /// How many more events get a batch each.
    alone: usize,
}

impl fmt::Debug for Batch {
    /// Without the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("len", &self.len()).field("text_length", &self.text.len()).finish_non_exhaustive()
    }
}

/// One event of a batch, and the state of the parser once it was handed out.
#[derive(Debug, Clone, Default)]
struct Row {
    /// Where in the input the next block begins.
    next: usize,
    /// Where in the text its data ends, then its ID, then its type.
    ends: [usize; 3],
    /// Where in the text its last event ID string is. Empty if the string was set before this batch.
    last_event_id: Range<usize>,
    /// The same for its type.
    event_type: Range<usize>,
}

/// The buffers of one block that is read ahead. They decode nothing.
struct Ahead<'input, 'batch> {
    /// The text of the batch, to which the data is appended.
    text: &'batch mut Vec<u8>,
    size: Size,
    event_type: &'input [u8],
    last_event_id: Option<&'input [u8]>,
    /// The block has an ID and no data: the ID counts, but there is no event.
    is_only_id: bool,
}

impl<'input> Buffers<'input> for Ahead<'input, '_> {
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn data_line(&mut self, place: Range<usize>, input: &'input [u8]) {
        self.push_data(&input[place], input);
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn push_data(&mut self, value: &'input [u8], _: &'input [u8]) {
        if self.size.has_data {
            self.text.push(b'\n');
        }
        self.size.begin_data();
        self.size.data += value.len();
        self.text.extend_from_slice(value);
    }

    fn set_event_type(&mut self, value: &'input [u8]) {
        self.size.event_type = value.len();
        self.event_type = value;
    }

    fn set_id(&mut self, value: &'input [u8]) {
        self.size.id = value.len();
        self.last_event_id = Some(value);
    }

    fn dispatch(&mut self) -> bool {
        if !self.size.has_data {
            self.size = Size::default();
            self.event_type = &[];
            self.is_only_id = self.last_event_id.is_some();
        }
        self.size.has_data || self.is_only_id
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn size(&self) -> &Size {
        &self.size
    }
}

impl Batch {
    /// The number of events. 0 if the event that was found last is too large for a batch.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no events.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The text of all events, one after the other. Of each event, it has the data, then the ID, then the type. An ID or a type that
    /// is the same as that of the event before is left out. The text is UTF-8, unless the stream is malformed there.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Three places in the text for each event: where its data ends, where its ID ends, and where its type ends. They count in UTF-16
    /// code units, as strings of JavaScript do. Each part begins where the one before ends.
    ///
    /// If two places are equal, the part between them is empty. An empty ID or type means: the same as that of the event before. The ID
    /// and type of the first event are never in the text: ask [`Engine::event_head`](crate::engine::Engine::event_head) for them. If the
    /// text is not UTF-8, the places mean nothing.
    pub fn places(&self) -> &[u32] {
        self.places.get(..3 * self.rows.len()).unwrap_or_default()
    }

    /// Where in the text pages end, in bytes. A page is a part of the text of which JavaScript makes one string. Each event is in one
    /// page. A page has at most 4 KiB, or one event. In memory, these numbers follow the places.
    pub fn pages(&self) -> &[u32] {
        self.places.get(3 * self.rows.len()..).unwrap_or_default()
    }

    /// Empties the batch.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.rows.clear();
        self.places.clear();
        self.pages.clear();
    }

    /// The text turned out to be malformed, so the next events get a batch each.
    pub(crate) fn separate_next_events(&mut self) {
        self.alone = ALONE;
    }

    /// Where in the input the next block begins after `count` events. None if the parser is there already.
    pub(crate) fn next_block(&self, count: usize) -> Option<usize> {
        self.last_of(count).map(|row| row.next)
    }

    fn last_of(&self, count: usize) -> Option<&Row> {
        self.rows.get(count.checked_sub(1).filter(|last| *last > 0)?)
    }

    /// Counts the places in UTF-16 code units, and divides the text into pages.
    fn finish(&mut self) {
        let is_ascii = is_ascii(&self.text);
        let longest = if is_ascii { PAGE } else { WIDE_PAGE };
        let (mut page, mut counted, mut units) = (0, 0, 0);
        for row in &self.rows {
            let [.., end] = row.ends;
            if end - page > longest && counted > page {
                self.pages.push(counted as u32);
                page = counted;
            }
            for end in row.ends {
                units += if is_ascii { end - counted } else { utf16_length(&self.text[counted..end]) };
                counted = end;
                self.places.push(units as u32);
            }
        }
        self.pages.push(counted as u32);
        self.places.extend_from_slice(&self.pages);
    }

    /// Adds the next event of the input. `None` if something else comes next, which is left to the parser. Then the text may end with
    /// a part of that.
    fn read_event(&mut self, input: &[u8], row: &mut Row, known: EventHead<'_>, max_event_size: usize) -> Option<()> {
        let start = self.text.len();
        let mut block = Ahead {
            text: &mut self.text,
            size: Size::default(),
            event_type: &[],
            last_event_id: None,
            is_only_id: false,
        };
        let Stop::Event = interpret_lines(&mut block, input, &mut row.next, false, max_event_size) else { return None };
        let Ahead { event_type, last_event_id, is_only_id, .. } = block;
        let data_end = self.text.len();
        if let Some(id) = last_event_id {
            // An empty ID would look like "the same as of the event before".
            if is_only_id || id.is_empty() {
                return None;
            }
            self.push_new(id, &mut row.last_event_id, known.last_event_id);
        }
        let id_end = self.text.len();
        let event_type = if event_type.is_empty() { MESSAGE.as_bytes() } else { event_type };
        self.push_new(event_type, &mut row.event_type, known.event_type);
        // Malformed bytes must not form a character together with the text before them.
        if [start, data_end, id_end].iter().any(|at| self.text.get(*at).is_some_and(|byte| byte & 0xC0 == 0x80)) {
            return None;
        }
        row.ends = [data_end, id_end, self.text.len()];
        Some(())
    }

    /// Appends an ID or a type, unless the event before had the same. `known` is the place of the last one in the text. If `known` is
    /// empty, the last one is `before`.
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
    /// Fills the batch with the event that was found last in this input, and with those that follow it from `at` on. These change the
    /// parser's state only when [`take_batch`](Parser::take_batch) is called. The batch stays empty if there is no event, or a large
    /// one.
    pub(crate) fn read_ahead(&mut self, input: &[u8], at: usize, batch: &mut Batch) {
        batch.clear();
        let Some(data) = self.raw_data(input).filter(|data| data.len() <= LARGE) else { return };
        batch.text.extend_from_slice(data);
        let mut row = Row { next: at, ends: [data.len(); 3], ..Row::default() };
        batch.rows.push(row.clone());
        let head = self.interpreter.block.head.view();
        let many = if batch.alone > 0 || self.interpreter.with_comments { 1 } else { MANY };
        batch.alone = batch.alone.saturating_sub(1);
        // A CR at the end is left to the parser, because an LF that belongs to it may follow in the next input.
        let input = input.strip_suffix(b"\r").unwrap_or(input);
        // A larger event ends the batch. The parser reads it, and reports it if it is too large.
        let largest = LARGE.min(self.interpreter.max_event_size);
        while batch.text.len() < ENOUGH && batch.rows.len() < many {
            let end = batch.text.len();
            if batch.read_event(input, &mut row, head, largest).is_none() {
                batch.text.truncate(end);
                break;
            }
            batch.rows.push(row.clone());
        }
        batch.finish();
    }

    /// The first `count` events of the batch were handed out. Sets last event ID and type as if the parser had found these events
    /// itself.
    pub(crate) fn take_batch(&mut self, batch: &Batch, count: usize) {
        let Some(row) = batch.last_of(count) else { return };
        let head = &mut self.interpreter.block.head;
        let text = |place: &Range<usize>| lossy(&batch.text[place.clone()]);
        if !row.last_event_id.is_empty() {
            head.set_last_event_id(&text(&row.last_event_id));
        }
        if !row.event_type.is_empty() {
            head.set_event_type(&text(&row.event_type));
        }
    }
}
