//! The body of a response: reading it one chunk ahead, and letting go of it.

use core::mem;

use gloo_timers::callback::Timeout;
use js_sys::{ArrayBuffer, TypeError, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::promise::Settled;
use super::received::Received;
use super::sys::{self, ReadResult, ReadableStream, Reader};
use super::timer::Sleep;

/// After an abort, the body gets this long to end by itself, in milliseconds.
const ABORT_TIME: u32 = 1000;

/// The most bytes that are handed over at once. Under load a chunk can have megabytes, and the memory of a module never shrinks.
const PIECE: u32 = 64 * 1024;

/// The body of a request.
#[derive(Debug, Default)]
pub(super) enum Body {
    /// There is no response yet, or it has no body.
    #[default]
    None,
    /// There is a body that nobody reads.
    Unread(ReadableStream),
    /// It is being read.
    Locked(Reader),
}

impl Body {
    /// Cancels it, if that is still necessary after the abort.
    pub(super) fn let_go(self) {
        match self {
            Self::None => {}
            Self::Unread(stream) => cancel_later(stream),
            Self::Locked(reader) => cancel_unless_aborted(reader),
        }
    }
}

/// One chunk that is read before the engine asks for it. When a connection breaks, a browser throws away all bytes that no script
/// has read. A chunk that was read is safe.
#[derive(Debug, Default)]
pub(super) struct ReadAhead {
    chunk: Ahead,
    /// The next chunk was asked for and has not come.
    wanted: bool,
}

#[derive(Debug, Default)]
enum Ahead {
    #[default]
    Nothing,
    Reading,
    There(Received),
    /// The end of the body was handed over.
    Over,
}

impl ReadAhead {
    /// Asks for the next chunk, or the next piece of a large one. Returns it if it is there already.
    pub(super) fn take(&mut self) -> Option<Received> {
        match mem::take(&mut self.chunk) {
            Ahead::There(Received::Chunk(bytes)) => Some(self.first_piece(bytes)),
            Ahead::There(end) => {
                self.chunk = Ahead::Over;
                Some(end)
            }
            other => {
                self.chunk = other;
                self.wanted = true;
                None
            }
        }
    }

    /// Whether to read the next chunk now. If so, counts it as on its way.
    pub(super) fn begins(&mut self) -> bool {
        let begins = matches!(self.chunk, Ahead::Nothing);
        if begins {
            self.chunk = Ahead::Reading;
        }
        begins
    }

    /// A chunk or the end has come. Returns the piece that was asked for.
    pub(super) fn arrive(&mut self, received: Received) -> Option<Received> {
        self.chunk = Ahead::There(received);
        if mem::take(&mut self.wanted) { self.take() } else { None }
    }

    /// Keeps the rest of a large chunk.
    fn first_piece(&mut self, bytes: Uint8Array) -> Received {
        let length = bytes.length();
        if length > PIECE {
            self.chunk = Ahead::There(Received::Chunk(bytes.subarray(PIECE, length)));
            return Received::Chunk(bytes.subarray(0, PIECE));
        }
        Received::Chunk(bytes)
    }
}

/// The outcome of a read: a chunk, or the end.
pub(super) fn chunk(result: JsValue) -> Result<Received, JsValue> {
    let result: ReadResult = result.unchecked_into();
    Ok(if result.done()? { Received::EndOfBody } else { Received::Chunk(bytes(&result.value()?)?) })
}

/// A copy of the bytes of a chunk, which may be any view. If the page made the stream, it may transfer or shrink the buffer before
/// the bytes are asked for.
fn bytes(value: &JsValue) -> Result<Uint8Array, JsValue> {
    if !ArrayBuffer::is_view(value) {
        return Err(TypeError::new("a chunk of the stream is not bytes").into());
    }
    sys::Bytes::of(&sys::get(value, "buffer")?, &sys::get(value, "byteOffset")?, &sys::get(value, "byteLength")?)?
        .slice()
}

/// Waits for the abort to end the body. If that takes too long, the `fetch` ignores its signal, and the body is cancelled. A body
/// that is cancelled before the abort has arrived stays connected in Firefox's workers.
fn cancel_unless_aborted(reader: Reader) {
    let Ok(closed) = reader.closed() else { return };
    let timeout = Timeout::new(ABORT_TIME, move || cancel(reader.cancel_reader()));
    let closed = Settled::of(&closed);
    spawn_local(async move {
        let _ = closed.await;
        drop(timeout);
    });
}

/// The same for a body that nobody reads. It cannot wait for the end, because that would lock the body.
pub(super) fn cancel_later(stream: ReadableStream) {
    let timeout = Sleep::new(ABORT_TIME);
    spawn_local(async move {
        timeout.await;
        cancel(stream.cancel());
    });
}

/// Cancelling an errored stream rejects. The rejection is handled here, or else it would be reported to the page.
fn cancel(cancelled: Result<JsValue, JsValue>) {
    if let Ok(promise) = cancelled {
        drop(Settled::of(&promise));
    }
}
