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

/// A URL as it may be in a log: its user name, its password, its query and its fragment may be secrets.
#[cfg(feature = "web")]
pub(crate) fn without_secrets(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (address, rest) = url.split_at_checked(end).unwrap_or((url, ""));
    let host = address.find("://").map_or(0, |scheme| scheme + 3);
    let (scheme, address) = address.split_at_checked(host).unwrap_or(("", address));
    let path = address.find('/').unwrap_or(address.len());
    let user = address.get(..path).and_then(|host| host.rfind('@')).map_or(0, |at| at + 1);
    join(&[scheme, address.get(user..).unwrap_or_default(), if rest.is_empty() { "" } else { "?.." }])
}

/// A number in decimal digits.
pub(crate) fn decimal(number: usize) -> String {
    let mut text = if number < 10 { String::new() } else { decimal(number / 10) };
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}

#[cfg(all(test, feature = "web"))]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_what_may_be_secret() {
        for (url, shown) in [
            ("/events", "/events"),
            ("/events?token=secret", "/events?.."),
            ("https://example.com/a/b#secret", "https://example.com/a/b?.."),
            ("https://me:secret@example.com/a@b", "https://example.com/a@b"),
            ("https://example.com?a=@", "https://example.com?.."),
            ("", ""),
        ] {
            assert_eq!(without_secrets(url), shown, "{url}");
        }
    }
}
