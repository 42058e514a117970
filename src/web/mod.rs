//! The browser layer. It performs the [engine](crate::engine)'s actions with `fetch`, the reader of a body and `setTimeout`,
//! and makes no decision of its own. It runs wherever these are on the global object: in windows, every kind of worker, and
//! Node.
//!
//! On targets other than wasm32 the [`Driver`] sends nothing and receives nothing, so that a component with an event source
//! renders on a server.
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
//!     let options = Options { with_credentials: true, ..Options::default() };
//!     let _ = driver.set(Driver::new(url, options, Engine::default(), on_ready)?);
//!     Ok(driver)
//! }
//! ```

mod notice;
mod options;

#[cfg(not(target_arch = "wasm32"))]
mod inert;

#[cfg(target_arch = "wasm32")]
mod body;
#[cfg(target_arch = "wasm32")]
mod driver;
#[cfg(target_arch = "wasm32")]
mod driver_state;
#[cfg(target_arch = "wasm32")]
mod failure;
#[cfg(target_arch = "wasm32")]
mod fetch;
#[cfg(target_arch = "wasm32")]
mod page_events;
#[cfg(target_arch = "wasm32")]
mod prepare;
#[cfg(target_arch = "wasm32")]
mod promise;
#[cfg(target_arch = "wasm32")]
mod received;
#[cfg(target_arch = "wasm32")]
mod refusal;
#[cfg(target_arch = "wasm32")]
mod sys;
#[cfg(target_arch = "wasm32")]
mod target;
#[cfg(target_arch = "wasm32")]
mod timer;
#[cfg(target_arch = "wasm32")]
mod url;

#[cfg(target_arch = "wasm32")]
pub use driver::Driver;
#[cfg(not(target_arch = "wasm32"))]
pub use inert::Driver;
pub use notice::Notice;
pub use options::{Attempt, CustomRequest, HeadersOf, Options, Redirect, RefusalHandler, RequestOptions, WhenHidden};
