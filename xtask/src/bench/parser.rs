//! The parser beside those of other crates: benches/parser/, a workspace of its own, measured natively.

use anyhow::Result;

use crate::process;
use crate::step;
use crate::workspace::Workspace;

/// In the repository.
const PACKAGE: &str = "benches/parser";
const PAGE: &str = "docs/parser-benchmarks.md";

/// Builds, measures, and writes the page.
pub(crate) fn run(workspace: &Workspace, rounds: u32) -> Result<()> {
    let target = workspace.target.join("bench/parser");
    step::timed("measuring parsers", || {
        process::run(
            process::command("cargo", &workspace.root.join(PACKAGE))
                .args(["bench", "--locked", "--bench", "parser", "--target-dir"])
                .arg(&target)
                .env("CRITERION_HOME", target.join("criterion"))
                .env("ROUNDS", rounds.to_string())
                .env("PAGE", workspace.root.join(PAGE)),
        )
    })?;
    step::announce(&format!("{PAGE} is written"));
    Ok(())
}
