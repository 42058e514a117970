//! The state of a connection in words.

use std::time::Duration;

use wasm_eventsource::ConnectionState;

/// What the page says of its connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// One word for it, as the style sheet and the tests know it.
    pub name: &'static str,
    /// What a person reads.
    pub text: String,
    /// Why there is no connection.
    pub why: Option<String>,
}

impl Status {
    /// The words for a state that has lasted as long as `lasted`.
    pub fn new(state: &ConnectionState, lasted: Duration) -> Self {
        let delay = state.error().and_then(|error| error.reconnects_in());
        let (name, text) = match state {
            ConnectionState::Open => ("open", "open".to_owned()),
            ConnectionState::Reconnecting { .. } => ("reconnecting", countdown(delay.unwrap_or_default(), lasted)),
            ConnectionState::Failed { .. } => ("failed", "failed".to_owned()),
            ConnectionState::Closed => ("closed", "closed".to_owned()),
            _ => ("connecting", "connecting".to_owned()),
        };
        Self { name, text, why: state.error().map(|error| error.reason().to_string()) }
    }
}

fn countdown(delay: Duration, waited: Duration) -> String {
    match delay.saturating_sub(waited).as_millis().div_ceil(1000) {
        0 => "reconnecting".to_owned(),
        seconds => format!("reconnecting in {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use wasm_eventsource::{Error, Reason};

    use super::*;

    #[test]
    fn a_failure_says_why_and_the_others_need_not() {
        let failed = ConnectionState::Failed { error: Error::fatal(Reason::Status { status: 401 }) };
        let status = Status::new(&failed, Duration::ZERO);
        let why = Some("the response has status 401, and only 200 opens a stream".to_owned());
        assert_eq!(status, Status { name: "failed", text: "failed".into(), why });
        for (state, name) in [
            (ConnectionState::Connecting, "connecting"),
            (ConnectionState::Open, "open"),
            (ConnectionState::Closed, "closed"),
        ] {
            let expected = Status { name, text: name.into(), why: None };
            assert_eq!(Status::new(&state, Duration::ZERO), expected);
        }
    }

    #[test]
    fn seconds_are_counted_down_to_one_and_then_no_more() {
        let after = |waited| countdown(Duration::from_millis(2500), Duration::from_millis(waited));
        assert_eq!(after(0), "reconnecting in 3 s");
        assert_eq!(after(500), "reconnecting in 2 s");
        assert_eq!(after(2499), "reconnecting in 1 s");
        assert_eq!(after(2500), "reconnecting");
        assert_eq!(after(9000), "reconnecting");
    }
}
