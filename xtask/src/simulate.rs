//! `cargo xtask simulate`: sources that share a connection, in a simulated browser.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Test sources that share a connection with faults of every kind, in a simulated browser with tabs, a channel, locks, timers and a
/// server.
///
/// A seed decides everything that happens. At the end, the command says how many faults of each kind there were. It stops at the
/// first broken guarantee, names the seed, and shows the shortest trace of it that it found.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run until there were this many faults
    #[arg(long, default_value_t = 50_000, value_name = "N")]
    faults: u64,
    /// The first seed. The next ones are one larger each
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut command = process::command("cargo", &workspace.root);
    command.args(["run", "--quiet", "--package", "simulation", "--profile", "simulation", "--"]);
    command.arg("--faults").arg(options.faults.to_string()).arg("--seed").arg(options.seed.to_string());
    if !command.status()?.success() {
        bail!(
            "a guarantee is broken: `cargo xtask simulate --seed S --faults 1`, with the seed that is named, repeats it"
        );
    }
    Ok(ExitCode::SUCCESS)
}
