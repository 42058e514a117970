//! Cross-origin resource sharing: the answer of the routes that are not about it.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Lets every origin do everything, credentials included: echoes what the browser asks for, since `*` does not count for
/// a request with credentials. `?cors=none` in the URL leaves all of it out.
pub(crate) async fn allow_everything(request: Request, next: Next) -> Response {
    let refused = request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair == "cors=none"));
    let asked = request.headers().clone();
    let preflight = is_preflight(request.method(), &asked);
    if preflight && refused {
        return StatusCode::FORBIDDEN.into_response();
    }
    if preflight {
        return (StatusCode::NO_CONTENT, permission_for_preflight(&asked)).into_response();
    }
    let mut response = next.run(request).await;
    if !refused {
        response.headers_mut().extend(permission(&asked));
        response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    }
    response
}

/// The Fetch standard's CORS-preflight request.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The headers that let through whatever a preflight with these headers asks for.
pub(crate) fn permission_for_preflight(asked: &HeaderMap) -> HeaderMap {
    let mut headers = permission(asked);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, echo(asked, header::ACCESS_CONTROL_REQUEST_METHOD));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, echo(asked, header::ACCESS_CONTROL_REQUEST_HEADERS));
    // Browsers remember what a URL allowed for five seconds by default: having PUT a script, a page of another origin would
    // then skip the preflight of the stream itself.
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("0"));
    headers
}

fn permission(asked: &HeaderMap) -> HeaderMap {
    HeaderMap::from_iter([
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, echo(asked, header::ORIGIN)),
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true")),
        (header::VARY, HeaderValue::from_static("origin")),
    ])
}

fn echo(asked: &HeaderMap, name: HeaderName) -> HeaderValue {
    asked.get(name).cloned().unwrap_or(HeaderValue::from_static("*"))
}
