//! The [processing model](https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model) of an
//! event source (HTML §9.2.3), without a network and without a clock.
//!
//! Most clients want the [`engine`](crate::engine), which drives a [`Connection`] and a parser together. A connection by itself:
//!
//! ```
//! use core::time::Duration;
//! use wasm_eventsource::connection::{Clock, Connection, ReadyState, ResponseHead, State, Timestamp};
//!
//! struct Manual(Timestamp);
//! impl Clock for Manual {
//!     fn now(&self) -> Timestamp {
//!         self.0
//!     }
//!     fn jitter(&self) -> f64 {
//!         0.0
//!     }
//! }
//!
//! let mut clock = Manual(Duration::ZERO);
//! let mut connection = Connection::default();
//! assert!(connection.due(&clock));
//! connection.request(clock.now());
//! let content_type = Some("text/event-stream; charset=utf-8");
//! ResponseHead { status: 200, content_type, ..ResponseHead::default() }.check()?;
//! connection.announce(clock.now());
//! assert_eq!(connection.ready_state(), ReadyState::Open);
//!
//! // The body is over.
//! let delay = connection.reestablish(Duration::ZERO, &clock).expect("another attempt is allowed");
//! assert_eq!(delay, Duration::from_secs(3));
//! assert_eq!(connection.state(), State::Waiting { until: delay });
//! assert!(!connection.due(&clock));
//! clock.0 = delay;
//! assert!(connection.due(&clock));
//! # Ok::<(), wasm_eventsource::Reason>(())
//! ```

// The files of this folder:
//
// | question | file |
// |---|---|
// | In which state is it? How does it announce, reestablish, fail, close? | `machine.rs` |
// | Which responses announce the connection, and which fail it? | `response.rs`, `mime.rs` |
// | How long does it wait before it connects again? | `reconnection.rs` |
// | What can a user choose about reconnecting? | `policy.rs` |
// | Was a failed request refused by CORS? (not in the standard) | `cors_probe.rs` |
// | Is the connection idle? (not in the standard) | `idle.rs` |

mod cors_probe;
mod idle;
mod machine;
mod mime;
mod policy;
mod reconnection;
mod response;

pub(crate) use cors_probe::{CorsProbe, Verdict};
pub(crate) use idle::IdleWatch;
pub use machine::{Connection, ReadyState, State};
pub use policy::{DEFAULT_MAX_DELAY, DEFAULT_RECONNECTION_TIME, MAX_RECONNECTION_TIME, Reconnect};
pub use reconnection::{Clock, Timestamp};
pub use response::ResponseHead;
