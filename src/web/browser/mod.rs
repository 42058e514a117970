//! The driver in a browser, or in anything that has the same functions, such as a worker or Node. Everything here calls JavaScript.

mod body;
#[cfg(feature = "sharing")]
mod channel;
mod driver;
mod driver_state;
mod exchange;
mod failure;
mod fetch;
#[cfg(feature = "sharing")]
mod locks;
#[cfg(feature = "sharing")]
mod member;
mod pace;
mod page_events;
mod prepare;
mod promise;
mod received;
mod refusal;
mod sys;
mod target;
mod timer;
mod url;

pub use driver::Driver;
pub(super) use prepare::Prepare;
pub(super) use received::Head;
