//! [`Notice`]: what the driver tells its face.

use crate::engine::Action;
use crate::error::Error;

/// The next thing for a [face](super) to tell its user. The [module](super) has an example.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The connection is announced: fire `open`.
    Open,
    /// Dispatch the event that [`Driver::with_event`](super::Driver::with_event) gives.
    Event,
    /// There is a comment, which [`Driver::with_comment`](super::Driver::with_comment) gives, if its engine's parser is one [with
    /// comments](crate::event_stream::Parser::with_comments).
    Comment,
    /// The connection was ended because the document is hidden or goes away, or because another connection follows. The source is
    /// CONNECTING. Fire nothing.
    Suspended,
    /// A [verification](super::Driver::verify) has its answer: the connection is alive, or another one has taken its place. The source is
    /// OPEN. Fire nothing.
    Verified,
    /// The connection was lost: fire `error`. The next attempt follows by itself.
    Reconnecting {
        /// Why it was lost, and when the next attempt is.
        error: Error,
    },
    /// The connection has failed for good: fire `error`. Nothing follows.
    Failed {
        /// Why it failed.
        error: Error,
    },
}

#[cfg_attr(
    not(any(feature = "testing", all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))),
    expect(dead_code, reason = "there is nothing to tell")
)]
impl Notice {
    /// The notice for an action. `None` if the action is for the driver alone.
    pub(crate) fn of(action: Action) -> Option<Self> {
        Some(match action {
            Action::Open => Self::Open,
            Action::Dispatch => Self::Event,
            Action::Comment => Self::Comment,
            Action::Suspended => Self::Suspended,
            Action::Reconnect { error } => Self::Reconnecting { error },
            Action::Fail { error } => Self::Failed { error },
            Action::Verified | Action::Replaced => Self::Verified,
            Action::RequestCandidate
            | Action::Request
            | Action::Probe
            | Action::Read
            | Action::Wait { .. }
            | Action::Nothing => return None,
        })
    }
}
