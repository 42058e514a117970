//! The cases in `tests/driver/`, which hold both drivers to the same, against the Rust face. `tests/js/suite/driver-table.js`
//! runs them against the class of JavaScript. `tests/driver/README.md` describes a case.

use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::Builder;

use super::driver_case::seen_of;

#[wasm_bindgen(module = "/tests/support/driver_case.js")]
extern "C" {
    #[wasm_bindgen(js_name = prepareJson)]
    fn prepare(case: &str) -> String;

    #[wasm_bindgen(js_name = expectedJson)]
    fn expected(case: &str, face: &str) -> String;

    #[wasm_bindgen(js_name = differencesJson)]
    fn differences(case: &str, face: &str, seen: &str) -> String;
}

const FACE: &str = "rust";

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

/// Runs every case of a file with one more option, except these, and tells of all that fail.
async fn run(file: &str, with: fn(Builder) -> Builder, except: &[&str]) {
    let cases = parsed(file);
    let mut failures = Vec::new();
    for case in cases.as_array().expect("a list of cases") {
        let is_excepted = except.iter().any(|name| case["name"] == *name);
        if is_excepted || case["skip"]["rust"].is_string() {
            continue;
        }
        let case = prepare(&case.to_string());
        let seen = seen_of(&parsed(&case), &parsed(&expected(&case, FACE)), with).await;
        let found = parsed(&differences(&case, FACE, &seen.to_string()));
        if found != json!([]) {
            failures.push(format!("{}: {found:#}", parsed(&case)["name"]));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is different where a source shares.
#[cfg(feature = "sharing")]
const DIFFERENT: [&str; 11] = [
    // Others have all that was received, and the next request goes on behind it. So the source itself gets it, too.
    "A page that is put away at an event is told no more of the chunk",
    "reconnect() at an event drops the rest of the chunk",
    // There may be a gap, because others may have had the connection meanwhile, or none.
    "With whenHidden close a document that is put away and hidden has to be shown and visible",
    "A POST without an ID fails when its document is visible again",
    // No request is sent before the others are asked.
    "A source that is closed at once sends what it has sent and no more",
    "The failure of a fetch that throws at once is not told after close()",
    "The failure of a fetch that throws at once does not reach the request that reconnect() sends",
    // The next request is sent at once, and not when the source is polled.
    "reconnect() makes another connection at once, with the last event ID and without an error",
    "reconnect() while a request is out sends another one in its place",
    "A byte of a comment makes a connection that lasts a second a success",
    "A source that is closed while it waits sends no further request",
];

/// In a group of its own.
#[cfg(feature = "sharing")]
fn with_sharing(builder: Builder) -> Builder {
    builder.shared(wasm_eventsource::Shared::new().key(&js_sys::Math::random().to_string()))
}

macro_rules! files {
    ($($name:ident: $path:literal,)*) => {
        $(
            #[wasm_bindgen_test]
            async fn $name() {
                run(include_str!($path), |builder| builder, &[]).await;
            }
        )*

        /// A source that shares is like any other.
        #[cfg(feature = "sharing")]
        mod shared {
            use super::{DIFFERENT, run, wasm_bindgen_test, with_sharing};

            $(
                #[wasm_bindgen_test]
                async fn $name() {
                    run(include_str!($path), with_sharing, &DIFFERENT).await;
                }
            )*
        }
    };
}

files! {
    bodies: "../driver/bodies.json",
    closing: "../driver/closing.json",
    comments: "../driver/comments.json",
    cors_probes: "../driver/cors-probes.json",
    idle: "../driver/idle.json",
    last_event_ids: "../driver/last-event-ids.json",
    page_events: "../driver/page-events.json",
    reconnecting: "../driver/reconnecting.json",
    refusals: "../driver/refusals.json",
    requests: "../driver/requests.json",
    responses: "../driver/responses.json",
    verifying: "../driver/verifying.json",
}
