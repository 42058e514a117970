//! The browser layer: performs what the [engine](crate::engine) asks for, with `fetch`, a body's reader and
//! `setTimeout`. It makes no decision of its own, and it runs wherever these are on the global object: windows, every
//! kind of worker, Node.
//!
//! For building another face on it; the face for Rust programs is [`EventSource`](crate::EventSource).

mod body;
mod driver;
mod fetch;
mod surroundings;
mod sys;
mod timer;
mod url;

pub use driver::{Driver, Notice, Options};
pub use sys::Reader;
