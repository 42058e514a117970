//! The option [`resume`](Builder::resume): another request that continues where the last one ended. It replaces a request
//! that must not be repeated.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::task::Wake;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;
use core::mem;
use core::task::{Context, Poll, Waker};
use std::sync::{Mutex, PoisonError};

use futures::future::LocalBoxFuture;

use super::builder::Builder;
use super::driver::Driver;
use super::extras::Resume;
use crate::engine::Stage;
use crate::error::{Error, Reason};
use crate::messages::without_secrets;
use crate::web::{CustomRequest, Notice, RequestOptions, Resumable, WhenBack};

/// The argument of [`Builder::resume`]: why there is no connection.
#[derive(Clone, PartialEq, Eq)]
pub struct LostConnection {
    last_event_id: String,
    error: Option<Error>,
}

impl LostConnection {
    /// For tests of a function that is given to [`Builder::resume`].
    ///
    /// ```
    /// use wasm_eventsource::LostConnection;
    ///
    /// assert!(LostConnection::new("7", None).error().is_none());
    /// ```
    pub fn new(last_event_id: &str, error: Option<Error>) -> Self {
        Self { last_event_id: last_event_id.to_string(), error }
    }

    /// The last event ID. It is empty if there is none. The next request sends it.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// Why the connection was lost. `None` after [`EventSource::reconnect`](crate::EventSource::reconnect), and when the
    /// document is shown again after [`WhenHidden::Close`](crate::WhenHidden::Close) or the back/forward cache has ended the
    /// connection.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}

impl fmt::Debug for LostConnection {
    /// Without the ID, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LostConnection").field("error", &self.error).finish_non_exhaustive()
    }
}

/// A request for the rest of the stream: the result of the function for [`Builder::resume`].
///
/// ```
/// use wasm_eventsource::ResumeRequest;
///
/// let rest = ResumeRequest::new().url("/answers/7").header("Authorization", "Bearer token");
/// let repeated = ResumeRequest::same();
/// assert_ne!(rest, repeated);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use = "it has no effect unless `resume` returns it"]
pub struct ResumeRequest {
    is_same: bool,
    url: Option<String>,
    method: Option<String>,
    headers: Option<Vec<(String, String)>>,
    body: Option<Vec<u8>>,
}

impl ResumeRequest {
    /// A GET without a body, to the URL of the last request and with its headers, except `Content-Type` if you set no body.
    /// The function for [`headers`](Builder::headers) is called for it, too.
    pub fn new() -> Self {
        Self::default()
    }

    /// The last request again, with its method and its body.
    pub fn same() -> Self {
        Self { is_same: true, ..Self::default() }
    }

    /// The URL. A relative one is relative to the document or, in a worker, to its script.
    pub fn url(mut self, url: &str) -> Self {
        self.url = Some(url.to_string());
        self
    }

    /// The method.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_string());
        self
    }

    /// Sends this header. If you set a header, the headers of the last request are not sent.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.get_or_insert_default().push((name.to_string(), value.to_string()));
        self
    }

    /// The body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The options of this request, after one with those.
    fn after(self, mut options: RequestOptions) -> RequestOptions {
        if !self.is_same {
            (options.method, options.body) = (None, None);
        }
        options.method = self.method.or(options.method);
        options.body = self.body.map(Into::into).or(options.body);
        if let Some(headers) = self.headers {
            options.headers = headers;
        } else if !self.is_same && options.body.is_none() {
            options.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        }
        options
    }
}

impl fmt::Debug for ResumeRequest {
    /// Without headers, body, and secrets in the URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumeRequest")
            .field("is_same", &self.is_same)
            .field("url", &self.url.as_deref().map(without_secrets))
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// A function that returns the next request after the connection is lost. Use it for a POST that must not be sent twice,
    /// if the rest of its answer can be fetched with another request. By default there is no function: then the source
    /// repeats a GET, and sends any other request [only once](Builder::method).
    ///
    /// The function returns a [`ResumeRequest`], or `None` to stop. After `None`, the source is CLOSED, and its fatal error
    /// has the reason of the loss. The waits and limits of [`reconnect`](Builder::reconnect) apply. The source waits for the
    /// function before it reports the loss. If the request cannot be sent, the error says why, with [`Reason::InvalidUrl`]
    /// or [`Reason::InvalidOption`].
    ///
    /// The function is also called after [`reconnect`](crate::EventSource::reconnect), and when the document is shown
    /// again after [`WhenHidden::Close`](crate::WhenHidden::Close) or the back/forward cache has ended the connection.
    /// Then there is no [error](LostConnection::error), and after `None` the source is CLOSED with [`Reason::Aborted`].
    /// If you close the source while the function is at work, its future is dropped. The function is not called if
    /// [`retry_if`](Builder::retry_if) or the rules for reconnecting try again after a rejected response. Then the same
    /// request is sent again.
    ///
    /// The source sends each request to the URL that you give, even if a redirect led elsewhere. The source cannot be
    /// [verified](crate::EventSource::verify) or [shared](Builder::shared), because it does not know whether its request can
    /// be sent twice.
    ///
    /// ```no_run
    /// use wasm_eventsource::{EventSource, LostConnection, ResumeRequest};
    ///
    /// # fn example(question: String, id: u32) -> Result<(), wasm_eventsource::Error> {
    /// let answer = EventSource::builder("https://example.com/answers")
    ///     .method("POST")
    ///     .body(question)
    ///     .until(|event| event.event_type() == "done")
    ///     .resume(async move |lost: &LostConnection| {
    ///         let has_begun = !lost.last_event_id().is_empty();
    ///         has_begun.then(|| ResumeRequest::new().url(&format!("https://example.com/answers/{id}")))
    ///     })
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume(mut self, resume: impl AsyncFn(&LostConnection) -> Option<ResumeRequest> + 'static) -> Self {
        let resume = Rc::new(resume);
        let ask: Rc<Ask> = Rc::new(move |lost| {
            let resume = Rc::clone(&resume);
            Box::pin(async move { resume(&lost).await })
        });
        self.custom();
        let resume: Rc<Resume> = Rc::new(move |builder: &mut Self| {
            let request = Resumable::new(builder.custom().clone());
            builder.options.request = Some(CustomRequest::resumable(&request));
            builder.reconnect.get_or_insert_default();
            builder.when_back = WhenBack::Keep;
            Rc::new(Resumption::new(&ask, request))
        });
        self.change_extras(|extras| extras.resume = Some(resume));
        self
    }
}

type Ask = dyn Fn(LostConnection) -> LocalBoxFuture<'static, Option<ResumeRequest>>;

/// Stands between a source and its driver. Only programs with the option contain the code for it.
pub(super) trait Resuming {
    /// The next notice of the driver. `None` if there is none, or while the user is asked.
    fn next(&self, driver: &Driver, context: &Context<'_>) -> Option<Notice>;
    /// The user's answer has no effect any more: the source was closed, or connects anew.
    fn forget(&self);
}

/// The requests of one source.
struct Resumption {
    ask: Rc<Ask>,
    request: Rc<Resumable>,
    asking: Cell<Option<Asking>>,
    /// Counts what is asked, and what is forgotten.
    round: Cell<u32>,
    /// The user's code is being asked at this moment.
    is_polled: Cell<bool>,
    /// The next request may be the last one again: the user or the engine wants it.
    may_repeat: Cell<bool>,
    tasks: Arc<Tasks>,
}

/// The user is being asked.
struct Asking {
    /// The notice of the loss, which is held back.
    lost: Option<Error>,
    answer: LocalBoxFuture<'static, Option<ResumeRequest>>,
}

impl Resumption {
    fn new(ask: &Rc<Ask>, request: Rc<Resumable>) -> Self {
        Self {
            ask: Rc::clone(ask),
            request,
            asking: Cell::default(),
            round: Cell::default(),
            is_polled: Cell::default(),
            may_repeat: Cell::default(),
            tasks: Arc::default(),
        }
    }

    fn begin(&self, driver: &Driver, lost: Option<Error>) {
        let told = LostConnection { last_event_id: driver.last_event_id(), error: lost.clone() };
        self.round.set(self.round.get() + 1);
        self.asking.set(Some(Asking { lost, answer: (self.ask)(told) }));
    }

    /// Sees whether the user has answered. Ready if nobody is being asked any more, with the notice that was held back.
    fn poll(&self, driver: &Driver, context: &Context<'_>) -> Poll<Option<Notice>> {
        // Code of the user's, called from here, has asked the source for something.
        if self.is_polled.get() {
            return Poll::Pending;
        }
        let Some(mut asking) = self.asking.take() else { return Poll::Ready(None) };
        if driver.stage() != Stage::Repetition {
            // The page was hidden, for example. When a request is due again, the question comes anew.
            self.forget();
            return Poll::Ready(None);
        }
        let round = self.round.get();
        // The task that polled last may never poll again, so all are woken.
        self.tasks.add(context.waker());
        // No borrow is held during the call, which may close the source.
        self.is_polled.set(true);
        let answer = asking.answer.as_mut().poll(&mut Context::from_waker(&Waker::from(Arc::clone(&self.tasks))));
        self.is_polled.set(false);
        if self.round.get() != round {
            return Poll::Ready(None);
        }
        let Poll::Ready(answer) = answer else {
            self.asking.set(Some(asking));
            return Poll::Pending;
        };
        // The next notice wakes them.
        self.tasks.clear();
        Poll::Ready(match (self.adopt(driver, answer), asking.lost) {
            (Ok(true), lost) => {
                self.may_repeat.set(true);
                lost.map(|error| Notice::Reconnecting { error })
            }
            (Ok(false), Some(lost)) => Some(fail(driver, lost.into_fatal())),
            (Ok(false), None) => Some(fail(driver, Error::fatal(Reason::Aborted))),
            (Err(error), _) => Some(fail(driver, error)),
        })
    }

    /// From now on, this request is sent. False if there is to be none.
    fn adopt(&self, driver: &Driver, answer: Option<ResumeRequest>) -> Result<bool, Error> {
        let Some(mut next) = answer else { return Ok(false) };
        let url = next.url.take();
        self.request.set(next.after(self.request.options())).map_err(Error::fatal)?;
        driver.go_to(url.as_deref(), self.request.method())?;
        Ok(true)
    }
}

fn fail(driver: &Driver, error: Error) -> Notice {
    driver.close();
    Notice::Failed { error }
}

impl Resuming for Resumption {
    fn next(&self, driver: &Driver, context: &Context<'_>) -> Option<Notice> {
        loop {
            match self.poll(driver, context) {
                Poll::Pending => return None,
                Poll::Ready(Some(notice)) => return Some(notice),
                Poll::Ready(None) => {}
            }
            if driver.stage() == Stage::Repetition && !self.may_repeat.get() {
                // Nothing has failed: the user or the page has ended the last connection.
                self.begin(driver, None);
                continue;
            }
            let notice = driver.next();
            match driver.stage() {
                Stage::Sent => self.may_repeat.set(false),
                // The engine may want the same request once more.
                Stage::Probed => self.may_repeat.set(true),
                Stage::Repetition | Stage::Other => {}
            }
            match notice {
                Some(Notice::Reconnecting { error }) => {
                    // A refused request that is wanted once more is the same again.
                    let is_refused = matches!(error.reason(), Reason::Status { .. } | Reason::ContentType { .. });
                    self.may_repeat.set(is_refused);
                    if is_refused {
                        return Some(Notice::Reconnecting { error });
                    }
                    self.begin(driver, Some(error));
                }
                notice => return notice,
            }
        }
    }

    fn forget(&self) {
        self.round.set(self.round.get() + 1);
        drop(self.asking.take());
        self.tasks.clear();
    }
}

/// The tasks that wait for the user's answer.
#[derive(Default)]
struct Tasks(Mutex<Vec<Waker>>);

impl Tasks {
    fn add(&self, waker: &Waker) {
        let mut wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    fn clear(&self) -> Vec<Waker> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn wake_all(&self) {
        self.clear().into_iter().for_each(Waker::wake);
    }
}

impl Wake for Tasks {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}
