//! Tokens, requests that go on where another one ended, and responses that the user decides about, with the requests that are sent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt;
use gloo_timers::future::TimeoutFuture;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::connection::Reconnect;
use wasm_eventsource::{
    Bearer, Builder, ConnectionState, EventSource, LostConnection, Reason, Refusal, ResponseToAccept, ResumeRequest,
    Retry,
};

use super::census::happen;
use super::network::{Network, URL};
use super::polling::{has_nothing, settle, take, until};

const A: &str = r#"message "a" """#;
const REST: &str = "https://fake.test/rest";

fn hanging(data: &str) -> Value {
    json!({ "chunks": [format!("data: {data}\n\n")], "then": "hang" })
}

fn fast() -> Reconnect {
    Reconnect::default().initial_delay(Duration::from_millis(1))
}

fn post() -> Builder {
    EventSource::builder(URL)
        .reconnect(fast())
        .method("POST")
        .body("{}")
        .header("Content-Type", "application/json")
        .header("X-Team", "blue")
}

/// Method, URL, body and some headers of each request.
fn sent(network: &Network) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |request: &Value| {
        let header = |name: &str| text(&request["headers"][name]);
        let url = text(&request["url"]).replace("https://fake.test", "");
        let headers = [header("last-event-id"), header("content-type"), header("x-team")].join(" ");
        format!("{} {url} {} {headers}", text(&request["method"]).replace('-', "GET"), text(&request["body"]))
    };
    network.requests().iter().map(line).collect()
}

#[wasm_bindgen_test]
async fn a_post_goes_on_with_a_get_without_its_body_and_its_type() {
    let network = Network::new(json!([
        { "chunks": ["id: 7\ndata: a\n\n"], "then": "error" },
        { "chunks": ["data: b\n\n"] },
        hanging("c"),
    ]));
    let builder = post().resume(async |lost: &LostConnection| {
        assert_eq!(lost.last_event_id(), "7");
        Some(ResumeRequest::new().url(if lost.error()?.reason() == &Reason::Ended { "/rest#2" } else { REST }))
    });
    let mut source = builder.build().expect("a source");
    let lines = take(&mut source, 5).await;
    assert!(lines[1].contains("broke off") && lines[3].contains("ended"), "{lines:?}");
    let requests = sent(&network);
    assert_eq!(requests[..2], ["POST /stream {} - application/json blue", "GET /rest - 7 - blue"]);
    assert!(requests.len() < 3 || requests[2].contains("/rest#2"), "{requests:?}");
    assert_eq!(source.url(), URL);
}

#[wasm_bindgen_test]
async fn a_post_that_no_server_has_answered_is_not_sent_again_after_a_probe() {
    let network = Network::new(json!([{ "rejects": "Failed to fetch", "answersProbe": true }, hanging("a")]));
    let asked = Rc::<Cell<u32>>::default();
    let seen = Rc::clone(&asked);
    let builder = post().resume(async move |_| {
        seen.set(seen.get() + 1);
        None
    });
    let mut source = builder.build().expect("a source");
    let lines = take(&mut source, 2).await;
    assert!(lines[0].contains("Failed to fetch") && lines[1] == "end", "{lines:?}");
    assert_eq!((asked.get(), network.requests().len(), network.live()), (1, 1, 0));
}

#[wasm_bindgen_test]
async fn a_get_that_resumes_is_probed_and_sent_once_more_and_nobody_is_asked() {
    let network = Network::new(json!([{ "rejects": "Failed to fetch", "answersProbe": true }, hanging("a")]));
    let builder = EventSource::builder(URL).reconnect(fast()).resume(async |_| panic!("nothing is lost"));
    let mut source = builder.build().expect("a source");
    assert_eq!(take(&mut source, 1).await, [A]);
    let probes = network.requests().iter().filter(|request| request["mode"] == "no-cors").count();
    assert_eq!((network.requests().len() - probes, source.state()), (2, ConnectionState::Open));
}

#[wasm_bindgen_test]
async fn a_request_that_cannot_be_sent_is_the_error() {
    for (answer, option) in [
        (ResumeRequest::new().url("https://[/"), None),
        (ResumeRequest::new().body("a GET has none"), Some("body")),
        (ResumeRequest::new().header("Cookie", "a"), Some("header")),
    ] {
        let network = Network::new(json!([{ "chunks": ["data: a\n\n"] }, hanging("b")]));
        let given = answer.clone();
        let mut source = post().resume(async move |_| Some(given.clone())).build().expect("a source");
        assert_eq!(take(&mut source, 1).await, [A]);
        let error = source.next().await.expect("an item").expect_err("an error");
        let is_right = match error.reason() {
            Reason::InvalidUrl { .. } => option.is_none(),
            Reason::InvalidOption { option: found, .. } => Some(*found) == option,
            _ => false,
        };
        assert!(is_right && error.is_fatal(), "{answer:?}: {error}");
        assert_eq!((source.next().await, network.requests().len(), network.live()), (None, 1, 0));
    }
}

#[wasm_bindgen_test]
async fn a_page_that_comes_back_asks_for_the_next_request_then_and_not_before() {
    let network = Network::new(json!([hanging("a"), hanging("a")]));
    let asked = Rc::<RefCell<Vec<bool>>>::default();
    let seen = Rc::clone(&asked);
    let builder = post().resume(async move |lost| {
        seen.borrow_mut().push(lost.error().is_some());
        Some(ResumeRequest::new().url(REST))
    });
    let mut source = builder.build().expect("a source");
    assert_eq!(take(&mut source, 1).await, [A]);
    happen("pagehide");
    assert!(has_nothing(&mut source));
    settle().await;
    assert!(has_nothing(&mut source) && asked.borrow().is_empty());
    assert_eq!(source.state(), ConnectionState::Connecting);
    happen("pageshow");
    assert_eq!(take(&mut source, 1).await, [A]);
    assert_eq!(asked.take(), [false]);
    assert_eq!(sent(&network), ["POST /stream {} - application/json blue", "GET /rest - - - blue"]);
}

#[wasm_bindgen_test]
async fn the_answer_may_take_its_time_and_closing_drops_the_future() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"] }, hanging("a")]));
    let held = Rc::new(());
    let builder = |wait: u32| {
        let holds = Rc::clone(&held);
        post().resume(async move |_| {
            let _holds = Rc::clone(&holds);
            TimeoutFuture::new(wait).await;
            Some(ResumeRequest::new())
        })
    };
    let mut source = builder(20).build().expect("a source");
    let lines = take(&mut source, 3).await;
    assert!(lines[1].contains("ended") && lines[2] == A, "{lines:?}");
    drop(source);
    drop(network);

    let network = Network::new(json!([{ "chunks": ["data: a\n\n"] }, hanging("a")]));
    let mut source = builder(60_000).build().expect("a source");
    assert_eq!(take(&mut source, 1).await, [A]);
    until("it is asked", || has_nothing(&mut source) && Rc::strong_count(&held) == 3).await;
    source.close();
    assert_eq!((Rc::strong_count(&held), source.next().await, network.requests().len()), (2, None, 1));
}

#[wasm_bindgen_test]
async fn at_its_declared_end_the_connection_is_let_go_of() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\ndata: [DONE]\n\n"], "then": "hang" }]));
    let mut source = post().until(|event| event.data() == "[DONE]").build().expect("a source");
    assert_eq!(take(&mut source, 3).await, [A, r#"message "[DONE]" """#, "end"]);
    settle().await;
    assert_eq!((network.live(), source.state()), (0, ConnectionState::Closed));
}

#[wasm_bindgen_test]
async fn before_its_declared_end_a_stream_is_truncated() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\nda"], "then": "error" }]));
    let builder = EventSource::builder(URL).method("POST").until(|event| event.data() == "[DONE]");
    let mut source = builder.build().expect("a source");
    assert_eq!(take(&mut source, 3).await, [A, "error the stream ended before it was complete", "end"]);
    assert_eq!(network.requests().len(), 1);
}

#[wasm_bindgen_test]
async fn a_response_that_the_standard_refuses_can_be_accepted() {
    let untyped = json!({ "status": 201, "headers": { "Content-Type": "text/plain", "X-Id": "7" }, "url": REST,
        "redirected": true, "chunks": ["data: a\n\n"], "then": "hang" });
    let network = Network::new(json!([untyped, { "status": 404, "headers": { "Content-Type": "text/plain" } }]));
    let accept = |response: &ResponseToAccept| {
        response.status() == 201
            && response.header("X-ID") == Some("7")
            && response.url() == Some(REST)
            && response.is_redirected()
            && response.headers().len() == 2
    };
    let builder = EventSource::builder(URL).reconnect(fast()).accept(accept);
    let mut source = builder.build().expect("a source");
    assert_eq!(take(&mut source, 1).await, [A]);
    source.reconnect();
    let lines = take(&mut source, 2).await;
    assert!(lines[0].contains("status 404") && lines[1] == "end", "{lines:?}");
    assert_eq!(network.live(), 0);
}

#[wasm_bindgen_test]
async fn who_is_asked_chooses_the_wait_and_the_id() {
    let network = Network::new(json!([{ "status": 410 }, { "chunks": ["data: a\n\n"], "then": "hang" }]));
    let builder = EventSource::builder(URL)
        .last_event_id("7")
        .retry_if(async |_| Retry::after(Duration::ZERO).last_event_id("3"));
    let mut source = builder.build().expect("a source");
    let error = source.next().await.expect("an item").expect_err("an error");
    assert_eq!(error.reconnects_in(), Some(Duration::ZERO));
    assert_eq!(take(&mut source, 1).await, [r#"message "a" "3""#]);
    let ids: Vec<_> = network.requests().iter().map(|request| request["headers"]["last-event-id"].clone()).collect();
    assert_eq!(ids, ["7", "3"]);
}

#[wasm_bindgen_test]
async fn another_connection_can_go_on_from_another_event() {
    let network = Network::new(json!([{ "chunks": ["id: 7\ndata: a\n\n"], "then": "hang" }]));
    let mut source = EventSource::new(URL).expect("a source");
    assert_eq!(take(&mut source, 1).await.len(), 1);
    source.reconnect_from("3").expect("an ID");
    assert_eq!(take(&mut source, 1).await.len(), 1);
    let requests = network.requests();
    assert_eq!((requests.len(), &requests[1]["headers"]["last-event-id"]), (2, &json!("3")));
}

fn tokens(network: &Network) -> Vec<String> {
    let token = |request: &Value| request["headers"]["authorization"].as_str().unwrap_or("none").to_owned();
    network.requests().iter().map(token).collect()
}

/// A bearer that counts its refreshes.
fn bearer() -> (Bearer, Rc<Cell<u32>>) {
    let calls = Rc::<Cell<u32>>::default();
    let counted = Rc::clone(&calls);
    let refresh = async move || {
        counted.set(counted.get() + 1);
        TimeoutFuture::new(5).await;
        Ok::<_, String>(format!("new {}", counted.get()))
    };
    (Bearer::new(refresh).token("old"), calls)
}

#[wasm_bindgen_test]
async fn six_sources_whose_token_expires_need_one_refresh_and_are_open_again() {
    let refused = vec![json!({ "status": 401 }); 6];
    let network = Network::new(Value::from([refused, vec![hanging("a")]].concat()));
    let (bearer, calls) = bearer();
    let builder = EventSource::builder(URL).bearer(&bearer);
    let mut sources: Vec<_> = (0..6).map(|_| builder.clone().build().expect("a source")).collect();
    let all = futures::future::join_all(sources.iter_mut().map(|source| take(source, 2))).await;
    assert!(all.iter().all(|lines| lines[0].contains("status 401") && lines[1] == A), "{all:?}");
    assert_eq!(calls.get(), 1);
    assert_eq!(tokens(&network), [["Bearer old"; 6], ["Bearer new 1"; 6]].concat());
}

#[wasm_bindgen_test]
async fn the_second_401_in_a_row_is_final() {
    let network = Network::new(json!([{ "status": 401 }]));
    let (bearer, calls) = bearer();
    let mut source = EventSource::builder(URL).bearer(&bearer).build().expect("a source");
    let lines = take(&mut source, 3).await;
    assert!(lines[0].contains("401") && lines[1].contains("401") && lines[2] == "end", "{lines:?}");
    assert_eq!((calls.get(), tokens(&network)), (1, vec!["Bearer old".to_owned(), "Bearer new 1".to_owned()]));
}

#[wasm_bindgen_test]
async fn a_bearer_goes_together_with_headers_and_retry_if_and_resume() {
    let network = Network::new(json!([
        { "status": 401 },
        { "status": 503 },
        { "chunks": ["data: a\n\n"] },
        hanging("a"),
    ]));
    let (bearer, _) = bearer();
    let mut source = EventSource::builder(URL)
        .reconnect(fast())
        .method("POST")
        .resume(async |_| Some(ResumeRequest::new()))
        .bearer(&bearer)
        .headers(async |_| Ok::<_, String>(vec![("X-Team".into(), "blue".into())]))
        .retry_if(async |refusal: &Refusal| refusal.status() == 503)
        .build()
        .expect("a source");
    let lines = take(&mut source, 5).await;
    assert_eq!((&*lines[2], &*lines[4]), (A, A), "{lines:?}");
    assert_eq!(tokens(&network), ["Bearer old", "Bearer new 1", "Bearer new 1", "Bearer new 1"]);
    let methods: Vec<_> = sent(&network);
    assert!(methods.iter().all(|line| line.ends_with("blue")), "{methods:?}");
    assert!(methods[..3].iter().all(|line| line.starts_with("POST")) && methods[3].starts_with("GET"), "{methods:?}");
}
