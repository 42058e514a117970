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
    /// `id`: the new last event ID buffer, unless the value has [a NULL](before_null).
    Id(&'a [u8]),
    /// `retry` whose value is a number: the new reconnection time in milliseconds, saturated.
    Retry(u32),
    /// Any other field, a `retry` that is not a number: "The field is ignored."
    Ignored,
}

/// What the beginning of a line says of the rest. A value begins after so many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// It is too short to tell.
    Unclear,
    Comment(usize),
    Data(usize),
    Event(usize),
    Id(usize),
    Retry(usize),
    /// An ignored field, or no field at all.
    Ignored,
}

impl Beginning {
    /// Reads the beginning of a line whose end has not come.
    pub(super) fn read(line: &[u8]) -> Self {
        let Some(colon) = colon(line) else {
            return if line.len() > LONGEST_NAME { Beginning::Ignored } else { Beginning::Unclear };
        };
        let kind = match &line[..colon] {
            b"" => Beginning::Comment,
            b"data" => Beginning::Data,
            b"event" => Beginning::Event,
            b"id" => Beginning::Id,
            b"retry" => Beginning::Retry,
            _ => return Beginning::Ignored,
        };
        // The byte behind the colon may be a space, which is no part of the value.
        line.get(colon + 1).map_or(Beginning::Unclear, |first| kind(colon + 1 + usize::from(*first == b' ')))
    }
}

/// Where the colon behind the name of a known field is, or that of a comment.
fn colon(line: &[u8]) -> Option<usize> {
    // All known names are shorter: a line without a colon up to here is no known field.
    line.iter().take(LONGEST_NAME + 1).position(|byte| *byte == b':')
}

impl<'a> Line<'a> {
    /// Reads a line, which comes without its end. A value is the end of its line.
    pub(super) fn read(line: &'a [u8]) -> Self {
        if line.is_empty() {
            return Line::Blank;
        }
        let (name, value) = match colon(line) {
            Some(0) => return Line::Comment(without_space(&line[1..])),
            Some(colon) => (&line[..colon], without_space(&line[colon + 1..])),
            None if line.len() > LONGEST_NAME => return Line::Ignored,
            None => (line, &b""[..]),
        };
        // Field names are compared literally, with no case folding.
        match name {
            b"data" => Line::Data(value),
            b"event" => Line::Event(value),
            b"id" => Line::Id(value),
            b"retry" => add_digits(None, value).flatten().map_or(Line::Ignored, Line::Retry),
            _ => Line::Ignored,
        }
    }
}

/// The part of an ID before U+0000 NULL, which makes the field one that is ignored. `None` if it has none.
pub(super) fn before_null(value: &[u8]) -> Option<&[u8]> {
    value.iter().position(|byte| *byte == 0).map(|end| &value[..end])
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
/// The number with more digits behind it, saturated; `None` if these are not digits. Digit by digit, because `str::parse` would
/// take a sign, and because any number of zeros may come first. No digit at all is no number.
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
    fn an_id_ends_at_a_null() {
        assert_eq!(before_null(b"a\0b\0"), Some(&b"a"[..]));
        assert_eq!(before_null(b"ab"), None);
        assert_eq!(Line::read(b"id"), Line::Id(b""));
    }

    #[test]
    fn the_beginning_of_a_line_tells_as_early_as_it_can() {
        for (line, known_at, beginning) in [
            (&b":: a"[..], 2, Beginning::Comment(1)),
            (b"data: a", 6, Beginning::Data(6)),
            (b"event:a", 7, Beginning::Event(6)),
            (b"id: a", 4, Beginning::Id(4)),
            (b"retry:1", 7, Beginning::Retry(6)),
            (b"other: a", 6, Beginning::Ignored),
            (b"x: a", 2, Beginning::Ignored),
            (b"eventful", 6, Beginning::Ignored),
        ] {
            for length in 0..=line.len() {
                let expected = if length < known_at { Beginning::Unclear } else { beginning };
                assert_eq!(
                    Beginning::read(&line[..length]),
                    expected,
                    "{:?}",
                    String::from_utf8_lossy(&line[..length])
                );
            }
        }
    }
}
