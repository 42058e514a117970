//! A naive check of the limits: it reads byte by byte, and after each byte it adds up what counts.

use wasm_eventsource::event_stream::{EventPart, EventTooLarge, MAX_HEAD_SIZE};

/// How many bytes of the stream come before something is too large, and what is too large. All bytes, if nothing is.
pub(crate) fn find(stream: &[u8], max_event_size: usize, with_comments: bool) -> (usize, Option<EventTooLarge>) {
    let start = if stream.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let mut data: Option<usize> = None;
    let mut event_type = 0;
    let mut id = 0;
    let mut line: Vec<u8> = Vec::new();
    // An `id` without a NULL so far.
    let mut is_id = true;
    for at in start..stream.len() {
        let byte = stream[at];
        let is_end = byte == b'\n' || byte == b'\r';
        if byte == b'\n' && at > 0 && stream[at - 1] == b'\r' {
            continue;
        }
        if is_end && line.is_empty() {
            (data, event_type, id) = (None, 0, 0);
            continue;
        }
        if !is_end {
            line.push(byte);
            is_id = is_id && byte != 0;
        }
        let (name, value) = split(&line, is_end);
        let with = |data: usize, event_type: usize, id: usize| data + event_type + id;
        let held = match name {
            Some(b"data") => with(data.map_or(value, |data| data + 1 + value), event_type, id),
            Some(b"event") => with(data.unwrap_or(0), value, id),
            Some(b"id") if is_id => with(data.unwrap_or(0), event_type, value),
            _ => 0,
        };
        let error = |part, max_size| (at, Some(EventTooLarge { part, max_size }));
        if name == Some(b"") && with_comments && value > max_event_size {
            return error(EventPart::Comment, max_event_size);
        }
        if name == Some(b"event") && value > MAX_HEAD_SIZE {
            return error(EventPart::EventType, MAX_HEAD_SIZE);
        }
        if name == Some(b"id") && is_id && value > MAX_HEAD_SIZE {
            return error(EventPart::Id, MAX_HEAD_SIZE);
        }
        if held > max_event_size {
            return error(EventPart::Event, max_event_size);
        }
        if is_end {
            match name {
                Some(b"data") => data = Some(data.map_or(value, |data| data + 1 + value)),
                Some(b"event") => event_type = value,
                Some(b"id") if is_id => id = value,
                _ => {}
            }
            line.clear();
            is_id = true;
        }
    }
    (stream.len(), None)
}

/// The name of the field, and the length of its value without the space. A line without a colon has a name when it ends; one with a
/// colon when the next byte has come, which may be that space.
fn split(line: &[u8], is_complete: bool) -> (Option<&[u8]>, usize) {
    match line.iter().take(10).position(|byte| *byte == b':') {
        Some(colon) if is_complete || colon + 1 < line.len() => {
            let has_space = line.get(colon + 1) == Some(&b' ');
            (Some(&line[..colon]), line.len() - colon - 1 - usize::from(has_space))
        }
        None if is_complete => (Some(line), 0),
        _ => (None, 0),
    }
}
