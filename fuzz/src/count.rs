//! Counts what has gone through a target, for `cargo xtask fuzz`.

use std::env;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

/// The file to write to.
const FILE: &str = "FUZZ_COUNT";

/// The file is written once for this many inputs: writing takes longer than an input.
const INTERVAL: u64 = 512;

static INPUTS: AtomicU64 = AtomicU64::new(0);
static SIZE: AtomicU64 = AtomicU64::new(0);

/// One input more, of this size.
pub fn add(size: usize) {
    let inputs = INPUTS.fetch_add(1, Ordering::Relaxed) + 1;
    let size = SIZE.fetch_add(size as u64, Ordering::Relaxed) + size as u64;
    if inputs % INTERVAL == 0
        && let Some(file) = env::var_os(FILE)
    {
        fs::write(file, format!("{inputs} {size}")).expect("the count can be written");
    }
}
