//! The Rust face: an event source as a stream.

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
