//! The essence of a `Content-Type`, by [Fetch §extract a MIME type][extract].
//!
//! It works on bytes: everything that matters is ASCII, and cutting a `str` would add 8 KB to a program, for the checks of where
//! characters end.
//!
//! [extract]: https://fetch.spec.whatwg.org/#concept-header-extract-mime-type

/// The type that counts is the last one of the list that can be parsed and is not `*/*`.
///
/// [Get, decode, and split](https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split): a comma in a quoted
/// string does not separate.
pub(super) fn essence(content_type: &str) -> Option<&[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    let separates = |byte: &u8| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => return *byte == b',' && !quoted,
        }
        false
    };
    let essences = content_type.as_bytes().split(separates).filter_map(parse).filter(|essence| essence != b"*/*");
    // From the front, although the last one counts: only so is it known which commas are quoted.
    essences.fold(None, |_, essence| Some(essence))
}

/// [Parse a MIME type](https://mimesniff.spec.whatwg.org/#parse-a-mime-type), up to its essence. Even malformed parameters never make
/// a type invalid.
fn parse(value: &[u8]) -> Option<&[u8]> {
    let mut essence = value.split(|byte| *byte == b';').next()?;
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] | [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = essence {
        essence = rest;
    }
    // A type and a subtype.
    essence.split(|byte| *byte == b'/').map(is_token).eq([true, true]).then_some(essence)
}

fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || is_punctuation(*byte))
}

fn is_punctuation(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
    )
}
