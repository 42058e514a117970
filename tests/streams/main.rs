//! `EventStream`: the events of bodies that others received.
#![cfg(all(not(target_arch = "wasm32"), feature = "futures"))]

mod body;
mod ends;
#[cfg(feature = "json")]
mod json;
mod meaning;
mod pace;
#[path = "../support/mod.rs"]
mod support;
