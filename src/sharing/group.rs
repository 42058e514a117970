//! Which sources share a connection.

use alloc::string::String;
use core::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// The name of the group of all sources with the same parts in the same order. It is the name of the channel, and the names of the
/// locks begin with it.
///
/// The parts are everything that makes two requests the same: the URL, whether credentials are sent, method, body, headers, and a
/// key of the application. The name contains none of them, only their hash. Other versions of this package have other names.
///
/// ```
/// use wasm_eventsource::sharing::group_name;
///
/// let name = group_name(&["https://example.com/events", "include"]);
/// assert_eq!(name, group_name(&["https://example.com/events", "include"]));
/// assert_ne!(name, group_name(&["https://example.com/events", "omit"]));
/// assert_ne!(group_name(&["ab", "c"]), group_name(&["a", "bc"]));
/// ```
pub fn group_name(parts: &[&str]) -> String {
    let mut hasher = SipHasher13::new();
    for part in [env!("CARGO_PKG_VERSION")].iter().chain(parts) {
        hasher.write(&(part.len() as u64).to_le_bytes());
        hasher.write(part.as_bytes());
    }
    let hash = hasher.finish128().as_u128();
    let mut name = String::from("wasm-eventsource/");
    name.extend((0..32).rev().map(|digit| char::from(b"0123456789abcdef"[(hash >> (4 * digit)) as usize & 15])));
    name
}
