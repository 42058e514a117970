#![cfg_attr(feature = "web", doc = include_str!("../README.md"))]
#![cfg_attr(not(feature = "web"), doc = "An interpreter of event streams and a connection's states, without I/O.")]
//!
//! # Map of the modules
//!
//! | module | what it is | needs |
//! |---|---|---|
//! | [`event_stream`] | what a stream means: the parser, and `EventStream` over any body | `alloc`; feature `futures` |
//! | [`connection`] | when to connect: states and reconnection time | `alloc` |
//! | [`engine`] | both joined: bytes and signals in, one action at a time out | `alloc` |
//! | `sharing` | many sources with one connection: messages in, one thing to do at a time out | feature `sharing` |
//! | `web` | performs the actions with `fetch` and `setTimeout`, on `wasm32-unknown-unknown` | feature `web` |
//! | `EventSource` | the face for Rust programs: a `Stream` | feature `web` |
//! | `session` | the task behind a component's hook | feature `web` |
//! | `Json` | events whose data is JSON | feature `json` |
//!
//! # Features
//!
//! - `web` (default): the browser layer and the Rust face. Without it nothing of the platform is linked.
//! - `ssr`: for the program of a server that renders components. Sources are CONNECTING, send nothing and wait, on every target.
//!   Without it a source outside a browser is an error. It wins over the browser layer: do not turn it on for the browser's
//!   program.
//! - `sharing`: many sources with one connection, with `Builder::shared`. Without it, programs contain nothing of that.
//! - `testing`: `Script`, a server that follows a script, for tests of your own code. Turn it on among your dev-dependencies.
//! - `tracing`: events of the crate [tracing](https://docs.rs/tracing), with the target `wasm_eventsource`. Attempts, probes, refused
//!   responses, open connections and closed sources have the level DEBUG, lost connections INFO with the reason and the delay, and
//!   failures WARN. No payload, ID, header or query is in them. Without this feature, programs contain nothing of that.
//! - `json`: payloads as values, with serde and serde_json.
//! - `futures`: `EventStream`, a stream of events of a stream of bytes. Implied by `web` and `json`.
//! - `std`: vector instructions of the processor, found at run time, search lines (memchr) and validate UTF-8 (simdutf8).
//!   On wasm32 they have to be there when it is compiled: `RUSTFLAGS=-Ctarget-feature=+simd128`, which every browser has had since
//!   March 2023, makes large events and text that is not ASCII several times as fast. Implied by `web`.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod connection;
pub mod engine;
mod error;
#[cfg(feature = "web")]
mod event_source;
pub mod event_stream;
#[cfg(feature = "json")]
mod json;
mod messages;
#[cfg(feature = "web")]
pub mod session;
#[cfg(feature = "sharing")]
pub mod sharing;
#[doc(hidden)]
pub mod time;
#[cfg(feature = "web")]
mod trace;
#[cfg(feature = "web")]
pub mod web;

pub use connection::{ReadyState, Reconnect};
pub use engine::{Incomplete, Verify};
pub use error::{Error, Reason, Refusal};
#[cfg(all(feature = "web", feature = "sharing"))]
pub use event_source::Shared;
#[cfg(feature = "web")]
pub use event_source::{
    Bearer, Builder, ConnectionState, EventSource, Keep, LostConnection, ResumeRequest, StateChanges, Subscription,
    Verification,
};
#[cfg(feature = "testing")]
pub use event_source::{Script, ScriptedRequest};
pub use event_stream::Event;
#[cfg(feature = "futures")]
pub use event_stream::{EventStream, EventStreamError};
#[cfg(feature = "json")]
pub use json::{Json, JsonError, JsonEvent};
#[cfg(feature = "web")]
pub use web::{Attempt, Redirect, ResponseToAccept, Retry, WhenBack, WhenHidden};

// The examples of the guides run with those of the README.
#[cfg(all(doctest, feature = "testing"))]
#[doc = include_str!("../docs/guides/testing.md")]
#[doc = include_str!("../docs/guides/authentication.md")]
struct Guides;
