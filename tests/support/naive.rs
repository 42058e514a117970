//! A referee: HTML §9.2.5 and §9.2.6 read aloud, over a whole stream at once. Slow and plain on purpose; whoever makes
//! it clever makes it useless.

use super::vectors::{Interpretation, Message};

/// What a stream says, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    Event(Message),
    /// What follows the colon, less one space. The standard ignores it; a parser that is asked for comments hands it out.
    Comment(String),
    ReconnectionTime(u32),
}

/// Interprets a stream from its first byte to its end.
pub(crate) fn interpret(stream: &[u8]) -> Interpretation {
    let (told, last_event_id) = tell(stream, "");
    let mut result = Interpretation { last_event_id, ..Interpretation::default() };
    for told in told {
        match told {
            Told::Event(message) => result.events.push(message),
            Told::ReconnectionTime(milliseconds) => result.reconnection_times.push(milliseconds),
            Told::Comment(_) => {}
        }
    }
    result
}

/// The same in the order of the stream, which goes on from a last event ID; and the last event ID at its end.
pub(crate) fn tell(stream: &[u8], last_event_id: &str) -> (Vec<Told>, String) {
    // "Streams must be decoded using the UTF-8 decode algorithm", which "strips one leading U+FEFF BYTE ORDER MARK".
    let decoded = String::from_utf8_lossy(stream);
    let text = decoded.strip_prefix('\u{feff}').unwrap_or(&decoded);

    let mut result = Vec::new();
    let mut last_event_id = last_event_id.to_string();
    let mut data_buffer = String::new();
    let mut event_type_buffer = String::new();
    let mut last_event_id_buffer = last_event_id.clone();

    for line in complete_lines(text) {
        if line.is_empty() {
            // Dispatch the event.
            last_event_id = last_event_id_buffer.clone();
            if data_buffer.is_empty() {
                event_type_buffer.clear();
                continue;
            }
            if data_buffer.ends_with('\n') {
                data_buffer.pop();
            }
            let mut event_type = "message".to_string();
            if !event_type_buffer.is_empty() {
                event_type = event_type_buffer.clone();
            }
            let message = Message { event_type, data: data_buffer.clone(), last_event_id: last_event_id.clone() };
            result.push(Told::Event(message));
            data_buffer.clear();
            event_type_buffer.clear();
            continue;
        }
        if let Some(comment) = line.strip_prefix(':') {
            result.push(Told::Comment(comment.strip_prefix(' ').unwrap_or(comment).to_string()));
            continue;
        }
        let (field, mut value) = match line.find(':') {
            Some(colon) => (line[..colon].to_string(), line[colon + 1..].to_string()),
            None => (line.clone(), String::new()),
        };
        if value.starts_with(' ') {
            value.remove(0);
        }
        if field == "event" {
            event_type_buffer = value;
        } else if field == "data" {
            data_buffer.push_str(&value);
            data_buffer.push('\n');
        } else if field == "id" {
            if !value.contains('\0') {
                last_event_id_buffer = value;
            }
        } else if field == "retry" && !value.is_empty() && value.chars().all(|c| c.is_ascii_digit()) {
            result.push(Told::ReconnectionTime(value.parse().unwrap_or(u32::MAX)));
        }
    }
    (result, last_event_id)
}

/// The lines that have an end: CRLF, LF or CR.
fn complete_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => lines.push(std::mem::take(&mut line)),
            '\r' => {
                if characters.peek() == Some(&'\n') {
                    characters.next();
                }
                lines.push(std::mem::take(&mut line));
            }
            other => line.push(other),
        }
    }
    lines
}
