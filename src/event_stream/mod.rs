//! Interpreting an event stream: [HTML §9.2.5][parsing] and [§9.2.6][interpreting], pure and allocation-lean.
//!
//! Bytes go in as they come, in pieces of any size; [`Parser::advance`] hands out one [`Step`] at a time, so that
//! whoever drives it may stop after any event and keep the rest of the piece.
//!
//! | step of the standard | here |
//! |---|---|
//! | strip a BOM, split at CR, LF, CRLF | `lines.rs` |
//! | a line is blank, a comment, or a field | `field.rs` |
//! | process the field, dispatch the event | `interpret.rs` |
//! | decode | `text.rs` |
//!
//! `parser.rs` is how it is used. Data that lies in one piece of the input is not copied: an [`EventRef`] borrows it from there. What an event has beside
//! its data is in `head.rs`. For JavaScript, small events are put together in `batch.rs`, with places in them that `utf16.rs` counts.
//!
//! What is marked to be inlined is so natively only: in a browser the size counts for more.
//!
//! `stream.rs` (feature `futures`) makes a stream of events of a stream of bytes.
//!
//! [parsing]: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
//! [interpreting]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

mod batch;
mod event;
mod field;
mod head;
mod interpret;
mod lines;
mod parser;
#[cfg(feature = "futures")]
mod stream;
mod text;
mod utf16;

pub use batch::Batch;
pub use event::{Event, EventRef};
pub use head::{EventHead, Versions};
pub(crate) use interpret::Found;
pub use parser::{DEFAULT_MAX_EVENT_SIZE, EventTooLarge, Parser, Step};
#[cfg(feature = "futures")]
pub use stream::{EventStream, EventStreamError};
#[cfg(all(feature = "web", target_arch = "wasm32"))]
pub(crate) use {lines::BOM, text::lossy};
