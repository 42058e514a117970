//! docs/comparison.md names tests: whether they exist, and whether nothing of ours is claimed without one.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;

const PAGE: &str = "docs/comparison.md";

/// A mark of what has not been looked at yet.
const UNCHECKED: &str = "TODO-CHECK";

/// Fails with all that is wrong with the page.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let path = workspace.root.join(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    // Some streams are malformed on purpose.
    let read = |path: &Path| Some(String::from_utf8_lossy(&fs::read(workspace.root.join(path)).ok()?).into_owned());
    let complaints = complaints(&page, read);
    if complaints.is_empty() {
        return Ok(());
    }
    bail!("{PAGE}: {}", complaints.join("\n"))
}

/// What is wrong with a page, whose files this reads.
fn complaints(page: &str, read: impl Fn(&Path) -> Option<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (number, line) in (1..).zip(page.lines()) {
        if line.contains(UNCHECKED) {
            complaints.push(format!("line {number} has not been checked ({UNCHECKED})"));
        }
        for (path, name) in references(line) {
            match (read(Path::new(path)), name) {
                (None, _) => complaints.push(format!("line {number}: there is no file {path}")),
                (Some(file), Some(name)) if !has_test(&file, name) => {
                    complaints.push(format!("line {number}: {path} has no test {name:?}"));
                }
                _ => {}
            }
        }
        if let Some(feature) = claim(line).filter(|feature| !page.contains(&format!("\n- {feature}: "))) {
            complaints.push(format!("line {number}: no test is named for {feature:?}"));
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

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "| | ours | theirs |\n|---|---|---|\n| it works | ✓ | – |\n\n- it works: [a.js](../tests/a.js) \"it does\"\n";

    fn complaints_of(page: &str) -> Vec<String> {
        let read = |path: &Path| match path.to_str()? {
            "tests/a.js" => Some("test(\"it does\", () => {}); test(`it is ${what}`)".to_owned()),
            "tests/a.rs" => Some("fn it_does() {}".to_owned()),
            _ => None,
        };
        complaints(page, read)
    }

    #[test]
    fn a_page_whose_tests_exist_is_right() {
        assert_eq!(complaints_of(PAGE), [""; 0]);
        let more = "[a.js](../tests/a.js) \"it is ${what}\"; [a.rs](../tests/a.rs) \"it_does\", [a.rs](../tests/a.rs)";
        assert_eq!(complaints_of(&format!("{PAGE}{more}")), [""; 0]);
    }

    #[test]
    fn what_is_not_there_is_told_by_its_line() {
        assert_eq!(complaints_of(&PAGE.replace("it does", "it did")), ["line 5: tests/a.js has no test \"it did\""]);
        assert_eq!(complaints_of(&PAGE.replace("/a.js", "/b.js")), ["line 5: there is no file tests/b.js"]);
        assert_eq!(complaints_of(&PAGE.replace("- it", "- It")), ["line 3: no test is named for \"it works\""]);
        assert_eq!(complaints_of("TODO-CHECK"), ["line 1 has not been checked (TODO-CHECK)"]);
    }
}
