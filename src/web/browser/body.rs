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

/// How long an abort may take to reach the body, in milliseconds.
const ABORT_TIME: u32 = 1000;

/// The most that is handed over at once, in bytes. Under load chunks have megabytes, and the memory of a module does not
/// shrink.
const PIECE: u32 = 64 * 1024;

/// A body that the request holds.
#[derive(Debug, Default)]
pub(super) enum Body {
    /// There is no response yet, or it has no body.
    #[default]
    None,
    /// Nobody reads it.
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

/// One chunk that is read before it is asked for. When a connection breaks, a browser throws away what it has received and
/// nobody has read; a chunk that is read is safe.
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
    /// Asks for the next chunk, or the next piece of a large one, and gives it if it is there.
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

    /// Whether the next chunk is to be read now. If so, it is taken to be on its way.
    pub(super) fn begins(&mut self) -> bool {
        let begins = matches!(self.chunk, Ahead::Nothing);
        if begins {
            self.chunk = Ahead::Reading;
        }
        begins
    }

    /// A chunk or the end has come. Gives what was asked for of it.
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

/// A copy of the bytes of a chunk, which may be any view. Its buffer is the page's in the case of a stream of its own, and may be
/// transferred or shrink before the bytes are asked for.
fn bytes(value: &JsValue) -> Result<Uint8Array, JsValue> {
    if !ArrayBuffer::is_view(value) {
        return Err(TypeError::new("a chunk of the stream is not bytes").into());
    }
    sys::Bytes::of(&sys::get(value, "buffer")?, &sys::get(value, "byteOffset")?, &sys::get(value, "byteLength")?)?
        .slice()
}

/// Waits for the abort to end the body, and cancels it if that takes too long: the fetch does not heed its signal then. A body
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

/// The same for a body that was not read. Waiting for its end would lock it.
pub(super) fn cancel_later(stream: ReadableStream) {
    let timeout = Sleep::new(ABORT_TIME);
    spawn_local(async move {
        timeout.await;
        cancel(stream.cancel());
    });
}

/// Cancelling an errored stream rejects. Somebody has to take that rejection, or it is reported to the page.
fn cancel(cancelled: Result<JsValue, JsValue>) {
    if let Ok(promise) = cancelled {
        drop(Settled::of(&promise));
    }
}
