//! What is printed for debugging has no payloads and no secrets: it ends up in logs.
#![cfg(not(target_arch = "wasm32"))]

use std::fmt::Debug;

use wasm_eventsource::engine::Engine;
use wasm_eventsource::event_stream::{Batch, Parser, Step};
use wasm_eventsource::{Event, Refusal};

/// In everything that may be secret.
const SECRET: &str = "hunter2";

fn expect_no_secret(value: &dyn Debug) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!text.contains(SECRET), "{text}");
        assert!(text.starts_with(char::is_uppercase), "it says what it is: {text:?}");
        // As a list of bytes.
        assert!(!text.replace(char::is_whitespace, "").contains("104,117,110,116"), "{text}");
    }
}

fn stream() -> Vec<u8> {
    format!("id: {SECRET}\ndata: {SECRET}\n\n: {SECRET}\nid: {SECRET}\ndata: {SECRET}").into_bytes()
}

#[test]
fn a_parser_and_its_steps_have_no_text() {
    let stream = stream();
    let mut rest = &stream[..];
    let mut parser = Parser::new().with_comments();
    let mut steps = 0;
    while let Some(step) = parser.advance(&mut rest).expect("nothing is too large") {
        expect_no_secret(&step);
        if let Step::Event(event) = step {
            expect_no_secret(&event);
            expect_no_secret(&event.head());
            let event = event.into_event();
            expect_no_secret(&event);
            assert!(format!("{event:?}").contains("data_length: 7"), "{event:?}");
        }
        steps += 1;
    }
    assert_eq!(steps, 2, "an event and a comment");
    expect_no_secret(&parser);
}

#[test]
fn an_engine_in_the_middle_of_a_chunk_has_no_text() {
    use std::time::Duration;
    use wasm_eventsource::connection::{Clock, Timestamp};
    use wasm_eventsource::engine::Action;

    struct Stopped;
    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            Duration::from_secs(60)
        }
        fn jitter(&self) -> f64 {
            0.5
        }
    }
    let stream = stream();
    let mut engine = Engine::for_body(Parser::new());
    assert_eq!(engine.next_action(&Stopped), Action::Open);
    assert_eq!(engine.next_action(&Stopped), Action::Read);
    engine.receive_chunk(stream.len()).expect("it was asked for").copy_from_slice(&stream);
    assert_eq!(engine.next_action(&Stopped), Action::Dispatch);
    let mut batch = Batch::default();
    engine.fill(&mut batch);
    assert_eq!(batch.len(), 1);
    expect_no_secret(&engine);
    expect_no_secret(&batch);
}

#[test]
fn an_event_that_was_made_and_a_refusal_have_no_text() {
    expect_no_secret(&Event::new("message", SECRET).with_last_event_id(SECRET));
    expect_no_secret(&Refusal::new(401, vec![("set-cookie".into(), SECRET.into())], SECRET.into()));
}

#[cfg(feature = "json")]
#[test]
fn values_and_payloads_that_are_none_have_no_text() {
    use futures::executor::block_on;
    use futures::{StreamExt, stream};
    use wasm_eventsource::EventStream;

    let body = format!("id: {SECRET}\ndata: \"{SECRET}\"\n\n");
    let events = || EventStream::new(stream::iter([Ok::<_, std::io::Error>(body.clone())]));
    expect_no_secret(&events());
    let mut texts = events().json::<String>();
    expect_no_secret(&texts);
    let value = block_on(texts.next()).expect("an item").expect("a value");
    expect_no_secret(&value);
    let mut numbers = events().json::<u8>();
    let error = block_on(numbers.next()).expect("an item").expect_err("it is no number");
    expect_no_secret(&error);
    assert!(format!("{error:?}").contains("line: 1"), "{error:?}");
}

#[cfg(feature = "ssr")]
#[test]
fn a_source_and_what_it_is_made_of_have_no_secret() {
    use wasm_eventsource::EventSource;
    use wasm_eventsource::engine::Engine;
    use wasm_eventsource::web::{Driver, Options, RequestOptions};

    let url = format!("https://me:{SECRET}@example.com/events?token={SECRET}#{SECRET}");
    let builder = EventSource::builder(&url).header("Authorization", SECRET).body(SECRET).last_event_id(SECRET);
    expect_no_secret(&builder);
    let source = builder.build().expect("a source");
    assert_eq!(format!("{source:?}"), r#"EventSource { url: "https://example.com/events?..", state: Connecting, .. }"#);
    expect_no_secret(&source.subscribe("ping"));
    expect_no_secret(&source.state_changes());
    expect_no_secret(&Driver::new(&url, Options::default(), Engine::default(), || {}).expect("a driver"));
    let mut options = RequestOptions::default();
    options.headers = vec![("Authorization".into(), SECRET.into())];
    options.body = Some(SECRET.as_bytes().into());
    expect_no_secret(&options);
}
