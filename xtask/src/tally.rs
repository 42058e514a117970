//! Adding up what the test runners report, in the words of cargo and of the JavaScript suites.

use std::time::Duration;

use crate::step;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

/// Whose words a runner speaks. Only these count: a test of this file prints the others on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Cargo and wasm-bindgen's runner: a `test result:` line for each test binary.
    Cargo,
    /// The scripts in tests/js/: `N passed, N failed`, the last of which is the sum.
    Script,
}

/// Reads a runner's output line by line.
#[derive(Debug)]
pub(crate) struct Counter {
    dialect: Dialect,
    total: Tally,
    /// The names of the tests that failed. Cargo's dialect only: a script runs its failed tests again itself.
    failures: Vec<String>,
    has_hung: bool,
}

/// What wasm-bindgen's runner says if the browser has not even loaded the page with the tests. A test that hangs is another matter: before
/// it, the page has said which tests it runs.
const HUNG: &str = "Loading scripts...Failed to detect test as having been run";

impl Counter {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self { dialect, total: Tally::default(), failures: Vec::new(), has_hung: false }
    }

    pub(crate) fn line(&mut self, line: &str) {
        let line = without_colour(line);
        match self.dialect {
            Dialect::Cargo => {
                self.failures.extend(failure(line.trim()).map(str::to_owned));
                self.has_hung |= line.contains(HUNG);
                let Some(Tally { passed, failed }) = test_result(line.trim()) else { return };
                self.total.passed += passed;
                self.total.failed += failed;
            }
            Dialect::Script => self.total = summary(line.trim()).unwrap_or(self.total),
        }
    }

    pub(crate) fn total(&self) -> Tally {
        self.total
    }

    pub(crate) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// Whether a browser has hung, so that its tests did not run.
    pub(crate) fn has_hung(&self) -> bool {
        self.has_hung
    }
}

/// The name of a test that failed. Cargo says `FAILED`, wasm-bindgen's runner `FAIL`.
fn failure(line: &str) -> Option<&str> {
    let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    outcome.starts_with("FAIL").then_some(name)
}

fn test_result(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = counts.split("; ");
    Some(Tally { passed: number(counts.next(), "passed")?, failed: number(counts.next(), "failed")? })
}

fn summary(line: &str) -> Option<Tally> {
    let (passed, failed) = line.split_once(", ")?;
    Some(Tally { passed: number(Some(passed), "passed")?, failed: number(Some(failed), "failed")? })
}

fn number(text: Option<&str>, unit: &str) -> Option<u64> {
    text?.strip_suffix(unit)?.strip_suffix(' ')?.parse().ok()
}

/// The line without terminal escape sequences (`ESC [ ... letter`).
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

/// One line of the table at the end.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) tally: Tally,
    pub(crate) time: Duration,
    /// What went wrong beside failed tests, if anything.
    pub(crate) note: Option<String>,
}

/// Prints the table and, as the very last line, the sum.
pub(crate) fn print(rows: &[Row]) -> Tally {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0).max("runner".len());
    println!("\n{:width$}  {:>7}  {:>7}  {:>12}", "runner", "passed", "failed", "time");
    let mut sum = Tally::default();
    for Row { name, tally, time, note } in rows {
        let note = note.as_ref().map(|note| format!("  {note}")).unwrap_or_default();
        println!("{name:width$}  {:>7}  {:>7}  {:>12}{note}", tally.passed, tally.failed, step::elapsed(*time));
        sum.passed += tally.passed;
        sum.failed += tally.failed;
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(dialect: Dialect, text: &str) -> Tally {
        let mut counter = Counter::new(dialect);
        text.lines().for_each(|line| counter.line(line));
        counter.total()
    }

    #[test]
    fn the_results_of_several_test_binaries_are_added_up() {
        let text = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
                    9 passed, 9 failed\n\
                    test result: \u{1b}[31mFAILED\u{1b}[m. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(count(Dialect::Cargo, text), Tally { passed: 4, failed: 2 });
    }

    #[test]
    fn a_browser_that_hangs_is_noticed() {
        let mut counter = Counter::new(Dialect::Cargo);
        counter.line("Loading Wasm module...");
        counter.line("test a ... Failed to detect test as having been run. It might have timed out.");
        assert!(!counter.has_hung());
        counter.line("Loading scripts...Failed to detect test as having been run. It might have timed out.");
        assert!(counter.has_hung());
    }

    #[test]
    fn the_tests_that_failed_are_known_by_name() {
        let text = "test a::passes ... ok\ntest a::b ... FAILED\ntest c ... \u{1b}[31mFAIL\u{1b}[m\n\
                    test src/lib.rs - x (line 3) ... FAILED\ntest result: FAILED. 1 passed; 3 failed; 0 ignored\n";
        let mut counter = Counter::new(Dialect::Cargo);
        text.lines().for_each(|line| counter.line(line));
        assert_eq!(counter.failures(), ["a::b", "c", "src/lib.rs - x (line 3)"]);
    }

    #[test]
    fn only_the_last_summary_of_a_script_counts() {
        let text = "2 passed, 0 failed\ntest result: ok. 3 passed; 0 failed\nsome text, 5 failed\n7 passed, 1 failed\n";
        assert_eq!(count(Dialect::Script, text), Tally { passed: 7, failed: 1 });
    }

    #[test]
    fn lines_that_only_look_alike_count_nothing() {
        let text = "test result: unknown\npassed, failed\n-1 passed, 0 failed\n3 passed";
        assert_eq!(count(Dialect::Cargo, text), Tally::default());
        assert_eq!(count(Dialect::Script, text), Tally::default());
    }
}
