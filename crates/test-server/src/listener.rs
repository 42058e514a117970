//! A listening socket and the connections that came in through it.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
    task::{JoinHandle, JoinSet},
};
use tower::ServiceExt;

use crate::state::ServerState;

/// Owns the task that accepts connections, which in turn owns a task for each connection: nothing outlives the listener.
#[derive(Debug)]
pub(crate) struct Listener {
    address: SocketAddr,
    closing: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Listener {
    /// Serves the application on a socket that listens already.
    pub(crate) fn start(socket: TcpListener, state: &Arc<ServerState>) -> Self {
        let address = socket.local_addr().unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 0)));
        let (closing, closed) = watch::channel(false);
        let accepting = tokio::spawn(accept(socket, crate::app(state), closed, state.verbose));
        Self { address, closing, accepting }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops listening, drops the connections and returns once both are done.
    pub(crate) async fn close(mut self) {
        self.closing.send_replace(true);
        // The only other end is a panic in the accept loop, and then the sockets are closed as well.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Before the abort, so that the streams that end by it are not put down to their clients.
        self.closing.send_replace(true);
        self.accepting.abort();
    }
}

/// A handler's hold on the TCP connection its request came through (a request extension).
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    drop_now: Arc<Notify>,
    listener_closed: watch::Receiver<bool>,
}

impl Connection {
    /// Closes the TCP connection as it is, whatever has been answered so far.
    pub(crate) fn drop_now(&self) {
        self.drop_now.notify_one();
    }

    /// Whether this connection ends because its listener is being closed, rather than by its client.
    pub(crate) fn listener_is_closed(&self) -> bool {
        *self.listener_closed.borrow()
    }
}

async fn accept(socket: TcpListener, router: Router, mut closed: watch::Receiver<bool>, verbose: bool) {
    let mut connections = JoinSet::new();
    loop {
        let listener_closed = closed.clone();
        tokio::select! {
            () = is_true(&mut closed) => break,
            // Reaps what has ended; with no connection at all this branch is out of the race.
            Some(_) = connections.join_next() => {}
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) => {
                    let connection = Connection { drop_now: Arc::new(Notify::new()), listener_closed };
                    connections.spawn(serve(stream, router.clone(), connection, verbose));
                }
                // Out of file descriptors, most likely: let some connections end instead of spinning.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
        }
    }
    drop(socket);
    connections.shutdown().await;
}

/// Also when the sender is gone, which is to say its listener.
async fn is_true(flag: &mut watch::Receiver<bool>) {
    let _ = flag.wait_for(|flag| *flag).await;
}

async fn serve(stream: TcpStream, router: Router, connection: Connection, verbose: bool) {
    // Chunks are to reach the client one by one.
    let _ = stream.set_nodelay(true);
    let drop_now = Arc::clone(&connection.drop_now);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        let line = verbose.then(|| format!("{} {}", request.method(), request.uri()));
        let response = router.clone().oneshot(request.map(Body::new));
        async move {
            let response = response.await;
            if let (Some(line), Ok(response)) = (line, &response) {
                eprintln!("{line} -> {}", response.status().as_u16());
            }
            response as Result<_, Infallible>
        }
    });
    // One request for each connection. On a reused connection that is closed without an answer browsers send the request
    // once more by themselves, and a test that counts requests would depend on which connections happened to be idle.
    let serving = http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // An error is a client that left or a cut that a test asked for: nothing to report.
        _ = serving => {}
        () = drop_now.notified() => {}
    }
}
