//! What the person at the terminal sees of each step.

use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Announces a step on standard error, so that standard output stays with the tools that are run.
pub(crate) fn announce(what: &str) {
    let mut stderr = std::io::stderr().lock();
    // A closed terminal is no reason to stop.
    let _ = writeln!(stderr, "==> {what}");
}

/// Announces a step that takes long, runs it, and says how long it took.
pub(crate) fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    announce(what);
    let start = Instant::now();
    let done = work()?;
    announce(&format!("done in {}", elapsed(start.elapsed())));
    Ok(done)
}

/// A duration as a person says it: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=9 => format!("{:.1} s", time.as_secs_f64()),
        10..=59 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short_to_read() {
        assert_eq!(elapsed(Duration::from_millis(420)), "0.4 s");
        assert_eq!(elapsed(Duration::from_secs(12)), "12 s");
        assert_eq!(elapsed(Duration::from_secs(185)), "3 min 05 s");
    }
}
