//! `cargo xtask build`: from the Rust sources to pkg/dist/.

use std::path::PathBuf;

use anyhow::Result;

use crate::process;
use crate::setup::Lock;
use crate::step;
use crate::wasm::{Module, Tools};
use crate::workspace::Workspace;

/// Every browser has had them since March 2023. Lines are searched, and UTF-16 code units counted, several times as fast.
pub(crate) const SIMD: &str = "-Ctarget-feature=+simd128";

/// 128 KiB instead of a megabyte, which a page would have in its memory as long as it lives. A source takes 2.5 KiB of it at most, and as
/// much again when a `fetch` of the page's own opens another one before it returns.
const STACK: &str = "-Clink-arg=-zstack-size=131072";

/// Build pkg/dist/ completely, ready for `npm pack ./pkg`.
///
/// Installs what is missing: the wasm32 target (by rustup, or from Debian's packages), the wasm-bindgen CLI in the
/// version of Cargo.lock (in this project's cache directory), and the npm packages with wasm-opt and esbuild (in
/// node_modules/). Needs rustup and Node.js 20 or newer.
#[derive(clap::Args)]
pub(crate) struct Options {}

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let tools = Tools::ensure(workspace)?;
    step::announce("compiling the engine to WebAssembly");
    tools.compile(workspace, &["wasm-eventsource-npm"], &[SIMD, STACK])?;
    let _lock = Lock::acquire(workspace, "package")?;
    let engine = Module {
        what: "the engine",
        compiled: "wasm_eventsource_npm",
        name: "engine",
        // In the repository, wherever cargo's target directory is: pkg/build.mjs takes it from there.
        directory: workspace.root.join("target/npm"),
        // Each entry of the package has its own way to the .wasm, and bundlers would look for a default one. Whatever has
        // SIMD has `encodeInto`.
        options: &["--omit-default-module-path", "--encode-into", "always"],
    };
    tools.bind(workspace, &engine)?;
    step::announce("bundling pkg/dist/");
    process::run(process::command("node", &workspace.root).arg("pkg/build.mjs"))
}

/// Builds the demo and test server; returns the path of its program.
pub(crate) fn test_server(workspace: &Workspace) -> Result<PathBuf> {
    step::announce("building the test server");
    process::run(process::command("cargo", &workspace.root).args(["build", "--locked", "--package", "test-server"]))?;
    Ok(workspace.target.join("debug/test-server"))
}
