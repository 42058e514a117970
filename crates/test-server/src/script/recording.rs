//! What a scripted stream was asked, and how each response ended.

use std::{sync::Arc, time::Duration};

use axum::http::request::Parts;
use serde::Serialize;
use tokio::sync::watch;

use crate::{body::header_list, listener::Connection};

/// A request as `GET /streams/{key}/requests` shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestRecord {
    method: String,
    /// Path and query.
    url: String,
    /// Values with one character for each byte.
    headers: Vec<(String, String)>,
    /// U+FFFD for what is not UTF-8.
    body: String,
    /// Milliseconds since the server started.
    at_ms: u64,
    ended_by: Option<EndedBy>,
}

/// Who ended a response.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum EndedBy {
    Server,
    Client,
}

impl RequestRecord {
    pub(super) fn new(request: &Parts, body: &[u8], at_ms: u64) -> Self {
        Self {
            method: request.method.to_string(),
            url: request.uri.to_string(),
            headers: header_list(&request.headers),
            body: String::from_utf8_lossy(body).into_owned(),
            at_ms,
            ended_by: None,
        }
    }
}

/// The requests of one scripted stream, in the order of their arrival.
#[derive(Debug, Default)]
pub(super) struct Recording(watch::Sender<Vec<RequestRecord>>);

impl Recording {
    /// Adds a request; the ending that is returned says later what became of it.
    pub(super) fn add(self: &Arc<Self>, request: RequestRecord, connection: Connection) -> Ending {
        let mut index = 0;
        self.0.send_modify(|requests| {
            index = requests.len();
            requests.push(request);
        });
        Ending { recording: Arc::clone(self), index, connection, ended: false }
    }

    /// Whether there is a request whose response has not ended.
    pub(super) fn is_open(&self) -> bool {
        self.0.borrow().iter().any(|request| request.ended_by.is_none())
    }

    /// The requests once there are `count` of them and `ended` of them have ended, or when the time is up.
    pub(super) async fn wait(&self, count: usize, ended: usize, timeout: Duration) -> Vec<RequestRecord> {
        let mut requests = self.0.subscribe();
        let enough = |requests: &Vec<RequestRecord>| {
            let now_ended = requests.iter().filter(|request| request.ended_by.is_some()).count();
            requests.len() >= count && now_ended >= ended
        };
        // Enough or not: the answer is what there is.
        let _ = tokio::time::timeout(timeout, requests.wait_for(enough)).await;
        requests.borrow().clone()
    }
}

/// Belongs to whatever produces the response. Dropped before the server has ended it, the client has left: hyper drops the
/// handler or the body as soon as it sees the connection closed.
#[derive(Debug)]
pub(super) struct Ending {
    recording: Arc<Recording>,
    index: usize,
    connection: Connection,
    ended: bool,
}

impl Ending {
    /// The server has said all it had to say, or has cut the connection.
    pub(super) fn by_server(&mut self) {
        self.set(EndedBy::Server);
    }

    fn set(&mut self, by: EndedBy) {
        if !self.ended {
            self.ended = true;
            self.recording.0.send_modify(|requests| requests[self.index].ended_by = Some(by));
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let by = if self.connection.listener_is_closed() { EndedBy::Server } else { EndedBy::Client };
        self.set(by);
    }
}
