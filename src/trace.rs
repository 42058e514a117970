//! What sources do, as events of the crate `tracing`. Without the feature of that name, these functions are empty.
//!
//! No event has what may be a secret: a URL has no query, and an ID is not shown.
#![cfg_attr(not(feature = "tracing"), allow(unused_variables, reason = "nothing is traced"))]

use crate::web::Notice;

/// A request is sent: an attempt to connect.
#[cfg_attr(
    not(any(feature = "testing", all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))),
    expect(dead_code, reason = "nothing is sent")
)]
pub(crate) fn attempt(url: &str, last_event_id: &str) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "wasm_eventsource",
        url = crate::messages::without_secrets(url),
        resumes = !last_event_id.is_empty(),
        "sends the request"
    );
}

/// A response is refused.
#[cfg_attr(
    not(any(feature = "testing", all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))),
    expect(dead_code, reason = "nothing is received")
)]
pub(crate) fn refused(url: &str, status: u16, retries: bool) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "wasm_eventsource",
        url = crate::messages::without_secrets(url),
        status,
        retries,
        "the response is refused"
    );
}

/// A request finds out whether CORS hides a response.
#[cfg_attr(
    not(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr"))),
    expect(dead_code, reason = "nothing is sent")
)]
pub(crate) fn probe(url: &str) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "wasm_eventsource",
        url = crate::messages::without_secrets(url),
        "probes whether CORS hides a response"
    );
}

/// The probe was answered.
#[cfg_attr(
    not(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr"))),
    expect(dead_code, reason = "nothing is received")
)]
pub(crate) fn answered(url: &str) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "wasm_eventsource",
        url = crate::messages::without_secrets(url),
        "the probe was answered: there is a server"
    );
}

/// The state of a source changes.
pub(crate) fn notice(url: &str, notice: &Notice) {
    #[cfg(feature = "tracing")]
    {
        let url = crate::messages::without_secrets(url);
        match notice {
            Notice::Open => tracing::debug!(target: "wasm_eventsource", url, "the connection is open"),
            Notice::Suspended => {
                tracing::debug!(target: "wasm_eventsource", url, "the connection is ended, and another one follows");
            }
            Notice::Reconnecting { error } => tracing::info!(
                target: "wasm_eventsource",
                url,
                reason = error.reason().name(),
                message = error.message(),
                attempt = error.attempt(),
                reconnects_in_ms = error.reconnects_in().map(|delay| delay.as_millis() as u64),
            ),
            Notice::Failed { error } => tracing::warn!(
                target: "wasm_eventsource",
                url,
                reason = error.reason().name(),
                message = error.message(),
                attempt = error.attempt(),
            ),
            Notice::Verified => tracing::debug!(target: "wasm_eventsource", url, "the connection is verified"),
            Notice::Event | Notice::Comment => {}
        }
    }
}

/// The program has closed or dropped a source.
pub(crate) fn closed(url: &str) {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: "wasm_eventsource", url = crate::messages::without_secrets(url), "the source is closed");
}
