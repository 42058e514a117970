//! A nightly Rust, which libFuzzer's instrumentation needs and nothing else here does.

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::setup::Lock;
use crate::step;
use crate::workspace::Workspace;

const NIGHTLY: &str = "nightly";

/// The name in rustup of a nightly Rust; installs one if there is none.
pub(crate) fn ensure(workspace: &Workspace) -> Result<String> {
    if is_there(workspace) {
        return Ok(NIGHTLY.to_owned());
    }
    if process::find(&["rustup"]).is_none() {
        bail!("there is no rustup, which installs a nightly Rust: see https://rustup.rs");
    }
    let _lock = Lock::acquire(workspace, NIGHTLY)?;
    if !is_there(workspace) {
        step::announce("installing a nightly Rust by rustup (a minute)");
        let mut command = process::command("rustup", &workspace.root);
        command.args(["toolchain", "install", NIGHTLY, "--profile", "minimal"]);
        process::run(&mut command).context("no nightly Rust could be installed: is rustup's server in reach?")?;
    }
    Ok(NIGHTLY.to_owned())
}

fn is_there(workspace: &Workspace) -> bool {
    let mut command = process::command("rustc", &workspace.root);
    process::succeeds(command.env("RUSTUP_TOOLCHAIN", NIGHTLY).arg("--version"))
}
