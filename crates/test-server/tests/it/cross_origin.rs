//! CORS: what a script says about its stream, and what all other routes allow.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::client::Fixture;

const ORIGIN: &str = "http://127.0.0.1:1";

async fn preflight(fixture: &Fixture, path: &str, method: &str) -> Response {
    fixture
        .request("OPTIONS", path)
        .header("origin", ORIGIN)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "last-event-id")
        .send()
        .await
        .expect("a response")
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().expect("ASCII"))
}

#[tokio::test]
async fn a_preflight_is_recorded_and_uses_up_no_attempt() {
    let fixture = Fixture::start().await;
    let cors = json!({ "allowOrigin": "ORIGIN", "allowCredentials": true, "allowHeaders": "Last-Event-ID",
                       "allowMethods": "POST", "exposeHeaders": "x-a" });
    fixture.put_script("key", json!([{ "cors": cors, "steps": [{ "send": "one" }] }, {}])).await;
    let response = preflight(&fixture, "/streams/key", "POST").await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&response, "access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(header(&response, "access-control-allow-credentials"), Some("true"));
    assert_eq!(header(&response, "access-control-allow-headers"), Some("Last-Event-ID"));
    assert_eq!(header(&response, "access-control-allow-methods"), Some("POST"));
    assert_eq!(header(&response, "access-control-max-age"), Some("0"));
    let response = fixture.request("POST", "/streams/key").header("origin", ORIGIN).send().await.expect("a response");
    assert_eq!(header(&response, "access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(header(&response, "access-control-allow-credentials"), Some("true"));
    assert_eq!(header(&response, "access-control-expose-headers"), Some("x-a"));
    assert_eq!(header(&response, "access-control-max-age"), None);
    assert_eq!(response.text().await.expect("a complete body"), "one");
    let requests = fixture.get_json("/streams/key/requests?waitForEnded=2").await;
    let methods: Vec<&Value> = requests.as_array().expect("a list").iter().map(|request| &request["method"]).collect();
    assert_eq!(methods, ["OPTIONS", "POST"]);
}

#[tokio::test]
async fn without_cors_in_the_script_the_preflight_is_refused_and_the_response_has_no_cors_headers() {
    let fixture = Fixture::start().await;
    fixture.put_script("key", json!([{ "cors": null }])).await;
    let response = preflight(&fixture, "/streams/key", "GET").await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(response.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
    let response = fixture.request("GET", "/streams/key").header("origin", ORIGIN).send().await.expect("a response");
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
}

#[tokio::test]
async fn a_page_of_any_origin_can_put_signal_and_list() {
    let fixture = Fixture::start().await;
    fixture.put_steps("key", json!([])).await;
    for (path, method) in
        [("/streams/key", "PUT"), ("/streams/key/signal/go", "POST"), ("/streams/key/requests", "GET")]
    {
        let response = preflight(&fixture, path, method).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT, "{path}");
        assert_eq!(header(&response, "access-control-allow-origin"), Some(ORIGIN), "{path}");
        assert_eq!(header(&response, "access-control-allow-methods"), Some(method), "{path}");
        assert_eq!(header(&response, "access-control-allow-headers"), Some("last-event-id"), "{path}");
        assert_eq!(header(&response, "access-control-max-age"), Some("0"), "{path}");
    }
    assert_eq!(fixture.get_json("/streams/key/requests").await, json!([]), "none of these concerned the stream");
    let request = fixture.request("PUT", "/streams/key").header("origin", ORIGIN).json(&json!({ "attempts": [{}] }));
    let response = request.send().await.expect("a response");
    assert_eq!(header(&response, "access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(header(&fixture.get("/streams/key/requests").await, "access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn fixed_routes_allow_every_origin_unless_told_otherwise() {
    let fixture = Fixture::start().await;
    let response = preflight(&fixture, "/echo", "GET").await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&response, "access-control-allow-headers"), Some("last-event-id"));
    let response = preflight(&fixture, "/echo?cors=none", "GET").await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let response = fixture.get("/status/200?a&cors=none").await;
    assert_eq!(header(&response, "access-control-allow-origin"), None);
}
