//! A client for Server-Sent Events in Rust web apps. It does what the browser's `EventSource` does, and adds headers, POST,
//! rules for reconnecting, errors with a reason, and one connection for all tabs.
//!
//! # The first stream
//!
//! There is no release yet. Until then, use a clone of the repository as a `path` dependency:
//!
//! ```toml
//! [dependencies]
//! futures = "0.3"
//! wasm-bindgen-futures = "0.4"
//! wasm-eventsource = { path = "../wasm-eventsource" }
//! ```
//!
//! [`EventSource`] is a `Stream` of the crate [futures](https://docs.rs/futures). This program follows one in a browser:
//!
#![cfg_attr(feature = "web", doc = "```no_run")]
#![cfg_attr(not(feature = "web"), doc = "```ignore")]
//! use futures::StreamExt;
//! use wasm_eventsource::{Error, EventSource};
//!
//! async fn follow(url: &str) -> Result<(), Error> {
//!     let mut source = EventSource::new(url)?;
//!     while let Some(item) = source.next().await {
//!         match item {
//!             Ok(event) => show(event.data()),
//!             Err(error) if error.is_fatal() => return Err(error),
//!             // The source reconnects by itself.
//!             Err(error) => show(&format!("reconnecting in {:?}", error.reconnects_in())),
//!         }
//!     }
//!     Ok(())
//! }
//!
//! # mod wasm_bindgen_futures {
//! #     pub fn spawn_local(_: impl Future<Output = ()> + 'static) {}
//! # }
//! # fn show(_: &str) {}
//! # fn main() {
//! // Starts a task, and returns at once.
//! wasm_bindgen_futures::spawn_local(async {
//!     if let Err(error) = follow("/events").await {
//!         show(&error.to_string());
//!     }
//! });
//! # }
//! ```
//!
//! The source reconnects by itself. Dropping it cancels the request.
//!
//! # More
//!
//! - **Components.** For Yew, Leptos and Dioxus, there is a hook: [`wasm-eventsource-yew`][yew],
//!   [`wasm-eventsource-leptos`][leptos], [`wasm-eventsource-dioxus`][dioxus].
//! - **Headers, POST and other options** are set with [`EventSource::builder`]. It also sets the rules for
//!   [reconnecting](Reconnect). There are guides for [tokens][authentication] and for [answers of language models][models].
//! - **One connection for all tabs**: `Builder::shared`. The [guide][sharing] says when to share.
//! - **Tests of your own code.** A `Script` takes the place of the server, also in native tests: see the [guide][testing].
//! - **Any stream of bytes.** `EventStream` reads the events of a reqwest response or a file, on every target.
//! - **Without the standard library.** Without default features, the crate is `no_std` with `alloc`. It then has the parser,
//!   [`event_stream`], and the [`engine`], which knows when to connect.
//!
//! A *refusal* is a rejected response: it does not have the status 200, or not the `Content-Type` `text/event-stream`. So
//! names such as [`Refusal`] and [`Reconnect::only_after_refusal`] are about rejected responses.
//!
//! The [repository](https://github.com/wasm-eventsource/wasm-eventsource) also has an npm package for JavaScript, and a
//! [comparison with gloo-net and leptos-use][comparison].
//!
//! [yew]: https://docs.rs/wasm-eventsource-yew
//! [leptos]: https://docs.rs/wasm-eventsource-leptos
//! [dioxus]: https://docs.rs/wasm-eventsource-dioxus
//! [authentication]: https://github.com/wasm-eventsource/wasm-eventsource/blob/main/docs/guides/authentication.md
//! [models]: https://github.com/wasm-eventsource/wasm-eventsource/blob/main/docs/guides/language-models.md
//! [sharing]: https://github.com/wasm-eventsource/wasm-eventsource/blob/main/docs/sharing.md
//! [testing]: https://github.com/wasm-eventsource/wasm-eventsource/blob/main/docs/guides/testing.md#rust
//! [comparison]: https://github.com/wasm-eventsource/wasm-eventsource/blob/main/docs/rust-clients.md
#![cfg_attr(
    not(feature = "web"),
    doc = "[`EventSource`]: https://docs.rs/wasm-eventsource/latest/wasm_eventsource/struct.EventSource.html"
)]
#![cfg_attr(
    not(feature = "web"),
    doc = "[`EventSource::builder`]: https://docs.rs/wasm-eventsource/latest/wasm_eventsource/struct.EventSource.html#method.builder"
)]
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

// The examples of the README and of the guides run as tests.
#[cfg(all(doctest, feature = "web"))]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(all(doctest, feature = "testing"))]
#[doc = include_str!("../docs/guides/testing.md")]
#[doc = include_str!("../docs/guides/authentication.md")]
struct Guides;
