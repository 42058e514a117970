//! The engine, as the npm package calls it. Bytes and signals go in. One action at a time comes out, and places of text
//! in memory.
//!
//! The module has no `fetch`, no timer and no promise: `pkg/src/driver/` has them. It imports nothing, so each call
//! returns before anything else happens. Text goes in through [`Engine::room`]. It comes out as a place in the module's
//! memory, which is good until the next call. `constants.rs` names the numbers that have a meaning.
//!
//! The exports are plain functions. For the same exports, wasm-bindgen would add two imports and about 1.3 KB after
//! brotli (`docs/size.md`). `pkg/src/engine/engine.js` is their only caller.
//!
//! The module is built without the standard library. Its panics, with the code that formats their messages, would be a
//! third of the module.
#![cfg(target_arch = "wasm32")]
#![no_std]
#![deny(unsafe_code)]

extern crate alloc;

mod constants;
mod engine;
mod exports;
mod settings;
#[cfg(feature = "sharing")]
mod sharing;

use core::arch::wasm32;
use core::panic::PanicInfo;

use rlsf::{GlobalTlsf, GlobalTlsfOptions};

#[cfg(doc)]
use engine::Engine;

/// A third of the size of std's allocator, and as fast.
#[global_allocator]
static ALLOCATOR: GlobalTlsf<Small> = GlobalTlsf::new();

/// For large events, memory that was grown at different times is joined.
struct Small;

impl GlobalTlsfOptions for Small {
    const ENABLE_REALLOCATION: bool = false;
    const COALESCE_POOLS: bool = true;
}

/// A panic is a fault of ours. To JavaScript it is a `WebAssembly.RuntimeError`, and the driver ends the source with it.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    wasm32::unreachable()
}
