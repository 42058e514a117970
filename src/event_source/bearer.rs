//! [`Bearer`]: a token for several sources, which is refreshed after a 401.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::cell::{Cell, RefCell};
use core::fmt::{self, Display};

use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};

use super::builder::Builder;
use super::extras::AddToken;
use crate::error::Refusal;
use crate::messages::join;
use crate::web::{RefusalHandler, Retry};

const UNAUTHORIZED: u16 = 401;

/// A token that sources send in the header `Authorization`. Give the same value to several sources with [`Builder::bearer`].
/// If a server rejects the token with a 401, it is refreshed only once, even if several sources need it at the same time.
/// Then each source tries again at once. Clones share the token.
///
/// ```no_run
/// use wasm_eventsource::{Bearer, EventSource};
///
/// async fn log_in_again() -> Result<String, String> {
///     Ok("a new token".into())
/// }
/// let bearer = Bearer::new(log_in_again).token("the token of this session");
/// let prices = EventSource::builder("https://example.com/prices").bearer(&bearer).build()?;
/// let orders = EventSource::builder("https://example.com/orders").bearer(&bearer).build()?;
/// # Ok::<(), wasm_eventsource::Error>(())
/// ```
#[derive(Clone)]
pub struct Bearer(Rc<Tokens>);

type Result<T> = core::result::Result<T, String>;
/// Returns the token that the program has now, if it has one.
type Token = dyn Fn() -> LocalBoxFuture<'static, Option<String>>;
type Refresh = dyn Fn() -> LocalBoxFuture<'static, Result<String>>;

struct Tokens {
    token: RefCell<Rc<Token>>,
    refresh: Rc<Refresh>,
    /// The last refreshed token. It takes the place of what `token` gives, as long as that gives `outdated`.
    refreshed: RefCell<Option<Refreshed>>,
    /// The refresh that is under way. All that need one wait for it.
    refreshing: RefCell<Option<Shared<LocalBoxFuture<'static, Result<String>>>>>,
}

struct Refreshed {
    outdated: Option<String>,
    token: String,
}

impl Bearer {
    /// `refresh` returns a new token, or an error. It is called after a 401, and before the first attempt if there is no
    /// [token](Bearer::token) yet. If it fails after a 401, the rejected response is fatal. If it fails before an attempt,
    /// the attempt fails with [`Reason::Unprepared`](crate::Reason::Unprepared), and another one follows, unless the request
    /// is [sent only once](Builder::method). An empty token counts as a failure.
    pub fn new<E: Display>(refresh: impl AsyncFn() -> core::result::Result<String, E> + 'static) -> Self {
        let refresh = Rc::new(refresh);
        let refresh: Rc<Refresh> = Rc::new(move || {
            let refresh = Rc::clone(&refresh);
            Box::pin(async move {
                let token = refresh().await.map_err(|error| error.to_string())?;
                if token.is_empty() { Err("the refreshed token is empty".into()) } else { Ok(token) }
            })
        });
        let none: Rc<Token> = Rc::new(|| Box::pin(async { None }));
        Self(Rc::new(Tokens {
            token: RefCell::new(none),
            refresh,
            refreshed: RefCell::default(),
            refreshing: RefCell::default(),
        }))
    }

    /// The token to begin with. Without one, `refresh` is called before the first attempt.
    pub fn token(self, token: &str) -> Self {
        let token = token.to_string();
        self.token_from(async move || Some(token.clone()))
    }

    /// Calls this function for the token before each attempt. For example, it reads a storage that other code writes, too.
    /// After a refresh, the refreshed token is sent for as long as this function still returns the old one. If it returns
    /// `None` or an empty token, there is no token yet.
    ///
    /// ```no_run
    /// use wasm_eventsource::Bearer;
    ///
    /// # async fn log_in_again() -> Result<String, String> { Ok(String::new()) }
    /// # fn stored_token() -> Option<String> { None }
    /// let bearer = Bearer::new(log_in_again).token_from(async || stored_token());
    /// ```
    pub fn token_from(self, token: impl AsyncFn() -> Option<String> + 'static) -> Self {
        let token = Rc::new(token);
        self.0.token.replace(Rc::new(move || {
            let token = Rc::clone(&token);
            Box::pin(async move { token().await.filter(|token| !token.is_empty()) })
        }));
        self
    }
}

impl fmt::Debug for Bearer {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer").finish_non_exhaustive()
    }
}

impl Tokens {
    /// What `token` gives now, and the token to send. No borrow is held while a function of the user's is called.
    async fn look(&self) -> (Option<String>, Option<String>) {
        let token = Rc::clone(&self.token.borrow());
        let given = token().await;
        let refreshed = self.refreshed.borrow();
        let current = match &*refreshed {
            Some(Refreshed { outdated, token }) if *outdated == given => Some(token.clone()),
            _ => given.clone(),
        };
        (given, current)
    }

    /// Refreshes the token in the place of what `token` gives, or waits for the refresh that is under way.
    async fn renew(self: &Rc<Self>, given: Option<String>) -> Result<String> {
        let begun = self.refreshing.borrow().clone();
        let refreshing = begun.unwrap_or_else(|| {
            let (refresh, weak) = (Rc::clone(&self.refresh), Rc::downgrade(self));
            let work: LocalBoxFuture<'static, _> = Box::pin(async move {
                let result = refresh().await;
                if let Some(tokens) = weak.upgrade() {
                    if let Ok(token) = &result {
                        tokens.refreshed.replace(Some(Refreshed { outdated: given, token: token.clone() }));
                    }
                    drop(tokens.refreshing.take());
                }
                result
            });
            let refreshing = work.shared();
            self.refreshing.replace(Some(refreshing.clone()));
            refreshing
        });
        refreshing.await
    }
}

/// What one source has sent.
struct Pass {
    tokens: Rc<Tokens>,
    /// The token of the last attempt.
    sent: RefCell<Option<String>>,
    /// There was a 401 before the next attempt, and then before the last one, after which it was tried again.
    is_second: Cell<(bool, bool)>,
}

impl Pass {
    fn new(bearer: &Bearer) -> Rc<Self> {
        Rc::new(Self { tokens: Rc::clone(&bearer.0), sent: RefCell::default(), is_second: Cell::default() })
    }

    /// The value of the header for the next attempt.
    async fn header(&self) -> Result<String> {
        let (next, _) = self.is_second.get();
        self.is_second.set((false, next));
        drop(self.sent.take());
        let refreshing = self.tokens.refreshing.borrow().clone();
        if let Some(refreshing) = refreshing {
            // If it fails, those that need it are told.
            let _ = refreshing.await;
        }
        let (given, current) = self.tokens.look().await;
        let token = match current {
            Some(token) => token,
            None => self.tokens.renew(given).await?,
        };
        self.sent.replace(Some(token.clone()));
        Ok(join(&["Bearer ", &token]))
    }

    /// Whether to try again after a refusal, and how. `own` is the user's function, which decides about everything else.
    async fn retry(&self, refusal: &Refusal, own: Option<&RefusalHandler>) -> Retry {
        let is_unauthorized = refusal.status() == UNAUTHORIZED;
        let renewal = if is_unauthorized { self.renewal().await } else { None };
        let retry = match (renewal, own) {
            (Some(Ok(())), _) => Retry::after(core::time::Duration::ZERO),
            (None, Some(own)) => own.ask(refusal).await,
            (Some(Err(_)), _) | (None, None) => false.into(),
        };
        if is_unauthorized && retry.is_wanted {
            self.is_second.set((true, false));
        }
        retry
    }

    /// After a 401: whether there is another token now than the one that was sent. `None` without a token of ours, or with one that was just
    /// replaced after a 401: then the server has its reasons.
    async fn renewal(&self) -> Option<Result<()>> {
        let (_, is_second) = self.is_second.get();
        let sent = self.sent.borrow().clone().filter(|_| !is_second)?;
        let (given, current) = self.tokens.look().await;
        if current.as_ref() != Some(&sent) {
            return Some(Ok(()));
        }
        Some(self.tokens.renew(given).await.map(drop))
    }
}

impl Builder {
    /// Sends the token of this [`Bearer`] with each request, in the header `Authorization`. After a 401, the token is
    /// refreshed, and one more attempt follows at once. If that attempt gets a 401, too, the rejected response is fatal, so
    /// there is never a loop. By default, no token is sent.
    ///
    /// You can combine this option with [`headers`](Builder::headers) and [`retry_if`](Builder::retry_if), in any order. If
    /// you also set `Authorization` yourself, the token of the `Bearer` is sent, not your value.
    ///
    /// Your `retry_if` decides about all other rejected responses, and about the second 401. Do not put the status 401 into
    /// [`Reconnect::statuses`](crate::Reconnect::statuses): then the token would not be refreshed. A source that
    /// [shares](Builder::shared) its connection needs a [key](crate::Shared::key).
    ///
    /// To replace a token before it expires, without a gap, get a new one yourself. Store it where the function of
    /// [`token_from`](Bearer::token_from) reads it, or set it with [`token`](Bearer::token): all clones share it. Then
    /// [`verify`](crate::EventSource::verify) makes a connection with the new token, and the old one stays open until then:
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use wasm_eventsource::{Bearer, Error, EventSource, Verify};
    ///
    /// # async fn example(bearer: Bearer, source: EventSource, new: &str) -> Result<(), Error> {
    /// let _ = bearer.clone().token(new);
    /// source.verify(Verify::default().stale_after(Duration::ZERO)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn bearer(mut self, bearer: &Bearer) -> Self {
        let bearer = bearer.clone();
        self.custom();
        let add: Rc<AddToken> = Rc::new(move |builder: &mut Self| {
            let pass = Pass::new(&bearer);
            let own_headers = builder.custom().headers_of.take();
            let sender = Rc::clone(&pass);
            builder.custom().headers_of = Some(Rc::new(move |attempt| {
                let own = own_headers.as_ref().map(|own| own(attempt));
                let pass = Rc::clone(&sender);
                Box::pin(async move {
                    let mut headers = match own {
                        Some(own) => own.await?,
                        None => Default::default(),
                    };
                    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
                    headers.push(("Authorization".to_string(), pass.header().await?));
                    Ok(headers)
                })
            }));
            let own = builder.retry_if.take();
            let retry_if = async move |refusal: &Refusal| pass.retry(refusal, own.as_ref()).await;
            builder.retry_if = Some(RefusalHandler::new(retry_if));
        });
        self.change_extras(|extras| extras.bearer = Some(add));
        self
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use futures::channel::oneshot;
    use futures::executor::block_on;
    use futures::future::join_all;

    use super::*;

    fn refusal(status: u16) -> Refusal {
        Refusal::new(status, Vec::new(), String::new())
    }

    /// A bearer whose refresh gives "new 1", "new 2" and so on, and how often it was called.
    fn counting() -> (Bearer, Rc<Cell<u32>>) {
        let calls = Rc::<Cell<u32>>::default();
        let counted = Rc::clone(&calls);
        let bearer = Bearer::new(async move || {
            counted.set(counted.get() + 1);
            // Others may ask meanwhile.
            yield_once().await;
            Ok::<_, String>(alloc::format!("new {}", counted.get()))
        });
        (bearer, calls)
    }

    async fn yield_once() {
        let mut has_yielded = false;
        futures::future::poll_fn(|context| {
            context.waker().wake_by_ref();
            if core::mem::replace(&mut has_yielded, true) {
                core::task::Poll::Ready(())
            } else {
                core::task::Poll::Pending
            }
        })
        .await;
    }

    fn header(pass: &Pass) -> Result<String> {
        block_on(pass.header())
    }

    fn retry(pass: &Pass, status: u16) -> Retry {
        block_on(pass.retry(&refusal(status), None))
    }

    fn at_once() -> Retry {
        Retry::after(core::time::Duration::ZERO)
    }

    #[test]
    fn after_a_401_there_is_one_attempt_at_once_with_another_token() {
        let (bearer, calls) = counting();
        let pass = Pass::new(&bearer.token("old"));
        assert_eq!(header(&pass).as_deref(), Ok("Bearer old"));
        assert_eq!(retry(&pass, 401), at_once());
        assert_eq!(header(&pass).as_deref(), Ok("Bearer new 1"));
        assert_eq!(retry(&pass, 401), Retry::from(false), "the second in a row is final");
        assert_eq!(calls.get(), 1);
    }

    #[test]
    fn a_401_of_a_later_attempt_is_not_the_second_in_a_row() {
        let (bearer, calls) = counting();
        let pass = Pass::new(&bearer.token("old"));
        for _ in 0..3 {
            assert!(header(&pass).is_ok());
            assert_eq!(retry(&pass, 401), at_once());
            assert!(header(&pass).is_ok());
            // This one was accepted, and its connection lost.
        }
        assert_eq!(calls.get(), 3);
    }

    #[test]
    fn six_sources_need_one_refresh() {
        let (bearer, calls) = counting();
        let bearer = bearer.token("old");
        let passes: Vec<_> = (0..6).map(|_| Pass::new(&bearer)).collect();
        assert!(passes.iter().all(|pass| header(pass).as_deref() == Ok("Bearer old")));
        let refused = refusal(401);
        let answers = block_on(join_all(passes.iter().map(|pass| pass.retry(&refused, None))));
        assert_eq!((answers, calls.get()), (vec![at_once(); 6], 1));
        assert!(passes.iter().all(|pass| header(pass).as_deref() == Ok("Bearer new 1")));
    }

    #[test]
    fn who_comes_later_with_the_old_token_needs_no_refresh() {
        let (bearer, calls) = counting();
        let bearer = bearer.token("old");
        let (first, second) = (Pass::new(&bearer), Pass::new(&bearer));
        assert!(header(&first).is_ok() && header(&second).is_ok());
        assert_eq!(retry(&first, 401), at_once());
        assert_eq!((retry(&second, 401), calls.get()), (at_once(), 1));
    }

    #[test]
    fn without_a_token_there_is_a_refresh_before_the_first_attempt() {
        let (bearer, calls) = counting();
        let pass = Pass::new(&bearer);
        assert_eq!((header(&pass).as_deref(), calls.get()), (Ok("Bearer new 1"), 1));
    }

    #[test]
    fn a_refresh_that_fails_is_final_after_a_401_and_a_failed_attempt_before_one() {
        let fails = || Bearer::new(async || Err::<String, _>("no user"));
        let pass = Pass::new(&fails().token("old"));
        assert!(header(&pass).is_ok());
        assert_eq!(retry(&pass, 401), Retry::from(false));
        assert_eq!(header(&Pass::new(&fails())), Err("no user".into()));
        let empty = Pass::new(&Bearer::new(async || Ok::<_, String>(String::new())));
        assert!(header(&empty).is_err());
    }

    #[test]
    fn after_a_refresh_that_failed_the_users_own_function_is_not_asked() {
        let bearer = Bearer::new(async || Err::<String, _>("offline")).token("old");
        let pass = Pass::new(&bearer);
        let own = RefusalHandler::new(async |_: &Refusal| true);
        assert_eq!(header(&pass).as_deref(), Ok("Bearer old"));
        assert_eq!(block_on(pass.retry(&refusal(401), Some(&own))), Retry::from(false));
        assert_eq!(block_on(pass.retry(&refusal(503), Some(&own))), Retry::from(true));
    }

    #[test]
    fn a_refresh_that_failed_is_tried_again_by_the_next_who_needs_it() {
        let calls = Rc::<Cell<u32>>::default();
        let counted = Rc::clone(&calls);
        let pass = Pass::new(&Bearer::new(async move || {
            counted.set(counted.get() + 1);
            if counted.get() == 1 { Err("offline") } else { Ok("new".to_string()) }
        }));
        assert_eq!(header(&pass), Err("offline".into()));
        assert_eq!(header(&pass).as_deref(), Ok("Bearer new"));
    }

    #[test]
    fn a_token_that_the_program_has_replaced_takes_the_place_of_the_refreshed_one() {
        let (bearer, calls) = counting();
        let stored = Rc::new(RefCell::new("a".to_string()));
        let storage = Rc::clone(&stored);
        let pass = Pass::new(&bearer.token_from(async move || Some(storage.borrow().clone())));
        assert!(header(&pass).is_ok());
        assert_eq!(retry(&pass, 401), at_once());
        assert_eq!(header(&pass).as_deref(), Ok("Bearer new 1"));
        stored.replace("b".into());
        assert_eq!(header(&pass).as_deref(), Ok("Bearer b"));
        // It was replaced between the attempt and its refusal.
        stored.replace("c".into());
        assert_eq!((retry(&pass, 401), calls.get()), (at_once(), 1));
        assert_eq!(header(&pass).as_deref(), Ok("Bearer c"));
    }

    #[test]
    fn the_users_own_function_decides_about_the_rest() {
        let (bearer, _) = counting();
        let pass = Pass::new(&bearer.token("old"));
        let asked = Rc::<RefCell<Vec<u16>>>::default();
        let seen = Rc::clone(&asked);
        let own = RefusalHandler::new(async move |refusal: &Refusal| {
            seen.borrow_mut().push(refusal.status());
            true
        });
        assert!(header(&pass).is_ok());
        for status in [503, 401, 401, 401] {
            assert!(block_on(pass.retry(&refusal(status), Some(&own))).is_wanted);
            assert!(header(&pass).is_ok());
        }
        assert_eq!(asked.take(), [503, 401, 401], "the first 401 is the bearer's");
    }

    #[test]
    fn a_refresh_goes_on_with_another_source_when_the_first_is_gone() {
        let (answer, answered) = oneshot::channel::<String>();
        let answered = answered.shared();
        let calls = Rc::<Cell<u32>>::default();
        let counted = Rc::clone(&calls);
        let bearer = Bearer::new(async move || {
            counted.set(counted.get() + 1);
            answered.clone().await
        });
        let (first, second) = (Pass::new(&bearer), Pass::new(&bearer));
        let mut dropped = Box::pin(first.header());
        assert!(dropped.as_mut().now_or_never().is_none());
        let mut waits = Box::pin(second.header());
        assert!(waits.as_mut().now_or_never().is_none());
        drop(dropped);
        answer.send("new".into()).expect("it is awaited");
        assert_eq!((block_on(waits).as_deref(), calls.get()), (Ok("Bearer new"), 1));
    }
}
