//! The parser: [HTML §9.2.5][parsing] and [§9.2.6][interpreting], without I/O.
//!
//! Bytes go in as they come, in pieces of any size. [`Parser::advance`] hands out one [`Step`] at a time, so the caller can stop
//! after any event and keep the rest of the piece.
//!
//! # Limits
//!
//! The standard sets no limit on what a client keeps. This parser has three:
//!
//! | what | limit | error |
//! |---|---|---|
//! | one event: its data, its type and its ID together | [`with_max_event_size`](Parser::with_max_event_size), by default [128 MiB](DEFAULT_MAX_EVENT_SIZE) | [`EventPart::Event`] |
//! | its type alone; its ID alone | [64 KiB](MAX_HEAD_SIZE) | [`EventPart::EventType`], [`EventPart::Id`] |
//! | one comment, if comments are [wanted](Parser::with_comments) | the same as for an event | [`EventPart::Comment`] |
//!
//! - **What counts** for an event: the values of its `data` fields, one byte for the LF between each two of them, the value of its last
//!   `event` field, and the value of its last `id` field. They count in bytes of the stream. So a malformed byte counts as one,
//!   although U+FFFD, which takes its place, has three.
//! - **What does not count**: names of fields, colons, line ends, digits of `retry`, fields that the standard ignores, and comments that
//!   are not wanted. Nothing of them is kept, so a stream of nothing else can go on for ever. The ID of an earlier event does not count
//!   either. An `id` with a NULL is ignored and does not count, but the part before the NULL must still fit.
//! - **When it is checked**: before bytes of a value are copied, at the end of its line or of each piece that cuts it. So a value that is too large is noticed although its line never ends. Counting starts anew after each blank line.
//! - **The result does not depend on the pieces.** However a stream is cut, the same events come out, and then the same error.
//! - **Afterwards** [`Parser::advance`] returns the same error until [`Parser::restart`]. Nothing of the event that was too large is
//!   delivered.
//!
//! [parsing]: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
//! [interpreting]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

// The files of this folder:
//
// | file | what it does |
// |---|---|
// | `parser.rs` | the public `Parser`: settings, and handing out what is found |
// | `pieces.rs` | the `Interpreter`, and **where parsing starts** (`Interpreter::find`); lines that the end of a piece cuts |
// | `interpret.rs` | the loop over whole lines (`interpret_lines`), and what each field does |
// | `lines.rs` | where a line ends; the byte order mark; the states of a cut line, with a diagram |
// | `field.rs` | the kind of a line: comment, field, or ignored |
// | `block.rs` | the standard's buffers, and dispatching the event |
// | `size.rs` | the limits above |
// | `text.rs` | decoding UTF-8 that comes in pieces |
// | `head.rs` | an event's type, last event ID and origin, which most events share with the event before |
// | `event.rs` | `EventRef`, which borrows its data from the input if it lies there in one piece, and `Event`, which owns it |
// | `batch.rs`, `utf16.rs` | many small events at once, for JavaScript; the length of their text in UTF-16 |
// | `word.rs` | several bytes at once, for searching and counting |
// | `stream.rs` | a stream of events from a stream of bytes (feature `futures`) |
//
// `docs/standard.md` names the function behind each sentence of the standard.
//
// Functions are marked `inline` on native targets only. In a browser the size of the code counts for more.

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
pub(crate) use field::has_field;
pub use head::{EventHead, Versions};
pub use parser::{Parser, Step};
pub(crate) use pieces::Found;
pub use size::{DEFAULT_MAX_EVENT_SIZE, EventPart, EventTooLarge, MAX_HEAD_SIZE};
#[cfg(feature = "futures")]
pub use stream::{EventStream, EventStreamError};
pub(crate) use text::lossy;
#[cfg(all(feature = "web", target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
pub(crate) use {lines::BOM, text::whole_characters};
