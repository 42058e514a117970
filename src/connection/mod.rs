//! The [processing model](https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model) of an
//! event source (HTML §9.2.3), without a network and without a clock.
//!
//! | of the standard | here |
//! |---|---|
//! | announce, reestablish, fail, close; `readyState` | `machine.rs` |
//! | which responses announce the connection, and which fail it | `response.rs` |
//! | reconnection time, and waiting "some more" | `reconnection.rs` |

mod machine;
mod mime;
mod reconnection;
mod response;

pub use machine::{Connection, ReadyState, State};
pub use reconnection::{Clock, DEFAULT_RECONNECTION_TIME, MAX_RECONNECTION_TIME, Timestamp};
pub use response::ResponseHead;
