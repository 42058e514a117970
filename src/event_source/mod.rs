//! The Rust face: an event source as a stream.
//!
//! | file | what it has |
//! |---|---|
//! | `source.rs`, `builder.rs` | [`EventSource`] and its options: what users see first |
//! | `hub.rs` | one driver and all streams that read from it |
//! | `kept.rs` | events that wait for a stream that is not polled, and their limit |
//! | `waiting.rs` | the tasks to wake |
//! | `subscription.rs` | a stream of the events of one type |
//! | `state.rs`, `state_changes.rs` | the state of the connection, and a stream of its changes |
//! | `shared.rs` | the option to share a connection |

mod builder;
mod hub;
mod kept;
#[cfg(feature = "sharing")]
mod shared;
mod source;
mod state;
mod state_changes;
mod subscription;
mod waiting;

pub use builder::Builder;
pub use kept::Keep;
#[cfg(feature = "sharing")]
pub use shared::Shared;
pub use source::EventSource;
pub use state::ConnectionState;
pub use state_changes::StateChanges;
pub use subscription::Subscription;
