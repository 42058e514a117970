//! The functions that the module exports: one for each method of [`Settings`] and [`Engine`]. Its first argument is the
//! object.
//!
//! Only the exported names are unsafe here: the linker could mix up two functions of one name. To JavaScript, `Box` and
//! `&mut` are pointers. It must pass only pointers that it got from `settings_create` and `engine_create`, and must not
//! use a pointer again after passing it to a function that takes a `Box`.
#![allow(unsafe_code, reason = "an exported name is, for the linker does not check that there is one of it only")]

use alloc::boxed::Box;

use crate::engine::Engine;
use crate::settings::Settings;

/// Defines the exports of a type's methods.
macro_rules! export {
    ($type:ident: $($export:ident = $method:ident($($argument:ident: $of:ty),*) $(-> $result:ty)?;)*) => {
        $(
            #[unsafe(no_mangle)]
            extern "C" fn $export(this: &mut $type, $($argument: $of),*) $(-> $result)? {
                this.$method($($argument),*)
            }
        )*
    };
}

#[unsafe(no_mangle)]
extern "C" fn settings_create() -> Box<Settings> {
    Box::default()
}

export! { Settings:
    settings_set = set(setting: u32, value: u32);
    settings_last_event_id = last_event_id(length: usize) -> usize;
}

#[unsafe(no_mangle)]
extern "C" fn engine_create(settings: Box<Settings>, has_request: bool) -> Box<Engine> {
    Box::new(Engine::new(settings.engine(has_request)))
}

#[unsafe(no_mangle)]
extern "C" fn engine_destroy(engine: Box<Engine>) {
    drop(engine);
}

export! { Engine:
    engine_room = room(length: usize) -> usize;
    engine_chunk = chunk(length: usize) -> usize;
    engine_next = next(now: f64, jitter: f64) -> u32;
    engine_response = response(status: u16, retry_after: f64, is_readable: bool) -> bool;
    engine_refused = refused(status: u16, retry_after: f64, retries: bool, delay: f64);
    engine_receive = receive(signal: u32);
    engine_command = command(command: u32) -> bool;
    engine_verify = verify(stale_after: u32, timeout: u32) -> bool;
    engine_settle = settle(events: usize);
    engine_text_length = text_length(which: u32) -> usize;
    engine_text_start = text_start() -> usize;
    engine_number = number(which: u32) -> f64;
}

/// The member's number in two halves: the engine as JavaScript has no parameters of 64 bits.
#[cfg(feature = "sharing")]
#[unsafe(no_mangle)]
extern "C" fn shared_create(
    settings: Box<Settings>,
    low: u32,
    high: u32,
    arbiter: u32,
    replay: u32,
    linger: f64,
    is_visible: bool,
) -> Box<Engine> {
    let id = u64::from(high) << 32 | u64::from(low);
    Box::new(Engine::new(settings.member(id, arbiter, replay, linger, is_visible)))
}

#[cfg(feature = "sharing")]
export! { Engine:
    shared_clock = set_clock(now: f64, jitter: f64);
    shared_work = work() -> u32;
    shared_tell = tell(news: u32);
}
