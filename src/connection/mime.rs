//! The essence of a `Content-Type`, by [Fetch §extract a MIME type][extract].
//!
//! [extract]: https://fetch.spec.whatwg.org/#concept-header-extract-mime-type

/// The type that counts is the last one of the list that can be parsed and is not `*/*`.
pub(super) fn essence(content_type: &str) -> Option<&str> {
    let mut last = None;
    let mut rest = content_type;
    while !rest.is_empty() {
        let (value, remaining) = split_value(rest);
        rest = remaining;
        match parse(value) {
            Some("*/*") | None => {}
            found => last = found,
        }
    }
    last
}

/// [Get, decode, and split](https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split): a comma in a quoted
/// string does not separate.
fn split_value(list: &str) -> (&str, &str) {
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => return (&list[..at], &list[at + 1..]),
            _ => {}
        }
    }
    (list, "")
}

/// [Parse a MIME type](https://mimesniff.spec.whatwg.org/#parse-a-mime-type), up to its essence: parameters, however
/// broken, never make a type invalid.
fn parse(value: &str) -> Option<&str> {
    let essence = value.split(';').next()?.trim_matches([' ', '\t', '\r', '\n']);
    let (r#type, subtype) = essence.split_once('/')?;
    (is_token(r#type) && is_token(subtype)).then_some(essence)
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
