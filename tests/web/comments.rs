//! Comments, told to whoever asked for them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::StreamExt;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::{EventSource, ReadyState};

use super::network::{Network, URL};
use super::polling::{line, settle, take};

#[wasm_bindgen_test]
async fn a_comment_is_told_between_the_events_before_it_and_those_behind_it() {
    let _network = Network::new(json!([
        { "chunks": [": one\n\ndata: a\n\n: t", "wo\ndata: b\n\n:three\n\n"], "then": "hang" },
    ]));
    let told = Rc::new(RefCell::new(Vec::new()));
    let comments = Rc::clone(&told);
    let on_comment = move |comment: &str| comments.borrow_mut().push(comment.to_string());
    let mut source = EventSource::builder(URL).on_comment(on_comment).build().expect("a valid URL");
    assert_eq!(line(source.next().await), r#"message "a" """#);
    assert_eq!(told.take(), ["one"]);
    assert_eq!(line(source.next().await), r#"message "b" """#);
    assert_eq!(told.take(), ["two"], "what is behind the event is not read before it is taken");
    assert!(futures::poll!(source.next()).is_pending());
    assert_eq!(told.take(), ["three"]);
}

#[wasm_bindgen_test]
async fn a_source_may_be_closed_by_a_comment() {
    thread_local! {
        static SOURCE: RefCell<Option<EventSource>> = const { RefCell::new(None) };
    }
    let network = Network::new(json!([{ "chunks": ["data: a\n\n:bye\ndata: b\n\n:once\n"], "then": "hang" }]));
    let count = Rc::new(Cell::new(0));
    let comments = Rc::clone(&count);
    let on_comment = move |_: &str| {
        comments.set(comments.get() + 1);
        SOURCE.with_borrow(|source| source.as_ref().expect("it is there").close());
    };
    let source = EventSource::builder(URL).on_comment(on_comment).build().expect("a valid URL");
    let mut all = source.subscribe("message");
    SOURCE.set(Some(source));
    assert_eq!(take(&mut all, 1).await, [r#"message "a" """#]);
    assert!(all.next().await.is_none());
    assert_eq!(count.get(), 1);
    let ready_state = SOURCE.take().map(|source| source.ready_state());
    assert_eq!(ready_state, Some(ReadyState::Closed));
    settle().await;
    assert_eq!(network.live(), 0);
}
