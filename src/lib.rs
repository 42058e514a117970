#![doc = include_str!("../README.md")]
//!
//! # Map of the modules
//!
//! | module | what it is | needs |
//! |---|---|---|
//! | [`event_stream`] | what a stream means: the parser | `alloc` |
//! | [`connection`] | when to connect: states and reconnection time | `alloc` |
//! | [`engine`] | both joined: bytes and signals in, one action at a time out | `alloc` |
//! | `web` | performs the actions with `fetch` and `setTimeout` | feature `web`, wasm32 |
//! | `EventSource` | the face for Rust programs: a `Stream` | feature `web`, wasm32 |
//!
//! # Features
//!
//! - `web` (default): the browser layer and the Rust face. Without it nothing of the platform is linked.
//! - `std`: memchr looks for the processor's vector instructions at run time. Implied by `web`.
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
#[cfg(feature = "web")]
pub mod web;

pub use connection::ReadyState;
pub use error::{Error, Reason};
#[cfg(feature = "web")]
pub use event_source::{Builder, ConnectionState, EventSource, StateChanges, Subscription};
pub use event_stream::Event;
#[cfg(feature = "futures")]
pub use event_stream::{EventStream, EventStreamError};
#[cfg(feature = "json")]
pub use json::{Json, JsonError, JsonEvent};
