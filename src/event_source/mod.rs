//! The Rust API: an event source as a `Stream`.
//!
//! | file | what it has |
//! |---|---|
//! | `source.rs`, `builder.rs` | [`EventSource`] and its options: what users see first |
//! | `ending.rs`, `refusals.rs` | options for the end of a stream, and for responses that are rejected |
//! | `resumption.rs` | the option to continue with another request |
//! | `bearer.rs` | the option to send a token, and a new one after a 401 |
//! | `extras.rs` | the code of these options, kept out of programs that do not use them |
//! | `faults.rs` | errors for options with invalid values |
//! | `hub.rs` | shares one driver among all streams that read from it |
//! | `kept.rs` | events that wait for a stream that is not polled, and their limit |
//! | `waiting.rs` | the tasks to wake |
//! | `subscription.rs` | a stream of the events of one type |
//! | `state.rs`, `state_changes.rs` | the state of the connection, and a stream of its changes |
//! | `verification.rs` | the future of `verify` |
//! | `shared.rs` | the option to share a connection |
//! | `script.rs` | a server that follows a script, for tests |
//! | `scripted.rs` | the driver that follows the script |
//! | `driver.rs` | chooses this driver or the browser's |

mod bearer;
mod builder;
#[cfg(feature = "testing")]
mod driver;
mod ending;
mod extras;
mod faults;
mod hub;
mod kept;
mod refusals;
mod resumption;
#[cfg(feature = "testing")]
mod script;
#[cfg(feature = "testing")]
mod scripted;
#[cfg(feature = "sharing")]
mod shared;
mod source;
mod state;
mod state_changes;
mod subscription;
mod verification;
mod waiting;

/// Only programs with the feature `testing` have the choice.
#[cfg(not(feature = "testing"))]
mod driver {
    pub(super) use crate::web::Driver;
}

pub use bearer::Bearer;
pub use builder::Builder;
pub use kept::Keep;
pub use resumption::{LostConnection, ResumeRequest};
#[cfg(feature = "testing")]
pub use script::{Script, ScriptedRequest};
#[cfg(feature = "sharing")]
pub use shared::Shared;
pub use source::EventSource;
pub use state::ConnectionState;
pub use state_changes::StateChanges;
pub use subscription::Subscription;
pub use verification::Verification;
