//! URLs as the platform parses them, and members of objects.

use alloc::string::String;

use wasm_bindgen::JsValue;

use super::sys::{self, Url};
use crate::error::{Error, Reason};

/// [Encoding-parse a URL](https://html.spec.whatwg.org/multipage/urls-and-fetching.html#encoding-parsing-a-url) relative to the
/// document or, in a worker, to its script. Where there is neither, the URL must be absolute.
pub(super) fn parse(url: &str) -> Result<Url, Error> {
    let parsed = Url::new(url, &base().unwrap_or_default()).ok();
    parsed.filter(has_valid_host).ok_or_else(|| Error::fatal(Reason::InvalidUrl { url: url.into() }))
}

/// Chromium accepts domains with a space, and writes `%20`. The standard does not accept them: a space is one of its [forbidden
/// domain code points](https://url.spec.whatwg.org/#forbidden-domain-code-point). Only special schemes have domains.
fn has_valid_host(url: &Url) -> bool {
    let member = |name| text(url, name).unwrap_or_default();
    let is_special = matches!(&*member("protocol"), "http:" | "https:" | "ws:" | "wss:" | "ftp:" | "file:");
    !is_special || !member("host").as_bytes().windows(3).any(is_forbidden)
}

/// Whether this is a percent sign and the two digits of a forbidden domain code point.
fn is_forbidden(escape: &[u8]) -> bool {
    let [b'%', digits @ ..] = escape else { return false };
    let code = digits.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?));
    code.is_some_and(|code| {
        code <= 0x20 || code == 0x7f || b"#/:<>?@[\\]^|%".iter().any(|byte| u32::from(*byte) == code)
    })
}

/// The [origin](https://url.spec.whatwg.org/#concept-url-origin) of a URL, serialized. `None` if it cannot be parsed.
pub(super) fn origin(url: &str) -> Option<String> {
    let url = Url::new(url, &JsValue::UNDEFINED).ok()?;
    text(&url, "origin")
}

/// Whether a request to this serialized URL can fail only because of the network. Platforms may know more schemes than these.
pub(super) fn is_surely_fetchable(url: &str) -> bool {
    let over_http = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    over_http.is_some_and(|rest| {
        let has_credentials = rest.bytes().take_while(|byte| *byte != b'/').any(|byte| byte == b'@');
        !has_credentials
    })
}

/// Reads a string at the end of a path of members from the global object.
pub(super) fn global_text(names: &[&str]) -> Option<String> {
    names.iter().try_fold(sys::global().ok()?, |object, name| sys::get(&object, name).ok())?.as_string()
}

/// The origin of the [global object](https://html.spec.whatwg.org/multipage/webappapis.html#dom-origin), `null` in a
/// sandboxed frame. None in Node, which knows neither origins nor CORS.
pub(super) fn scope_origin() -> Option<String> {
    global_text(&["origin"])
}

fn base() -> Option<JsValue> {
    global_text(&["document", "baseURI"]).or_else(|| global_text(&["location", "href"])).map(JsValue::from)
}

/// A member that is a string. `None` for anything else.
pub(super) fn text(object: &JsValue, name: &str) -> Option<String> {
    sys::get(object, name).ok()?.as_string()
}
