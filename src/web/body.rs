//! The body of a response: what is read of it before it is asked for, and letting go of it.

use alloc::boxed::Box;
use alloc::collections::VecDeque;

use js_sys::{ArrayBuffer, DataView, TypeError, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::promise::when_settled;
use super::received::Received;
use super::sys::{ReadResult, ReadableStream, Reader};
use super::timer::{self, Timeout};

/// How long an abort may take to reach the body, in milliseconds.
const ABORT_TIME: u32 = 1000;

/// What is handed over at once, in bytes. Under load chunks have megabytes, and the memory of a module does not shrink.
const PIECE: u32 = 64 * 1024;

/// The reading of the body. Of a connection that breaks, a browser takes away what it has received and nobody has read;
/// what is read here before it is asked for is safe.
#[derive(Debug, Default)]
pub(super) struct BodyReader {
    /// How many bytes to read before they are asked for.
    pub(super) capacity: usize,
    /// What was read and not asked for, with its bytes.
    ahead: VecDeque<Received>,
    bytes: usize,
    /// The next chunk was asked for and has not come.
    wanted: bool,
    /// A chunk is on its way.
    reading: bool,
    over: bool,
}

impl BodyReader {
    /// What is there of the next chunk, which is asked for.
    pub(super) fn want(&mut self) -> Option<Received> {
        let received = self.ahead.pop_front();
        self.wanted = received.is_none();
        match received {
            Some(Received::Chunk(bytes)) => {
                self.bytes -= bytes.length() as usize;
                Some(self.first_piece(bytes))
            }
            other => other,
        }
    }

    /// Whether a chunk is to be read now.
    pub(super) fn begins(&mut self, has_body: bool) -> bool {
        let enough = !self.wanted && (!has_body || self.bytes >= self.capacity);
        let begins = !self.reading && !self.over && !enough;
        self.reading |= begins;
        begins
    }

    /// What is to be handed over of this. What nobody has asked for is kept.
    pub(super) fn arrive(&mut self, received: Received) -> Option<Received> {
        if !self.reading {
            return Some(received);
        }
        self.reading = false;
        match &received {
            Received::Chunk(bytes) if !self.wanted => self.bytes += bytes.length() as usize,
            Received::Chunk(_) => {}
            _ => self.over = true,
        }
        if !self.wanted {
            self.ahead.push_back(received);
            return None;
        }
        self.wanted = false;
        Some(match received {
            Received::Chunk(bytes) => self.first_piece(bytes),
            other => other,
        })
    }

    /// What of a chunk is handed over now. The rest is the first to be handed over when more is asked for.
    fn first_piece(&mut self, bytes: Uint8Array) -> Received {
        let length = bytes.length();
        if length > PIECE {
            let rest = bytes.subarray(PIECE, length);
            self.bytes += rest.length() as usize;
            self.ahead.push_front(Received::Chunk(rest));
            return Received::Chunk(bytes.subarray(0, PIECE));
        }
        Received::Chunk(bytes)
    }
}

/// What a read came to; undefined for a response without a body.
pub(super) fn chunk(value: JsValue) -> Result<Received, JsValue> {
    if value.is_undefined() {
        return Ok(Received::EndOfBody);
    }
    let result: ReadResult = value.unchecked_into();
    Ok(if result.done()? { Received::EndOfBody } else { Received::Chunk(bytes(result.value()?)?) })
}

/// What a stream of bytes hands out: of a fetch always a `Uint8Array`, of others perhaps another view.
fn bytes(value: JsValue) -> Result<Uint8Array, JsValue> {
    if !ArrayBuffer::is_view(&value) {
        return Err(TypeError::new("a chunk of the stream is not bytes").into());
    }
    let view: &DataView = value.unchecked_ref();
    let (offset, length) = (view.byte_offset() as u32, view.byte_length() as u32);
    Ok(Uint8Array::new_with_byte_offset_and_length(&view.buffer(), offset, length))
}

/// An abort ends all of it, unless the fetch is one that does not heed its signal. That one's body is cancelled a little
/// later: in Firefox's workers a body that is cancelled before the abort has arrived stays connected.
pub(super) fn cancel_unless_aborted(reader: Reader) {
    let Ok(closed) = reader.closed() else { return };
    let timeout = Timeout::new(ABORT_TIME, Box::new(move || cancel(reader.cancel_reader())));
    when_settled(&closed, Box::new(|_| drop(timeout)));
}

/// The same for a body that was not read, and is not to be locked.
pub(super) fn cancel_later(stream: ReadableStream) {
    timer::later(ABORT_TIME, move || cancel(stream.cancel()));
}

/// Cancelling an errored stream rejects, and a rejection that nobody takes would be reported to the page.
pub(super) fn cancel(cancelled: Result<JsValue, JsValue>) {
    if let Ok(promise) = cancelled {
        when_settled(&promise, Box::new(drop));
    }
}
