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

/// Runs every case of a file with one more option, and tells of all that fail.
async fn run(file: &str, with: fn(Builder) -> Builder) {
    let cases = parsed(file);
    let mut failures = Vec::new();
    for case in cases.as_array().expect("a list of cases") {
        if case["skip"]["rust"].is_string() {
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
                run(include_str!($path), |builder| builder).await;
            }
        )*

        /// A source that shares is like any other.
        #[cfg(feature = "sharing")]
        mod shared {
            use super::{run, wasm_bindgen_test, with_sharing};

            $(
                #[wasm_bindgen_test]
                async fn $name() {
                    run(include_str!($path), with_sharing).await;
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
}
