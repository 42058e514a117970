//! `cargo xtask mutants`: whether the tests notice when the core does something else.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::setup::cargo_tools;
use crate::step;
use crate::workspace::Workspace;

/// Make small changes to the core, one at a time, and list those that no test notices.
///
/// Changes src/event_stream, src/connection and src/engine in a copy of the repository, some hundred times. This takes an hour or
/// more. .cargo/mutants.toml names the tests, and the changes that make no difference. docs/mutants.md has the numbers of the last
/// run. Installs cargo-mutants (in this project's cache directory).
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only changes in files whose paths contain one of these, such as `engine/` or `lines.rs`
    files: Vec<String>,
    /// Only changes that no test noticed in the last run
    #[arg(long)]
    again: bool,
    /// Only a part of the changes: `1/4` is the second of four
    #[arg(long, value_name = "K/N")]
    shard: Option<String>,
    /// How many changes are tested at the same time
    #[arg(long, default_value_t = 1, value_name = "N")]
    jobs: usize,
}

/// How many changes came to which end.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    caught: usize,
    /// The tests did not come to an end, which they do within seconds otherwise.
    timeouts: usize,
    missed: usize,
    /// It does not compile.
    unviable: usize,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let tools = cargo_tools::cargo_mutants(workspace)?;
    let folder = workspace.target.join("mutants");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut command = process::command("cargo", &workspace.root);
    command.env("PATH", process::path_with(&[tools])?);
    // What is compiled is kept from run to run.
    command.env("CARGO_TARGET_DIR", folder.join("target")).args([
        "mutants",
        "--jobs",
        &options.jobs.to_string(),
        "--output",
    ]);
    command.arg(&folder);
    for file in &options.files {
        command.args(["--re", &literal(file)]);
    }
    if options.again {
        command.arg("--iterate");
    }
    if let Some(shard) = &options.shard {
        command.args(["--shard", shard]);
    }
    step::announce(&process::shown(&command));
    let status = command.status().context("cannot start `cargo mutants`")?;
    // Its own words: 2 for changes that were missed, 3 for timeouts. All else is no result.
    if !matches!(status.code(), Some(0 | 2 | 3)) {
        bail!("`cargo mutants` failed ({status}); its own message is above");
    }
    let outcome = Outcome::read(&folder.join("mutants.out"))?;
    println!("{outcome}");
    Ok(if outcome.missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A regular expression for exactly this text.
fn literal(text: &str) -> String {
    let escaped = |character: char| if character.is_alphanumeric() { vec![character] } else { vec!['\\', character] };
    text.chars().flat_map(escaped).collect::<String>().replace("\\/", "/").replace("\\_", "_")
}

impl Outcome {
    fn read(folder: &Path) -> Result<Self> {
        let count = |name: &str| -> Result<usize> {
            let path = folder.join(name);
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(text.lines().count())
        };
        Ok(Self {
            caught: count("caught.txt")?,
            timeouts: count("timeout.txt")?,
            missed: count("missed.txt")?,
            unviable: count("unviable.txt")?,
        })
    }

    /// How many of a hundred changes that compile were noticed.
    fn rate(&self) -> f64 {
        let noticed = self.caught + self.timeouts;
        100.0 * noticed as f64 / (noticed + self.missed).max(1) as f64
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { caught, timeouts, missed, unviable } = self;
        let rate = self.rate();
        write!(
            f,
            "{} changes: {caught} caught, {timeouts} timeouts, {missed} missed, {unviable} that do not compile; {rate:.1} % noticed",
            caught + timeouts + missed + unviable
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_compile_does_not_count() {
        let outcome = Outcome { caught: 90, timeouts: 5, missed: 5, unviable: 50 };
        assert_eq!(
            outcome.to_string(),
            "150 changes: 90 caught, 5 timeouts, 5 missed, 50 that do not compile; 95.0 % noticed"
        );
    }

    #[test]
    fn a_name_of_a_file_stands_for_itself() {
        assert_eq!(literal("engine/mod.rs"), "engine/mod\\.rs");
        assert_eq!(literal("cors_probe.rs"), "cors_probe\\.rs");
    }
}
