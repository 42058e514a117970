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

/// Runs a command to its end or its time limit and counts what its output reports.
pub(crate) fn run(name: &'static str, dialect: Dialect, command: &mut Command, limit: Duration) -> Row {
    step::announce(&format!("{name}: {}", process::shown(command)));
    let start = Instant::now();
    let mut row = match observe(dialect, command, limit) {
        Ok((tally, note)) => Row { name, tally, time: start.elapsed(), note },
        Err(error) => Row { name, tally: Tally::default(), time: start.elapsed(), note: Some(format!("{error:#}")) },
    };
    if row.note.is_some() {
        row.tally.failed = row.tally.failed.max(1);
    }
    row
}

/// The row of a runner that something else has kept from running.
pub(crate) fn not_run(name: &'static str, reason: &str) -> Row {
    Row { name, tally: Tally { passed: 0, failed: 1 }, time: Duration::ZERO, note: Some(reason.to_owned()) }
}

fn observe(dialect: Dialect, command: &mut Command, limit: Duration) -> Result<(Tally, Option<String>)> {
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
    let tally = counter.lock().unwrap_or_else(PoisonError::into_inner).total();
    let note = match status {
        None => Some(format!("ended after its time limit of {}", step::elapsed(limit))),
        Some(status) if !status.success() && tally.failed == 0 => Some(format!("{status}")),
        Some(_) => None,
    };
    Ok((tally, note))
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
