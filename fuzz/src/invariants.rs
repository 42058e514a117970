//! What always holds of an engine, whatever happens to it: a sentence and its check each.
//!
//! A check sees the [`Step`] that was just done, and the driver's [`Ledger`] as it was before that step.

use core::time::Duration;

use wasm_eventsource::connection::{ReadyState, Timestamp};
use wasm_eventsource::engine::{Action, DEFAULT_VERIFY_TIMEOUT};

use super::ledger::{Ledger, Out, Step, Verifying};
use super::naive::Told;
use super::operations::{Command, Operation};

pub(crate) type Invariant = (&'static str, fn(&Ledger, &Step) -> bool);

pub(crate) const INVARIANTS: &[Invariant] = &[
    ("After close() and after Fail there is Nothing to do, and the source stays CLOSED.", closed_is_final),
    (
        "readyState changes with the action that says so, or where the caller asks for it by name.",
        ready_state_is_announced,
    ),
    (
        "Requests and probes are made while CONNECTING; chunks, events and comments come while OPEN.",
        actions_fit_the_state,
    ),
    ("At most one request is in flight.", one_request_at_most),
    (
        "A probe follows a failed request that CORS may have hidden, and is not made twice.",
        probe_follows_a_hidden_failure,
    ),
    ("Open follows a response that announces the connection, once.", open_follows_a_response),
    (
        "A chunk is asked for when all of the last one is interpreted, and taken when it was asked for.",
        one_chunk_at_a_time,
    ),
    (
        "A candidate goes out on demand, when all that was received is interpreted, with the ID of that moment, and spaced.",
        candidates_are_wanted,
    ),
    (
        "Between a candidate's request and its connection nothing is dispatched: so nothing is lost or doubled.",
        nothing_comes_beside_a_candidate,
    ),
    ("Replaced follows a candidate's response; Verified follows bytes.", answers_have_grounds),
    ("Suspended is told once for each connection that is let go of, and before anything else.", suspended_is_told_once),
    ("While suspended there is nothing to do.", nothing_while_suspended),
    ("What is reported is acted on by the next action.", reports_are_acted_on),
    ("There is Nothing to do only while something is awaited that only the driver can report.", nothing_is_awaited),
    ("Wait names a time that is to come, and what it is for.", wait_is_for_something),
    (
        "Every request is spaced, and none is sooner than was promised and than the server wants it.",
        requests_are_spaced,
    ),
    (
        "A request that the policy does not allow to repeat is repeated only with a last event ID or on the user's wish.",
        repeats_are_allowed,
    ),
    ("A body that is there already sends no request.", bodies_send_nothing),
    ("Reconnect tells when the next request is due; Fail tells that there is none.", errors_say_what_follows),
    ("Errors in a row are counted, and bounded by max_attempts.", attempts_are_bounded),
    (
        "The time to the next attempt is at least the reconnection time and Retry-After, and bounded.",
        delays_are_bounded,
    ),
    ("An error has a reason that was reported, or that a timer or a bound has found.", reasons_were_reported),
    (
        "An event or a comment is the next one of the stream, and at hand until the next action.",
        events_are_those_of_the_stream,
    ),
    ("Events taken many at once are those that follow in the stream.", batches_are_those_of_the_stream),
    (
        "The last event ID is committed at blank lines, with the events up to there, and at no other time.",
        ids_are_committed_at_blank_lines,
    ),
    ("The reconnection time changes only where the stream sets it.", times_are_those_of_the_stream),
];

fn closed_is_final(ledger: &Ledger, step: &Step) -> bool {
    !ledger.is_closed
        || (matches!(step.action, None | Some(Action::Nothing))
            && step.after.ready_state == ReadyState::Closed
            && step.at_hand.is_empty()
            && !step.accepted)
}

fn ready_state_is_announced(ledger: &Ledger, step: &Step) -> bool {
    let command = match &step.operation {
        Some(Operation::Command(command) | Operation::Take { meanwhile: command, .. }) => *command,
        _ => Command::Nothing,
    };
    let expected = match (command, &step.action) {
        (Command::Close, _) | (_, Some(Action::Fail { .. })) => ReadyState::Closed,
        (Command::Suspend | Command::Reconnect, _) if ledger.may_let_go() => ReadyState::Connecting,
        (_, Some(Action::Reconnect { .. } | Action::Suspended)) => ReadyState::Connecting,
        (_, Some(Action::Open)) => ReadyState::Open,
        _ => step.before.ready_state,
    };
    step.after.ready_state == expected
}

fn actions_fit_the_state(_: &Ledger, step: &Step) -> bool {
    let state = step.before.ready_state;
    match &step.action {
        Some(Action::Request | Action::Probe | Action::Open | Action::Suspended) => state == ReadyState::Connecting,
        Some(Action::Read | Action::Dispatch | Action::Comment) => state == ReadyState::Open,
        Some(Action::RequestCandidate | Action::Verified | Action::Replaced) => state == ReadyState::Open,
        Some(Action::Reconnect { .. } | Action::Fail { .. } | Action::Wait { .. }) => state != ReadyState::Closed,
        _ => true,
    }
}

fn one_request_at_most(ledger: &Ledger, step: &Step) -> bool {
    step.action != Some(Action::Request)
        || ledger.out == Out::Nothing
        || (matches!(ledger.out, Out::Probe { .. }) && ledger.is_answered)
}

fn probe_follows_a_hidden_failure(ledger: &Ledger, step: &Step) -> bool {
    step.action != Some(Action::Probe) || (ledger.out == Out::Request && ledger.is_hidden && !ledger.follows_probe)
}

fn open_follows_a_response(ledger: &Ledger, step: &Step) -> bool {
    step.action != Some(Action::Open) || (ledger.out == Out::Request && ledger.is_announced)
}

fn one_chunk_at_a_time(ledger: &Ledger, step: &Step) -> bool {
    match (&step.operation, &step.action) {
        (Some(Operation::Chunk(_)), _) => step.accepted == ledger.is_reading(),
        (_, Some(Action::Read)) => ledger.out == Out::Body { reading: false } && ledger.next_told().0.is_none(),
        (_, Some(Action::Dispatch | Action::Comment)) => ledger.out == Out::Body { reading: false },
        _ => true,
    }
}

fn candidates_are_wanted(ledger: &Ledger, step: &Step) -> bool {
    step.action != Some(Action::RequestCandidate)
        || (matches!(ledger.verifying, Verifying::Wanted { .. })
            && ledger.next_told().0.is_none()
            && step.after.last_event_id == ledger.last_id
            && step.now >= spaced(ledger)
            && !(ledger.settings.only_with_id && step.after.last_event_id.is_empty()))
}

fn nothing_comes_beside_a_candidate(ledger: &Ledger, step: &Step) -> bool {
    !matches!(ledger.verifying, Verifying::Requested { .. })
        || !matches!(step.action, Some(Action::Dispatch | Action::Comment))
}

fn answers_have_grounds(ledger: &Ledger, step: &Step) -> bool {
    match &step.action {
        Some(Action::Replaced) => ledger.is_accepted && step.after.last_event_id == step.before.last_event_id,
        // What came before it was asked for may be enough.
        Some(Action::Verified) => {
            let is_given_up = ledger.settings.only_with_id && step.after.last_event_id.is_empty();
            is_given_up || matches!(ledger.verifying, Verifying::Proven | Verifying::Wanted { listens: true })
        }
        _ => true,
    }
}

fn suspended_is_told_once(ledger: &Ledger, step: &Step) -> bool {
    match &step.action {
        Some(Action::Suspended) => ledger.is_let_go,
        // It says the same, and more.
        Some(Action::Fail { .. }) => !ledger.is_let_go || ledger.is_doomed,
        Some(_) => !ledger.is_let_go,
        None => true,
    }
}

fn nothing_while_suspended(ledger: &Ledger, step: &Step) -> bool {
    !ledger.is_suspended || matches!(step.action, None | Some(Action::Suspended | Action::Nothing))
}

fn reports_are_acted_on(ledger: &Ledger, step: &Step) -> bool {
    let is_about_it = |action: &Action| match action {
        Action::Request => ledger.is_answered,
        Action::Wait { .. } => ledger.is_answered,
        Action::Replaced => ledger.is_accepted,
        action => matches!(action, Action::Probe | Action::Open | Action::Reconnect { .. } | Action::Fail { .. }),
    };
    !ledger.is_reported || step.action.as_ref().is_none_or(is_about_it)
}

fn nothing_is_awaited(ledger: &Ledger, step: &Step) -> bool {
    step.action != Some(Action::Nothing)
        || ledger.is_closed
        || ledger.is_suspended
        || ledger.out == Out::Request
        || ledger.is_reading()
        || ledger.awaits_candidate()
}

fn wait_is_for_something(ledger: &Ledger, step: &Step) -> bool {
    let Some(Action::Wait { until }) = step.action else { return true };
    let what_for = match ledger.out {
        Out::Nothing => until == ledger.due.max(spaced(ledger)),
        Out::Probe { .. } if ledger.is_answered => until == spaced(ledger),
        Out::Probe { since } => until == since + Duration::from_secs(5),
        Out::Request => ledger.settings.idle_timeout.or(ledger.settings.connect_timeout).is_some(),
        Out::Body { .. } if matches!(ledger.verifying, Verifying::Wanted { .. }) && until == spaced(ledger) => true,
        Out::Body { .. } if ledger.awaits_candidate() => true,
        Out::Body { reading } => reading && ledger.settings.idle_timeout.is_some(),
    };
    until > step.now && what_for
}

/// When the next request may be sent: three may be close together, then each keeps its distance.
fn spaced(ledger: &Ledger) -> Timestamp {
    match ledger.requests.last() {
        Some(last) if ledger.row >= 3 => *last + Duration::from_millis(100),
        _ => Duration::ZERO,
    }
}

fn requests_are_spaced(ledger: &Ledger, step: &Step) -> bool {
    step.action != Some(Action::Request)
        || (step.now >= spaced(ledger) && step.now >= ledger.due && step.now >= ledger.not_before)
}

fn repeats_are_allowed(ledger: &Ledger, step: &Step) -> bool {
    step.action != Some(Action::Request)
        || !ledger.settings.only_with_id
        || ledger.requests.is_empty()
        || ledger.is_wished
        || !step.after.last_event_id.is_empty()
}

fn bodies_send_nothing(ledger: &Ledger, step: &Step) -> bool {
    !ledger.settings.for_body
        || !matches!(step.action, Some(Action::Request | Action::Probe | Action::Reconnect { .. } | Action::Suspended))
}

fn errors_say_what_follows(_: &Ledger, step: &Step) -> bool {
    match &step.action {
        Some(Action::Reconnect { error }) => !error.is_fatal() && error.reconnects_in().is_some(),
        Some(Action::Fail { error }) => error.is_fatal() && error.reconnects_in().is_none(),
        _ => true,
    }
}

fn attempts_are_bounded(ledger: &Ledger, step: &Step) -> bool {
    let held = ledger.has_held(step.now);
    match &step.action {
        Some(Action::Reconnect { error }) => {
            let failures = if held { 0 } else { ledger.failures };
            error.attempt() == failures + 1
                && ledger.settings.max_attempts.is_none_or(|attempts| error.attempt() <= attempts)
        }
        Some(Action::Fail { error }) => error.attempt() == ledger.failures + 1 || (held && error.attempt() == 1),
        _ => true,
    }
}

fn delays_are_bounded(ledger: &Ledger, step: &Step) -> bool {
    let Some(Action::Reconnect { error }) = &step.action else { return true };
    let delay = error.reconnects_in().unwrap_or_default();
    let time = step.before.reconnection_time;
    let most = Duration::from_millis(ledger.settings.max_delay.into());
    let spacing = Duration::from_millis(100);
    delay >= time.max(ledger.retry_after) && delay <= most.max(time).max(spacing).max(ledger.retry_after)
}

fn reasons_were_reported(ledger: &Ledger, step: &Step) -> bool {
    let Some(Action::Reconnect { error } | Action::Fail { error }) = &step.action else { return true };
    match error.reason().name() {
        "idle" => {
            let is_awaited = ledger.out == Out::Request || ledger.is_reading();
            let moment = Duration::from_millis(250);
            let is_over = |timeout: Duration| step.now >= ledger.awaited_since + timeout + moment;
            is_awaited && ledger.settings.idle_timeout.is_some_and(is_over)
        }
        "timeout" => {
            let (timeout, since) = match ledger.verifying {
                Verifying::Requested { since, .. } => (Some(DEFAULT_VERIFY_TIMEOUT), since),
                _ if ledger.out == Out::Request => (ledger.settings.connect_timeout, ledger.awaited_since),
                _ => (None, Duration::ZERO),
            };
            timeout.is_some_and(|timeout| step.now >= since + timeout + Duration::from_millis(250))
        }
        "cors" => ledger.is_hidden && ledger.follows_probe,
        "too-large" => matches!(ledger.out, Out::Body { .. }) && ledger.settings.max_event_size < usize::MAX,
        "aborted" if ledger.is_doomed => true,
        // The body has ended, and was no event stream.
        "not-event-stream" => ledger.reasons.contains(&"ended"),
        "network" if matches!(ledger.out, Out::Probe { .. }) && !ledger.is_reported => {
            matches!(ledger.out, Out::Probe { since } if step.now >= since + Duration::from_secs(5))
        }
        reason => ledger.reasons.contains(&reason),
    }
}

fn events_are_those_of_the_stream(ledger: &Ledger, step: &Step) -> bool {
    let next = ledger.next_told().0;
    match (&step.action, &step.operation) {
        (Some(Action::Dispatch), _) => matches!(next, Some(Told::Event(_))) && step.at_hand.iter().eq(next),
        (Some(Action::Comment), _) => matches!(next, Some(Told::Comment(_))) && step.at_hand.iter().eq(next),
        (Some(_), _) | (_, Some(Operation::Reset)) => step.at_hand.is_empty(),
        (_, Some(Operation::Command(Command::Close))) => step.at_hand.is_empty(),
        (_, Some(Operation::Command(Command::Suspend | Command::Reconnect))) => {
            !ledger.may_let_go() || step.at_hand.is_empty()
        }
        _ => true,
    }
}

fn batches_are_those_of_the_stream(ledger: &Ledger, step: &Step) -> bool {
    step.taken.is_empty() || ledger.following_events().take(step.taken.len()).eq(&step.taken)
}

fn ids_are_committed_at_blank_lines(ledger: &Ledger, step: &Step) -> bool {
    let id = &step.after.last_event_id;
    match &step.action {
        Some(Action::Dispatch) => {
            matches!(ledger.next_told().0, Some(Told::Event(message)) if message.last_event_id == *id)
        }
        _ if is_interpreted(ledger, step) => *id == ledger.last_id,
        // A block with an ID and no data may stand before the comment, or before the event that is too large.
        Some(Action::Comment | Action::Fail { .. }) => true,
        _ => *id == step.taken.last().map_or(&step.before.last_event_id, |message| &message.last_event_id).as_str(),
    }
}

/// Whether this action comes after everything that was received.
fn is_interpreted(ledger: &Ledger, step: &Step) -> bool {
    match &step.action {
        Some(Action::Read | Action::RequestCandidate | Action::Verified) => true,
        Some(Action::Wait { .. }) => matches!(ledger.out, Out::Body { .. }),
        _ => false,
    }
}

fn times_are_those_of_the_stream(ledger: &Ledger, step: &Step) -> bool {
    let time = match &step.action {
        Some(Action::Dispatch | Action::Comment) => ledger.next_told().1,
        _ if is_interpreted(ledger, step) => ledger.next_told().1,
        // There may be one before the event that is too large.
        Some(Action::Fail { .. }) => return true,
        _ => None,
    };
    step.after.reconnection_time == time.unwrap_or(step.before.reconnection_time)
}
