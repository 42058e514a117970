//! docs/comparison.md says what ours does, and docs/comparison-tests.md names a test for each of its statements. Checks that
//! no statement is without a test, and that the tests exist.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;

const PAGE: &str = "docs/comparison.md";
const TESTS: &str = "docs/comparison-tests.md";

/// The section of the page whose table has faults of others, in the second column.
const FAULTS: &str = "## Faults";

/// A mark of what has not been looked at yet.
const UNCHECKED: &str = "TODO-CHECK";

/// Fails with all that is wrong with the two pages.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let text =
        |path: &str| fs::read_to_string(workspace.root.join(path)).with_context(|| format!("cannot read {path}"));
    // Some streams are malformed on purpose.
    let read = |path: &Path| Some(String::from_utf8_lossy(&fs::read(workspace.root.join(path)).ok()?).into_owned());
    let (page, tests) = (text(PAGE)?, text(TESTS)?);
    let complaints = [unproved(&page, &tests), missing(&tests, read)].concat();
    if complaints.is_empty() {
        return Ok(());
    }
    bail!("{}", complaints.join("\n"))
}

/// The statements of the page for which the other page names no test.
fn unproved(page: &str, tests: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut is_in_faults = false;
    for (number, line) in (1..).zip(page.lines()) {
        if line.starts_with("## ") {
            is_in_faults = line.starts_with(FAULTS);
        }
        if line.contains(UNCHECKED) {
            complaints.push(format!("{PAGE}, line {number} has not been checked ({UNCHECKED})"));
        }
        let entry = match is_in_faults {
            true => fault(line).map(|fault| format!("\n- {fault} [")),
            false => claim(line).map(|feature| format!("\n- {feature}: ")),
        };
        if let Some(entry) = entry.filter(|entry| !tests.contains(entry)) {
            complaints.push(format!("{PAGE}, line {number}: {TESTS} has no line that begins {:?}", entry.trim_start()));
        }
    }
    complaints
}

/// The tests that a page names and that do not exist in the files, which this reads.
fn missing(tests: &str, read: impl Fn(&Path) -> Option<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (number, line) in (1..).zip(tests.lines()) {
        for (path, name) in references(line) {
            match (read(Path::new(path)), name) {
                (None, _) => complaints.push(format!("{TESTS}, line {number}: there is no file {path}")),
                (Some(file), Some(name)) if !has_test(&file, name) => {
                    complaints.push(format!("{TESTS}, line {number}: {path} has no test {name:?}"));
                }
                _ => {}
            }
        }
    }
    complaints
}

/// The files of the repository that a line links to, each with the name of the test that follows it.
fn references(line: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    line.split("](../").skip(1).filter_map(|rest| {
        let (path, rest) = rest.split_once(')')?;
        let name = rest.strip_prefix(" \"").and_then(|rest| rest.split_once('"'));
        Some((path, name.map(|(name, _)| name)))
    })
}

/// In JavaScript a test's name is a string, in Rust a function's.
fn has_test(file: &str, name: &str) -> bool {
    [format!("\"{name}\""), format!("`{name}`"), format!("fn {name}(")].iter().any(|written| file.contains(written))
}

/// What a line of a table claims to be in ours, which is the first column.
fn claim(line: &str) -> Option<&str> {
    let (feature, ours) = line.strip_prefix("| ")?.split_once(" | ")?;
    ours.starts_with('✓').then_some(feature)
}

/// What a row of the table of faults says of others.
fn fault(line: &str) -> Option<&str> {
    let (_, fault) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
    (fault != "fault").then_some(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATEMENTS: &str = "| | ours | theirs |\n|---|---|---|\n| it works | ✓ | – |\n\n## Faults of others\n\n| package | fault |\n|---|---|\n| a | It breaks. |\n";
    const PROOFS: &str =
        "\n- it works: [a.js](../tests/a.js) \"it does\"\n- It breaks. [a.js](../tests/a.js) \"it is ${what}\"\n";

    fn missing_of(tests: &str) -> Vec<String> {
        let read = |path: &Path| match path.to_str()? {
            "tests/a.js" => Some("test(\"it does\", () => {}); test(`it is ${what}`)".to_owned()),
            "tests/a.rs" => Some("fn it_does() {}".to_owned()),
            _ => None,
        };
        missing(tests, read)
    }

    #[test]
    fn pages_whose_statements_have_tests_that_exist_are_right() {
        assert_eq!(unproved(STATEMENTS, PROOFS), [""; 0]);
        assert_eq!(missing_of(PROOFS), [""; 0]);
        assert_eq!(missing_of("[a.rs](../tests/a.rs) \"it_does\", [a.rs](../tests/a.rs)"), [""; 0]);
    }

    #[test]
    fn a_statement_without_a_test_is_told_by_its_line() {
        let told = |line, beginning| format!("{PAGE}, line {line}: {TESTS} has no line that begins {beginning:?}");
        assert_eq!(unproved(STATEMENTS, &PROOFS.replace("it works", "It works")), [told(3, "- it works: ")]);
        assert_eq!(unproved(STATEMENTS, &PROOFS.replace("It breaks", "it breaks")), [told(9, "- It breaks. [")]);
        assert_eq!(unproved(UNCHECKED, ""), [format!("{PAGE}, line 1 has not been checked ({UNCHECKED})")]);
    }

    #[test]
    fn a_test_that_does_not_exist_is_told_by_its_line() {
        assert_eq!(
            missing_of("\"\n[a.js](../tests/a.js) \"it did\""),
            [format!("{TESTS}, line 2: tests/a.js has no test \"it did\"")]
        );
        assert_eq!(missing_of("[b.js](../tests/b.js)"), [format!("{TESTS}, line 1: there is no file tests/b.js")]);
    }
}
