//! What the tests share: a server of their own, a client for it, and a client that sees the bytes on the wire.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use test_server::{Options, TestServer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A test that waits for what never comes fails rather than hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server and an HTTP client that follows no redirects. The server stops with it.
pub(crate) struct Fixture {
    pub(crate) server: TestServer,
    http: reqwest::Client,
}

impl Fixture {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let server = TestServer::start(options).await.expect("free ports");
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .expect("a client");
        Self { server, http }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        self.http.request(method, format!("{}{path}", self.server.origin()))
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request("GET", path).send().await.expect("a response")
    }

    pub(crate) async fn get_json(&self, path: &str) -> Value {
        self.get(path).await.json().await.expect("JSON")
    }

    pub(crate) async fn post(&self, path: &str) -> Response {
        self.request("POST", path).send().await.expect("a response")
    }

    pub(crate) async fn put_script(&self, key: &str, attempts: Value) {
        let response = self.try_put_script(key, json!({ "attempts": attempts })).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT, "{}", response.text().await.unwrap_or_default());
    }

    pub(crate) async fn try_put_script(&self, key: &str, script: Value) -> Response {
        self.request("PUT", &format!("/streams/{key}")).json(&script).send().await.expect("a response")
    }

    /// A script of one attempt with these steps.
    pub(crate) async fn put_steps(&self, key: &str, steps: Value) {
        self.put_script(key, json!([{ "steps": steps }])).await;
    }

    /// A GET in HTTP/1.1 written by hand.
    pub(crate) async fn raw(&self, path: &str) -> RawResponse {
        RawResponse::get(&self.server.origin(), path).await
    }
}

/// What came together with the bytes that a test expected. The network decides how many events arrive in one chunk.
#[derive(Clone, Default)]
struct Surplus(Vec<u8>);

/// Reads these bytes from the body. What came behind them is kept for the next call.
pub(crate) async fn expect_bytes(response: &mut Response, expected: &[u8]) {
    let Surplus(mut read) = response.extensions_mut().remove().unwrap_or_default();
    while read.len() < expected.len() {
        let chunk = response.chunk().await.expect("a chunk").expect("more of the body");
        read.extend_from_slice(&chunk);
    }
    let surplus = Surplus(read.split_off(expected.len()));
    assert_eq!(String::from_utf8_lossy(&read), String::from_utf8_lossy(expected));
    response.extensions_mut().insert(surplus);
}

/// A connection with a request sent, to be read as it is.
pub(crate) struct RawResponse {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl RawResponse {
    pub(crate) async fn get(origin: &str, path: &str) -> Self {
        let host = origin.strip_prefix("http://").expect("an origin");
        let mut stream = TcpStream::connect(host).await.expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("the request is sent");
        Self { stream, bytes: Vec::new() }
    }

    /// Everything up to the end of the connection.
    pub(crate) async fn read_to_end(mut self) -> Vec<u8> {
        let reading = tokio::time::timeout(PATIENCE, self.stream.read_to_end(&mut self.bytes));
        reading.await.expect("an answer in time").expect("an orderly end of the connection");
        self.bytes
    }

    /// Reads on until these bytes have come.
    pub(crate) async fn read_until(&mut self, end: &[u8]) {
        while !self.bytes.windows(end.len()).any(|window| window == end) {
            self.read_more().await;
        }
    }

    /// The chunks of a body that does not end, once they add up to this many bytes.
    pub(crate) async fn read_chunks(&mut self, total: usize) -> Vec<Vec<u8>> {
        self.read_until(b"\r\n\r\n").await;
        loop {
            let (chunks, _) = chunks_of(body_of(&self.bytes));
            if chunks.iter().map(Vec::len).sum::<usize>() >= total {
                return chunks;
            }
            self.read_more().await;
        }
    }

    async fn read_more(&mut self) {
        let reading = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.bytes));
        let read = reading.await.expect("an answer in time").expect("more bytes");
        assert_ne!(read, 0, "the connection ended after {:?}", String::from_utf8_lossy(&self.bytes));
    }
}

/// The part after the headers.
pub(crate) fn body_of(response: &[u8]) -> &[u8] {
    let end = response.windows(4).position(|window| window == b"\r\n\r\n").expect("the end of the headers");
    &response[end + 4..]
}

/// The complete chunks of a chunked body, and whether the terminating one was there.
pub(crate) fn chunks_of(mut body: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut chunks = Vec::new();
    while let Some(line) = body.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&body[..line]).expect("a chunk size");
        let size = usize::from_str_radix(size, 16).expect("a chunk size");
        if size == 0 {
            return (chunks, true);
        }
        let end = line + 2 + size;
        if body.len() < end + 2 {
            break;
        }
        chunks.push(body[line + 2..end].to_vec());
        body = &body[end + 2..];
    }
    (chunks, false)
}
