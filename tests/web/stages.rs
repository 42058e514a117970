//! Where an event source can be when it is dropped.

use std::cell::Cell;

use futures::StreamExt;
use serde_json::{Value, json};
use wasm_eventsource::{EventSource, StateChanges, Subscription};

use super::census::happen;
use super::network::{Network, connect};
use super::polling::{has_nothing, settle, take, until};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stage {
    /// The request has no response.
    Requested,
    /// It failed, and nobody knows whether CORS is the reason.
    Probing,
    /// The response is there, and nothing is taken of it.
    Unread,
    /// A chunk was asked for and has not come.
    Reading,
    /// There are events left in the chunk.
    MidChunk,
    /// The timer for the next request is set.
    Waiting,
    /// The page is put away.
    Suspended,
    Failed,
    Closed,
}

std::thread_local! {
    /// How many sources of the network have taken an event before they are put away.
    static HAVE_EVENT: Cell<u32> = const { Cell::new(0) };
}

impl Stage {
    pub(crate) const ALL: [Self; 9] = [
        Self::Requested,
        Self::Probing,
        Self::Unread,
        Self::Reading,
        Self::MidChunk,
        Self::Waiting,
        Self::Suspended,
        Self::Failed,
        Self::Closed,
    ];

    /// The one attempt that leads there.
    pub(crate) fn network(self) -> Network {
        HAVE_EVENT.set(0);
        Network::new(json!([self.attempt()]))
    }

    fn attempt(self) -> Value {
        match self {
            Self::Requested => json!({ "hangs": true }),
            Self::Probing => json!({ "rejects": "no network", "hangsProbe": true }),
            Self::Waiting => json!({ "chunks": ["retry: 600000\n\n"] }),
            Self::Failed => json!({ "status": 404, "then": "hang" }),
            _ => json!({ "chunks": ["data: a\n\ndata: b\n\ndata: c\n\n"], "then": "hang" }),
        }
    }

    /// Leads a new source there, with all that may hang on it.
    pub(crate) async fn reach(self, network: &Network) -> Parts {
        let mut source = connect();
        let subscriptions = [source.subscribe("message"), source.subscribe("ping")];
        let mut states = source.state_changes();
        states.next().await;
        match self {
            Self::Requested => assert!(has_nothing(&mut source)),
            Self::Probing => {
                until("every request has its probe", || has_nothing(&mut source) && network.live() == network.count())
                    .await;
            }
            Self::Unread => settle().await,
            Self::Reading => {
                take(&mut source, 3).await;
                assert!(has_nothing(&mut source));
            }
            Self::MidChunk => drop(take(&mut source, 1).await),
            Self::Waiting => {
                assert_eq!(take(&mut source, 1).await, ["error the server ended the stream"]);
                assert!(has_nothing(&mut source));
            }
            Self::Suspended => {
                take(&mut source, 1).await;
                // The page is one for all sources: none of them may be put away before it has its event.
                HAVE_EVENT.set(HAVE_EVENT.get() + 1);
                until("all have an event", || HAVE_EVENT.get() == network.count()).await;
                happen("pagehide");
                assert!(has_nothing(&mut source));
            }
            Self::Failed => drop(take(&mut source, 2).await),
            Self::Closed => {
                take(&mut source, 1).await;
                source.close();
            }
        }
        Parts { source, subscriptions, states }
    }
}

/// A source, and what hangs on it.
pub(crate) struct Parts {
    pub(crate) source: EventSource,
    pub(crate) subscriptions: [Subscription; 2],
    pub(crate) states: StateChanges,
}

impl Parts {
    /// Drops the source before or after the rest.
    pub(crate) fn drop(self, source_first: bool) {
        let Self { source, subscriptions, states } = self;
        if source_first {
            drop(source);
            drop((subscriptions, states));
        } else {
            drop((states, subscriptions));
            drop(source);
        }
    }
}
