//! Reads a refused response, for the user to decide and for the error.

use alloc::string::String;
use alloc::vec::Vec;

use futures::future::{Either, select};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::body;
use super::promise::Settled;
use super::received::{Head, Received};
use super::sys::{self, Headers, Reader};
use super::timer::Sleep;
use crate::error::Refusal;
use crate::event_stream::{BOM, lossy, whole_characters};

/// How much of the body is kept, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// How long to wait for the body, in milliseconds.
const BODY_TIME: u32 = 250;
/// Responses with these statuses have no body.
const NULL_BODY_STATUSES: [u16; 3] = [204, 205, 304];

/// Reads the headers and the beginning of the body of a refused response. `None` if a header cannot be read.
pub(super) async fn read(head: &Head, reader: Option<Reader>) -> Option<Refusal> {
    let is_empty =
        NULL_BODY_STATUSES.contains(&head.status) || head.headers.get("Content-Length").ok()?.as_deref() == Some("0");
    let body = match reader {
        Some(reader) if !is_empty => beginning(&reader).await,
        _ => String::new(),
    };
    of(head, body)
}

/// The response, as the user sees it. `None` if a header cannot be read.
pub(super) fn of(head: &Head, body: String) -> Option<Refusal> {
    let refusal = Refusal::new(head.status, pairs(&head.headers).ok()?, body);
    Some(match &head.url {
        Some(url) => refusal.with_url(url, head.redirected),
        None => refusal,
    })
}

fn pairs(headers: &Headers) -> Result<Vec<(String, String)>, JsValue> {
    let iterated = sys::array_from(headers)?;
    let mut pairs = Vec::new();
    for index in 0..iterated.length() {
        let pair = iterated.get(index);
        let Some(pair) = pair.dyn_ref::<Array>() else { continue };
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            pairs.push((name, value));
        }
    }
    Ok(pairs)
}

/// The first bytes of a body as text, as far as they come in time. If the body breaks off, what has come counts.
async fn beginning(reader: &Reader) -> String {
    let mut bytes = Vec::new();
    let mut late = Sleep::new(BODY_TIME);
    while bytes.len() < MAX_BODY {
        let Ok(read) = reader.read() else { break };
        let Either::Left((result, _)) = select(Settled::of(&read), &mut late).await else { break };
        let Ok(Received::Chunk(chunk)) = result.and_then(body::chunk) else { break };
        bytes.extend(chunk.to_vec());
    }
    bytes.truncate(MAX_BODY);
    text(&bytes)
}

/// A character that is cut off at the end is left out.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.get(..whole_characters(bytes)).unwrap_or_default();
    lossy(bytes.strip_prefix(BOM).unwrap_or(bytes)).into_owned()
}
