//! What `GET /streams/{key}/requests` tells.

use reqwest::{StatusCode, header::HeaderValue};
use serde_json::{Value, json};

use crate::client::{Fixture, expect_bytes};

fn header<'a>(request: &'a Value, name: &str) -> Option<&'a str> {
    let headers = request["headers"].as_array().expect("a list of headers");
    headers.iter().find(|header| header[0] == name).and_then(|header| header[1].as_str())
}

#[tokio::test]
async fn a_request_is_recorded_with_method_url_headers_and_body() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([])).await;
    let id = HeaderValue::from_bytes("é".as_bytes()).expect("a header value");
    let request = fixture.request("POST", "/streams/key?a=%20b&c").header("Last-Event-ID", id).body("hällo");
    request.send().await.expect("a response").bytes().await.expect("a complete body");
    let requests = fixture.get_json("/streams/key/requests?waitForEnded=1").await;
    assert_eq!(requests.as_array().map(Vec::len), Some(1));
    assert_eq!(requests[0]["method"], "POST");
    assert_eq!(requests[0]["url"], "/streams/key?a=%20b&c");
    assert_eq!(requests[0]["body"], "hällo");
    assert_eq!(requests[0]["endedBy"], "server");
    assert!(requests[0]["atMs"].is_u64());
    // One character for each byte of the header.
    assert_eq!(header(&requests[0], "last-event-id"), Some("\u{c3}\u{a9}"));
    assert_eq!(header(&requests[0], "accept"), Some("*/*"));
    assert_eq!(header(&requests[0], "cookie"), None);
}

#[tokio::test]
async fn a_client_that_drops_the_body_has_ended_the_response() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "send": "a" }, { "hang": true }])).await;
    let mut response = fixture.get("/streams/key").await;
    expect_bytes(&mut response, b"a").await;
    assert_eq!(fixture.get_json("/streams/key/requests").await[0]["endedBy"], Value::Null);
    drop(response);
    assert_eq!(fixture.get_json("/streams/key/requests?waitForEnded=1").await[0]["endedBy"], "client");
}

#[tokio::test]
async fn a_client_that_leaves_before_the_headers_has_ended_the_response() {
    let fixture = Fixture::start().await;
    fixture.put_script("key", json!([{ "headersAfter": "never" }])).await;
    let waiting = fixture.raw("/streams/key").await;
    fixture.get("/streams/key/requests?waitForCount=1").await;
    drop(waiting);
    assert_eq!(fixture.get_json("/streams/key/requests?waitForEnded=1").await[0]["endedBy"], "client");
}

#[tokio::test]
async fn a_client_that_leaves_a_stream_it_does_not_keep_up_with_has_ended_the_response() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "repeat": { "text": "data: x\n\n", "times": 1_000_000_000 } }])).await;
    let mut response = fixture.get("/streams/key").await;
    response.chunk().await.expect("a chunk").expect("a body");
    drop(response);
    assert_eq!(fixture.get_json("/streams/key/requests?waitForEnded=1").await[0]["endedBy"], "client");
}

#[tokio::test]
async fn wait_for_count_answers_when_that_many_requests_have_come() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([{ "hang": true }])).await;
    let listed = tokio::spawn(fixture.request("GET", "/streams/key/requests?waitForCount=2").send());
    let _first = fixture.get("/streams/key?1").await;
    assert_eq!(fixture.get_json("/streams/key/requests?waitForCount=1").await.as_array().map(Vec::len), Some(1));
    assert!(!listed.is_finished());
    let _second = fixture.get("/streams/key?2").await;
    let listed: Value = listed.await.expect("no panic").expect("a response").json().await.expect("JSON");
    assert_eq!(listed[1]["url"], "/streams/key?2");
}

#[tokio::test]
async fn waiting_ends_with_what_there_is_when_the_time_is_up() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([])).await;
    let listed = fixture.get_json("/streams/key/requests?waitForCount=1&waitForEnded=1&timeoutMs=20").await;
    assert_eq!(listed, json!([]));
}

#[tokio::test]
async fn a_new_script_starts_afresh() {
    let fixture = Fixture::start().await;
    let script = json!([{ "steps": [{ "send": "one" }] }, { "steps": [{ "waitFor": "go" }] }]);
    fixture.put_script("key", script.clone()).await;
    fixture.get("/streams/key").await.bytes().await.expect("a complete body");
    fixture.post("/streams/key/signal/go").await;
    fixture.put_script("key", script).await;
    assert_eq!(fixture.get_json("/streams/key/requests").await, json!([]));
    assert_eq!(fixture.get("/streams/key").await.text().await.expect("a complete body"), "one");
    let _second = fixture.get("/streams/key").await;
    let requests = fixture.get_json("/streams/key/requests?waitForEnded=2&timeoutMs=20").await;
    assert_eq!(requests[1]["endedBy"], Value::Null, "the signal given before counts no more");
}

#[tokio::test]
async fn a_key_without_a_script_is_not_found() {
    let fixture = Fixture::start().await;
    assert_eq!(fixture.get("/streams/none").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(fixture.get("/streams/none/requests").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(fixture.post("/streams/none/signal/go").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_streams_that_are_still_open_are_listed_by_their_prefix() {
    let fixture = Fixture::start().await;
    fixture.put_steps("a-1", json!([{ "send": "x" }, { "waitFor": "end" }])).await;
    fixture.put_steps("b-1", json!([{ "waitFor": "end" }])).await;
    let first = fixture.get("/streams/a-1").await;
    let _other = fixture.get("/streams/b-1").await;
    assert_eq!(fixture.get_json("/streams?prefix=a-").await, json!(["a-1"]));
    assert_eq!(fixture.get_json("/streams").await, json!(["a-1", "b-1"]));
    drop(first);
    fixture.get_json("/streams/a-1/requests?waitForEnded=1").await;
    assert_eq!(fixture.get_json("/streams?prefix=a-").await, json!([]));
}
