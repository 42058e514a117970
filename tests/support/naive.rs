//! A referee: HTML §9.2.5 and §9.2.6 read aloud, over a whole stream at once. Slow and plain on purpose; whoever makes
//! it clever makes it useless.

use wasm_eventsource::event_stream::MAX_HEAD_SIZE;

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

/// How much a parser with this bound tells before something is too large; `None` if nothing is. Sizes are in bytes of the stream,
/// so here each byte is a character. The last line counts as soon as its kind is known, although its end has not come.
pub(crate) fn told_before_too_large(stream: &[u8], max_event_size: usize, with_comments: bool) -> Option<usize> {
    let stream = stream.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(stream);
    let bytes: String = stream.iter().map(|byte| char::from(*byte)).collect();
    let size = |text: &str| text.chars().count();
    let complete = complete_lines(&bytes);
    let last = bytes.rsplit(['\n', '\r']).next().unwrap_or_default().to_string();
    let is_known = last.split_once(':').is_some_and(|(_, behind)| !behind.is_empty());
    let last = if is_known { Some(last) } else { None };

    let mut told = 0;
    let mut has_data = false;
    let mut data = 0;
    let mut event_type = 0;
    let mut id = 0;
    for line in complete.into_iter().chain(last) {
        if line.is_empty() {
            if has_data {
                told += 1;
            }
            has_data = false;
            data = 0;
            event_type = 0;
            id = 0;
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        if line.starts_with(':') && with_comments {
            if size(value) > max_event_size {
                return Some(told);
            }
            told += 1;
        } else if field == "data" {
            if has_data {
                data += 1;
            }
            has_data = true;
            data += size(value);
        } else if field == "event" {
            event_type = size(value);
        } else if field == "id" && !value.contains('\0') {
            id = size(value);
        } else if field == "id" {
            // The part before the NULL is held until the NULL comes.
            let before_null = value.split('\0').next().unwrap_or_default();
            if size(before_null) > MAX_HEAD_SIZE || data + event_type + size(before_null) > max_event_size {
                return Some(told);
            }
        } else if field == "retry" && !value.is_empty() && value.chars().all(|c| c.is_ascii_digit()) {
            told += 1;
        }
        if event_type > MAX_HEAD_SIZE || id > MAX_HEAD_SIZE || data + event_type + id > max_event_size {
            return Some(told);
        }
    }
    None
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
