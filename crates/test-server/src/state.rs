//! Everything that lives as long as the server.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use crate::{behaviours::Attempts, bench, demo::DemoClients, feeds::Feeds, files::Root, ports::Ports, script::Streams};

/// What the handlers share. Each member belongs to the module that defines its type; no lock in here is ever held across
/// an await, and none while another one is taken.
#[derive(Debug)]
pub(crate) struct ServerState {
    /// The zero of every `atMs`.
    pub(crate) started: Instant,
    pub(crate) roots: Vec<Root>,
    pub(crate) verbose: bool,
    pub(crate) streams: Streams,
    pub(crate) demo: DemoClients,
    pub(crate) attempts: Attempts,
    pub(crate) feeds: Feeds,
    pub(crate) bench: bench::Streams,
    /// The listeners in here hold the state in turn; the end of the `TestServer` undoes that cycle.
    pub(crate) ports: Ports,
}

impl ServerState {
    pub(crate) fn new(roots: Vec<Root>, verbose: bool) -> Self {
        Self {
            started: Instant::now(),
            roots,
            verbose,
            streams: Streams::default(),
            demo: DemoClients::default(),
            attempts: Attempts::default(),
            feeds: Feeds::default(),
            bench: bench::Streams::default(),
            ports: Ports::default(),
        }
    }

    /// Milliseconds since the server started.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The handlers' way to the state.
pub(crate) type Shared = axum::extract::State<std::sync::Arc<ServerState>>;

/// Locks; a handler that panicked elsewhere must not take the whole server with it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
