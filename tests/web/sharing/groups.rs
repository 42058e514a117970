//! Who shares with whom.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::sharing::Role;
use wasm_eventsource::{Builder, EventSource, Incomplete, Reason, Redirect, Shared};

use super::super::network::Network;
use super::super::polling::take_data;
use super::{builder, new_url, until_open, until_role};

type Options = fn(Builder) -> Builder;

/// Each attempt has events of its own.
fn network() -> Network {
    Network::new(json!([
        { "chunks": ["data: of the first\n\n"], "then": "hang" },
        { "chunks": ["data: of the second\n\n"], "then": "hang" },
    ]))
}

/// Whether two sources with the same URL and these options share.
async fn share(first: Options, second: Options) -> bool {
    let network = network();
    let url = new_url();
    let mut leader = first(builder(&url)).build().expect("valid options");
    assert_eq!(take_data(&mut leader, 1).await, ["of the first"]);
    let mut other = second(builder(&url)).build().expect("valid options");
    until_open(&other).await;
    until_role(&leader, Role::Leader).await;
    if network.count() == 1 {
        assert_eq!(other.shared(), Some(Role::Member));
        return true;
    }
    assert_eq!(take_data(&mut other, 1).await, ["of the second"]);
    until_role(&other, Role::Leader).await;
    assert_eq!(network.live(), 2);
    false
}

const PLAIN: Options = |builder| builder;

#[wasm_bindgen_test]
async fn two_keys_are_never_mixed() {
    let a: Options = |builder| builder.shared(Shared::new().key("a"));
    let b: Options = |builder| builder.shared(Shared::new().key("b"));
    assert!(share(a, a).await);
    assert!(!share(a, b).await);
    assert!(!share(PLAIN, a).await);
}

#[wasm_bindgen_test]
async fn neither_are_two_requests() {
    let differ: [Options; 9] = [
        |builder| builder.with_credentials(true),
        |builder| builder.last_event_id("7"),
        |builder| builder.header("X-Team", "a"),
        |builder| builder.header("X-Team", "b"),
        |builder| builder.method("POST"),
        |builder| builder.method("POST").body("a"),
        |builder| builder.method("POST").body(vec![0xff]),
        |builder| builder.last_event_id_parameter("after"),
        |builder| builder.redirect(Redirect::Error),
    ];
    for (index, options) in differ.into_iter().enumerate() {
        assert!(share(options, options).await, "{index}");
        assert!(!share(PLAIN, options).await, "{index}");
        for (other, others) in differ.into_iter().enumerate().skip(index + 1) {
            assert!(!share(options, others).await, "{index} and {other}");
        }
    }
}

#[wasm_bindgen_test]
async fn what_is_for_a_source_alone_does_not_count() {
    let options: [Options; 4] = [
        |builder| builder.method("get"),
        |builder| builder.max_event_size(1000),
        |builder| builder.on_comment(|_| {}).retry_if(async |_| false),
        |builder| builder.shared(Shared::new().replay(9)),
    ];
    for (index, options) in options.into_iter().enumerate() {
        assert!(share(PLAIN, options).await, "{index}");
    }
}

#[wasm_bindgen_test]
async fn a_function_for_headers_needs_a_key() {
    let _network = network();
    let with_headers = |shared| {
        EventSource::builder(&new_url())
            .headers(async |_| Ok::<_, std::io::Error>(vec![("X-Team".into(), "a".into())]))
            .shared(shared)
            .build()
    };
    let error = with_headers(Shared::new()).expect_err("there is no key");
    assert!(matches!(error.reason(), Reason::InvalidOption { option: "shared", .. }), "{error}");
    let source = with_headers(Shared::new().key("a user")).expect("there is a key");
    until_open(&source).await;
    assert_eq!(source.shared(), Some(Role::Leader));
}

#[wasm_bindgen_test]
async fn a_source_that_does_not_share_has_no_role() {
    let _network = network();
    let source = EventSource::new(&new_url()).expect("a valid URL");
    assert_eq!(source.shared(), None);
}

#[wasm_bindgen_test]
async fn what_is_of_one_stream_alone_does_not_go_with_a_shared_connection() {
    let _network = network();
    let shared = |options: Options| options(EventSource::builder(&new_url())).shared(Shared::new()).build();
    let options: [Options; 4] = [
        |builder| builder.until(|_| false),
        |builder| builder.incomplete(Incomplete::Deliver),
        |builder| builder.resume(async |_| None),
        |builder| builder.accept(|_| false),
    ];
    for (index, options) in options.into_iter().enumerate() {
        let error = shared(options).expect_err("it cannot be had");
        assert!(matches!(error.reason(), Reason::InvalidOption { option: "shared", .. }), "{index}: {error}");
    }
    let source = shared(|builder| builder).expect("nothing is wrong");
    let error = source.reconnect_from("7").expect_err("the ID is that of all");
    assert!(matches!(error.reason(), Reason::InvalidOption { option: "reconnect_from", .. }), "{error}");
    let with_key = EventSource::builder(&new_url()).accept(|_| false).shared(Shared::new().key("a"));
    assert!(with_key.build().is_ok(), "there is a key");
}
