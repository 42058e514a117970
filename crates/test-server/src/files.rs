//! Static files.

use std::{path::PathBuf, str::FromStr};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::state::{ServerState, Shared};

/// A folder and the URL path it appears under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Starts with a slash and has none at the end, except for `/` itself.
    pub prefix: String,
    /// The folder.
    pub folder: PathBuf,
}

impl FromStr for Root {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((prefix, folder)) = text.split_once('=') else {
            return Err("expected URLPREFIX=FOLDER, such as /pkg=pkg".to_owned());
        };
        if !prefix.starts_with('/') {
            return Err(format!("the URL prefix {prefix:?} must start with a slash"));
        }
        let trimmed = prefix.trim_end_matches('/');
        let prefix = if trimmed.is_empty() { "/" } else { trimmed };
        Ok(Self { prefix: prefix.to_owned(), folder: PathBuf::from(folder) })
    }
}

impl Root {
    /// The rest of the path, with its leading slash, when the path is under this root.
    fn rest<'a>(&self, path: &'a str) -> Option<&'a str> {
        if self.prefix == "/" {
            return Some(path);
        }
        match path.strip_prefix(self.prefix.as_str())? {
            "" => Some("/"),
            rest => rest.starts_with('/').then_some(rest),
        }
    }
}

/// Answers what no route answers.
pub(crate) async fn serve(state: Shared, request: Request) -> Response {
    serve_file(&state, request).await
}

/// The file at the request's path in the root with the longest matching prefix, never to be stored by a cache: a test
/// that gets yesterday's build says nothing.
pub(crate) async fn serve_file(state: &ServerState, mut request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let matching = state.roots.iter().filter_map(|root| Some((root, root.rest(&path)?)));
    let Some((root, rest)) = matching.max_by_key(|(root, _)| root.prefix.len()) else {
        return (StatusCode::NOT_FOUND, "no route and no file here\n").into_response();
    };
    let Ok(uri) = rest.parse::<Uri>() else {
        return (StatusCode::BAD_REQUEST, "not a path\n").into_response();
    };
    *request.uri_mut() = uri;
    let served = ServeDir::new(&root.folder).oneshot(request).await;
    let mut response = served.into_response().map(Body::new);
    if root.prefix != "/" {
        restore_prefix(&root.prefix, &mut response);
    }
    use_standard_type(&mut response);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The MIME type tables are not of one mind about `.mjs`; RFC 9239 is.
fn use_standard_type(response: &mut Response) {
    if let Some(value) = response.headers_mut().get_mut(header::CONTENT_TYPE)
        && value.as_bytes() == b"application/javascript"
    {
        *value = HeaderValue::from_static("text/javascript");
    }
}

/// A folder without a slash at its end is redirected to itself with one; `ServeDir` does not know about the prefix.
fn restore_prefix(prefix: &str, response: &mut Response) {
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    if let Some(value) = location.and_then(|path| HeaderValue::try_from(format!("{prefix}{path}")).ok()) {
        response.headers_mut().insert(header::LOCATION, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(text: &str) -> Root {
        text.parse().expect("a root")
    }

    #[test]
    fn a_prefix_matches_whole_path_segments_only() {
        assert_eq!(root("/pkg/=pkg").rest("/pkg/dist/a.js"), Some("/dist/a.js"));
        assert_eq!(root("/pkg=pkg").rest("/pkg"), Some("/"));
        assert_eq!(root("/pkg=pkg").rest("/pkgs/a.js"), None);
        assert_eq!(root("/=www").rest("/index.html"), Some("/index.html"));
    }

    #[test]
    fn a_root_without_a_slash_or_a_folder_is_refused() {
        assert!("pkg=pkg".parse::<Root>().is_err());
        assert!("/pkg".parse::<Root>().is_err());
    }
}
