//! Requests that are more than the standard's, and policies of reconnecting.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt;
use gloo_timers::future::TimeoutFuture;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::connection::Reconnect;
use wasm_eventsource::{Attempt, Builder, EventSource, Reason};

use super::network::{Network, URL};
use super::polling::{take, until};

const A: &str = r#"message "a" "1""#;
const ENDED: &str = "error the server ended the stream";

/// A stream that ends and one that does not, both with an event.
fn twice() -> Value {
    json!([{ "chunks": ["retry: 1\nid: 1\ndata: a\n\n"] }, { "chunks": ["data: a\n\n"], "then": "hang" }])
}

async fn requests_of(builder: Builder, network: &Network) -> Vec<Value> {
    let mut source = builder.build().expect("a valid source");
    assert_eq!(take(&mut source, 3).await, [A, ENDED, A]);
    network.requests()
}

#[wasm_bindgen_test]
async fn headers_go_with_each_request() {
    let network = Network::new(twice());
    let builder = EventSource::builder(URL).header("X-Key", "a").header("Authorization", "Bearer b");
    for request in requests_of(builder, &network).await {
        assert_eq!(request["headers"]["x-key"], "a");
        assert_eq!(request["headers"]["authorization"], "Bearer b");
        assert_eq!(request["headers"]["accept"], "text/event-stream");
    }
}

#[wasm_bindgen_test]
async fn headers_can_be_made_for_each_attempt() {
    let network = Network::new(twice());
    let builder = EventSource::builder(URL).headers(async |Attempt { last_event_id, .. }| {
        Ok::<_, String>(vec![("X-After".into(), format!("<{last_event_id}>"))])
    });
    let requests = requests_of(builder, &network).await;
    let sent: Vec<_> = requests.iter().map(|request| request["headers"]["x-after"].clone()).collect();
    assert_eq!(sent, ["<>", "<1>"]);
}

#[wasm_bindgen_test]
async fn an_attempt_whose_headers_cannot_be_made_has_failed_and_another_follows() {
    let network = Network::new(json!([{ "chunks": ["id: 1\ndata: a\n\n"], "then": "hang" }]));
    let calls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&calls);
    let mut source = EventSource::builder(URL)
        .reconnect(Reconnect::default().initial_delay(Duration::from_millis(1)))
        .headers(async move |_| {
            counted.set(counted.get() + 1);
            if counted.get() == 1 { Err("no token") } else { Ok(Vec::new()) }
        })
        .build()
        .expect("a valid source");
    assert_eq!(take(&mut source, 2).await, ["error the request could not be prepared: no token", A]);
    assert_eq!((calls.get(), network.requests().len()), (2, 1), "nothing was sent, and no reason looked for");
}

#[wasm_bindgen_test]
async fn a_request_that_is_let_go_of_while_its_headers_are_made_is_not_sent_and_their_future_is_dropped() {
    let network = Network::new(json!([{ "chunks": ["data: a\n\n"], "then": "hang" }]));
    let (begun, ended, held) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)), Rc::new(()));
    let (begins, ends, holds) = (Rc::clone(&begun), Rc::clone(&ended), Rc::clone(&held));
    let builder = EventSource::builder(URL).headers(move |_| {
        let (begins, ends, holds) = (Rc::clone(&begins), Rc::clone(&ends), Rc::clone(&holds));
        async move {
            begins.set(begins.get() + 1);
            TimeoutFuture::new(20).await;
            ends.set(ends.get() + 1);
            drop(holds);
            Ok::<_, String>(Vec::new())
        }
    });
    let (dropped, closed) = (builder.clone().build(), builder.build().expect("a valid source"));
    until("both are being made", || begun.get() == 2).await;
    drop(dropped);
    closed.close();
    drop(closed);
    until("nothing holds what they hold", || Rc::strong_count(&held) == 1).await;
    TimeoutFuture::new(30).await;
    assert_eq!((ended.get(), network.count()), (0, 0));
}

#[wasm_bindgen_test]
async fn a_post_has_a_body_and_with_a_policy_goes_on_from_an_id() {
    let mut script = twice();
    script[0]["then"] = json!("error");
    let network = Network::new(script);
    let post = EventSource::builder(URL).method("post").body("{}").reconnect(Reconnect::default());
    let mut source = post.build().expect("a valid source");
    let lost = "error the connection was lost or not made: the body broke off";
    assert_eq!(take(&mut source, 3).await, [A, lost, A]);
    let requests = network.requests();
    for request in &requests {
        assert_eq!((&request["method"], &request["body"]), (&json!("post"), &json!("{}")));
    }
    assert_eq!(requests[1]["headers"]["last-event-id"], "1");
}

#[wasm_bindgen_test]
async fn a_post_whose_answer_is_complete_is_over_whatever_its_ids() {
    let network = Network::new(twice());
    let mut source = EventSource::builder(URL).method("POST").body("{}").build().expect("a valid source");
    assert_eq!(take(&mut source, 3).await, [A, ENDED, "end"]);
    assert_eq!(network.requests().len(), 1);
}

#[wasm_bindgen_test]
async fn a_post_is_not_repeated_by_itself_unless_that_is_asked_for() {
    let script = json!([{ "chunks": ["retry: 1\ndata: a\n\n"] }, { "chunks": ["data: a\n\n"], "then": "hang" }]);
    let network = Network::new(script.clone());
    let mut source = EventSource::builder(URL).method("POST").build().expect("a valid source");
    assert_eq!(take(&mut source, 3).await, [r#"message "a" """#, ENDED, "end"]);
    assert_eq!(network.requests().len(), 1);
    drop(network);

    let network = Network::new(script);
    let asked = EventSource::builder(URL).method("POST").reconnect(Reconnect::default());
    let mut source = asked.build().expect("a valid source");
    assert_eq!(take(&mut source, 3).await, [r#"message "a" """#, ENDED, r#"message "a" """#]);
    assert_eq!(network.requests().len(), 2);
}

#[wasm_bindgen_test]
async fn the_id_can_go_into_the_query() {
    let network = Network::new(twice());
    let url = format!("{URL}?a=b#c");
    let requests = requests_of(EventSource::builder(&url).last_event_id_parameter("last id"), &network).await;
    let urls: Vec<_> = requests.iter().map(|request| request["url"].as_str().expect("a URL").to_string()).collect();
    assert_eq!(urls, [url, format!("{URL}?a=b&last%20id=1#c")]);
    assert_eq!(requests[1]["headers"]["last-event-id"], Value::Null);
}

#[wasm_bindgen_test]
fn what_cannot_be_sent_is_an_error_of_the_builder() {
    let network = Network::new(json!([{ "hangs": true }]));
    let source = || EventSource::builder(URL);
    for (builder, name) in [
        (source().header("a b", "c"), "header"),
        (source().header("a", "b\nc"), "header"),
        (source().header("Cookie", "a=b"), "header"),
        (source().header("Last-Event-ID", "1"), "header"),
        (source().method("a b"), "method"),
        (source().method("TRACE"), "method"),
        (source().method("HEAD"), "method"),
        (source().body("x"), "body"),
        (source().method("CONNECT"), "method"),
        (source().method(""), "method"),
        (source().method("get").body("x"), "method"),
        (source().last_event_id("a\nb"), "last_event_id"),
        (source().last_event_id("a\rb"), "last_event_id"),
        (source().last_event_id("a\0b"), "last_event_id"),
        (source().last_event_id_parameter(""), "last_event_id_parameter"),
    ] {
        let error = builder.build().expect_err(name);
        assert!(matches!(error.reason(), Reason::InvalidOption { option, .. } if *option == name), "{name}: {error}");
        assert!(error.is_fatal());
        assert!(error.to_string().starts_with(&format!("the option {name} cannot be used: ")), "{error}");
    }
    assert_eq!(network.requests().len(), 0);
}

#[wasm_bindgen_test]
async fn a_header_made_for_an_attempt_that_cannot_be_sent_is_a_failed_attempt_that_gives_no_value_away() {
    let network = Network::new(json!([{ "hangs": true }]));
    for (name, value) in [("Cookie", "secret"), ("Last-Event-ID", "secret"), ("a b", "secret"), ("a", "secret\nsecret")]
    {
        let builder = EventSource::builder(URL)
            .reconnect(Reconnect::never())
            .headers(async move |_| Ok::<_, String>(vec![(name.to_string(), value.to_string())]));
        let mut source = builder.build().expect("a valid source");
        let error = source.next().await.expect("an item").expect_err("an error");
        assert!(matches!(error.reason(), Reason::Unprepared { .. }), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert_eq!(network.requests().len(), 0);
}

#[wasm_bindgen_test]
async fn a_policy_says_which_statuses_are_worth_another_attempt_and_how_many_there_are() {
    let network = Network::new(json!([
        { "status": 503, "headers": { "Content-Type": "text/plain" } },
        { "chunks": ["id: 1\ndata: a\n\n"] },
        { "status": 503, "headers": { "Content-Type": "text/plain" } },
    ]));
    let policy = Reconnect::default().initial_delay(Duration::from_millis(1)).max_attempts(1).statuses([503]);
    let mut source = EventSource::builder(URL).reconnect(policy).build().expect("a valid source");
    let refused = "error the response has status 503, and only 200 opens a stream";
    assert_eq!(take(&mut source, 5).await, [refused, A, ENDED, refused, "end"]);
    assert_eq!(network.requests().len(), 3);
}

#[wasm_bindgen_test]
async fn errors_in_a_row_are_counted() {
    let _network = Network::new(json!([{ "rejects": "no network" }]));
    let policy = Reconnect::default().initial_delay(Duration::from_millis(1)).max_attempts(2);
    let source = EventSource::builder(URL).reconnect(policy).build().expect("a valid source");
    let errors: Vec<_> = source.map(|item| item.expect_err("there is no network")).collect().await;
    assert_eq!(
        errors.iter().map(|error| (error.attempt(), error.is_fatal())).collect::<Vec<_>>(),
        [(1, false), (2, false), (3, true)]
    );
}

#[wasm_bindgen_test]
async fn reconnecting_at_once_sends_the_id_and_tells_no_error() {
    let network = Network::new(json!([
        { "chunks": ["id: 1\ndata: a\n\n"], "then": "hang" },
        { "chunks": ["data: a\n\n"], "then": "hang" },
    ]));
    let mut source = EventSource::builder(URL).build().expect("a valid source");
    assert_eq!(take(&mut source, 1).await, [A]);
    source.reconnect();
    assert_eq!(take(&mut source, 1).await, [A]);
    let requests = network.requests();
    assert_eq!(
        (requests[0]["aborted"].clone(), requests[1]["headers"]["last-event-id"].clone()),
        (json!(true), json!("1"))
    );
}
