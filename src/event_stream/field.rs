//! The kind of a line: a comment, a field that the standard knows, or a line to ignore.

use super::lines::BOM;

/// The length of `event` and `retry`.
pub(super) const LONGEST_NAME: usize = 5;

/// The lines that have a value: the fields that the standard knows, and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// "If the line starts with a U+003A COLON character (:): ignore the line." The value is what follows the colon, without one
    /// space at its front, as with a field's.
    Comment,
    /// To be appended to the data buffer.
    Data,
    /// The new event type buffer.
    Event,
    /// The new last event ID buffer, unless the value has [a NULL](before_null).
    Id,
    /// The new reconnection time, if the value is a [number](add_digits).
    Retry,
}

/// What a line is, by the cases of [HTML §9.2.6](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation),
/// as far as its beginning tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    /// A comment or a field that the standard knows. Its value begins after this many bytes.
    Known(Field, usize),
    /// "Otherwise: the field is ignored."
    Ignored,
    /// Too little of the line has come to tell. If the line is complete, [`of_complete`](LineKind::of_complete) can tell.
    Unknown,
}

impl LineKind {
    /// The kind of a line that begins like this. It is not blank, and its end is left out.
    pub(super) fn of_beginning(line: &[u8]) -> Self {
        // All known names are shorter. So a line without a colon up to here is ignored.
        let Some(colon) = line.iter().take(LONGEST_NAME + 1).position(|byte| *byte == b':') else {
            return if line.len() > LONGEST_NAME { LineKind::Ignored } else { LineKind::Unknown };
        };
        match (field(&line[..colon]), line.get(colon + 1)) {
            (None, _) => LineKind::Ignored,
            // The next byte may be a space, which is no part of the value.
            (_, None) => LineKind::Unknown,
            (Some(field), Some(first)) => LineKind::Known(field, colon + 1 + usize::from(*first == b' ')),
        }
    }

    /// The kind of a whole line. It is not blank, and its end is left out.
    pub(super) fn of_complete(line: &[u8]) -> Self {
        match LineKind::of_beginning(line) {
            // The line has a name and no value.
            LineKind::Unknown => match field(line.strip_suffix(b":").unwrap_or(line)) {
                Some(field) => LineKind::Known(field, line.len()),
                None => LineKind::Ignored,
            },
            line => line,
        }
    }
}

/// The field of this name. Names are compared literally, with no case folding. A comment has an empty name.
fn field(name: &[u8]) -> Option<Field> {
    Some(match name {
        b"" => Field::Comment,
        b"data" => Field::Data,
        b"event" => Field::Event,
        b"id" => Field::Id,
        b"retry" => Field::Retry,
        _ => return None,
    })
}

/// Whether one of these lines is a comment or a field that the standard knows. The last line may be incomplete.
pub(crate) fn has_field(lines: &[u8]) -> bool {
    let lines = lines.strip_prefix(BOM).unwrap_or(lines);
    lines
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .any(|line| !line.is_empty() && LineKind::of_complete(line) != LineKind::Ignored)
}

/// The part of an ID before its first U+0000 NULL. `None` if it has no NULL. The standard ignores an ID that has one.
pub(super) fn before_null(value: &[u8]) -> Option<&[u8]> {
    value.iter().position(|byte| *byte == 0).map(|end| &value[..end])
}

/// Where the value of a `data` field begins. `None` if the line is another one, or too short to tell.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn value_of_data(line: &[u8]) -> Option<usize> {
    let value = line.strip_prefix(b"data:")?;
    value.first().map(|first| line.len() - value.len() + usize::from(*first == b' '))
}

/// "If the field value consists of only ASCII digits, then interpret it as an integer in base ten."
///
/// Appends digits to a number, which stays at `u32::MAX` when it would exceed that. The outer `None` means that something is not a
/// digit, the inner one that there was no digit at all. `str::parse` is not used because it accepts a sign.
pub(super) fn add_digits(number: Option<u32>, digits: &[u8]) -> Option<Option<u32>> {
    digits.iter().try_fold(number, |number, digit| {
        let number = number.unwrap_or_default().saturating_mul(10);
        digit.is_ascii_digit().then(|| Some(number.saturating_add(u32::from(digit - b'0'))))
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    /// The field and the value of a complete line.
    fn read(line: &[u8]) -> Option<(Field, &[u8])> {
        match LineKind::of_complete(line) {
            LineKind::Known(field, start) => Some((field, &line[start..])),
            LineKind::Ignored => None,
            LineKind::Unknown => panic!("it is complete"),
        }
    }

    #[test]
    fn one_leading_space_of_a_value_is_removed_and_no_more() {
        for (line, value) in [
            (&b"data:a"[..], &b"a"[..]),
            (b"data: a", b"a"),
            (b"data:  a ", b" a "),
            (b"data:\ta", b"\ta"),
            (b"data", b""),
            (b"data:", b""),
            (b"data: ", b""),
            (b"data::", b":"),
        ] {
            assert_eq!(read(line), Some((Field::Data, value)));
        }
    }

    #[test]
    fn a_comment_is_what_follows_the_colon_less_one_space() {
        for (line, value) in [(&b":"[..], &b""[..]), (b": ", b""), (b":a", b"a"), (b":  data: a ", b" data: a ")] {
            assert_eq!(read(line), Some((Field::Comment, value)));
        }
    }

    #[test]
    fn a_name_is_a_field_only_when_it_is_the_same_to_the_letter() {
        for line in
            [&b"Data: a"[..], b" data: a", b"data : a", b"datax", b"dat", b"x", b"comment: a", b"\xEF\xBB\xBFdata: a"]
        {
            assert_eq!(read(line), None, "{line:?}");
        }
    }

    #[test]
    fn a_reconnection_time_is_ascii_digits_and_saturates() {
        for (value, number) in [("0", 0), ("00100", 100), ("4294967295", u32::MAX), ("4294967296000", u32::MAX)] {
            assert_eq!(add_digits(None, value.as_bytes()), Some(Some(number)));
            for at in 0..value.len() {
                let (left, right) = value.as_bytes().split_at(at);
                assert_eq!(add_digits(None, left).and_then(|left| add_digits(left, right)), Some(Some(number)));
            }
        }
        assert_eq!(add_digits(None, b""), Some(None));
        for bogus in [&b"+5"[..], b"-5", b"5 ", b" 5", b"50x", b"1e3"] {
            assert_eq!(add_digits(None, bogus), None, "{bogus:?}");
        }
    }

    #[test]
    fn an_id_ends_at_a_null() {
        assert_eq!(before_null(b"a\0b\0"), Some(&b"a"[..]));
        assert_eq!(before_null(b"ab"), None);
    }

    #[test]
    fn the_beginning_of_a_line_tells_as_early_as_it_can() {
        for (line, known_at, beginning) in [
            (&b":: a"[..], 2, LineKind::Known(Field::Comment, 1)),
            (b"data: a", 6, LineKind::Known(Field::Data, 6)),
            (b"event:a", 7, LineKind::Known(Field::Event, 6)),
            (b"id: a", 4, LineKind::Known(Field::Id, 4)),
            (b"retry:1", 7, LineKind::Known(Field::Retry, 6)),
            (b"other: a", 6, LineKind::Ignored),
            (b"x: a", 2, LineKind::Ignored),
            (b"eventful", 6, LineKind::Ignored),
        ] {
            for length in 0..=line.len() {
                let expected = if length < known_at { LineKind::Unknown } else { beginning };
                assert_eq!(
                    LineKind::of_beginning(&line[..length]),
                    expected,
                    "{:?}",
                    String::from_utf8_lossy(&line[..length])
                );
            }
        }
    }
}
