//! What a driver is told once, at the start.

/// The options of a driver. Its engine brings those of the stream: the bound on an event, the last event ID.
/// The [module](super) has an example.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Send and store credentials on requests to other origins too: the credentials mode is `include` instead of
    /// `same-origin`. Defaults to false.
    pub with_credentials: bool,
    /// How many bytes of the body to read before they are asked for. When a connection breaks, what is received and not
    /// read is lost, but for this. Defaults to 0: the body is read as fast as its events are taken.
    pub read_ahead: usize,
}
