//! The Rust face where there is neither a browser nor the feature `ssr`.
#![cfg(all(not(target_arch = "wasm32"), feature = "web", not(feature = "ssr")))]

#[path = "support/signatures.rs"]
mod signatures;

use std::cell::RefCell;
use std::error::Error as _;
use std::time::Duration;

use futures::executor::block_on;
use wasm_eventsource::engine::Engine;
use wasm_eventsource::session::{self, Session};
use wasm_eventsource::web::{Driver, Options};
use wasm_eventsource::{ConnectionState, Error, EventSource, Reason};

#[test]
fn the_interface_is_the_same_on_every_target() {
    signatures::are_the_same();
}

#[test]
fn a_source_is_an_error_that_says_what_to_do_instead_of_one_that_waits_for_ever() {
    let errors = [
        EventSource::new("https://example.com/events").err(),
        EventSource::builder("/events").with_credentials(true).build().err(),
        Driver::new("https://example.com/events", Options::default(), Engine::default(), || {}).err(),
    ];
    for error in errors {
        let error = error.expect("there is no browser");
        assert_eq!((error.reason(), error.is_fatal()), (&Reason::Unsupported, true));
        let message = error.to_string();
        assert!(message.contains("`ssr`") && message.contains("`EventStream`"), "{message}");
        assert!(error.source().is_none());
    }
}

#[test]
fn a_mistake_in_an_option_is_told_first() {
    let error = EventSource::builder("/events").idle_timeout(Duration::ZERO).build().expect_err("it is no option");
    assert!(matches!(error.reason(), Reason::InvalidOption { option: "idle_timeout", .. }), "{error}");
}

#[test]
fn a_session_fails_and_goes_on_taking_commands() {
    let failed = ConnectionState::Failed { error: Error::fatal(Reason::Unsupported) };
    assert_eq!(session::initial_state(true), failed);
    let states = RefCell::new(Vec::new());
    let (handle, session) = Session::new();
    let task = session.run(|builder| builder, |state| states.borrow_mut().push(state), |_| unreachable!("no event"));
    handle.connect(Some("/events".into()));
    handle.connect(None);
    handle.end();
    block_on(task);
    assert_eq!(states.into_inner(), [failed, ConnectionState::Closed]);
}
