//! The apps in benches/rust-clients/, a workspace of its own: built one by one, and measured by its scripts.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::process;
use crate::setup::{Lock, browsers};
use crate::step;
use crate::wasm::{Module, Tools};
use crate::workspace::Workspace;

/// In the repository.
const APPS: &str = "benches/rust-clients";
const PAGE: &str = "docs/rust-clients.md";
/// The app without a client, and those with one; each is a package `app-NAME`.
const NAMES: [&str; 5] = ["hello", "gloo-net", "leptos-use", "ours", "ours-leptos"];

/// Builds, measures, and writes the page.
pub(crate) fn run(workspace: &Workspace, rounds: u32) -> Result<()> {
    let browsers = browsers::ensure(workspace)?;
    let modules = build(workspace)?;
    let server = test_server(workspace)?;
    step::timed(&format!("measuring Rust clients in Chromium and Firefox, {rounds} rounds"), || {
        process::run(
            process::command("node", &workspace.root)
                .env("TEST_SERVER", server)
                .env("CHROMIUM", &browsers.chromium)
                .env("CHROMEDRIVER", &browsers.chromedriver)
                .env("FIREFOX", &browsers.firefox)
                .env("GECKODRIVER", &browsers.geckodriver)
                .arg(Path::new(APPS).join("measure/main.mjs"))
                .args([&modules, &workspace.root.join(PAGE)])
                .args(["--rounds", &rounds.to_string()]),
        )
    })?;
    step::announce(&format!("{PAGE} is written"));
    Ok(())
}

/// Makes target/bench/rust-clients/NAME/ of every app; returns the directory of all.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let tools = Tools::ensure(workspace)?;
    let modules = workspace.root.join("target/bench/rust-clients");
    let _lock = Lock::acquire(workspace, "bench-rust-clients")?;
    for name in NAMES {
        let package = format!("app-{name}");
        step::announce(&format!("compiling {package}"));
        tools.compile_of(workspace, Path::new(APPS), &package, &[], &[])?;
        let module =
            Module { what: &package, compiled: &package, name: "app", directory: modules.join(name), options: &[] };
        tools.bind(workspace, &module)?;
    }
    Ok(modules)
}

/// The test server, optimized: it has to be faster than what it feeds.
pub(super) fn test_server(workspace: &Workspace) -> Result<PathBuf> {
    step::announce("building the test server, optimized");
    let mut cargo = process::command("cargo", &workspace.root);
    process::run(cargo.args(["build", "--locked", "--release", "--package", "test-server"]))
        .context("the test server could not be built")?;
    Ok(workspace.target.join("release/test-server"))
}
