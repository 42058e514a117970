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
    /// Makes the requests instead of the global `fetch`, with the same arguments, and answers in the same way; an error of the name
    /// `UnpreparedError` says that nothing was sent. Each of them
    /// goes to the source's URL, and not to where a redirect of the last one led. Defaults to none.
    #[cfg(target_arch = "wasm32")]
    pub fetch: Option<js_sys::Function>,
}
