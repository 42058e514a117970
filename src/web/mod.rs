//! The browser layer. It performs the [engine](crate::engine)'s actions with `fetch`, the reader of a body and `setTimeout`,
//! and makes no decision of its own. It runs wherever these are on the global object: in windows, every kind of worker, and
//! Node.
//!
//! This is `wasm32-unknown-unknown`. On other targets, WASI's included, there is no driver, and making one is an
//! [error](crate::Reason::Unsupported). With the feature `ssr`, on any target, the [`Driver`] sends nothing and receives nothing,
//! so that a component with an event source renders on a server.
//!
//! Use this module to build another face for Rust programs. [`EventSource`](crate::EventSource) is such a face, and a
//! stream. Here is a face that calls a function:
//!
//! ```no_run
//! use std::cell::OnceCell;
//! use std::rc::Rc;
//! use wasm_eventsource::Error;
//! use wasm_eventsource::engine::Engine;
//! use wasm_eventsource::web::{Driver, Notice, Options};
//!
//! fn listen(url: &str, on_event: impl Fn(&str) + 'static) -> Result<Rc<OnceCell<Driver>>, Error> {
//!     let driver: Rc<OnceCell<Driver>> = Rc::default();
//!     let weak = Rc::downgrade(&driver);
//!     let on_ready = move || {
//!         let Some(driver) = weak.upgrade() else { return };
//!         while let Some(notice) = driver.get().and_then(Driver::next) {
//!             if notice == Notice::Event {
//!                 let data = driver.get().and_then(|driver| driver.with_event(|event| event.into_event().into_data()));
//!                 on_event(&data.unwrap_or_default());
//!             }
//!         }
//!     };
//!     let mut options = Options::default();
//!     options.with_credentials = true;
//!     let _ = driver.set(Driver::new(url, options, Engine::default(), on_ready)?);
//!     Ok(driver)
//! }
//! ```

mod notice;
mod options;

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr"))))]
mod inert;

#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod body;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod driver;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod driver_state;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod failure;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod fetch;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod pace;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod page_events;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod prepare;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod promise;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod received;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod refusal;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod sys;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod target;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod timer;
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
mod url;

#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
pub use driver::Driver;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr"))))]
pub use inert::Driver;
pub use notice::Notice;
pub use options::{Attempt, CustomRequest, HeadersOf, Options, Redirect, RefusalHandler, RequestOptions, WhenHidden};
