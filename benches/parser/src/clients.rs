//! How each client reads a stream, and the floor.

use std::convert::Infallible;
use std::num::NonZeroUsize;

use bytes::Bytes;
use eventsource_client::{Client as _, ClientBuilder, ReconnectOptions, SSE};
use eventsource_stream::Eventsource;
use futures::executor::block_on;
use futures::{StreamExt, stream};
use launchdarkly_sdk_transport::{ByteStream, HttpTransport, Request, Response, ResponseFuture};
use memchr::memchr;
use sse_core::{SseDecoder, SseEvent, SseStream};
use wasm_eventsource::EventStream;
use wasm_eventsource::event_stream::{Parser, Step};

use crate::feed::Feed;
use crate::tally::Take;

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Client {
    Floor,
    Borrowed,
    Owned,
    Stream,
    SseCore,
    SseCoreStream,
    EventsourceStream,
    EventsourceClient,
}

impl Client {
    pub const ALL: [Self; 8] = [
        Self::Floor,
        Self::Borrowed,
        Self::Owned,
        Self::Stream,
        Self::SseCore,
        Self::SseCoreStream,
        Self::EventsourceStream,
        Self::EventsourceClient,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Floor => "memchr",
            Self::Borrowed => "ours, borrowed",
            Self::Owned => "ours",
            Self::Stream => "ours, EventStream",
            Self::SseCore => "sse-core",
            Self::SseCoreStream => "sse-core, SseStream",
            Self::EventsourceStream => "eventsource-stream",
            Self::EventsourceClient => "eventsource-client",
        }
    }

    pub fn is_ours(self) -> bool {
        matches!(self, Self::Borrowed | Self::Owned | Self::Stream)
    }

    /// Whoever delivers events that own their text, from another crate.
    pub fn is_peer(self) -> bool {
        !self.is_ours() && self != Self::Floor
    }

    /// Reads the whole feed.
    pub fn read(self, feed: Feed, take: &mut impl Take) {
        match self {
            Self::Floor => floor(feed),
            Self::Borrowed => borrowed(feed, take),
            Self::Owned => owned(feed, take),
            Self::Stream => event_stream(feed, take),
            Self::SseCore => sse_core_decoder(feed, take),
            Self::SseCoreStream => sse_core_stream(feed, take),
            Self::EventsourceStream => eventsource_stream(feed, take),
            Self::EventsourceClient => eventsource_client(feed, take),
        }
    }
}

/// Looks for every line feed, and for nothing else.
fn floor(feed: Feed) {
    let bytes = feed.bytes.clone();
    let mut lines = 0;
    for piece in feed {
        let mut rest = &bytes[piece];
        while let Some(end) = memchr(b'\n', rest) {
            lines += 1;
            rest = &rest[end + 1..];
        }
    }
    std::hint::black_box(lines);
}

fn borrowed(feed: Feed, take: &mut impl Take) {
    let bytes = feed.bytes.clone();
    let mut parser = Parser::new();
    for piece in feed {
        let mut rest = &bytes[piece];
        while let Some(step) = parser.advance(&mut rest).expect("no event is too large") {
            if let Step::Event(event) = step {
                take.take(event.event_type(), event.data(), event.last_event_id());
            }
        }
    }
}

fn owned(feed: Feed, take: &mut impl Take) {
    let bytes = feed.bytes.clone();
    let mut parser = Parser::new();
    for piece in feed {
        let mut rest = &bytes[piece];
        while let Some(step) = parser.advance(&mut rest).expect("no event is too large") {
            if let Step::Event(event) = step {
                let event = event.into_event();
                take.take(event.event_type(), event.data(), event.last_event_id());
            }
        }
    }
}

fn event_stream(feed: Feed, take: &mut impl Take) {
    let bytes = feed.bytes.clone();
    let body = stream::iter(feed.map(|piece| Ok::<_, Infallible>(&bytes[piece])));
    let mut events = EventStream::new(body);
    block_on(async {
        while let Some(event) = events.next().await {
            let event = event.expect("no event is too large");
            take.take(event.event_type(), event.data(), event.last_event_id());
        }
    });
}

/// It has a bound of half a megabyte unless told otherwise.
fn decoder() -> SseDecoder {
    SseDecoder::with_limit(NonZeroUsize::MAX)
}

fn take_sse_core(event: &SseEvent, take: &mut impl Take) {
    if let SseEvent::Message(event) = event {
        take.take(&event.event, &event.data, event.last_event_id.as_deref().unwrap_or_default());
    }
}

fn sse_core_decoder(feed: Feed, take: &mut impl Take) {
    let bytes = feed.bytes.clone();
    let mut decoder = decoder();
    for piece in feed {
        let mut rest = &bytes[piece];
        while let Some(event) = decoder.next(&mut rest) {
            take_sse_core(&event.expect("no event is too large"), take);
        }
    }
}

fn sse_core_stream(feed: Feed, take: &mut impl Take) {
    let bytes = feed.bytes.clone();
    let body = stream::iter(feed.map(|piece| Ok::<_, Infallible>(&bytes[piece])));
    let mut events = SseStream::with_decoder(decoder());
    events.attach(body);
    block_on(async {
        while let Some(Ok(event)) = events.next().await {
            take_sse_core(&event, take);
        }
    });
}

fn eventsource_stream(feed: Feed, take: &mut impl Take) {
    let bytes = feed.bytes.clone();
    let mut events = stream::iter(feed.map(|piece| Ok::<_, Infallible>(&bytes[piece]))).eventsource();
    block_on(async {
        while let Some(Ok(event)) = events.next().await {
            take.take(&event.event, &event.data, &event.id);
        }
    });
}

/// Its parser is private. What is public is the client, to which one may give a transport: here one that has the body in
/// memory.
fn eventsource_client(feed: Feed, take: &mut impl Take) {
    let transport = Memory(std::sync::Arc::new(std::sync::Mutex::new(Some(feed))));
    let once = ReconnectOptions::reconnect(false).build();
    let builder = ClientBuilder::for_url("http://localhost/").expect("a URL").reconnect(once);
    let client = builder.build_with_transport(transport);
    let mut events = client.stream();
    block_on(async {
        while let Some(Ok(event)) = events.next().await {
            if let SSE::Event(event) = event {
                take.take(&event.event_type, &event.data, event.id.as_deref().unwrap_or_default());
            }
        }
    });
}

/// Answers the first request with a feed.
#[derive(Clone)]
struct Memory(std::sync::Arc<std::sync::Mutex<Option<Feed>>>);

impl HttpTransport for Memory {
    fn request(&self, _: Request<Option<Bytes>>) -> ResponseFuture {
        let feed = self.0.lock().expect("nobody panics with it").take();
        Box::pin(async move {
            let feed = feed.expect("there is one request");
            let bytes = feed.bytes.clone();
            let body: ByteStream = Box::pin(stream::iter(feed.map(move |piece| Ok(bytes.slice(piece)))));
            Ok(Response::new(body))
        })
    }
}
