//! What the fuzzers run, and the corpus as an ordinary test (tests/fuzz_corpus.rs).
//!
//! | target | what it compares |
//! |---|---|
//! | [`parser`] | the parser, however its stream is cut, with the naive interpreter; events in batches with events one by one |
//! | [`engine`] | the engine under arbitrary operations with the list in `invariants.rs` |
//!
//! Both take their inputs apart with [`input::Input`]. Any bytes are a valid input.

pub mod count;
pub mod engine;
mod input;
mod invariants;
mod ledger;
mod operations;
pub mod parser;
mod reader;

#[allow(dead_code, reason = "the tests need the rest")]
#[path = "../../tests/support/naive.rs"]
mod naive;
#[path = "../../tests/support/naive_bound.rs"]
mod naive_bound;
#[allow(dead_code, reason = "the referee needs its types, not its files")]
#[path = "../../tests/support/vectors.rs"]
mod vectors;
