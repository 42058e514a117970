//! The corpus of the fuzzers as an ordinary test: `cargo xtask fuzz` finds new inputs, and this runs those that are kept.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../fuzz/src/lib.rs"]
#[allow(dead_code, unreachable_pub, reason = "the fuzzers need the rest")]
mod targets;

use std::fs;
use std::panic;
use std::path::Path;

/// Runs every input that is kept for a target. Returns how many there are.
fn run_corpus(target: &str, run: fn(&[u8]) -> usize) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let inputs = fs::read_dir(folder).expect("there is a corpus").map(|entry| entry.expect("it can be listed").path());
    let mut count = 0;
    for path in inputs {
        let input = fs::read(&path).expect("an input can be read");
        if let Err(failure) = panic::catch_unwind(|| run(&input)) {
            eprintln!("the input is {}", path.display());
            panic::resume_unwind(failure);
        }
        count += 1;
    }
    count
}

#[test]
fn every_kept_input_means_the_same_to_the_parser_and_to_the_naive_interpreter() {
    assert!(run_corpus("parser", targets::parser::run) > 100);
}

#[test]
fn every_kept_sequence_of_operations_leaves_the_invariants_of_the_engine_intact() {
    assert!(run_corpus("engine", targets::engine::run) > 100);
}
