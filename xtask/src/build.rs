//! `cargo xtask build`: from the Rust sources to pkg/dist/.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::process;
use crate::setup::wasm_target::{self, TARGET};
use crate::setup::{Lock, cargo_tools, node};
use crate::step;
use crate::workspace::Workspace;

/// Build pkg/dist/ completely, ready for `npm pack ./pkg`.
///
/// Installs what is missing: the wasm32 target (by rustup, or from Debian's packages), the wasm-bindgen CLI in the
/// version of Cargo.lock (in this project's cache directory), and the npm packages with wasm-opt and esbuild (in
/// node_modules/). Needs rustup and Node.js 20 or newer.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// Without a default path to the .wasm: each entry of the package has its own way to it, and bundlers would look for it.
const WASM_BINDGEN: [&str; 6] =
    ["--target", "web", "--no-typescript", "--omit-default-module-path", "--out-name", "engine"];
/// For size, and the WebAssembly features that rustc turns on for the target by itself.
const WASM_OPT: [&str; 7] = [
    "-Os",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let toolchain = wasm_target::ensure(workspace)?;
    let wasm_bindgen = cargo_tools::wasm_bindgen(workspace)?;
    let npm_commands = node::ensure(workspace)?;

    step::announce("compiling the engine to WebAssembly");
    let mut cargo = process::command("cargo", &workspace.root);
    toolchain.apply(&mut cargo);
    cargo.args(["build", "--locked", "--release", "--target", TARGET, "--package", "wasm-eventsource-npm"]);
    // A list of strings is written in JSON as in TOML.
    let flags = serde_json::to_string(&wasm_target::neutral_paths(workspace, toolchain)?)?;
    process::run(cargo.arg("--config").arg(format!("target.{TARGET}.rustflags = {flags}")))?;

    let _lock = Lock::acquire(workspace, "package")?;
    let compiled = workspace.target.join(TARGET).join("release/wasm_eventsource_npm.wasm");
    bind(workspace, &compiled, &wasm_bindgen.join("wasm-bindgen"), &npm_commands.join("wasm-opt"))?;

    step::announce("bundling pkg/dist/");
    process::run(process::command("node", &workspace.root).arg("pkg/build.mjs"))
}

/// Makes target/npm/engine.js and engine_bg.wasm, unless they are there from the same input.
fn bind(workspace: &Workspace, compiled: &Path, wasm_bindgen: &Path, wasm_opt: &Path) -> Result<()> {
    // In the repository, wherever cargo's target directory is: pkg/build.mjs takes it from there.
    let directory = workspace.root.join("target/npm");
    let (engine, stamp) = (directory.join("engine_bg.wasm"), directory.join("inputs.txt"));
    let inputs = inputs(workspace, compiled)?;
    let complete = engine.is_file() && directory.join("engine.js").is_file();
    if complete && fs::read_to_string(&stamp).is_ok_and(|old| old == inputs) {
        step::announce("target/npm/ is up to date");
        return Ok(());
    }
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).with_context(|| format!("cannot create {}", directory.display()))?;

    step::announce("generating the JavaScript that calls the engine: wasm-bindgen");
    process::run(
        process::command(wasm_bindgen, &workspace.root)
            .arg(compiled)
            .args(WASM_BINDGEN)
            .arg("--out-dir")
            .arg(&directory),
    )?;

    step::announce("making the engine small: wasm-opt");
    let small = directory.join("small.wasm");
    process::run(process::command(wasm_opt, &workspace.root).args(WASM_OPT).arg(&engine).arg("-o").arg(&small))?;
    fs::rename(&small, &engine)?;
    fs::write(&stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))
}

/// All that decides what is generated: the compiled engine, the tools' versions, the options.
fn inputs(workspace: &Workspace, compiled: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?.hash(&mut hasher);
    workspace.locked_version("wasm-bindgen")?.hash(&mut hasher);
    fs::read(workspace.root.join("node_modules/binaryen/package.json"))
        .context("npm has not installed binaryen, which has wasm-opt: is it in pkg/package.json?")?
        .hash(&mut hasher);
    (WASM_BINDGEN, WASM_OPT).hash(&mut hasher);
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// Builds the demo and test server; returns the path of its program.
pub(crate) fn test_server(workspace: &Workspace) -> Result<PathBuf> {
    step::announce("building the test server");
    process::run(process::command("cargo", &workspace.root).args(["build", "--locked", "--package", "test-server"]))?;
    Ok(workspace.target.join("debug/test-server"))
}
