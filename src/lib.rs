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
#[cfg(all(feature = "web", target_arch = "wasm32"))]
mod event_source;
pub mod event_stream;
#[cfg(all(feature = "web", target_arch = "wasm32"))]
pub mod web;

pub use error::Error;
#[cfg(all(feature = "web", target_arch = "wasm32"))]
pub use event_source::{Builder, EventSource};
