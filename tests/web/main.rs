//! The Rust face in a browser, with a `fetch` that answers from a script: no server, no network.
#![cfg(all(target_arch = "wasm32", feature = "web"))]

mod backpressure;
mod census;
mod closing;
mod comments;
mod connecting;
mod driver_case;
mod driver_options;
mod driver_table;
mod errors;
#[cfg(feature = "json")]
mod json;
mod keeping;
mod leaks;
mod lifetime;
mod line;
mod network;
mod pace;
mod panics;
mod polling;
mod reentrancy;
mod refusals;
mod requests;
mod resuming;
#[cfg(feature = "sharing")]
mod sharing;
#[path = "../support/signatures.rs"]
mod signatures;
mod stages;
mod states;
mod subscription_ends;
mod subscriptions;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test::wasm_bindgen_test]
fn the_interface_is_the_same_on_every_target() {
    signatures::are_the_same();
}
