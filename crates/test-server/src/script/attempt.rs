//! The script as JSON. A member that is not known is a mistake in the test, and is refused.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::Deserialize;

use crate::body::string_to_latin1;

/// `{"attempts": [ATTEMPT, ...]}`, at least one.
#[derive(Debug, Deserialize)]
#[serde(try_from = "RawScript")]
pub(super) struct Script {
    pub(super) attempts: Vec<Attempt>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScript {
    attempts: Vec<Attempt>,
}

impl TryFrom<RawScript> for Script {
    type Error = &'static str;

    fn try_from(RawScript { attempts }: RawScript) -> Result<Self, Self::Error> {
        if attempts.is_empty() { Err("a script needs at least one attempt") } else { Ok(Self { attempts }) }
    }
}

/// How one request is answered. Every member has a default: a 200 event stream that ends at once.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Attempt {
    status: Status,
    reason: Option<Reason>,
    headers: Option<Headers>,
    pub(super) cors: Option<Cors>,
    pub(super) steps: Vec<Step>,
    framing: Framing,
    /// Wait for this signal before the status line.
    pub(super) headers_after: Option<String>,
    /// Wait this long before the status line.
    pub(super) headers_after_ms: Option<u64>,
    /// Close the connection instead of answering.
    pub(super) drop_before_response: bool,
}

/// How the client can tell where the body ends.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Framing {
    /// HTTP/1.1 chunks: a cut and an end look different.
    #[default]
    Chunked,
    /// HTTP/1.0, the end of the connection is the end of the body: a cut looks like an end. Workerman streams like this.
    Close,
}

impl Attempt {
    /// Status line and headers, for a request with these headers; the body is still empty.
    pub(super) fn head(&self, request: &HeaderMap) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status.0;
        if let Some(Reason(reason)) = &self.reason {
            response.extensions_mut().insert(reason.clone());
        }
        if matches!(self.framing, Framing::Close) {
            *response.version_mut() = Version::HTTP_10;
        }
        match &self.headers {
            Some(Headers(headers)) => headers.iter().for_each(|(name, value)| {
                response.headers_mut().append(name, value.clone());
            }),
            None => {
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
            }
        }
        if let Some(cors) = &self.cors {
            response.headers_mut().extend(cors.headers(request, false));
        }
        response
    }

    /// The Fetch standard's null body statuses, and 205, which HTTP allows no content either.
    pub(super) fn has_null_body(&self) -> bool {
        matches!(self.status.0.as_u16(), 204 | 205 | 304)
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "u16")]
struct Status(StatusCode);

impl TryFrom<u16> for Status {
    type Error = String;

    fn try_from(code: u16) -> Result<Self, String> {
        let status = StatusCode::from_u16(code).ok().filter(|status| !status.is_informational());
        status.map(Self).ok_or_else(|| format!("status {code} is not between 200 and 999"))
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Reason(hyper::ext::ReasonPhrase);

impl TryFrom<String> for Reason {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let phrase = hyper::ext::ReasonPhrase::try_from(text.as_bytes().to_vec());
        phrase.map(Self).map_err(|_| format!("{text:?} is not a reason phrase"))
    }
}

/// `[["name", "value"], ...]`, in the value one character for each byte.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
struct Headers(Vec<(HeaderName, HeaderValue)>);

impl TryFrom<Vec<(String, String)>> for Headers {
    type Error = String;

    fn try_from(headers: Vec<(String, String)>) -> Result<Self, String> {
        let parse = |(name, value): (String, String)| {
            let name = HeaderName::try_from(&name).map_err(|_| format!("{name:?} is not a header name"))?;
            let value = string_to_latin1(&value).ok_or_else(|| format!("{value:?} is not a header value"))?;
            Ok((name, value))
        };
        headers.into_iter().map(parse).collect::<Result<_, String>>().map(Self)
    }
}

/// The CORS headers of an attempt and of the preflight before it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Cors {
    /// `*`, `ORIGIN` for the origin of the request, or the value itself.
    allow_origin: Option<String>,
    allow_credentials: bool,
    allow_headers: Option<String>,
    allow_methods: Option<String>,
    expose_headers: Option<String>,
    /// Seconds for which a browser may skip further preflights; none by default, so that a test sees each of them.
    max_age: u32,
}

impl Cors {
    /// The headers that answer a request with these headers.
    pub(super) fn headers(&self, request: &HeaderMap, preflight: bool) -> HeaderMap {
        let origin = match self.allow_origin.as_deref() {
            Some("ORIGIN") => request.get(header::ORIGIN).cloned(),
            other => other.and_then(string_to_latin1),
        };
        let literal = |value: &Option<String>| value.as_deref().and_then(string_to_latin1);
        let (only_preflight, only_response) = if preflight {
            (Some(HeaderValue::from(self.max_age)), None)
        } else {
            (None, literal(&self.expose_headers))
        };
        let headers = [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
            (
                header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                self.allow_credentials.then(|| HeaderValue::from_static("true")),
            ),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, literal(&self.allow_headers).filter(|_| preflight)),
            (header::ACCESS_CONTROL_ALLOW_METHODS, literal(&self.allow_methods).filter(|_| preflight)),
            (header::ACCESS_CONTROL_MAX_AGE, only_preflight),
            (header::ACCESS_CONTROL_EXPOSE_HEADERS, only_response),
        ];
        headers.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// What the body does next.
#[derive(Debug, Deserialize)]
#[serde(try_from = "RawStep")]
pub(super) enum Step {
    /// `{"send": "text"}` or `{"sendBase64": "..."}`: one chunk.
    Send(Bytes),
    /// `{"chunks": "text", "size": N}` or `{"chunksBase64": ...}`: chunks of N bytes, `"pauseMs"` apart if given.
    Chunks { bytes: Bytes, size: usize, pause: Duration },
    /// `{"repeat": {"text": "...", "times": N}}`: in large chunks, as fast as the client reads.
    Repeat { text: Bytes, times: usize },
    /// `{"waitMs": N}`
    Wait(Duration),
    /// `{"waitFor": "name"}`: takes one signal of that name, given before or after.
    WaitFor(String),
    /// `{"end": true}`: the body is complete; also after the last step.
    End,
    /// `{"cut": true}`: the connection ends in the middle of the body.
    Cut,
    /// `{"hang": true}`: nothing more until the client leaves.
    Hang,
}

/// One of the first ten; `size` and `pauseMs` belong to the chunks.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct RawStep {
    send: Option<String>,
    send_base64: Option<String>,
    chunks: Option<String>,
    chunks_base64: Option<String>,
    repeat: Option<RawRepeat>,
    wait_ms: Option<u64>,
    wait_for: Option<String>,
    end: bool,
    cut: bool,
    hang: bool,
    size: Option<usize>,
    pause_ms: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRepeat {
    text: String,
    times: usize,
}

impl TryFrom<RawStep> for Step {
    type Error = String;

    fn try_from(raw: RawStep) -> Result<Self, String> {
        let decode = |text: Option<String>| {
            let bytes = text.map(|text| BASE64.decode(text).map(Bytes::from)).transpose();
            bytes.map_err(|error| format!("not base64: {error}"))
        };
        let to_chunks = raw.chunks.map(Bytes::from).or(decode(raw.chunks_base64)?);
        if to_chunks.is_none() && (raw.size.is_some() || raw.pause_ms.is_some()) {
            return Err("size and pauseMs belong to chunks".to_owned());
        }
        let size = raw.size.unwrap_or(1);
        if size == 0 {
            return Err("the size of a chunk is at least 1".to_owned());
        }
        let pause = Duration::from_millis(raw.pause_ms.unwrap_or(0));
        let candidates = [
            raw.send.map(|text| Self::Send(text.into())),
            decode(raw.send_base64)?.map(Self::Send),
            to_chunks.map(|bytes| Self::Chunks { bytes, size, pause }),
            raw.repeat.map(|repeat| Self::Repeat { text: repeat.text.into(), times: repeat.times }),
            raw.wait_ms.map(|ms| Self::Wait(Duration::from_millis(ms))),
            raw.wait_for.map(Self::WaitFor),
            raw.end.then_some(Self::End),
            raw.cut.then_some(Self::Cut),
            raw.hang.then_some(Self::Hang),
        ];
        let mut steps: Vec<Self> = candidates.into_iter().flatten().collect();
        match (steps.pop(), steps.is_empty()) {
            (Some(step), true) => Ok(step),
            _ => {
                Err("a step has exactly one of send, sendBase64, chunks, chunksBase64, repeat, waitMs, waitFor, end, \
                      cut and hang"
                    .to_owned())
            }
        }
    }
}
