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
    /// The declared end of the stream: at the first event for which this function returns true, the stream is complete. The source yields
    /// that event and lets go of the connection. Then the stream ends, and the source is CLOSED. Defaults to none: then only the server
    /// knows whether it was done.
    ///
    /// If the stream ends or breaks off before that event, the reason is [`Reason::Truncated`](crate::Reason::Truncated). What was received
    /// comes before the error. A GET goes on as ever: the source reconnects with the last event ID. A request that is [sent only
    /// once](Builder::method) has failed for good, so an answer that was cut off cannot be taken for a complete one.
    ///
    /// The function is called with every event, once, and also with those that nobody takes. It cannot be used together with
    /// [`shared`](Builder::shared).
    ///
    /// ```no_run
    /// use futures::TryStreamExt;
    /// use wasm_eventsource::{Error, EventSource};
    ///
    /// /// The whole answer of a language model, or the reason why it is not whole.
    /// async fn ask(question: String) -> Result<String, Error> {
    ///     let answer = EventSource::builder("https://example.com/chat")
    ///         .method("POST")
    ///         .body(question)
    ///         .until(|event| event.data() == "[DONE]")
    ///         .build()?;
    ///     answer.try_fold(String::new(), async |text, event| Ok(text + event.data())).await
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

    /// What happens to an event whose blank line has not come when the server ends the stream. Defaults to
    /// [`Incomplete::Discard`], as the standard says. Use [`Incomplete::Deliver`] for servers that forget the last blank line, and
    /// [`Incomplete::Error`] to hear of a cut: its reason is [`Reason::Truncated`](crate::Reason::Truncated). It cannot be used together with
    /// [`shared`](Builder::shared).
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
