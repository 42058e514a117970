//! The [processing model](https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model) of an
//! event source (HTML §9.2.3), without a network and without a clock.
//!
//! | of the standard | here |
//! |---|---|
//! | announce, reestablish, fail, close; `readyState` | `machine.rs` |
//! | which responses announce the connection, and which fail it | `response.rs`, `mime.rs` |
//! | reconnection time, and waiting "some more" | `reconnection.rs` |
//! | what the standard leaves open of it | `policy.rs` |
//! | nothing: whether a failed request was refused by CORS | `cors_probe.rs` |
//! | nothing: whether the connection is idle | `idle.rs` |
//!
//! [`engine`](crate::engine) drives a [`Connection`] and its parser together, and is what most clients want. By itself:
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

mod cors_probe;
mod idle;
mod machine;
mod mime;
mod policy;
mod reconnection;
mod response;

pub(crate) use cors_probe::{CorsProbe, Verdict};
pub(crate) use idle::{IdleState, IdleWatch};
pub use machine::{Connection, ReadyState, State};
pub use policy::{DEFAULT_MAX_DELAY, DEFAULT_RECONNECTION_TIME, MAX_RECONNECTION_TIME, Reconnect};
pub use reconnection::{Clock, Timestamp};
pub use response::ResponseHead;
