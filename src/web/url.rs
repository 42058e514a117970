//! URLs as the platform parses them.

use alloc::string::String;

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::Url;

use crate::error::{Error, Reason};

/// [Encoding-parse a URL](https://html.spec.whatwg.org/multipage/urls-and-fetching.html#encoding-parsing-a-url)
/// relative to the document or, in a worker, to its script. Where there is neither only an absolute URL will do.
pub(super) fn parse(url: &str) -> Result<Url, Error> {
    let parsed = match base() {
        Some(base) => Url::new_with_base(url, &base),
        None => Url::new(url),
    };
    parsed.map_err(|_| Reason::InvalidUrl { url: url.into() }.into())
}

/// The [origin](https://url.spec.whatwg.org/#concept-url-origin) of a URL, serialized; None if it cannot be parsed.
pub(super) fn origin(url: &str) -> Option<String> {
    Url::new(url).ok().map(|url| url.origin())
}

/// Whether a request to the URL fails for no other reason than the network. Some platforms have schemes of their own.
pub(super) fn is_surely_fetchable(url: &str) -> bool {
    Url::new(url).is_ok_and(|url| {
        let over_http = matches!(url.protocol().as_str(), "http:" | "https:");
        over_http && url.username().is_empty() && url.password().is_empty()
    })
}

/// The origin of the [global object](https://html.spec.whatwg.org/multipage/webappapis.html#dom-origin), `null` in a
/// sandboxed frame. None in Node, which knows neither origins nor CORS.
pub(super) fn scope_origin() -> Option<String> {
    member(&js_sys::global(), "origin").and_then(|origin| origin.as_string())
}

fn base() -> Option<String> {
    let global = js_sys::global();
    member(&global, "document")
        .and_then(|document| member(&document, "baseURI"))
        .or_else(|| member(&global, "location").and_then(|location| member(&location, "href")))
        .and_then(|base| base.as_string())
}

/// A member that may be missing.
pub(super) fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined())
}
