//! libFuzzer's way into the target `engine`.
#![no_main]

use wasm_eventsource_fuzz::{count, engine};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| count::add(engine::run(bytes)));
