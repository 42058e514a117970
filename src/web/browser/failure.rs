//! From an exception to the signal that the engine gets, and to its message.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Request, RequestInit};

use super::received::Received;
use super::sys;
use super::url::text;
use crate::messages::join;

/// How deep to look for causes. A limit, because causes may form a circle.
const DEPTH: u8 = 5;

/// The beginnings of platforms' messages for a `TypeError` about the arguments of `fetch`. They tell it from a lost network, which
/// is a `TypeError`, too.
const OF_ARGUMENTS: [&str; 14] = [
    "Failed to execute ",
    "Failed to construct ",
    "Failed to parse ",
    "Failed to read ",
    "RequestInit",
    "Request: ",
    "Request constructor",
    "Request with",
    "Request cannot",
    "Request has",
    "Headers.",
    "Referrer ",
    "Method ",
    "URL is ",
];

/// The result to report if a body broke off or a `fetch` got no response.
pub(super) fn of_network(error: &JsValue) -> Received {
    // `fetch` reports a CORS refusal as a `TypeError`. These errors are others.
    let is_own = matches!(text(error, "name").as_deref(), Some("AbortError" | "TimeoutError"));
    Received::NetworkError { message: message_of(error), may_hide: !is_own }
}

/// The result to report if a `fetch` with these arguments got no response. If it has refused its arguments, nothing was sent, and
/// the next attempt would be refused, too.
pub(super) fn of_fetch(error: &JsValue, url: &str, init: &RequestInit) -> Received {
    let is_type_error = text(error, "name").as_deref() == Some("TypeError");
    let message = text(error, "message").unwrap_or_default();
    let is_of_arguments = || {
        OF_ARGUMENTS.iter().any(|beginning| message.starts_with(beginning))
            || [".fetch: ", "HTTP method", "disturbed"].iter().any(|part| contains(&message, part))
            || Request::new_with_str_and_init(url, init).is_err()
    };
    if is_type_error && is_of_arguments() { Received::Unusable(message_of(error)) } else { of_network(error) }
}

/// The message of an error, with the messages of its causes.
pub(super) fn message_of(error: &JsValue) -> String {
    let words = words_of(error, DEPTH);
    if words.is_empty() { "unknown error".into() } else { words }
}

fn words_of(error: &JsValue, depth: u8) -> String {
    if let Some(words) = error.as_string() {
        return words;
    }
    if depth == 0 || !error.is_object() {
        return String::new();
    }
    let own = ["message", "errors", "code", "name"].iter().find_map(|name| {
        let words = if *name == "errors" { all_of(error, depth) } else { text(error, name)? };
        Some(words).filter(|words| !words.is_empty())
    });
    let own = own.unwrap_or_default();
    let more = sys::get(error, "cause").map(|cause| words_of(&cause, depth - 1)).unwrap_or_default();
    if contains(&own, &more) { own } else { join(&[&own, ": ", &more]) }
}

/// The messages of the errors in an `AggregateError`, which may have no message itself.
fn all_of(error: &JsValue, depth: u8) -> String {
    let Some(errors) = sys::get(error, "errors").ok().and_then(|errors| errors.dyn_into::<Array>().ok()) else {
        return String::new();
    };
    let mut told: Vec<String> = Vec::new();
    for words in errors.iter().map(|each| words_of(&each, depth - 1)) {
        if !told.contains(&words) {
            told.push(words);
        }
    }
    told.join(", ")
}

/// The same as `str::contains`, which would make a program 2 KB larger.
fn contains(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}
