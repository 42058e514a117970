//! `cargo xtask build`: from the Rust sources to pkg/dist/.

use std::path::PathBuf;

use anyhow::Result;

use crate::process;
use crate::setup::Lock;
use crate::setup::wasm_target::TARGET;
use crate::step;
use crate::wasm::Tools;
use crate::workspace::Workspace;

/// Every browser has had them since March 2023. Lines are searched, and UTF-16 code units counted, several times as fast.
pub(crate) const SIMD: &str = "-Ctarget-feature=+simd128";

/// 32 KiB instead of a megabyte, which a page would have in its memory as long as it lives. With the driver in the module, a source took
/// 2.5 KiB of it at most; now no call comes back into it.
const STACK: &str = "-Clink-arg=-zstack-size=32768";

/// For JavaScript, which resets it after a trap.
const STACK_POINTER: &str = "-Clink-arg=--export=__stack_pointer";

/// See `src/time.rs`.
const TIMES_ARE_NUMBERS: &str = "--cfg=times_are_numbers";

/// See `src/event_stream/word.rs`.
const BECOMES_JAVASCRIPT: &str = "--cfg=becomes_javascript";

/// Build pkg/dist/ completely, ready for `npm pack ./pkg`.
///
/// Installs what is missing: the wasm32 target (by rustup, or from Debian's packages) and the npm packages with wasm-opt and esbuild
/// (in node_modules/). Needs rustup and Node.js 20 or newer.
#[derive(clap::Args)]
pub(crate) struct Options {}

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let tools = Tools::ensure(workspace)?;
    step::announce("compiling the engine to WebAssembly");
    let options = [SIMD, TIMES_ARE_NUMBERS, STACK, STACK_POINTER];
    tools.compile(workspace, &["wasm-eventsource-npm"], &options)?;
    step::announce("compiling the engine of shared connections to WebAssembly");
    // In a folder of its own: cargo gives the files of both the same name.
    let shared = workspace.target.join("sharing");
    tools.compile_to(workspace, &shared, "wasm-eventsource-npm", &["sharing"], &options)?;
    step::announce("compiling both for JavaScript, which has no SIMD");
    let [javascript, shared_javascript] = ["javascript", "shared-javascript"].map(|name| workspace.target.join(name));
    let options = [BECOMES_JAVASCRIPT, TIMES_ARE_NUMBERS, STACK, STACK_POINTER];
    tools.compile_to(workspace, &javascript, "wasm-eventsource-npm", &[], &options)?;
    tools.compile_to(workspace, &shared_javascript, "wasm-eventsource-npm", &["sharing"], &options)?;
    let _lock = Lock::acquire(workspace, "package")?;
    step::announce("bundling pkg/dist/");
    let engines = [&workspace.target, &shared, &javascript, &shared_javascript]
        .map(|target| target.join(TARGET).join("release/wasm_eventsource_npm.wasm"));
    process::run(process::command("node", &workspace.root).arg("pkg/build.mjs").args(engines))
}

/// Builds the demo and test server; returns the path of its program.
pub(crate) fn test_server(workspace: &Workspace) -> Result<PathBuf> {
    step::announce("building the test server");
    process::run(process::command("cargo", &workspace.root).args(["build", "--locked", "--package", "test-server"]))?;
    Ok(workspace.target.join("debug/test-server"))
}
