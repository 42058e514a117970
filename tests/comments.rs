//! Comments, for who asks for them; and that nothing else changes when somebody does.
#![cfg(not(target_arch = "wasm32"))]

use proptest::prelude::*;
use wasm_eventsource::event_stream::{EventPart, EventTooLarge, Parser, Step};

/// What a parser says of a stream in pieces, a line for each step.
fn tell<'a>(mut parser: Parser, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    let mut told = Vec::new();
    for mut piece in pieces {
        while let Some(step) = parser.advance(&mut piece).expect("small") {
            told.push(match step {
                Step::Event(event) => format!("{} {:?} {}", event.event_type(), event.data(), event.last_event_id()),
                Step::Comment(comment) => format!("comment {comment:?}"),
                Step::ReconnectionTime(time) => format!("retry {}", time.as_millis()),
                other => panic!("what is {other:?}?"),
            });
        }
    }
    told
}

const STREAM: &[u8] = b": first\nid: 1\ndata: a\n:second\r\ndata: b\r\r:  third \r\nretry: 7\n:\nevent: x\ndata\n: \xFF\xC3\xBC\n\n\n: last\n";

const TOLD: [&str; 9] = [
    r#"comment "first""#,
    r#"comment "second""#,
    r#"message "a\nb" 1"#,
    r#"comment " third ""#,
    "retry 7",
    r#"comment """#,
    "comment \"\u{fffd}ü\"",
    r#"x "" 1"#,
    r#"comment "last""#,
];

#[test]
fn comments_come_in_their_place_however_the_stream_is_cut() {
    let with_comments = || Parser::new().with_comments();
    assert_eq!(tell(with_comments(), [STREAM]), TOLD);
    for at in 0..=STREAM.len() {
        let (left, right) = STREAM.split_at(at);
        assert_eq!(tell(with_comments(), [left, b"", right]), TOLD, "cut at {at}");
    }
    for size in 1..=9 {
        assert_eq!(tell(with_comments(), STREAM.chunks(size)), TOLD, "by {size}");
    }
}

#[test]
fn nobody_hears_of_comments_who_has_not_asked() {
    let rest: Vec<_> = TOLD.into_iter().filter(|told| !told.starts_with("comment")).collect();
    for size in [1, 2, 5, STREAM.len()] {
        assert_eq!(tell(Parser::new(), STREAM.chunks(size)), rest, "by {size}");
    }
}

#[test]
fn a_comment_that_is_not_complete_is_dropped_by_a_restart() {
    let mut parser = Parser::new().with_comments();
    assert!(matches!(parser.advance(&mut &b": lost"[..]), Ok(None)));
    parser.restart();
    assert_eq!(tell(parser, [&b"\xEF\xBB\xBF: kept\n"[..]]), [r#"comment "kept""#]);
}

#[test]
fn a_comment_that_is_wanted_has_the_bound_of_an_event_by_itself() {
    // Whole, and without an end.
    for comment in [&b"data: 01234567\n:0123456789\n: 0123456789\n: 01234567890\n"[..], b"data: a\n: 01234567890"] {
        for size in 1..=comment.len() {
            let mut parser = Parser::new().with_comments().with_max_event_size(10);
            let mut comments = 0;
            let error = comment.chunks(size).find_map(|mut piece| {
                loop {
                    match parser.advance(&mut piece) {
                        Ok(Some(_)) => comments += 1,
                        Ok(None) => return None,
                        Err(error) => return Some(error),
                    }
                }
            });
            assert_eq!(error, Some(EventTooLarge { part: EventPart::Comment, max_size: 10 }), "by {size}");
            assert_eq!(comments, comment.iter().filter(|byte| **byte == b'\n').count().saturating_sub(2), "by {size}");
        }
    }
}

proptest! {
    #[test]
    fn events_are_the_same_with_comments_and_without(
        lines in proptest::collection::vec("(:|: |data: |id: |event: |retry: |)[a-zü0-9]{0,9}(\r|\n|\r\n)", 0..30),
        size in 1..20usize,
    ) {
        let stream = lines.concat();
        let mut told = tell(Parser::new().with_comments(), stream.as_bytes().chunks(size));
        let comments = lines.iter().filter(|line| line.starts_with(':')).map(|line| {
            let text = line[1..].trim_end_matches(['\r', '\n']);
            format!("comment {:?}", text.strip_prefix(' ').unwrap_or(text))
        });
        let (heard, rest): (Vec<_>, Vec<_>) = told.drain(..).partition(|told| told.starts_with("comment"));
        prop_assert_eq!(heard, comments.collect::<Vec<_>>());
        prop_assert_eq!(rest, tell(Parser::new(), [stream.as_bytes()]));
    }
}
