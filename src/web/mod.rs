//! The browser layer: performs what the [engine](crate::engine) asks for, with `fetch`, a body's reader and
//! `setTimeout`. It makes no decision of its own, and it runs wherever these are on the global object: windows, every
//! kind of worker, Node. On other targets than wasm32 a [`Driver`] that does nothing takes its place.
//!
//! For building another face on it; the face for Rust programs is [`EventSource`](crate::EventSource).

mod notice;
mod options;

#[cfg(not(target_arch = "wasm32"))]
mod inert;

#[cfg(target_arch = "wasm32")]
mod body;
#[cfg(target_arch = "wasm32")]
mod driver;
#[cfg(target_arch = "wasm32")]
mod fetch;
#[cfg(target_arch = "wasm32")]
mod surroundings;
#[cfg(target_arch = "wasm32")]
mod sys;
#[cfg(target_arch = "wasm32")]
mod timer;
#[cfg(target_arch = "wasm32")]
mod url;

#[cfg(target_arch = "wasm32")]
pub use driver::Driver;
#[cfg(not(target_arch = "wasm32"))]
pub use inert::Driver;
pub use notice::Notice;
pub use options::Options;
#[cfg(target_arch = "wasm32")]
pub use sys::Reader;
