//! `cargo xtask app-size`: what a Rust app grows by when it follows a stream of events.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;

use crate::process;
use crate::setup::Lock;
use crate::step;
use crate::wasm::{Module, Tools};
use crate::workspace::Workspace;

/// Measure how much larger a Rust app becomes with a stream of events: the app in benches/app-size, built with it and without.
///
/// Fails if that exceeds the budget there. docs/app-size.md says what the bytes are.
#[derive(clap::Args)]
pub(crate) struct Options {}

const FOLDER: &str = "benches/app-size";
const PACKAGE: &str = "app-size";
/// The folders of the app, and its features in each.
const APPS: [(&str, &[&str]); 2] = [("without", &[]), ("with", &["events"])];

pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let (modules, _lock) = build(workspace)?;
    let mut node = process::command("node", &workspace.root);
    process::run(node.arg(Path::new(FOLDER).join("measure.mjs")).arg(&modules))?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the folder of the app built `without` and `with` a stream of events, which is the caller's as long as they keep the lock.
pub(crate) fn build(workspace: &Workspace) -> Result<(PathBuf, Lock)> {
    let tools = Tools::ensure(workspace)?;
    let modules = workspace.root.join("target/bench/app-size");
    let lock = Lock::acquire(workspace, "app-size")?;
    for (name, features) in APPS {
        step::announce(&format!("compiling the app {name} a stream of events"));
        tools.compile_of(workspace, Path::new(FOLDER), PACKAGE, features, &[])?;
        let directory = modules.join(name);
        let module = Module { what: "the app", compiled: PACKAGE, name: "app", directory, options: &[] };
        tools.bind(workspace, &module)?;
    }
    Ok((modules, lock))
}
