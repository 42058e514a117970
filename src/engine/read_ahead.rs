//! Many events of a chunk at once.

use super::Engine;
use crate::event_stream::Batch;

impl Engine {
    /// Rust programs do not need this. It is for the npm package. In Rust, each [`Action::Dispatch`](super::Action::Dispatch) gives one
    /// event, and [`event`](Engine::event) reads it.
    ///
    /// Fills the batch with the event of the last [`Action::Dispatch`](super::Action::Dispatch), and with the small events that follow
    /// it directly in the chunk. If the first event is large, the batch stays empty.
    ///
    /// The caller delivers the events one after the other. Then it tells [`settle`](Engine::settle) how many it has delivered. It must do
    /// so before it asks anything else of the engine. Until then, only the first event counts as received.
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
    /// // Three events: the data "ä", then the data "bc" with the ID "7", then the data "d".
    /// assert_eq!(batch.text(), "äbc7d".as_bytes());
    /// // For each event: the ends of its data, of its ID and of its type. The second event has its data at 1 to 3, and its ID at 3 to 4.
    /// // The third event has no text for its ID, so it has the ID of the second. No event has text for its type.
    /// assert_eq!(batch.places(), [1, 1, 1, 3, 4, 4, 5, 5, 5]);
    /// // There is one page. It ends at byte 6, because "ä" is one UTF-16 code unit, but two bytes.
    /// assert_eq!(batch.pages(), [6]);
    ///
    /// // Two events were delivered. The engine finds the third one again.
    /// engine.settle(&mut batch, 2);
    /// assert_eq!(engine.last_event_id(), "7");
    /// assert_eq!(engine.next_action(&Stopped), Action::Dispatch);
    /// assert_eq!(engine.event().map(|event| event.data().to_string()).as_deref(), Some("d"));
    /// ```
    pub fn fill(&mut self, batch: &mut Batch) {
        self.parser.read_ahead(self.chunk.searched(), self.chunk.found(), batch);
    }

    /// Rust programs do not need this. It is for the npm package.
    ///
    /// Says that the first `count` events of the batch were delivered, and empties the batch. Between [`fill`](Engine::fill) and this
    /// call, only [`close`](Engine::close), [`suspend`](Engine::suspend) and [`reconnect`](Engine::reconnect) may be called. A `count` of 0
    /// says that the text was malformed: then each event gets a batch of its own for a while.
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
