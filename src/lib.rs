#![cfg_attr(feature = "web", doc = include_str!("../README.md"))]
#![cfg_attr(not(feature = "web"), doc = "An interpreter of event streams and a connection's states, without I/O.")]
//!
//! # Map of the modules
//!
//! | module or type | what it does | needs |
//! |---|---|---|
//! | [`event_stream`] | parses event streams: the parser, and `EventStream`, which reads any stream of bytes | `alloc`; feature `futures` |
//! | [`connection`] | decides when to connect: states and reconnection time | `alloc` |
//! | [`engine`] | joins these two: it takes bytes and signals, and returns one action at a time | `alloc` |
//! | `sharing` | lets many sources share one connection: it takes messages, and returns one piece of work at a time | feature `sharing` |
//! | `web` | performs the actions with `fetch` and `setTimeout`, on `wasm32-unknown-unknown` | feature `web` |
//! | `EventSource` | is the API for Rust apps, a `Stream` of events. **Start here** | feature `web` |
//! | `session` | is what the hooks for Yew, Leptos and Dioxus are made of. Use it to write a hook for another framework | feature `web` |
//! | `Json` | is a stream of events with data of your own type | feature `json` |
//!
//! # Features
//!
//! - `web` (default): `EventSource`, and the code that runs it in a browser. Without this feature, the crate does not depend
//!   on web-sys or wasm-bindgen.
//! - `ssr`: for server-side rendering. Turn it on only in the build for the server. Sources then send nothing and stay
//!   CONNECTING, on every target. So in the build for the browser, they would never connect. Without this feature, a source
//!   outside a browser is an error.
//! - `sharing`: many sources share one connection, with `Builder::shared`. Without this feature, your binary does not
//!   contain the code for it.
//! - `testing`: `Script`, a server that follows a script, for tests of your own code. Turn it on in your dev-dependencies.
//! - `tracing`: logs with the crate [tracing](https://docs.rs/tracing), with the target `wasm_eventsource`. The level DEBUG
//!   has attempts, rejected responses, CORS probes, open connections and closed sources. (A CORS probe is a request that
//!   finds out whether CORS has hidden a response.) INFO has lost connections, with the reason and the delay. WARN has
//!   connections that failed for good. The logs never contain event data, IDs, headers, or the query of a URL. Without this
//!   feature, your binary does not contain the code for it.
//! - `json`: reads the data of events as JSON into your own types, with serde and serde_json.
//! - `futures`: `EventStream`, which turns a stream of bytes into a stream of events. Implied by `web` and `json`.
//! - `std`: uses the standard library. The parser then uses the processor's SIMD instructions to find the ends of lines
//!   (memchr) and to check UTF-8 (simdutf8). On wasm32, turn SIMD on at compile time, with
//!   `RUSTFLAGS=-Ctarget-feature=+simd128`. Large events, and text that is not ASCII, are then parsed several times faster.
//!   Every browser has had SIMD since March 2023. Implied by `web`.
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
