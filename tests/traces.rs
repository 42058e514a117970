//! What a source tells the crate `tracing`, and that no secret is in it.
#![cfg(all(feature = "testing", feature = "tracing"))]

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use futures::executor::block_on;
use futures::{FutureExt, StreamExt};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};
use wasm_eventsource::{EventSource, Refusal, Script};

/// Collects the events of this library as lines.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<String>>>);

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "wasm_eventsource"
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().expect("one thread").push(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).expect("a string grows");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {}={value}", field.name()).expect("a string grows");
    }
}

fn traced(script: &Script, use_source: impl FnOnce(EventSource)) -> Vec<String> {
    let collector = Collector::default();
    tracing::subscriber::with_default(collector.clone(), || {
        let builder = EventSource::builder("https://me:secret@example.com/events?token=secret");
        let builder = builder.retry_if(async |refusal| refusal.status() == 503);
        use_source(builder.script(script).build().expect("a script is always there"));
    });
    collector.0.lock().expect("one thread").clone()
}

#[test]
fn attempts_delays_and_refusals_are_traced_without_secrets() {
    let script = Script::new();
    script.send("retry: 500\nid: secret\ndata: secret\n\n");
    script.end();
    script.refuse(Refusal::new(503, vec![("secret".into(), "secret".into())], "secret".into()));
    script.refuse(Refusal::new(401, Vec::new(), "secret".into()));
    let lines = traced(&script, |mut source| while block_on(source.next()).is_some() {});
    let url = "url=https://example.com/events?..";
    assert_eq!(
        lines,
        [
            format!("DEBUG message=sends the request {url} resumes=false"),
            format!("DEBUG message=the connection is open {url}"),
            format!("INFO {url} reason=ended message=the server ended the stream attempt=1 reconnects_in_ms=500"),
            format!("DEBUG message=sends the request {url} resumes=true"),
            format!("DEBUG message=the response is refused {url} status=503 retries=true"),
            format!(
                "INFO {url} reason=status message=the response has status 503, and only 200 opens a stream attempt=2 \
                 reconnects_in_ms=500"
            ),
            format!("DEBUG message=sends the request {url} resumes=true"),
            format!("DEBUG message=the response is refused {url} status=401 retries=false"),
            format!(
                "WARN {url} reason=status message=the response has status 401, and only 200 opens a stream attempt=3"
            ),
        ]
    );
}

#[test]
fn closing_and_reconnecting_are_traced_once() {
    let script = Script::new();
    script.open();
    let lines = traced(&script, |mut source| {
        assert_eq!(source.next().now_or_never(), None);
        source.reconnect();
        assert_eq!(source.next().now_or_never(), None);
        source.close();
        source.close();
    });
    let messages: Vec<_> = lines.iter().map(|line| line.split(" url=").next().unwrap_or_default()).collect();
    assert_eq!(
        messages,
        [
            "DEBUG message=sends the request",
            "DEBUG message=the connection is open",
            "DEBUG message=the connection is ended, and another one follows",
            "DEBUG message=sends the request",
            "DEBUG message=the source is closed",
        ]
    );
}
