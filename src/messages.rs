//! Putting messages together without `core::fmt`.
//!
//! The formatting code of core would be 7 KB of WebAssembly in the npm package. Even `concat` and `to_string` are larger than
//! these two functions, in every program.

use alloc::string::String;

/// The parts, one after the other.
pub(crate) fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    parts.iter().for_each(|part| text.push_str(part));
    text
}

/// A number in decimal digits.
pub(crate) fn decimal(number: u64) -> String {
    let mut text = if number < 10 { String::new() } else { decimal(number / 10) };
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}
