//! Many events of a chunk at once.

use super::Engine;
use crate::event_stream::Batch;

impl Engine {
    /// Puts the event of the last [`Action::Dispatch`](super::Action::Dispatch) together with those that follow it in the chunk,
    /// as far as they are small and nothing else is between them. A face hands them out one after the other. Then it says with
    /// [`settle`](Engine::settle) how many it handed out, before it asks anything else of the engine. Until then only the first
    /// event counts. If the first event is large, the batch is empty.
    ///
    /// ```
    /// use core::time::Duration;
    /// use wasm_eventsource::connection::{Clock, Timestamp};
    /// use wasm_eventsource::engine::{Action, Engine};
    /// use wasm_eventsource::event_stream::{Batch, Parser};
    ///
    /// struct Stopped;
    /// impl Clock for Stopped {
    ///     fn now(&self) -> Timestamp {
    ///         Duration::ZERO
    ///     }
    ///     fn jitter(&self) -> f64 {
    ///         0.5
    ///     }
    /// }
    ///
    /// let mut engine = Engine::for_body(Parser::new());
    /// while engine.next_action(&Stopped) != Action::Read {}
    /// let chunk = "data: ä\n\nid: 7\ndata: bc\n\ndata: d\n\n".as_bytes();
    /// engine.receive_chunk(chunk.len()).expect("it was asked for").copy_from_slice(chunk);
    /// assert_eq!(engine.next_action(&Stopped), Action::Dispatch);
    ///
    /// let mut batch = Batch::default();
    /// engine.fill(&mut batch);
    /// assert_eq!(batch.text(), "äbc7d".as_bytes());
    /// assert_eq!(batch.places(), [1, 1, 1, 3, 4, 4, 5, 5, 5]);
    /// assert_eq!(batch.pages(), [6]);
    ///
    /// engine.settle(&mut batch, 2);
    /// assert_eq!(engine.last_event_id(), "7");
    /// assert_eq!(engine.next_action(&Stopped), Action::Dispatch);
    /// assert_eq!(engine.event().map(|event| event.data().to_string()).as_deref(), Some("d"));
    /// ```
    pub fn fill(&mut self, batch: &mut Batch) {
        self.parser.read_ahead(self.chunk.searched(), self.chunk.found(), batch);
    }

    /// The first `count` events of the batch were handed out. Since [`fill`](Engine::fill), nothing else was asked of this engine,
    /// except to let go of the connection. Empties the batch. With a `count` of 0 its text was malformed, and for a while each
    /// event gets a batch of its own.
    pub fn settle(&mut self, batch: &mut Batch, count: usize) {
        if count == 0 {
            batch.give_up();
        }
        self.parser.skip(batch, count);
        if let Some(next) = batch.next(count) {
            self.chunk.set_found(next);
        }
        batch.clear();
    }
}
