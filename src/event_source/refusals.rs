//! The options for rejected responses: [`accept`](Builder::accept) and [`retry_if`](Builder::retry_if).

use super::builder::Builder;
use crate::error::Refusal;
use crate::web::{Accept, RefusalHandler, ResponseToAccept, Retry};

impl Builder {
    /// A function that decides whether to read a response that would be rejected, because it is not `200 text/event-stream`.
    /// Use it for servers that send another `Content-Type`, none, or the status 201. If the function returns true, the
    /// source opens, as after any response that the standard accepts. By default, no such response is read.
    ///
    /// With [`shared`](Builder::shared), this option needs a [key](crate::Shared::key), because the source cannot compare
    /// two functions.
    ///
    /// ```no_run
    /// use wasm_eventsource::EventSource;
    ///
    /// let source = EventSource::builder("https://example.com/events")
    ///     .accept(|response| response.status() == 200 && response.header("Content-Type").is_none())
    ///     .build()?;
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn accept(mut self, accept: impl Fn(&ResponseToAccept) -> bool + 'static) -> Self {
        self.options.accept = Some(Accept::new(accept));
        self
    }

    /// A function that decides whether to try again after a rejected response. If it returns true, another attempt follows,
    /// even if the request is not a GET. Without this function, a rejected response is fatal, unless
    /// [`Reconnect::statuses`](crate::Reconnect::statuses) contains its status.
    ///
    /// The function is called for every rejected response, even for a 204. It is not called if
    /// [`Reconnect::statuses`](crate::Reconnect::statuses) contains the status: then the source reconnects without asking, as far as the rules allow it.
    ///
    /// The source waits as usual before that attempt (by default, 3 to 6 seconds the first time, [longer after more
    /// failures](crate::Reconnect#how-long-it-waits)), and at least as long as `Retry-After` asks. A [`Retry`] chooses
    /// another wait, or another last event ID. Set a limit with [`max_attempts`](crate::Reconnect::max_attempts): without
    /// one, the source tries for ever. With [`Reconnect::never`](crate::Reconnect::never), no attempt follows, even if
    /// the function returns true.
    ///
    /// The function is async, like [`headers`](Builder::headers), so it can log in again first. The source waits for it. If
    /// you close the source in the meantime, the function runs to its end, and its result has no effect. (With a `Script`,
    /// its future is dropped.)
    ///
    /// ```no_run
    /// use wasm_eventsource::EventSource;
    ///
    /// let source = EventSource::builder("https://example.com/events")
    ///     .retry_if(async |refusal| refusal.status() >= 500 || refusal.body().contains("try again"))
    ///     .build()?;
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn retry_if<R: Into<Retry>>(mut self, retry_if: impl AsyncFn(&Refusal) -> R + 'static) -> Self {
        self.retry_if = Some(RefusalHandler::new(retry_if));
        self
    }
}
