//! libFuzzer's way into the target `parser`.
#![no_main]

use wasm_eventsource_fuzz::{count, parser};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| count::add(parser::run(bytes)));
