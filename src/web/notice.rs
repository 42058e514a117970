//! What the driver tells its face.

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
