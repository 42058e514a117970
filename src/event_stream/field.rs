//! The kinds of lines.

/// The length of `event` and `retry`.
const LONGEST_NAME: usize = 5;

/// One line, by the cases of [HTML §9.2.6](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// "If the line is empty (a blank line): dispatch the event."
    Blank,
    /// "If the line starts with a U+003A COLON character (:): ignore the line." The text is what follows the colon, without one
    /// space at its front, as with a field's value.
    Comment(&'a [u8]),
    /// `data`: to be appended to the data buffer.
    Data(&'a [u8]),
    /// `event`: the new event type buffer.
    Event(&'a [u8]),
    /// `id` whose value has no U+0000 NULL: the new last event ID buffer.
    Id(&'a [u8]),
    /// `retry` whose value is a number: the new reconnection time in milliseconds, saturated.
    Retry(u32),
    /// Any other field, an `id` with a NULL, a `retry` that is not a number: "The field is ignored."
    Ignored,
}

impl<'a> Line<'a> {
    /// Reads a line, which comes without its end. A value is the end of its line.
    pub(super) fn read(line: &'a [u8]) -> Self {
        if line.is_empty() {
            return Line::Blank;
        }
        // All known names are shorter: a line without a colon up to here is no known field.
        let colon = line.iter().take(LONGEST_NAME + 1).position(|byte| *byte == b':');
        let (name, value) = match colon {
            Some(0) => return Line::Comment(without_space(&line[1..])),
            Some(colon) => (&line[..colon], without_space(&line[colon + 1..])),
            None if line.len() > LONGEST_NAME => return Line::Ignored,
            None => (line, &b""[..]),
        };
        // Field names are compared literally, with no case folding.
        match name {
            b"data" => Line::Data(value),
            b"event" => Line::Event(value),
            b"id" if !has_null(value) => Line::Id(value),
            b"retry" => milliseconds(value).map_or(Line::Ignored, Line::Retry),
            _ => Line::Ignored,
        }
    }
}

/// IDs are short. What core searches a longer text with would be a hundred bytes of a program.
#[expect(clippy::manual_contains, reason = "it is `contains` that has that")]
fn has_null(value: &[u8]) -> bool {
    value.iter().any(|byte| *byte == 0)
}

/// Where the value of a `data` field begins. `None` if the line is not one, or too short to tell.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn value_of_data(line: &[u8]) -> Option<usize> {
    let value = line.strip_prefix(b"data:")?;
    value.first().map(|first| line.len() - value.len() + usize::from(*first == b' '))
}

/// "If value starts with a U+0020 SPACE character, remove it from value": one only.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
fn without_space(value: &[u8]) -> &[u8] {
    value.strip_prefix(b" ").unwrap_or(value)
}

/// "If the field value consists of only ASCII digits, then interpret it as an integer in base ten."
///
/// Digit by digit, because `str::parse` would take a sign. No digit at all is no integer.
fn milliseconds(value: &[u8]) -> Option<u32> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(value.iter().fold(0u32, |time, digit| time.saturating_mul(10).saturating_add(u32::from(digit - b'0'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_leading_space_of_a_value_is_removed_and_no_more() {
        assert_eq!(Line::read(b"data:a"), Line::Data(b"a"));
        assert_eq!(Line::read(b"data: a"), Line::Data(b"a"));
        assert_eq!(Line::read(b"data:  a "), Line::Data(b" a "));
        assert_eq!(Line::read(b"data:\ta"), Line::Data(b"\ta"));
        assert_eq!(Line::read(b"data"), Line::Data(b""));
        assert_eq!(Line::read(b"data::"), Line::Data(b":"));
    }

    #[test]
    fn a_comment_is_what_follows_the_colon_less_one_space() {
        assert_eq!(Line::read(b":"), Line::Comment(b""));
        assert_eq!(Line::read(b": "), Line::Comment(b""));
        assert_eq!(Line::read(b":a"), Line::Comment(b"a"));
        assert_eq!(Line::read(b":  data: a "), Line::Comment(b" data: a "));
    }

    #[test]
    fn a_name_is_a_field_only_when_it_is_the_same_to_the_letter() {
        for line in [&b"Data: a"[..], b" data: a", b"data : a", b"datax", b"comment: a", b"\xEF\xBB\xBFdata: a"] {
            assert_eq!(Line::read(line), Line::Ignored, "{line:?}");
        }
    }

    #[test]
    fn a_reconnection_time_is_ascii_digits_and_saturates() {
        assert_eq!(Line::read(b"retry: 0"), Line::Retry(0));
        assert_eq!(Line::read(b"retry: 00100"), Line::Retry(100));
        assert_eq!(Line::read(b"retry: 4294967295"), Line::Retry(u32::MAX));
        assert_eq!(Line::read(b"retry: 4294967296000"), Line::Retry(u32::MAX));
        for bogus in [
            &b"retry"[..],
            b"retry:",
            b"retry: +5",
            b"retry: -5",
            b"retry: 5 ",
            b"retry:  5",
            b"retry: 50x",
            b"retry: 1e3",
        ] {
            assert_eq!(Line::read(bogus), Line::Ignored, "{bogus:?}");
        }
    }

    #[test]
    fn an_id_with_a_null_is_ignored() {
        assert_eq!(Line::read(b"id: a\0b"), Line::Ignored);
        assert_eq!(Line::read(b"id"), Line::Id(b""));
    }
}
