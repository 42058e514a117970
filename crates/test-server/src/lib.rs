//! Event streams for the demo and for the tests of `wasm-eventsource`, faults included.
//!
//! | module | what it serves |
//! |---|---|
//! | `demo` | the Workerman and the MDN example streams, with a way to cut them |
//! | `dashboard`, `chat` | the streams of the example apps |
//! | `completions` | an answer in the form of OpenAI's API |
//! | `feeds` | numbered events for many listeners, who are counted |
//! | `script` | streams that a test writes step by step and then asks about: the workhorse |
//! | `behaviours` | one fixed route for each behaviour of a server, usable from a browser's address bar |
//! | `axum_sse` | a stream by axum's own `Sse` |
//! | `bench` | what the benchmarks load |
//! | `ports` | ports that refuse connections until a test opens them |
//! | `files` | static files of the roots given, with the MIME types and headers that modules and wasm need |
//!
//! `listener` owns sockets and connections, `state` everything that lives as long as the server.
//!
//! ```no_run
//! # async fn start() -> std::io::Result<()> {
//! let server = test_server::TestServer::start(test_server::Options::default()).await?;
//! println!("{}/streams/first", server.origin());
//! server.close().await;
//! # Ok(())
//! # }
//! ```

mod axum_sse;
mod behaviours;
mod bench;
mod body;
mod chat;
mod completions;
mod cors;
mod dashboard;
mod demo;
mod feeds;
mod files;
mod listener;
mod ports;
mod script;
mod state;

use std::{io, net::Ipv4Addr, sync::Arc};

use axum::{Router, extract::DefaultBodyLimit};
use tokio::net::TcpListener;

pub use crate::behaviours::SAMPLE_STREAM;
pub use crate::files::Root;
use crate::{listener::Listener, state::ServerState};

/// How to start a [`TestServer`].
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port of the first origin; 0 takes any free one.
    pub port: u16,
    /// The port of the second origin; 0 takes any free one.
    pub other_port: u16,
    /// The folders to serve files from.
    pub roots: Vec<Root>,
    /// Whether to write a line on stderr for each request.
    pub verbose: bool,
}

/// Why a [`TestServer`] did not start: the port that could not be had, and the system's reason.
#[derive(Debug)]
pub struct StartError {
    port: u16,
    option: &'static str,
    source: io::Error,
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { port, option, source } = self;
        match source.kind() {
            io::ErrorKind::AddrInUse => {
                write!(f, "port {port} on 127.0.0.1 is already in use: choose another one with {option}")
            }
            _ => write!(f, "cannot listen on port {port} of 127.0.0.1 ({source}): choose another one with {option}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl From<StartError> for io::Error {
    fn from(error: StartError) -> Self {
        Self::new(error.source.kind(), error)
    }
}

/// A running server: one application behind two origins of the same site. It stops when dropped.
#[derive(Debug)]
pub struct TestServer {
    first: Listener,
    other: Listener,
    state: StateOwner,
}

/// The listeners of the ports that tests have opened hold the state they are in. When the server goes, so do they.
#[derive(Debug)]
struct StateOwner(Arc<ServerState>);

impl Drop for StateOwner {
    fn drop(&mut self) {
        drop(self.0.ports.take_all());
    }
}

impl TestServer {
    /// Binds both ports on 127.0.0.1 and answers from then on.
    ///
    /// # Errors
    /// Returns which port could not be had, and why.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let first = bind(options.port, "--port").await?;
        let other = bind(options.other_port, "--other-port").await?;
        let state = Arc::new(ServerState::new(options.roots, options.verbose));
        let (first, other) = (Listener::start(first, &state), Listener::start(other, &state));
        Ok(Self { first, other, state: StateOwner(state) })
    }

    /// The first origin, such as `http://127.0.0.1:8080`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.first.origin()
    }

    /// The second origin: another port of the same host, so cross-origin but same-site.
    #[must_use]
    pub fn other_origin(&self) -> String {
        self.other.origin()
    }

    /// Stops listening, drops every connection and waits until that is done.
    pub async fn close(self) {
        let Self { first, other, state } = self;
        for listener in state.0.ports.take_all() {
            listener.close().await;
        }
        first.close().await;
        other.close().await;
    }
}

async fn bind(port: u16, option: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|source| StartError { port, option, source })
}

/// Every route; what no route matches is a file.
fn app(state: &Arc<ServerState>) -> Router {
    Router::new()
        .merge(demo::routes())
        .merge(feeds::routes())
        .merge(dashboard::routes())
        .merge(chat::routes())
        .merge(completions::routes())
        .merge(behaviours::routes())
        .merge(axum_sse::routes())
        .merge(bench::routes())
        .merge(ports::routes())
        .merge(script::control_routes())
        // Applies to the routes above only: a scripted stream and a file answer CORS in their own way.
        .layer(axum::middleware::from_fn(cors::allow_everything))
        .merge(script::stream_routes())
        .fallback(files::serve)
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::clone(state))
}
