//! Interpreting an event stream: [HTML §9.2.5][parsing] and [§9.2.6][interpreting], pure and allocation-lean.
//!
//! Bytes go in as they come, in pieces of any size. [`Parser::advance`] hands out one [`Step`] at a time, so that the
//! caller may stop after any event and keep the rest of the piece.
//!
//! | step of the standard | here |
//! |---|---|
//! | strip a BOM, split at CR, LF, CRLF | `lines.rs` |
//! | a line is blank, a comment, or a field | `field.rs` |
//! | process each line | `interpret.rs`, and `pieces.rs` for lines that the end of a piece cuts |
//! | the buffers, and dispatching the event | `block.rs` |
//! | decode | `text.rs` |
//! | nothing: how much may be held | `size.rs` |
//!
//! `docs/standard.md` names the function behind each sentence of the standard.
//!
//! `parser.rs` wraps the interpreter for its users. It does not copy data that lies in one piece of the input: an
//! [`EventRef`] borrows it from there (`event.rs`). `head.rs` has type, last event ID and origin, which most events
//! share with the event before. `batch.rs` collects small events for JavaScript; it counts their places in UTF-16 code
//! units (`utf16.rs`). `stream.rs` (feature `futures`) turns a stream of bytes into a stream of events.
//!
//! Functions are marked `inline` on native targets only. In a browser the size counts for more.
//!
//! [parsing]: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
//! [interpreting]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

mod batch;
mod block;
mod event;
mod field;
mod head;
mod interpret;
mod lines;
mod parser;
mod pieces;
mod size;
#[cfg(feature = "futures")]
mod stream;
mod text;
mod utf16;
mod word;

pub use batch::Batch;
pub use event::{Event, EventRef};
pub use head::{EventHead, Versions};
pub use parser::{Parser, Step};
pub(crate) use pieces::Found;
pub use size::{DEFAULT_MAX_EVENT_SIZE, EventPart, EventTooLarge, MAX_HEAD_SIZE};
#[cfg(feature = "futures")]
pub use stream::{EventStream, EventStreamError};
#[cfg(all(feature = "web", target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
pub(crate) use {
    lines::BOM,
    text::{lossy, whole_characters},
};
