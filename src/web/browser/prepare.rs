//! Requests with a user's headers, method and body.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};

use futures::future::LocalBoxFuture;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Headers, Request, RequestInit, RequestMode, RequestRedirect};

use super::url;
use crate::error::Reason;
use crate::messages::join;
use crate::web::options::{Attempt, Redirect, RequestOptions};
use crate::web::resumable::Resumable;

/// Headers that may follow a redirect anywhere, because they carry no secrets.
const HARMLESS: [&str; 4] = ["accept", "accept-language", "content-language", "content-type"];

/// What the driver needs from a custom request.
pub(crate) trait Prepare {
    /// Whether it carries something that is meant for the origin of the source's URL only.
    fn is_bound(&self) -> bool;

    /// Whether it may be sent once more after a probe.
    fn is_probed(&self) -> bool {
        true
    }

    /// Fails if the platform would not send it.
    fn check(&self) -> Result<(), Reason>;

    /// Adds to `init`, which has the standard's options, and returns the URL to send the request to. `headers` are the standard's.
    fn prepare(
        self: Rc<Self>,
        url: &str,
        init: &RequestInit,
        headers: Headers,
        last_event_id: &str,
    ) -> LocalBoxFuture<'static, Result<String, String>>;
}

impl Prepare for RequestOptions {
    fn is_bound(&self) -> bool {
        let has_own_method = self.method.as_ref().is_some_and(|method| !method.eq_ignore_ascii_case("get"));
        let has_more = self.headers_of.is_some() || self.body.is_some() || self.last_event_id_parameter.is_some();
        has_own_method || has_more || !is_harmless(&self.headers)
    }

    /// The platform knows which headers and methods it forbids.
    fn check(&self) -> Result<(), Reason> {
        let invalid = |option, message| Reason::InvalidOption { option, message };
        let init = RequestInit::new();
        if let Some(method) = &self.method {
            init.set_method(method);
            let request = Request::new_with_str_and_init("https://localhost/", &init);
            let method = request.map_err(|error| invalid("method", message(&error)))?.method();
            if method == "HEAD" || (method == "GET" && self.body.is_some()) {
                return Err(invalid("method", join(&[&method, " does not go with what is sent or received"])));
            }
        } else if self.body.is_some() {
            return Err(invalid("body", "a GET request has no body: set the method to POST".into()));
        }
        if self.last_event_id_parameter.as_deref() == Some("") {
            return Err(invalid("last_event_id_parameter", "it has no name".into()));
        }
        headers_of(&self.headers).map(drop).map_err(|message| invalid("header", message))
    }

    fn prepare(
        self: Rc<Self>,
        url: &str,
        init: &RequestInit,
        headers: Headers,
        last_event_id: &str,
    ) -> LocalBoxFuture<'static, Result<String, String>> {
        let init = init.clone();
        let attempt = Attempt { last_event_id: last_event_id.to_string() };
        let url = match &self.last_event_id_parameter {
            Some(name) if !last_event_id.is_empty() => {
                let _ = headers.delete("Last-Event-ID");
                with_parameter(url, name, last_event_id)
            }
            _ => url.to_string(),
        };
        Box::pin(async move {
            complete(&url, &init, &headers, attempt, &self).await?;
            Ok(url)
        })
    }
}

impl Prepare for Resumable {
    fn is_bound(&self) -> bool {
        true
    }

    fn is_probed(&self) -> bool {
        self.is_get()
    }

    fn check(&self) -> Result<(), Reason> {
        self.current().check()
    }

    fn prepare(
        self: Rc<Self>,
        url: &str,
        init: &RequestInit,
        headers: Headers,
        last_event_id: &str,
    ) -> LocalBoxFuture<'static, Result<String, String>> {
        self.current().prepare(url, init, headers, last_event_id)
    }
}

/// The headers, if the platform lets a program send them. An error does not repeat their values, which may be secret.
fn headers_of(pairs: &[(String, String)]) -> Result<Headers, String> {
    let broken = |_| String::from("the headers cannot be made");
    let headers = Headers::new().map_err(broken)?;
    for (name, value) in pairs {
        // The error does not repeat a name that would break a line of a log.
        let shown = if name.bytes().any(|byte| byte.is_ascii_control()) { "" } else { name };
        let cannot = |_| join(&["the header \"", shown, "\" has a name or a value that cannot be sent"]);
        headers.append(name, value).map_err(cannot)?;
    }
    let init = RequestInit::new();
    init.set_headers(&headers);
    let allowed = Request::new_with_str_and_init("https://localhost/", &init).map_err(broken)?.headers();
    for (name, _) in pairs {
        if name.eq_ignore_ascii_case("last-event-id") || !allowed.has(name).unwrap_or(false) {
            return Err(join(&["a program may not set the header ", name]));
        }
    }
    Ok(headers)
}

async fn complete(
    url: &str,
    init: &RequestInit,
    headers: &Headers,
    attempt: Attempt,
    options: &RequestOptions,
) -> Result<(), String> {
    let given = match &options.headers_of {
        Some(headers_of) => headers_of(attempt).await?,
        None => Default::default(),
    };
    match options.redirect {
        Some(Redirect::Follow) => {}
        Some(Redirect::Error) => init.set_redirect(RequestRedirect::Error),
        None if is_harmless(&options.headers) && is_harmless(&given) => {}
        None if url::origin(url) == url::scope_origin() => init.set_mode(RequestMode::SameOrigin),
        None => init.set_redirect(RequestRedirect::Error),
    }
    for pairs in [&options.headers, &given] {
        let own = headers_of(pairs)?;
        for (name, _) in pairs {
            if let Ok(Some(value)) = own.get(name) {
                headers.set(name, &value).map_err(|error| message(&error))?;
            }
        }
    }
    init.set_headers(headers);
    if let Some(method) = &options.method {
        init.set_method(method);
    }
    if let Some(body) = &options.body {
        init.set_body(&Uint8Array::from(&**body));
    }
    Ok(())
}

fn is_harmless(pairs: &[(String, String)]) -> bool {
    pairs.iter().all(|(name, _)| HARMLESS.iter().any(|harmless| name.eq_ignore_ascii_case(harmless)))
}

/// Appends a parameter before the fragment. The rest of the query stays as it is.
fn with_parameter(url: &str, name: &str, value: &str) -> String {
    let encode = |text| String::from(js_sys::encode_uri_component(text));
    let fragment = url.bytes().position(|byte| byte == b'#').unwrap_or(url.len());
    let (rest, fragment) = url.split_at_checked(fragment).unwrap_or((url, ""));
    let separator = if rest.bytes().any(|byte| byte == b'?') { "&" } else { "?" };
    join(&[rest, separator, &encode(name), "=", &encode(value), fragment])
}

fn message(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| "unknown error".into(), |error| error.message().into())
}
