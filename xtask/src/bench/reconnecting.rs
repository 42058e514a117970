//! The simulation in benches/reconnecting/, a workspace of its own.

use anyhow::Result;

use crate::process;
use crate::step;
use crate::workspace::Workspace;

/// In the repository.
const PACKAGE: &str = "benches/reconnecting";
const PAGE: &str = "docs/reconnecting.md";

/// Simulates, and writes the page and its plot. The numbers are the same on every machine.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    step::timed("a million clients lose their server, with each policy: some minutes, and 2 GB of memory", || {
        let mut cargo = process::command("cargo", &workspace.root.join(PACKAGE));
        cargo.args(["run", "--locked", "--release", "--target-dir"]).arg(&workspace.target);
        process::run(cargo.arg("--").arg(workspace.root.join(PAGE)))
    })?;
    step::announce(&format!("{PAGE} is written"));
    Ok(())
}
