//! The Rust face on a server that renders components: it compiles, connects to nothing and waits.
#![cfg(all(not(target_arch = "wasm32"), feature = "ssr"))]

#[path = "support/signatures.rs"]
mod signatures;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures::stream::{FusedStream, Stream};
use futures::{FutureExt, StreamExt};
use wasm_eventsource::connection::DEFAULT_RECONNECTION_TIME;
use wasm_eventsource::{ConnectionState, EventSource, ReadyState};

/// Whether there is nothing, for as long as anybody may ask.
fn is_pending<S: Stream + Unpin>(stream: &mut S) -> bool {
    (0..3).all(|_| stream.next().now_or_never().is_none())
}

#[derive(Default)]
struct Count(AtomicU32);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn the_interface_is_the_same_on_every_target() {
    signatures::are_the_same();
}

#[test]
fn a_source_takes_any_url_as_it_is_given() {
    for url in ["/events?a#b", "events", "https://example.com/events", "https://[", ""] {
        let source = EventSource::new(url).expect("the browser will have the last word");
        assert_eq!(source.url(), url);
    }
}

#[test]
fn a_source_is_connecting_and_yields_nothing() {
    let mut source = EventSource::new("/events").expect("a URL");
    assert!(is_pending(&mut source));
    assert!(!source.is_terminated());
    assert_eq!((source.ready_state(), source.state()), (ReadyState::Connecting, ConnectionState::Connecting));
    assert_eq!((source.last_event_id().as_str(), source.reconnection_time()), ("", DEFAULT_RECONNECTION_TIME));
}

#[test]
fn options_are_kept() {
    let builder = EventSource::builder("/events").with_credentials(true).last_event_id("41").max_event_size(10);
    let source = builder.clone().build().expect("a URL");
    assert_eq!((source.url(), source.last_event_id().as_str()), ("/events", "41"));
    assert_eq!(builder.last_event_id("42").build().expect("a URL").last_event_id(), "42");
}

#[cfg(feature = "sharing")]
#[test]
fn a_source_that_shares_is_a_member_that_waits() {
    use wasm_eventsource::sharing::Role;
    use wasm_eventsource::{Reason, Shared};

    let builder = EventSource::builder("/events").last_event_id("41").shared(Shared::new());
    let mut source = builder.clone().build().expect("a URL");
    assert!(is_pending(&mut source));
    assert_eq!((source.shared(), source.last_event_id().as_str()), (Some(Role::Member), "41"));
    assert_eq!(EventSource::new("/events").expect("a URL").shared(), None);
    let builder = builder.headers(async |_| Err::<Vec<_>, _>("no token"));
    let error = builder.build().expect_err("there is no key");
    assert!(matches!(error.reason(), Reason::InvalidOption { option: "shared", .. }), "{error}");
}

#[test]
fn closing_ends_the_source_and_its_streams() {
    let mut source = EventSource::new("/events").expect("a URL");
    let (mut pings, mut states) = (source.subscribe("ping"), source.state_changes());
    assert!(is_pending(&mut pings));
    assert_eq!(states.next().now_or_never(), Some(Some(ConnectionState::Connecting)));
    assert!(is_pending(&mut states));
    source.close();
    assert_eq!((source.ready_state(), source.state()), (ReadyState::Closed, ConnectionState::Closed));
    assert_eq!(source.next().now_or_never(), Some(None));
    assert_eq!(pings.next().now_or_never(), Some(None));
    assert_eq!(states.next().now_or_never(), Some(Some(ConnectionState::Closed)));
    assert_eq!(states.next().now_or_never(), Some(None));
    assert!(source.is_terminated() && pings.is_terminated() && states.is_terminated());
    assert_eq!(source.subscribe("late").next().now_or_never(), Some(None));
}

#[test]
fn closing_and_dropping_wake_who_waits_and_nothing_else_does() {
    for drops in [false, true] {
        let count = Arc::<Count>::default();
        let waker = Waker::from(Arc::clone(&count));
        let mut context = Context::from_waker(&waker);
        let source = EventSource::new("/events").expect("a URL");
        let (mut pings, mut states) = (source.subscribe("ping"), source.state_changes().skip(1));
        assert!(pings.poll_next_unpin(&mut context).is_pending());
        assert!(states.poll_next_unpin(&mut context).is_pending());
        assert_eq!(count.0.load(Ordering::Relaxed), 0);
        if drops {
            drop(source)
        } else {
            source.close()
        }
        assert_eq!(count.0.load(Ordering::Relaxed), 2, "dropped: {drops}");
        assert_eq!(pings.poll_next_unpin(&mut context), Poll::Ready(None));
        assert_eq!(states.poll_next_unpin(&mut context), Poll::Ready(Some(ConnectionState::Closed)));
    }
}

#[test]
fn who_is_dropped_is_not_woken_and_its_waker_is_not_kept() {
    let count = Arc::<Count>::default();
    let waker = Waker::from(Arc::clone(&count));
    let source = EventSource::new("/events").expect("a URL");
    let (mut pings, mut states) = (source.subscribe("ping"), source.state_changes().skip(1));
    assert!(pings.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
    assert!(states.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
    drop((pings, states, waker));
    assert_eq!(Arc::strong_count(&count), 1);
    drop(source);
    assert_eq!(count.0.load(Ordering::Relaxed), 0);
}

#[cfg(feature = "json")]
#[test]
fn values_are_awaited_for_ever_too() {
    let source = EventSource::new("/events").expect("a URL");
    let mut pings = source.subscribe("ping").json::<u32>();
    let mut values = source.json::<u32>();
    assert!(is_pending(&mut pings) && is_pending(&mut values));
    values.get_ref().close();
    assert!(values.next().now_or_never().is_some_and(|item| item.is_none()));
    assert!(pings.next().now_or_never().is_some_and(|item| item.is_none()));
}

#[test]
fn a_source_says_what_it_is() {
    let source = EventSource::new("/events").expect("a URL");
    assert_eq!(format!("{source:?}"), r#"EventSource { url: "/events", state: Connecting, .. }"#);
    assert!(format!("{:?}", source.subscribe("ping")).starts_with("Subscription"));
}
