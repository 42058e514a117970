//! The whole interface of the Rust face, for every target to compile.

use core::fmt::Debug;
use core::time::Duration;

use futures::stream::FusedStream;
use wasm_eventsource::{
    Bearer, Builder, ConnectionState, Error, Event, EventSource, Incomplete, Keep, LostConnection, ReadyState,
    Redirect, Refusal, ResponseToAccept, ResumeRequest, Retry, StateChanges, Subscription, WhenHidden,
};

/// A function of the user's that says yes or no.
type Judge<T> = fn(&T) -> bool;

/// Compiles only where every method is there with the types that it has everywhere.
pub(crate) fn are_the_same() {
    let _: fn(&str) -> Result<EventSource, Error> = EventSource::new;
    let _: fn(&str) -> Builder = EventSource::builder;
    let _: fn(&EventSource) -> &str = EventSource::url;
    let _: fn(&EventSource) -> ReadyState = EventSource::ready_state;
    let _: fn(&EventSource) -> ConnectionState = EventSource::state;
    let _: fn(&EventSource) -> StateChanges = EventSource::state_changes;
    let _: fn(&EventSource) -> String = EventSource::last_event_id;
    let _: fn(&EventSource) -> Duration = EventSource::reconnection_time;
    let _: fn(&EventSource) -> u64 = EventSource::missed;
    let _: fn(Subscription, Keep) -> Subscription = Subscription::keep;
    let _: fn(&Subscription) -> u64 = Subscription::missed;
    let _: fn(&EventSource, &str) -> Subscription = EventSource::subscribe;
    let _: fn(&EventSource) = EventSource::close;
    let _: fn(Builder, bool) -> Builder = Builder::with_credentials;
    let _: fn(Builder, &str) -> Builder = Builder::last_event_id;
    let _: fn(Builder, usize) -> Builder = Builder::max_event_size;
    let _: fn(Builder, fn(&str)) -> Builder = Builder::on_comment;
    let _ = |builder: Builder| builder.retry_if(async |refusal: &Refusal| refusal.status() == 503);
    let _ = |builder: Builder| builder.retry_if(async |_: &Refusal| Retry::after(Duration::ZERO).last_event_id(""));
    let _: fn(Builder, Judge<ResponseToAccept>) -> Builder = Builder::accept;
    let _: fn(Builder, Judge<Event>) -> Builder = Builder::until;
    let _: fn(Builder, Incomplete) -> Builder = Builder::incomplete;
    let _ = |builder: Builder| builder.resume(async |_: &LostConnection| Some(ResumeRequest::same()));
    let _: fn(Builder, &Bearer) -> Builder = Builder::bearer;
    let _: fn(&EventSource, &str) -> Result<(), Error> = EventSource::reconnect_from;
    let _: fn(Builder, Keep) -> Builder = Builder::keep;
    let _: fn(Builder, Redirect) -> Builder = Builder::redirect;
    let _: fn(&Error) -> Option<&Refusal> = Error::refusal;
    let _: fn(Builder, Duration) -> Builder = Builder::idle_timeout;
    let _: fn(Builder, WhenHidden) -> Builder = Builder::when_hidden;
    let _: fn(Builder) -> Result<EventSource, Error> = Builder::build;
    is_a_stream::<EventSource, Result<Event, Error>>();
    is_a_stream::<Subscription, Result<Event, Error>>();
    is_a_stream::<StateChanges, ConnectionState>();
    is_a_value::<Builder>();
    is_a_value::<ConnectionState>();
    is_a_value::<Event>();
    is_a_value::<Error>();
    is_a_value::<Refusal>();
    #[cfg(feature = "sharing")]
    {
        use wasm_eventsource::Shared;
        use wasm_eventsource::sharing::Role;
        let _: fn() -> Shared = Shared::new;
        let _: fn(Shared, &str) -> Shared = Shared::key;
        let _: fn(Shared, u32) -> Shared = Shared::replay;
        let _: fn(Shared, Duration) -> Shared = Shared::linger;
        let _: fn(Builder, Shared) -> Builder = Builder::shared;
        let _: fn(&EventSource) -> Option<Role> = EventSource::shared;
        is_a_value::<Shared>();
    }
    #[cfg(feature = "json")]
    {
        use wasm_eventsource::{Json, JsonError, JsonEvent};
        let _: fn(EventSource) -> Json<EventSource, u8> = EventSource::json::<u8>;
        let _: fn(Subscription) -> Json<Subscription, u8> = Subscription::json::<u8>;
        is_a_stream::<Json<EventSource, u8>, Result<JsonEvent<u8>, JsonError<Error>>>();
        is_a_stream::<Json<Subscription, u8>, Result<JsonEvent<u8>, JsonError<Error>>>();
    }
}

fn is_a_stream<S: FusedStream<Item = I> + Unpin + Debug + 'static, I>() {}

fn is_a_value<T: Clone + Debug + 'static>() {}
