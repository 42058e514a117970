//! Responses that are refused: what they say, and who is asked whether to try again.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use js_sys::futures::{JsFuture, spawn_local};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::body;
use super::promise::when_settled;
use super::received::Received;
use super::sys::{self, Reader, Response};
use super::timer::Timeout;
use crate::error::Refusal;
use crate::event_stream::{BOM, lossy};

/// How much of the body is kept, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// How long it is waited for, in milliseconds.
const BODY_TIME: u32 = 250;
/// Without a body, whatever a response of these says.
const NULL_BODY_STATUSES: [u16; 3] = [204, 205, 304];

/// A response that is refused, while its connection is still there. The driver lets go of it afterwards, by an abort.
#[derive(Debug)]
pub struct Refused {
    /// The `Response`. Its body is locked.
    pub response: JsValue,
    /// The reader of its body, if it has one. Not to be cancelled.
    pub reader: Option<Reader>,
    /// Is aborted when nobody waits for the judgement any more.
    pub signal: AbortSignal,
}

/// What is made of a response that is refused.
#[derive(Debug, Default)]
pub struct Judgement {
    /// What [`Error::refusal`](crate::Error::refusal) gives.
    pub refusal: Option<Refusal>,
    /// Whether to try again, also where the policy says no.
    pub retries: bool,
}

type Answer = Box<dyn FnOnce(Judgement)>;

/// Judges responses that are refused; a face's. Without one nothing is read of them.
#[derive(Clone)]
pub struct RefusalHandler(Rc<dyn Fn(Refused, Answer)>);

impl RefusalHandler {
    /// One that is asked like this. The function is called from a task of its own, and calls what it is given with the
    /// judgement, then or later. Until it does the source waits.
    pub fn new(judge: impl Fn(Refused, Box<dyn FnOnce(Judgement)>) + 'static) -> Self {
        Self(Rc::new(judge))
    }

    /// One that reads the beginning of the body and asks whether to try again.
    pub(crate) fn reading(retry_if: impl Fn(&Refusal) -> bool + 'static) -> Self {
        let retry_if = Rc::new(retry_if);
        Self::new(move |refused, answer| {
            let retry_if = Rc::clone(&retry_if);
            spawn_local(async move {
                let Ok(refusal) = read(&refused).await else { return answer(Judgement::default()) };
                let retries = !refused.signal.aborted() && retry_if(&refusal);
                answer(Judgement { refusal: Some(refusal), retries });
            });
        })
    }

    pub(super) fn judge(&self, refused: Refused, answer: impl FnOnce(Judgement) + 'static) {
        (self.0)(refused, Box::new(answer));
    }
}

/// Is called with the response, its reader and the signal, and gives a promise of whether to try again. It keeps what the response
/// says to itself.
impl From<Function> for RefusalHandler {
    fn from(function: Function) -> Self {
        Self::new(move |Refused { response, reader, signal }, answer| {
            let promise = function.call3(&JsValue::UNDEFINED, &response, &reader.into(), &signal);
            let answer = |retries| answer(Judgement { refusal: None, retries });
            match promise {
                Ok(promise) => {
                    when_settled(&promise, Box::new(|said| answer(said.is_ok_and(|retries| retries.is_truthy()))));
                }
                Err(_) => answer(false),
            }
        })
    }
}

impl fmt::Debug for RefusalHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefusalHandler").finish_non_exhaustive()
    }
}

async fn read(refused: &Refused) -> Result<Refusal, JsValue> {
    let response: &Response = refused.response.unchecked_ref();
    let (status, headers) = (response.status()?, response.headers()?);
    let is_empty = NULL_BODY_STATUSES.contains(&status) || headers.get("Content-Length")?.as_deref() == Some("0");
    let body = match &refused.reader {
        Some(reader) if !is_empty => beginning(reader).await,
        _ => String::new(),
    };
    let pairs = sys::array_from(&headers)?;
    let mut headers = Vec::new();
    for index in 0..pairs.length() {
        let pair = pairs.get(index);
        let Some(pair) = pair.dyn_ref::<Array>() else { continue };
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            headers.push((name, value));
        }
    }
    Ok(Refusal::new(status, headers, body))
}

/// The first bytes of a body as text, as far as they come in time. What breaks off is refused all the same.
async fn beginning(reader: &Reader) -> String {
    let mut bytes = Vec::new();
    let mut timeout = None;
    // Comes to nothing, as a body that is over does.
    let late = Promise::new(&mut |resolve, _| {
        timeout = Some(Timeout::new(BODY_TIME, Box::new(move || drop(resolve.call0(&JsValue::UNDEFINED)))));
    });
    while bytes.len() < MAX_BODY {
        let Ok(read) = reader.read() else { break };
        let first = Promise::race(&Array::of2(&read, &late));
        let Ok(Received::Chunk(chunk)) = JsFuture::from(first).await.and_then(body::chunk) else { break };
        bytes.extend(chunk.to_vec());
    }
    drop(timeout);
    bytes.truncate(MAX_BODY);
    text(&bytes)
}

/// A character that is cut off at the end is left out.
fn text(bytes: &[u8]) -> String {
    let bytes = match core::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => bytes.get(..error.valid_up_to()).unwrap_or_default(),
        _ => bytes,
    };
    lossy(bytes.strip_prefix(BOM).unwrap_or(bytes)).into_owned()
}
