//! Many events of a chunk at once.

use super::Engine;
use crate::event_stream::Batch;

impl Engine {
    /// Fills the batch with the event of the last [`Action::Dispatch`](super::Action::Dispatch) and the small events that follow it
    /// directly in the chunk. If the first event is large, the batch stays empty.
    ///
    /// The face hands the events out one after the other. Before it asks anything else of the engine, it says with
    /// [`settle`](Engine::settle) how many it has handed out. Until then only the first event counts as received.
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

    /// The first `count` events of the batch were handed out. Empties the batch. Between [`fill`](Engine::fill) and this call, the
    /// engine may only be asked to let go of the connection. A `count` of 0 says that the text was malformed: then each event gets a
    /// batch of its own for a while.
    pub fn settle(&mut self, batch: &mut Batch, count: usize) {
        if count == 0 {
            batch.separate_next_events();
        }
        self.parser.take_batch(batch, count);
        if let Some(next) = batch.next_block(count) {
            self.chunk.set_found(next);
        }
        batch.clear();
    }
}
