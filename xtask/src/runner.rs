//! One test runner: its output passed through as it comes, counted, and ended when its time is up.

use std::io::{BufRead as _, BufReader, PipeReader, Write as _};
use std::process::Command;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::process::{self, Group};
use crate::step;
use crate::tally::{Counter, Dialect, Row, Tally};

/// How long the last output of a runner that has ended may take to arrive.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// More tests than these that fail first and pass then are a fault, not a busy machine.
pub(crate) const UNSTEADY: usize = 2;

/// Runs a command to its end or its time limit and counts what its output reports.
pub(crate) fn run(name: &'static str, dialect: Dialect, command: &mut Command, limit: Duration) -> Row {
    run_once(name, dialect, command, limit).0
}

/// Runs the tests that contain one of the filters. The few that fail are run again, as the scripts in tests/js/ do: a busy
/// machine fails a test now and then, a fault fails it twice. For the same reason, all are run again if a browser has hung.
///
/// `most` is how many filters the runner takes, and how many tests are run again at most.
pub(crate) fn run_tests(
    name: &'static str,
    most: usize,
    filters: &[String],
    limit: Duration,
    command: impl Fn(&[String]) -> Result<Command>,
) -> Result<Row> {
    let (mut first, mut failures, has_hung) = run_once(name, Dialect::Cargo, &mut command(filters)?, limit);
    if has_hung && failures.is_empty() {
        step::announce("a browser has hung: its tests are run again");
        let time = first.time;
        (first, failures, _) = run_once(name, Dialect::Cargo, &mut command(filters)?, limit);
        first.time += time;
        first.note.get_or_insert("a browser hung the first time".into());
    }
    if !is_worth_another_run(&first, &failures, most) {
        return Ok(first);
    }
    let (again, still, _) = run_once(name, Dialect::Cargo, &mut command(&failures)?, limit);
    Ok(steadied(first, &failures, &again, &still))
}

/// Whether few tests have failed, and nothing else has: a runner that was ended, or that did not even compile, has failed in another way.
fn is_worth_another_run(first: &Row, failures: &[String], most: usize) -> bool {
    (1..=most).contains(&failures.len()) && first.tally.failed == failures.len() as u64
}

/// The first run's row, with the tests that passed the second time counted as passed.
fn steadied(mut first: Row, failures: &[String], again: &Row, still: &[String]) -> Row {
    first.time += again.time;
    if again.note.is_some() || again.tally.passed + again.tally.failed < failures.len() as u64 {
        return first;
    }
    let unsteady: Vec<_> = failures.iter().filter(|name| !still.contains(name)).map(String::as_str).collect();
    let steadied = unsteady.len() as u64;
    first.tally = Tally { passed: first.tally.passed + steadied, failed: first.tally.failed - steadied };
    if steadied > 0 {
        first.note = Some(format!("failed the first time and passed the second: {}", unsteady.join(", ")));
    }
    first
}

/// The row, the names of the tests that failed, and whether a browser has hung.
fn run_once(name: &'static str, dialect: Dialect, command: &mut Command, limit: Duration) -> (Row, Vec<String>, bool) {
    step::announce(&format!("{name}: {}", process::shown(command)));
    let start = Instant::now();
    let (tally, note, failures, has_hung) = observe(dialect, command, limit)
        .unwrap_or_else(|error| (Tally::default(), Some(format!("{error:#}")), Vec::new(), false));
    let mut row = Row { name, tally, time: start.elapsed(), note };
    if row.note.is_some() {
        row.tally.failed = row.tally.failed.max(1);
    }
    (row, failures, has_hung)
}

/// The row of a runner that something else has kept from running.
pub(crate) fn not_run(name: &'static str, reason: &str) -> Row {
    Row { name, tally: Tally { passed: 0, failed: 1 }, time: Duration::ZERO, note: Some(reason.to_owned()) }
}

type Observed = (Tally, Option<String>, Vec<String>, bool);

fn observe(dialect: Dialect, command: &mut Command, limit: Duration) -> Result<Observed> {
    let output = process::merged_output(command)?;
    let mut group = Group::spawn(command)?;
    // The command keeps the writing ends of the pipe: the reader below would never see its end.
    *command = Command::new("true");
    let counter = Arc::new(Mutex::new(Counter::new(dialect)));
    let read_to_end = pass_through(output, Arc::clone(&counter));

    let deadline = Instant::now() + limit;
    let status = loop {
        if let Some(status) = group.child.try_wait()? {
            break Some(status);
        }
        if Instant::now() >= deadline {
            break None;
        }
        thread::sleep(Duration::from_millis(50));
    };
    group.kill();
    let _ = read_to_end.recv_timeout(LAST_WORDS);
    let counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
    let tally = counter.total();
    let note = match status {
        None => Some(format!("ended after its time limit of {}", step::elapsed(limit))),
        Some(status) if !status.success() && tally.failed == 0 => Some(format!("{status}")),
        Some(_) => None,
    };
    Ok((tally, note, counter.failures().to_vec(), counter.has_hung()))
}

/// Copies lines to standard output and to the counter; the receiver hears of the end.
fn pass_through(output: PipeReader, counter: Arc<Mutex<Counter>>) -> mpsc::Receiver<()> {
    let (ended, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let mut stdout = std::io::stdout().lock();
            let _ = stdout.write_all(&line).and_then(|()| stdout.flush());
            counter.lock().unwrap_or_else(PoisonError::into_inner).line(&String::from_utf8_lossy(&line));
            line.clear();
        }
        let _ = ended.send(());
    });
    receiver
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn shell(script: &str, limit: Duration) -> Row {
        run("shell", Dialect::Script, process::command("sh", Path::new("/")).args(["-c", script]), limit)
    }

    #[test]
    fn a_runner_is_counted() {
        let row = shell("echo working; echo '3 passed, 0 failed'", Duration::from_secs(20));
        assert_eq!((row.tally, row.note), (Tally { passed: 3, failed: 0 }, None));
    }

    #[test]
    fn a_runner_that_ends_non_zero_has_failed_at_least_once() {
        let row = shell("echo '3 passed, 0 failed'; exit 2", Duration::from_secs(20));
        assert_eq!(row.tally, Tally { passed: 3, failed: 1 });
        assert_eq!(row.note.as_deref(), Some("exit status: 2"));
    }

    #[test]
    fn a_runner_that_never_ends_is_ended_and_has_failed() {
        let row = shell("echo '3 passed, 0 failed'; sleep 60 & wait", Duration::from_millis(300));
        assert_eq!(row.tally, Tally { passed: 3, failed: 1 });
        assert!(row.time < Duration::from_secs(20));
    }

    // Without a runner: its words would be counted by the one that runs these tests.

    fn row(passed: u64, failed: u64) -> Row {
        Row { name: "runner", tally: Tally { passed, failed }, time: Duration::ZERO, note: None }
    }

    fn names(names: &str) -> Vec<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_test_that_passes_the_second_time_has_passed_and_is_named() {
        let row = steadied(row(3, 2), &names("a b"), &row(1, 1), &names("b"));
        assert_eq!(row.tally, Tally { passed: 4, failed: 1 });
        assert_eq!(row.note.as_deref(), Some("failed the first time and passed the second: a"));
    }

    #[test]
    fn tests_that_fail_twice_or_are_not_run_again_have_failed() {
        for again in [row(0, 2), row(0, 0)] {
            let row = steadied(row(3, 2), &names("a b"), &again, &names("a b"));
            assert_eq!((row.tally, row.note), (Tally { passed: 3, failed: 2 }, None));
        }
    }

    #[test]
    fn a_few_failures_that_are_known_by_name_are_worth_another_run() {
        assert!(is_worth_another_run(&row(3, 2), &names("a b"), 2));
        assert!(!is_worth_another_run(&row(3, 0), &[], 2), "nothing has failed");
        assert!(!is_worth_another_run(&row(3, 3), &names("a b c"), 2), "too many");
        assert!(!is_worth_another_run(&row(3, 2), &names("a"), 2), "something else has failed, too");
    }

    #[test]
    fn a_runner_that_cannot_start_has_failed() {
        let row = run(
            "none",
            Dialect::Script,
            &mut process::command("/does/not/exist", Path::new("/")),
            Duration::from_secs(20),
        );
        assert_eq!(row.tally, Tally { passed: 0, failed: 1 });
    }
}
