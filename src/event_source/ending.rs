//! The options for the end of a stream: [`until`](Builder::until) and [`incomplete`](Builder::incomplete).

use alloc::rc::Rc;

use super::builder::Builder;
use super::hub::Hub;
use crate::connection::ReadyState;
use crate::engine::Incomplete;
use crate::event_stream::Event;

/// Takes the driver's event, and completes the stream if it is the last one. `None` if nobody takes events of its type.
pub(super) type Until = dyn Fn(&Hub) -> Option<Event>;

impl Builder {
    /// Declares the end of the stream. At the first event for which this function returns true, the stream is complete. The
    /// source yields this event and cancels the request. Then its stream ends, and the source is CLOSED. By default, no end
    /// is declared: then only the server knows whether the stream is complete.
    ///
    /// If the stream ends or breaks off before that event, the reason is [`Reason::Truncated`](crate::Reason::Truncated). If
    /// it is silent for longer than [`idle_timeout`](Builder::idle_timeout), the reason is [`Reason::Idle`](crate::Reason::Idle).
    /// You get the received events before the error. For a GET, the source then reconnects with the last event ID, as usual.
    /// For a request that is [sent only once](Builder::method), the error is fatal. So you cannot mistake an answer that was
    /// cut off for a complete one.
    ///
    /// The function is called once with every event, even with events that no stream takes. This option cannot be used
    /// together with [`shared`](Builder::shared).
    ///
    /// ```no_run
    /// use futures::StreamExt;
    /// use wasm_eventsource::{Error, EventSource};
    ///
    /// /// The whole answer of a language model, or the reason why it is not whole.
    /// async fn ask(json: String) -> Result<String, Error> {
    ///     let mut answer = EventSource::builder("https://example.com/chat")
    ///         .method("POST")
    ///         .header("Content-Type", "application/json")
    ///         .body(json)
    ///         .until(|event| event.data() == "[DONE]")
    ///         .build()?;
    ///     let mut text = String::new();
    ///     while let Some(item) = answer.next().await {
    ///         match item {
    ///             Ok(event) if event.data() == "[DONE]" => {}
    ///             Ok(event) => text += event.data(),
    ///             // Another attempt follows, for example with a new token.
    ///             Err(error) if !error.is_fatal() => {}
    ///             Err(error) => return Err(error),
    ///         }
    ///     }
    ///     Ok(text)
    /// }
    /// ```
    pub fn until(mut self, is_last: impl Fn(&Event) -> bool + 'static) -> Self {
        let until: Rc<Until> = Rc::new(move |hub: &Hub| {
            let event = hub.driver().with_event(|event| event.into_event())?;
            // No borrow is held during the call, which may close the source.
            let is_last = is_last(&event);
            if hub.driver().ready_state() == ReadyState::Closed {
                return None;
            }
            let is_taken = hub.is_taken(event.event_type());
            if is_last {
                hub.complete();
            }
            is_taken.then_some(event)
        });
        self.change_extras(|extras| extras.until = Some(until));
        self
    }

    /// What happens to the last event if the server ends the stream before the blank line that ends this event. Defaults to
    /// [`Incomplete::Discard`], as the standard says. Use [`Incomplete::Deliver`] for servers that forget the last blank
    /// line. Use [`Incomplete::Error`] to get an error with [`Reason::Truncated`](crate::Reason::Truncated). This option
    /// cannot be used together with [`shared`](Builder::shared).
    ///
    /// ```no_run
    /// use wasm_eventsource::{EventSource, Incomplete};
    ///
    /// let source = EventSource::builder("https://example.com/events").incomplete(Incomplete::Deliver).build()?;
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn incomplete(mut self, incomplete: Incomplete) -> Self {
        self.change_extras(|extras| extras.incomplete = incomplete);
        self
    }
}
