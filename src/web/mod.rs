//! The browser layer: performs what the [engine](crate::engine) asks for, with `fetch`, a body's reader and
//! `setTimeout`. It makes no decision of its own, and it runs wherever these are on the global object: windows, every
//! kind of worker, Node. On other targets than wasm32 a [`Driver`] that does nothing takes its place.
//!
//! For building another face on it; the face for Rust programs is [`EventSource`](crate::EventSource). A face with
//! callbacks instead of a stream:
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
mod timer;
#[cfg(target_arch = "wasm32")]
mod url;

#[cfg(target_arch = "wasm32")]
pub use driver::Driver;
#[cfg(not(target_arch = "wasm32"))]
pub use inert::Driver;
pub use notice::Notice;
pub(crate) use options::RetryIf;
pub use options::{Attempt, CustomRequest, HeadersOf, Options, Redirect, RequestOptions, WhenHidden};
#[cfg(target_arch = "wasm32")]
pub use refusal::{Judgement, RefusalHandler, Refused};
#[cfg(target_arch = "wasm32")]
pub use sys::Reader;
