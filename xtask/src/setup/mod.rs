//! Installing what is missing: found again within milliseconds, installed once per user, announced while it happens.

pub(crate) mod browsers;
pub(crate) mod cargo_tools;
pub(crate) mod debian;
pub(crate) mod nightly;
pub(crate) mod node;
pub(crate) mod servers;
pub(crate) mod wasm_target;

use std::fs::File;

use anyhow::{Context as _, Result};
use rustix::fs::{FlockOperation, flock};

use crate::process;
use crate::step;
use crate::workspace::Workspace;

/// Install everything the other commands need, and do nothing else.
///
/// That is the wasm32 target (by rustup, or from Debian's packages), the wasm-bindgen CLI, wasm-pack and geckodriver
/// (in this project's cache directory), the npm packages (in node_modules/), and where they are missing the browsers
/// Chromium, Firefox and WebKitGTK with their drivers, Xvfb, PHP, nginx, openssl and Python's venv (by apt), and
/// sse-starlette (by pip, in the cache directory). The bundlers, runtimes and test runners that the packaging tests run by
/// default come by npm, into the cache directory. `fuzz` and `mutants` install by themselves what only they need.
#[derive(clap::Args)]
pub(crate) struct Options {}

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    wasm_target::ensure(workspace)?;
    cargo_tools::wasm_bindgen(workspace)?;
    cargo_tools::wasm_pack(workspace)?;
    node::ensure(workspace)?;
    browsers::ensure(workspace)?;
    servers::ensure(workspace)?;
    process::run(process::command("node", &workspace.root).args(["tests/js/packaging.mjs", "--install"]))?;
    step::announce("everything is there");
    Ok(())
}

/// Held while something is installed or written that two xtasks could be after at the same time.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn acquire(workspace: &Workspace, name: &str) -> Result<Self> {
        let path = workspace.cache.join(format!("{name}.lock"));
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            step::announce("waiting for another xtask that is at the same step");
            flock(&file, FlockOperation::LockExclusive).with_context(|| format!("cannot lock {}", path.display()))?;
        }
        Ok(Self { _file: file })
    }
}
