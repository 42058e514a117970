//! Ports that come and go, and the two origins.

use reqwest::StatusCode;
use serde_json::{Value, json};
use test_server::{Options, TestServer};
use tokio::net::TcpStream;

use crate::client::{Fixture, RawResponse};

async fn post(fixture: &Fixture, path: &str) -> Value {
    let answer = fixture.post(path).await.text().await.expect("a complete body");
    serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{path}: {answer}"))
}

async fn is_refused(port: u64) -> bool {
    let connected = TcpStream::connect(format!("127.0.0.1:{port}")).await;
    connected.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
}

#[tokio::test]
async fn a_port_refuses_until_it_is_opened_and_again_once_it_is_closed() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "send": "here" }, { "hang": true }])).await;
    let port = post(&fixture, "/ports").await["port"].as_u64().expect("a port");
    // Twice: what a closed port leaves behind must not be in the way.
    for attempt in 1..=2 {
        assert!(is_refused(port).await);
        let opened = post(&fixture, &format!("/ports/{port}/open")).await;
        let origin = format!("http://127.0.0.1:{port}");
        assert_eq!(opened, json!({ "port": port, "open": true, "origin": origin }));
        let mut stream = RawResponse::get(&origin, "/streams/key").await;
        stream.read_until(b"here").await;
        let closed = post(&fixture, &format!("/ports/{port}/close")).await;
        assert_eq!(closed["open"], false);
        let received = stream.read_to_end().await;
        assert!(!received.ends_with(b"0\r\n\r\n"), "dropped, not ended");
        let requests = fixture.get_json(&format!("/streams/key/requests?waitForEnded={attempt}")).await;
        assert_eq!(requests[attempt - 1]["endedBy"], "server");
    }
    assert!(is_refused(port).await);
}

#[tokio::test]
async fn opening_an_open_port_and_closing_a_closed_one_change_nothing() {
    let fixture = Fixture::start().await;
    let port = post(&fixture, "/ports").await["port"].as_u64().expect("a port");
    assert_eq!(post(&fixture, &format!("/ports/{port}/close")).await["open"], false);
    for _ in 0..2 {
        assert_eq!(post(&fixture, &format!("/ports/{port}/open")).await["open"], true);
    }
    assert!(!is_refused(port).await);
}

#[tokio::test]
async fn a_port_nobody_was_given_is_not_found() {
    let fixture = Fixture::start().await;
    assert_eq!(fixture.post("/ports/1/open").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn both_origins_serve_the_same_streams() {
    let fixture = Fixture::start().await;
    assert_ne!(fixture.server.origin(), fixture.server.other_origin());
    fixture.put_steps("key", json!([{ "send": "same" }])).await;
    let response = RawResponse::get(&fixture.server.other_origin(), "/streams/key").await.read_to_end().await;
    assert!(response.windows(4).any(|window| window == b"same"));
}

#[tokio::test]
async fn a_server_that_is_dropped_takes_the_ports_it_opened_with_it() {
    let fixture = Fixture::start().await;
    let port = post(&fixture, "/ports").await["port"].as_u64().expect("a port");
    let opened = post(&fixture, &format!("/ports/{port}/open")).await;
    let mut stream = RawResponse::get(opened["origin"].as_str().expect("an origin"), "/silence").await;
    stream.read_until(b"\r\n\r\n").await;
    drop(fixture);
    stream.read_to_end().await;
    assert!(is_refused(port).await);
}

#[tokio::test]
async fn closing_the_server_drops_its_streams_and_its_ports() {
    let fixture = Fixture::start().await;
    let port = post(&fixture, "/ports").await["port"].as_u64().expect("a port");
    post(&fixture, &format!("/ports/{port}/open")).await;
    let mut stream = fixture.raw("/silence").await;
    stream.read_until(b"\r\n\r\n").await;
    let origin = fixture.server.origin();
    fixture.server.close().await;
    stream.read_to_end().await;
    assert!(is_refused(port).await);
    let own_port = origin.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    assert!(is_refused(own_port).await);
}

#[tokio::test]
async fn a_server_that_is_closed_gives_its_ports_back() {
    let server = TestServer::start(Options::default()).await.expect("free ports");
    let port = server.origin().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    server.close().await;
    let again = TestServer::start(Options { port, ..Options::default() }).await.expect("the same port");
    assert!(again.origin().ends_with(&format!(":{port}")));
}
