//! [`ConnectionState`]: the state of the connection, and the reason for it.

use crate::connection::ReadyState;
use crate::error::Error;

/// The state of a connection, and the reason for it. See [`EventSource::state`](crate::EventSource::state) and
/// [`EventSource::state_changes`](crate::EventSource::state_changes).
///
/// The standard has only three states, those of [`ReadyState`]. A source is CONNECTING if its state is `Connecting` or
/// `Reconnecting`. It is OPEN if its state is `Open`, and CLOSED if its state is `Failed` or `Closed`.
///
/// ```
/// use wasm_eventsource::{ConnectionState, Error, Reason};
///
/// fn label(state: &ConnectionState) -> String {
///     match state.error().map(|error| (error.reconnects_in(), error.reason())) {
///         Some((Some(delay), _)) => format!("back in {} s", delay.as_secs_f64().ceil()),
///         Some((None, Reason::Status { status: 401, .. })) => "log in again".into(),
///         Some((None, reason)) => reason.to_string(),
///         None => format!("{:?}", state.ready_state()),
///     }
/// }
/// // Of a source: `label(&source.state())`.
/// assert_eq!(label(&ConnectionState::Connecting), "Connecting");
/// assert_eq!(label(&ConnectionState::Failed { error: Error::fatal(Reason::Status { status: 401 }) }), "log in again");
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ConnectionState {
    /// There is no connection yet, or the source has ended it on purpose, without an error. For example, the first request
    /// has no response yet, you have called [`reconnect`](crate::EventSource::reconnect), or the document is
    /// [hidden](crate::WhenHidden::Close). With the feature `ssr`, a source stays in this state.
    #[default]
    Connecting,
    /// Events are received.
    Open,
    /// There is no connection: it was lost, or an attempt has failed. Another attempt follows by itself.
    Reconnecting {
        /// Why there is none. [`Error::reconnects_in`] is the time from the failure to the next attempt.
        error: Error,
    },
    /// The connection has failed for good.
    Failed {
        /// Why it has failed.
        error: Error,
    },
    /// You have closed or dropped the source, or its [last event](crate::Builder::until) has come. A hook for components
    /// also has this state while it has no URL.
    Closed,
}

impl ConnectionState {
    /// The `readyState` that a source in this state has.
    pub fn ready_state(&self) -> ReadyState {
        match self {
            Self::Connecting | Self::Reconnecting { .. } => ReadyState::Connecting,
            Self::Open => ReadyState::Open,
            Self::Failed { .. } | Self::Closed => ReadyState::Closed,
        }
    }

    /// Why there is no connection, if there was an error.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Reconnecting { error } | Self::Failed { error } => Some(error),
            Self::Connecting | Self::Open | Self::Closed => None,
        }
    }
}
