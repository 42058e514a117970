//! Sources that share a connection, in a simulated browser: tabs, a channel, locks, timers, a network and a server, with faults of
//! every kind. Everything follows from a seed. The guarantees of [`wasm_eventsource::sharing`] are asserted at every step, and
//! when there is peace.

mod driver;
mod faults;
mod locks;
mod peace;
mod queue;
mod scenario;
mod server;
mod shrink;
mod witness;
mod world;

pub use scenario::{Act, Fault, Ids, KINDS, Platform, Scenario, Setting, Who};
pub use shrink::shrink;
pub use world::{Failure, Tally, run, trace};
