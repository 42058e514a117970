//! The options for responses that do not announce a connection: [`accept`](Builder::accept) and [`retry_if`](Builder::retry_if).

use super::builder::Builder;
use crate::error::Refusal;
use crate::web::{Accept, RefusalHandler, ResponseToAccept, Retry};

impl Builder {
    /// A function that decides whether to read a response that is not `200 text/event-stream`. Use it for servers that send another
    /// `Content-Type`, none, or the status 201. If it returns true, the source opens, as if the response were one that the standard
    /// accepts. Defaults to no.
    ///
    /// Together with [`shared`](Builder::shared) it needs a [key](crate::Shared::key), because two functions cannot be compared.
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

    /// A function that decides whether to try again after a rejected response. It is called for every rejected response, even for a
    /// 204, unless the policy of [reconnecting](Builder::reconnect) names its status. If it returns true, another attempt follows,
    /// even if the request is not a GET. It follows after the usual wait, at first 3 to 6 seconds, and not before the time that
    /// `Retry-After` asks for. A [`Retry`] chooses another wait, or another last event ID. Set a limit with
    /// [`max_attempts`](crate::Reconnect::max_attempts): otherwise a server that rejects every request is asked for ever. Without this
    /// function, a rejection is final unless the policy names its status.
    ///
    /// It is async, like [`headers`](Builder::headers), so it can log in again first. The source waits for it. If you close the
    /// source in the meantime, the result has no effect.
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
