//! The standard's buffers: the data, type and ID of the block that is being read. And dispatching its event.

use alloc::string::String;
use core::mem;
use core::ops::Range;

use super::head::Head;
use super::interpret::Buffers;
use super::size::Size;
use super::text::{Text, decode, empty, push_decoded};

/// The standard's buffers, decoded.
///
/// When a blank line completes an event, the event stays here until [`start`](Block::start) is called for the next block.
#[derive(Debug)]
pub(super) struct Block {
    /// Where the data lies in the input, as long as it is the value of one whole line there. Then nothing was copied.
    in_place: Option<Range<usize>>,
    /// The data buffer, if the data is not in place. Its last line may be incomplete.
    text: Text,
    /// The bytes that count for the limits.
    size: Size,
    /// The event type buffer.
    event_type: String,
    /// The last event ID buffer, if `has_id` is set. Otherwise that buffer equals the last event ID string.
    ///
    /// The standard gives each stream a new, empty buffer. Here the buffer keeps what the last complete block left, as in browsers.
    id: String,
    has_id: bool,
    /// Type, last event ID and origin of the last event.
    pub(super) head: Head,
}

impl Block {
    pub(super) fn new() -> Self {
        Self {
            in_place: None,
            text: Text::default(),
            size: Size::default(),
            event_type: String::new(),
            id: String::new(),
            has_id: false,
            head: Head::new(),
        }
    }

    /// Starts the next block: "set the data buffer and the event type buffer to the empty string".
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn start(&mut self) {
        self.text.clear();
        self.in_place = None;
        self.size = Size::default();
        empty(&mut self.event_type);
    }

    #[cfg(feature = "sharing")]
    pub(super) fn has_own_id(&self) -> bool {
        self.size.id > 0
    }

    /// Drops an incomplete block. Its ID never counts.
    pub(super) fn drop_incomplete(&mut self) {
        self.has_id = false;
        empty(&mut self.id);
        self.start();
    }

    /// A `data` field begins. Its value is [pushed](Block::push) next.
    ///
    /// "Append the field value to the data buffer, then append a single U+000A LINE FEED": the standard removes the last LF again
    /// before it dispatches. Here LFs go between fields, so there is nothing to remove.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn begin_data(&mut self, input: &[u8]) {
        self.copy_data(input);
        if self.size.has_data {
            self.text.push_byte(b'\n');
        }
        self.size.begin_data();
    }

    /// Appends a value, or a part of it, to the data buffer.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn push(&mut self, value: &[u8]) {
        self.size.data += value.len();
        self.text.push(value);
    }

    /// Appends one byte of a value to the data buffer.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn push_byte(&mut self, byte: u8) {
        self.size.data += 1;
        self.text.push_byte(byte);
    }

    /// Copies data that lies in the input into the buffer, because the input goes away or more data follows.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn copy_data(&mut self, input: &[u8]) {
        if self.in_place.is_some() {
            self.copy_in_place(input);
        }
    }

    fn copy_in_place(&mut self, input: &[u8]) {
        let place = self.in_place.take().unwrap_or_default();
        self.text.push(input.get(place).unwrap_or_default());
    }

    /// Sets the last event ID string, as if a stream before had ended with it.
    pub(super) fn set_last_event_id(&mut self, id: &str) {
        self.has_id = false;
        self.head.set_last_event_id(id);
    }

    /// The data of a complete block, if it lies in the input and is valid UTF-8. Otherwise puts it into the buffer, and
    /// [`text`](Block::text) returns it.
    pub(super) fn find_data<'input>(&mut self, input: &'input [u8]) -> Option<&'input str> {
        let in_place = self.in_place.clone().and_then(|place| input.get(place)).and_then(decode);
        if in_place.is_none() {
            self.copy_data(input);
            self.text.end();
        }
        in_place
    }

    /// The data of a complete block, after [`find_data`](Block::find_data) has put it into the buffer.
    pub(super) fn text(&self) -> &str {
        self.text.as_str()
    }

    /// The same, owned. A long text moves out of the buffer; a short one is copied.
    pub(super) fn take_text(&mut self) -> String {
        self.text.take()
    }

    /// The data of a complete block as bytes: UTF-8, except where the stream is malformed.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn raw_data<'a>(&'a mut self, input: &'a [u8]) -> &'a [u8] {
        match self.in_place.clone() {
            Some(place) => input.get(place).unwrap_or_default(),
            None => self.text.bytes(),
        }
    }
}

impl<'input> Buffers<'input> for Block {
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn data_line(&mut self, place: Range<usize>, input: &'input [u8]) {
        if self.size.has_data {
            self.push_data(&input[place], input);
        } else {
            self.size.begin_data();
            self.size.data = place.len();
            self.in_place = Some(place);
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn push_data(&mut self, value: &[u8], input: &[u8]) {
        self.begin_data(input);
        self.push(value);
    }

    fn set_event_type(&mut self, value: &[u8]) {
        self.size.event_type = value.len();
        empty(&mut self.event_type);
        push_decoded(&mut self.event_type, value);
    }

    fn set_id(&mut self, value: &[u8]) {
        self.size.id = value.len();
        // Servers often repeat an ID. Then nothing is copied.
        self.has_id = value != self.head.last_event_id().as_bytes();
        if self.has_id {
            empty(&mut self.id);
            push_decoded(&mut self.id, value);
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn dispatch(&mut self) -> bool {
        // "1. Set the last event ID string of the event source to the value of the last event ID buffer." This comes before the step
        // that returns if there is no data. So the ID of a block that has nothing else counts.
        if mem::take(&mut self.has_id) {
            self.head.set_last_event_id(&self.id);
            empty(&mut self.id);
        }
        // "2. If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string
        // and return."
        if !self.size.has_data {
            self.size = Size::default();
            empty(&mut self.event_type);
            return false;
        }
        self.head.set_event_type(&self.event_type);
        true
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn size(&self) -> &Size {
        &self.size
    }
}
