//! The driver in a browser. It performs the [engine](crate::engine)'s actions with `fetch`, the reader of a body and `setTimeout`,
//! and makes no decision of its own. It runs wherever these are on the global object: in windows, every kind of worker, and
//! Node.
//!
//! Its target is `wasm32-unknown-unknown`. On other targets, WASI included, making a [`Driver`] is an
//! [error](crate::Reason::Unsupported). With the feature `ssr`, on any target, the driver sends and receives nothing, so that a
//! component with an event source renders on a server.
//!
//! A *face* is the API that users see. [`EventSource`](crate::EventSource) is a face: a stream. A face asks its driver for the
//! next [`Notice`], until there is none. Use this module to build another face. This one calls a function:
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

// The files of this folder:
//
// | file | what it does |
// |---|---|
// | `options.rs`, `notice.rs` | what a driver is given, and what it tells its face |
// | `acceptance.rs`, `retry.rs` | the user's word on a response that the standard refuses |
// | `resumable.rs` | a request in whose place another one can be put |
// | `browser/driver.rs`, `driver_state.rs` | the driver; performs the engine's actions |
// | `browser/exchange.rs` | sends a source's requests one after another, and tells the engine what comes of them |
// | `browser/fetch.rs`, `prepare.rs`, `target.rs` | one request; a user's own options; its URL |
// | `browser/body.rs`, `received.rs`, `failure.rs` | reading a body; what comes of a request; from an exception to a signal |
// | `browser/refusal.rs`, `page_events.rs` | refused responses; events of the page |
// | `browser/member.rs`, `channel.rs`, `locks.rs` | a source that shares its connection |
// | `browser/pace.rs` | ends the work after 8 ms, so that the page can do other things |
// | `browser/sys.rs`, `promise.rs`, `timer.rs`, `url.rs` | the platform: bindings that catch exceptions, promises, time, URLs |
// | `inert.rs` | the driver where there is no browser; it sends nothing |

// One of two that have the same interface: where there is a browser, and where there is none.
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
#[path = "browser/mod.rs"]
mod platform;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr"))))]
#[path = "inert.rs"]
mod platform;

mod acceptance;
mod notice;
mod options;
mod resumable;
mod retry;

#[cfg(feature = "testing")]
pub(crate) use acceptance::ANNOUNCING;
pub use acceptance::{Accept, ResponseToAccept};
pub use notice::Notice;
pub use options::{
    Attempt, CustomRequest, HeadersOf, Options, Redirect, RefusalHandler, RequestOptions, WhenBack, WhenHidden,
};
pub use platform::Driver;
pub(crate) use resumable::Resumable;
pub use retry::Retry;
pub(crate) use retry::is_last_event_id;
