//! The options of a case of `tests/driver/`, in Rust.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};
use wasm_eventsource::connection::Reconnect;
use wasm_eventsource::{Attempt, Builder, EventSource, ReadyState, Redirect, Verify, WhenBack, WhenHidden};

/// The items of a list, none where there is no list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A source to be, with the options of a case. Comments are told to `told`.
pub(crate) fn builder(case: &Value, told: &Rc<RefCell<Vec<Value>>>) -> Builder {
    let text = |value: &Value| value.as_str().expect("a text").to_string();
    let number = |value: &Value| u32::try_from(value.as_u64().expect("a number")).expect("a small number");
    let mut builder = EventSource::builder(case["url"].as_str().expect("a URL"));
    let options = case["options"].as_object().expect("options");
    for (name, value) in options {
        builder = match name.as_str() {
            "withCredentials" => builder.with_credentials(value == true),
            "lastEventId" => builder.last_event_id(&text(value)),
            "lastEventIdParameter" => builder.last_event_id_parameter(&text(value)),
            "maxEventSize" => builder.max_event_size(number(value) as usize),
            "idleTimeout" => builder.idle_timeout(milliseconds(number(value))),
            "whenHidden" => builder.when_hidden(if value == "close" { WhenHidden::Close } else { WhenHidden::Keep }),
            "connectTimeout" => builder.connect_timeout(milliseconds(number(value))),
            "whenBack" => builder.when_back(if value == "verify" { WhenBack::Verify } else { WhenBack::Keep }),
            "reconnect" => builder.reconnect(policy(value)),
            "retryIf" => {
                let retries = value == true;
                builder.retry_if(async move |_| retries)
            }
            "headers" => pairs(value).into_iter().fold(builder, |builder, (name, value)| builder.header(&name, &value)),
            "headersOf" => with_headers_of(builder, list(value).to_vec()),
            "method" => builder.method(&text(value)),
            "body" => builder.body(text(value)),
            "redirect" => builder.redirect(if value == "error" { Redirect::Error } else { Redirect::Follow }),
            "comments" => {
                let told = Rc::clone(told);
                builder.on_comment(move |comment| {
                    let entry = json!({ "what": "comment", "text": comment, "readyState": ReadyState::Open as u8 });
                    told.borrow_mut().push(entry);
                })
            }
            other => panic!("there is no option {other}"),
        };
    }
    builder
}

/// The options of a verification.
pub(crate) fn verify(given: &Value) -> Verify {
    given.as_object().expect("options").iter().fold(Verify::default(), |verify, (name, value)| {
        let time = milliseconds(u32::try_from(value.as_u64().expect("a number")).expect("a small number"));
        match name.as_str() {
            "staleAfter" => verify.stale_after(time),
            "timeout" => verify.timeout(time),
            other => panic!("verify has no {other}"),
        }
    })
}

fn milliseconds(number: u32) -> Duration {
    Duration::from_millis(number.into())
}

fn policy(given: &Value) -> Reconnect {
    given.as_object().expect("a policy").iter().fold(Reconnect::default(), |policy, (name, value)| {
        let number = || u32::try_from(value.as_u64().expect("a number")).expect("a small number");
        match name.as_str() {
            "initialDelay" => policy.initial_delay(milliseconds(number())),
            "maxDelay" => policy.max_delay(milliseconds(number())),
            "maxAttempts" => policy.max_attempts(number()),
            "statuses" => {
                let statuses = list(value).iter().filter_map(Value::as_u64);
                policy.statuses(statuses.map(|status| status as u16).collect::<Vec<_>>())
            }
            other => panic!("there is no policy {other}"),
        }
    })
}

fn pairs(headers: &Value) -> Vec<(String, String)> {
    let headers = headers.as_object().expect("headers");
    headers.iter().map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_string())).collect()
}

/// Headers of each attempt, or the failure to make them; the last ones repeat.
fn with_headers_of(builder: Builder, given: Vec<Value>) -> Builder {
    let attempt = Cell::new(0);
    builder.headers(async move |Attempt { last_event_id, .. }| {
        let headers = &given[attempt.get().min(given.len() - 1)];
        attempt.set(attempt.get() + 1);
        match headers["fails"].as_str() {
            Some(failure) => Err(failure.to_string()),
            None => Ok(pairs(headers)
                .into_iter()
                .map(|(name, value)| (name, value.replace("{id}", &last_event_id)))
                .collect()),
        }
    })
}
