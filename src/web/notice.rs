//! What the driver tells its face.

use crate::engine::Action;
use crate::error::Error;

/// What a face is to show its user next. The [module](super) has an example.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The connection is announced: fire `open`.
    Open,
    /// Dispatch the event that the driver has at hand.
    Event,
    /// Show the comment that the driver has at hand, if its engine's parser is one
    /// [with comments](crate::event_stream::Parser::with_comments).
    Comment,
    /// The connection was let go of: the document is put away, or another connection is to be made. The source is CONNECTING,
    /// and nothing is fired.
    Suspended,
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
    not(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr"))),
    expect(dead_code, reason = "there is nothing to tell")
)]
impl Notice {
    /// What a face is told of an action. None of one that is for the driver alone.
    pub(super) fn of(action: Action) -> Option<Self> {
        Some(match action {
            Action::Open => Self::Open,
            Action::Dispatch => Self::Event,
            Action::Comment => Self::Comment,
            Action::Suspended => Self::Suspended,
            Action::Reconnect { error } => Self::Reconnecting { error },
            Action::Fail { error } => Self::Failed { error },
            Action::Request | Action::Probe | Action::Read | Action::Wait { .. } | Action::Nothing => return None,
        })
    }
}
