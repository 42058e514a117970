//! What a refused response says, and who decides whether to try again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::connection::Reconnect;
use wasm_eventsource::{Error, EventSource, Reason, Redirect, Refusal};

use super::census::happen;
use super::network::{Network, URL, connect};
use super::polling::{has_nothing, settle, take, until};

const A: &str = r#"message "a" """#;

fn event() -> Value {
    json!({ "chunks": ["data: a\n\n"], "then": "hang" })
}

fn refused(status: u16, body: &str) -> Value {
    json!({ "status": status, "headers": { "Content-Type": "application/json", "X-Id": "7" }, "chunks": [body] })
}

async fn error(source: &mut EventSource) -> Error {
    source.next().await.expect("an item").expect_err("an error")
}

fn fast() -> Reconnect {
    Reconnect::default().initial_delay(Duration::from_millis(1))
}

#[wasm_bindgen_test]
async fn an_error_has_the_headers_and_the_body_of_the_response() {
    for status in [401, 200] {
        let _network = Network::new(json!([refused(status, "{\"error\": \"ü\"}")]));
        let error = error(&mut connect()).await;
        let refusal = error.refusal().expect("a refusal");
        assert_eq!((refusal.status(), refusal.body()), (status, "{\"error\": \"ü\"}"));
        assert_eq!((refusal.header("X-ID"), refusal.header("X-None")), (Some("7"), None));
        assert_eq!(refusal.headers().len(), 2);
        assert!(!format!("{error:?}").contains("ü"), "a body may have secrets in it, a log must not");
    }
}

#[wasm_bindgen_test]
async fn a_refusal_has_the_url_of_the_response_and_says_whether_a_redirect_led_there() {
    let login = "https://fake.test/login";
    for (attempt, url, is_redirected) in [
        (json!({ "status": 404 }), URL, false),
        (json!({ "status": 404, "url": login, "redirected": true }), login, true),
    ] {
        let _network = Network::new(json!([attempt]));
        let error = error(&mut connect()).await;
        let refusal = error.refusal().expect("a refusal");
        assert_eq!((refusal.url(), refusal.is_redirected()), (Some(url), is_redirected));
    }
}

#[wasm_bindgen_test]
async fn of_a_body_that_goes_on_there_is_what_came_in_time_and_no_more_than_64_kib() {
    let hangs = json!({ "status": 500, "chunks": ["so far"], "then": "hang" });
    let breaks = json!({ "status": 500, "chunks": ["so far"], "then": "error" });
    for attempt in [hangs, breaks] {
        let network = Network::new(json!([attempt]));
        assert_eq!(error(&mut connect()).await.refusal().expect("a refusal").body(), "so far");
        settle().await;
        assert_eq!(network.live(), 0);
    }
    let network = Network::new(json!([{ "status": 500, "chunks": [format!("a{}", "ü".repeat(512))], "times": 1000 }]));
    let error = error(&mut connect()).await;
    let body = error.refusal().expect("a refusal").body();
    assert!((64 * 1024 - 1..=64 * 1024).contains(&body.len()) && !body.contains('\u{fffd}'), "{}", body.len());
    settle().await;
    assert_eq!((network.pulls(), network.live()), (64, 0), "and no more is read of it");
}

#[wasm_bindgen_test]
async fn without_a_body_there_is_none_to_wait_for() {
    let empty = json!({ "status": 500, "headers": { "Content-Length": "0" }, "then": "hang" });
    for attempt in [json!({ "status": 204 }), empty] {
        let network = Network::new(json!([attempt]));
        let mut source = connect();
        assert_eq!(error(&mut source).await.refusal().expect("a refusal").body(), "");
        assert_eq!(network.pulls(), 0);
    }
}

#[wasm_bindgen_test]
async fn an_error_without_a_response_has_no_refusal() {
    let _network = Network::new(json!([{ "chunks": ["retry: 1\n\n"] }, refused(500, "x")]));
    let mut source = connect();
    assert!(error(&mut source).await.refusal().is_none());
    assert!(error(&mut source).await.refusal().is_some());
}

#[wasm_bindgen_test]
async fn who_is_asked_decides_by_status_headers_and_body() {
    let network = Network::new(json!([refused(409, "busy"), event()]));
    let asked = Rc::<RefCell<Vec<Refusal>>>::default();
    let seen = Rc::clone(&asked);
    let retry_if = async move |refusal: &Refusal| {
        seen.borrow_mut().push(refusal.clone());
        refusal.body() == "busy"
    };
    let builder = EventSource::builder(URL).reconnect(fast()).retry_if(retry_if);
    let mut source = builder.clone().build().expect("a source");
    let error = error(&mut source).await;
    assert!(!error.is_fatal());
    assert_eq!(asked.take(), [error.refusal().expect("a refusal").clone()]);
    assert_eq!(take(&mut source, 1).await, [A]);
    assert_eq!(network.requests().len(), 2);
    drop(network);

    let network = Network::new(json!([refused(409, "gone"), event()]));
    let mut source = builder.build().expect("a source");
    assert!(source.next().await.expect("an item").expect_err("an error").is_fatal());
    assert_eq!((source.next().await, network.requests().len()), (None, 1));
}

#[wasm_bindgen_test]
async fn it_is_asked_of_any_refusal_but_those_that_the_policy_has_tried_again() {
    let script = json!([refused(503, ""), { "status": 204 }, refused(200, ""), event()]);
    let _network = Network::new(script);
    let asked = Rc::<RefCell<Vec<u16>>>::default();
    let seen = Rc::clone(&asked);
    let builder = EventSource::builder(URL).reconnect(fast().statuses([503])).retry_if(async move |refusal| {
        seen.borrow_mut().push(refusal.status());
        true
    });
    let mut source = builder.build().expect("a source");
    assert_eq!(take(&mut source, 4).await.pop().as_deref(), Some(A));
    assert_eq!(asked.take(), [204, 200]);
}

#[wasm_bindgen_test]
async fn a_post_is_repeated_for_who_asks_for_it() {
    let network = Network::new(json!([refused(500, ""), event()]));
    let post = EventSource::builder(URL).method("POST").body("{}").retry_if(async |_| true);
    let mut source = post.build().expect("a source");
    assert!(!error(&mut source).await.is_fatal());
    source.reconnect();
    assert_eq!(take(&mut source, 1).await, [A]);
    assert_eq!(network.requests().len(), 2);
}

#[wasm_bindgen_test]
async fn an_answer_of_a_language_model_comes_after_its_429() {
    let busy = json!({ "error": { "code": "rate_limit_exceeded" } }).to_string();
    let delta = |text: &str| format!("data: {}\n\n", json!({ "choices": [{ "delta": { "content": text } }] }));
    let chunks = [delta("Hel"), delta("lo"), "data: [DONE]\n\n".to_string()];
    let network = Network::new(json!([
        { "status": 429, "headers": { "Content-Type": "application/json", "Retry-After": "0" }, "chunks": [busy] },
        { "chunks": chunks, "then": "hang" },
    ]));
    let is_busy = async |refusal: &Refusal| {
        let body: Value = serde_json::from_str(refusal.body()).expect("JSON");
        body["error"]["code"] == "rate_limit_exceeded"
    };
    let builder = EventSource::builder(URL)
        .method("POST")
        .header("Authorization", "Bearer key")
        .header("Content-Type", "application/json")
        .body(json!({ "stream": true }).to_string())
        .reconnect(fast())
        .retry_if(is_busy);
    let mut source = builder.build().expect("a source");
    assert!(!error(&mut source).await.is_fatal());
    let mut text = String::new();
    while let Some(event) = source.next().await {
        let event = event.expect("an event");
        if event.data() == "[DONE]" {
            break;
        }
        let chunk: Value = serde_json::from_str(event.data()).expect("JSON");
        text += chunk["choices"][0]["delta"]["content"].as_str().expect("a text");
    }
    assert_eq!(text, "Hello");
    for request in network.requests() {
        assert_eq!((&request["method"], &request["body"]), (&json!("POST"), &json!("{\"stream\":true}")));
    }
}

#[wasm_bindgen_test]
async fn a_page_that_goes_while_the_body_comes_asks_nobody_and_back_it_connects_anew() {
    let network = Network::new(json!([{ "status": 500, "chunks": ["x"], "then": "hang" }, event()]));
    let asked = Rc::<Cell<u32>>::default();
    let seen = Rc::clone(&asked);
    let builder = EventSource::builder(URL).retry_if(async move |_| {
        seen.set(seen.get() + 1);
        true
    });
    let mut source = builder.build().expect("a source");
    assert!(has_nothing(&mut source));
    until("the body is read", || network.pulls() == 2).await;
    happen("pagehide");
    assert!(has_nothing(&mut source));
    until("nothing is left", || network.live() == 0).await;
    gloo_timers::future::TimeoutFuture::new(300).await;
    assert_eq!((asked.get(), network.requests().len()), (0, 1));
    happen("pageshow");
    assert_eq!(take(&mut source, 1).await, [A]);
    assert_eq!(asked.get(), 0);
}

#[wasm_bindgen_test]
async fn closing_while_the_body_comes_asks_nobody_and_tells_nothing() {
    let network = Network::new(json!([{ "status": 500, "chunks": ["x"], "then": "hang" }]));
    let asked = Rc::<Cell<u32>>::default();
    let seen = Rc::clone(&asked);
    let builder = EventSource::builder(URL).retry_if(async move |_| {
        seen.set(seen.get() + 1);
        true
    });
    let mut source = builder.build().expect("a source");
    assert!(has_nothing(&mut source));
    until("the body is read", || network.pulls() == 2).await;
    source.close();
    assert_eq!(source.next().await, None);
    until("nothing is left", || network.live() == 0).await;
    gloo_timers::future::TimeoutFuture::new(300).await;
    assert_eq!((asked.get(), network.requests().len()), (0, 1));
}

#[wasm_bindgen_test]
async fn the_answer_may_take_its_time_and_the_source_waits_for_it() {
    let network = Network::new(json!([refused(401, "expired"), event()]));
    let (log_in, logged_in) = futures::channel::oneshot::channel::<()>();
    let logged_in = futures::future::FutureExt::shared(logged_in);
    let builder = EventSource::builder(URL).reconnect(fast()).retry_if(async move |refusal| {
        let refused = refusal.status() == 401;
        logged_in.clone().await.is_ok() && refused
    });
    let mut source = builder.build().expect("a source");
    assert!(has_nothing(&mut source));
    until("it was refused", || network.live() == 0 || network.pulls() > 0).await;
    settle().await;
    assert!(has_nothing(&mut source));
    assert_eq!(network.requests().len(), 1);
    log_in.send(()).expect("the question is still open");
    assert!(!error(&mut source).await.is_fatal());
    assert_eq!(take(&mut source, 1).await, [A]);
}

#[wasm_bindgen_test]
async fn an_answer_that_comes_after_the_source_was_closed_has_no_effect() {
    let network = Network::new(json!([refused(401, "expired"), event()]));
    let (log_in, logged_in) = futures::channel::oneshot::channel::<()>();
    let logged_in = futures::future::FutureExt::shared(logged_in);
    let asked = Rc::<Cell<bool>>::default();
    let seen = Rc::clone(&asked);
    let builder = EventSource::builder(URL).reconnect(fast()).retry_if(async move |_| {
        seen.set(true);
        logged_in.clone().await.is_ok()
    });
    let mut source = builder.build().expect("a source");
    until("it was asked", || asked.get()).await;
    source.close();
    log_in.send(()).expect("the question is still open");
    settle().await;
    assert_eq!((source.next().await, network.requests().len()), (None, 1));
}

#[wasm_bindgen_test]
async fn closing_in_there_is_final() {
    let network = Network::new(json!([refused(500, "x"), event()]));
    let slot = Rc::<RefCell<Option<EventSource>>>::default();
    let own = Rc::clone(&slot);
    let builder = EventSource::builder(URL).reconnect(fast()).retry_if(async move |_| {
        drop(own.borrow_mut().take());
        true
    });
    slot.replace(Some(builder.build().expect("a source")));
    assert!(has_nothing(slot.borrow_mut().as_mut().expect("a source")));
    until("it was asked", || slot.borrow().is_none()).await;
    gloo_timers::future::TimeoutFuture::new(50).await;
    assert_eq!((network.requests().len(), network.live()), (1, 0));
}

#[wasm_bindgen_test]
async fn headers_of_ones_own_are_not_redirected_to_another_origin_unless_that_is_said() {
    let source = || EventSource::builder(URL);
    for (builder, redirect) in [
        (source().header("X-Api-Key", "a"), "error"),
        (source().headers(async |_| Ok::<_, String>(vec![("X-Api-Key".into(), "a".into())])), "error"),
        (source().header("X-Api-Key", "a").redirect(Redirect::Follow), "follow"),
        (source().header("Authorization", "a"), "error"),
        (source().header("Accept-Language", "de").header("content-type", "text/plain"), "follow"),
        (source().redirect(Redirect::Error), "error"),
        (source(), "follow"),
    ] {
        let network = Network::new(json!([event()]));
        let mut source = builder.build().expect("a source");
        assert_eq!(take(&mut source, 1).await, [A]);
        assert_eq!(network.requests()[0]["redirect"], redirect);
    }
}

#[wasm_bindgen_test]
async fn a_refusal_is_told_by_its_reason_as_ever() {
    let _network = Network::new(json!([refused(403, "x")]));
    let error = error(&mut connect()).await;
    assert_eq!(error.reason(), &Reason::Status { status: 403 });
    assert_eq!(error.to_string(), "the response has status 403, and only 200 opens a stream");
}
