//! Command-line tools from crates, each installed into a directory of this project's cache named after its version.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::process;
use crate::setup::Lock;
use crate::step;
use crate::workspace::Workspace;

const WASM_PACK: &str = "0.15.1";
const GECKODRIVER: &str = "0.37.1";
const CARGO_FUZZ: &str = "0.13.2";
const CARGO_MUTANTS: &str = "27.1.0";

struct Tool<'a> {
    package: &'a str,
    version: &'a str,
    /// What it installs; the first one answers `--version`.
    binaries: &'a [&'a str],
    /// Whether its own lock file is followed.
    locked: bool,
}

/// The directory with `wasm-bindgen` and `wasm-bindgen-test-runner`, of the version in Cargo.lock: a CLI of another
/// version refuses what the library has compiled.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<PathBuf> {
    let version = workspace.locked_version("wasm-bindgen")?;
    // Not locked: its lock file is of the day of its release and may name crates that a mirror has not got yet.
    let binaries = &["wasm-bindgen", "wasm-bindgen-test-runner"];
    ensure(workspace, &Tool { package: "wasm-bindgen-cli", version: &version, binaries, locked: false })
}

/// The directory with `wasm-pack`.
pub(crate) fn wasm_pack(workspace: &Workspace) -> Result<PathBuf> {
    ensure(workspace, &Tool { package: "wasm-pack", version: WASM_PACK, binaries: &["wasm-pack"], locked: true })
}

/// The directory with `geckodriver`, which connects WebDriver to Firefox.
pub(crate) fn geckodriver(workspace: &Workspace) -> Result<PathBuf> {
    ensure(workspace, &Tool { package: "geckodriver", version: GECKODRIVER, binaries: &["geckodriver"], locked: true })
}

/// The directory with `cargo-fuzz`.
pub(crate) fn cargo_fuzz(workspace: &Workspace) -> Result<PathBuf> {
    ensure(workspace, &Tool { package: "cargo-fuzz", version: CARGO_FUZZ, binaries: &["cargo-fuzz"], locked: true })
}

/// The directory with `cargo-mutants`.
pub(crate) fn cargo_mutants(workspace: &Workspace) -> Result<PathBuf> {
    let binaries = &["cargo-mutants"];
    ensure(workspace, &Tool { package: "cargo-mutants", version: CARGO_MUTANTS, binaries, locked: true })
}

fn ensure(workspace: &Workspace, tool: &Tool<'_>) -> Result<PathBuf> {
    let tools = workspace.cache.join("tools");
    let name = format!("{}-{}", tool.package, tool.version);
    let bin = tools.join(&name).join("bin");
    let installed = || tool.binaries.iter().all(|binary| bin.join(binary).is_file());
    if installed() {
        return Ok(bin);
    }
    if let Some(directory) = on_path(workspace, tool) {
        return Ok(directory);
    }
    let _lock = Lock::acquire(workspace, &name)?;
    if installed() {
        return Ok(bin);
    }
    step::timed(&format!("installing {name} by cargo into {} (some minutes)", tools.display()), || {
        let unfinished = tools.join(format!("{name}.unfinished"));
        fs::create_dir_all(&unfinished).with_context(|| format!("cannot create {}", unfinished.display()))?;
        let mut command = process::command("cargo", &workspace.cache);
        command.args(["install", tool.package, "--version", &format!("={}", tool.version), "--force"]);
        command.arg("--root").arg(&unfinished).env("PATH", process::path_with(&[unfinished.join("bin")])?);
        if tool.locked {
            command.arg("--locked");
        }
        process::run(&mut command).with_context(|| format!("{name} could not be installed: is the network up?"))?;
        let finished = tools.join(&name);
        let _ = fs::remove_dir_all(&finished);
        fs::rename(&unfinished, &finished).with_context(|| format!("cannot write {}", finished.display()))
    })?;
    Ok(bin)
}

/// Where the tool is on PATH, if it is there complete and in exactly this version.
fn on_path(workspace: &Workspace, tool: &Tool<'_>) -> Option<PathBuf> {
    let directory = process::find(&tool.binaries[..1])?.parent()?.to_path_buf();
    if !tool.binaries.iter().all(|binary| directory.join(binary).is_file()) {
        return None;
    }
    let version =
        process::capture(process::command(directory.join(tool.binaries[0]), &workspace.cache).arg("--version"));
    version.ok()?.split_whitespace().any(|word| word == tool.version).then_some(directory)
}
