//! The engine under a scripted transport and a clock that the test moves: every transition, every refused response.
#![cfg(not(target_arch = "wasm32"))]

mod closing;
mod connecting;
mod cors_probe;
mod end;
mod line;
mod page;
mod policy;
mod surroundings;
mod verification;
