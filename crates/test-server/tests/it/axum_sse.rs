//! The stream that axum writes.

use crate::client::{Fixture, expect_bytes};

#[tokio::test]
async fn axums_stream_ends_and_goes_on_with_comments_after_the_last_event_id() {
    let fixture = Fixture::start().await;
    let response = fixture.get("/axum-sse").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let first = "retry: 100\nid: 1\ndata: first\n\nevent: named\nid: 2\ndata: two\ndata: lines\n\n";
    assert_eq!(response.text().await.expect("a complete body"), first);
    let request = fixture.request("GET", "/axum-sse").header("last-event-id", "2");
    let mut response = request.send().await.expect("a response");
    expect_bytes(&mut response, b": still here\n\n").await;
}
