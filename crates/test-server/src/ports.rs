//! Ports that refuse connections until a test opens them.
//!
//! | request | answer |
//! |---|---|
//! | `POST /ports` | `{"port": P, "open": false, "origin": "http://127.0.0.1:P"}` |
//! | `POST /ports/{P}/open` | the same with `"open": true`: this server listens there as well, with the same streams |
//! | `POST /ports/{P}/close` | the same with `"open": false`: connections are dropped, new ones refused |
//!
//! Opening an open port and closing a closed one change nothing.

use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use axum::{Json, Router, extract::Path, http::StatusCode, routing::post};
use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::{
    body::Refusal,
    listener::Listener,
    state::{ServerState, Shared, lock},
};

pub(crate) fn routes() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/ports", post(reserve))
        .route("/ports/{port}/open", post(open))
        .route("/ports/{port}/close", post(close))
}

/// The ports that tests have reserved.
#[derive(Debug, Default)]
pub(crate) struct Ports(Mutex<HashMap<u16, Port>>);

#[derive(Debug)]
enum Port {
    /// Bound but not listening: connections are refused, and nobody else can take the port meanwhile.
    Closed(TcpSocket),
    Open(Listener),
    /// On its way from one to the other; a second request at this moment is a mistake in the test.
    Changing,
}

impl Ports {
    /// Forgets every port and hands over the listeners of those that are open.
    pub(crate) fn take_all(&self) -> Vec<Listener> {
        let ports = std::mem::take(&mut *lock(&self.0));
        let listener = |port| if let Port::Open(listener) = port { Some(listener) } else { None };
        ports.into_values().filter_map(listener).collect()
    }

    /// Takes the port out for a change; [`Self::put`] has to follow.
    fn take(&self, port: u16) -> Result<Port, Refusal> {
        match lock(&self.0).get_mut(&port).map(|port| std::mem::replace(port, Port::Changing)) {
            Some(Port::Changing) => Err((StatusCode::CONFLICT, "this port is being opened or closed\n".to_owned())),
            Some(state) => Ok(state),
            None => Err((StatusCode::NOT_FOUND, "not one of the ports that POST /ports gave out\n".to_owned())),
        }
    }

    fn put(&self, port: u16, state: Port) -> Json<Value> {
        let open = matches!(state, Port::Open(_));
        lock(&self.0).insert(port, state);
        Json(json!({ "port": port, "open": open, "origin": format!("http://127.0.0.1:{port}") }))
    }

    fn forget(&self, port: u16, error: &io::Error) -> Refusal {
        lock(&self.0).remove(&port);
        (StatusCode::INTERNAL_SERVER_ERROR, format!("port {port} is lost: {error}\n"))
    }
}

async fn reserve(state: Shared) -> Result<Json<Value>, Refusal> {
    let bound = bind(0).and_then(|socket| Ok((socket.local_addr()?.port(), socket)));
    match bound {
        Ok((port, socket)) => Ok(state.ports.put(port, Port::Closed(socket))),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, format!("no free port: {error}\n"))),
    }
}

async fn open(state: Shared, Path(port): Path<u16>) -> Result<Json<Value>, Refusal> {
    let opened = match state.ports.take(port)? {
        Port::Closed(socket) => match socket.listen(1024) {
            Ok(socket) => Port::Open(Listener::start(socket, &state)),
            Err(error) => return Err(state.ports.forget(port, &error)),
        },
        unchanged => unchanged,
    };
    Ok(state.ports.put(port, opened))
}

/// A task of its own, since the request may come through the very port it closes and would take the closing with it.
async fn close(state: Shared, Path(port): Path<u16>) -> Result<Json<Value>, Refusal> {
    let taken = state.ports.take(port)?;
    let state = Arc::clone(&state);
    let closing = tokio::spawn(async move {
        let closed = match taken {
            Port::Open(listener) => {
                listener.close().await;
                Port::Closed(bind(port).map_err(|error| state.ports.forget(port, &error))?)
            }
            unchanged => unchanged,
        };
        Ok(state.ports.put(port, closed))
    });
    closing.await.unwrap_or_else(|_| Err((StatusCode::INTERNAL_SERVER_ERROR, "closing failed\n".to_owned())))
}

fn bind(port: u16) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // The connections just dropped linger in TIME_WAIT and would keep the port.
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    Ok(socket)
}
