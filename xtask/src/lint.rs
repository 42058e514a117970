//! `cargo xtask lint`: what CI checks beside the tests.

use std::env;
use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::api::{HOOKS, LIBRARY};
use crate::comparison;
use crate::process;
use crate::setup::wasm_target::{self, TARGET, Toolchain};
use crate::setup::{debian, node};
use crate::step;
use crate::workspace::Workspace;

/// The crate behind the npm package.
const NPM: &str = "wasm-eventsource-npm";

/// Check formatting, clippy, documentation, no_std and the TypeScript types, as CI does.
///
/// Installs what is missing: rustfmt and clippy (by rustup), the wasm32 target (by rustup, or from Debian's packages, with their
/// clippy), and the npm packages with TypeScript (in node_modules/). Every check runs, even after one has failed.
#[derive(clap::Args)]
pub(crate) struct Options {}

pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let toolchain = wasm_target::ensure(workspace)?;
    if toolchain == Toolchain::Debian && !process::succeeds(clippy(workspace, toolchain).arg("--version")) {
        debian::install(workspace, &["rust-web-clippy"], "clippy for wasm32")?;
    }
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !process::succeeds(process::command("cargo", &workspace.root).args([tool, "--version"])) {
            step::announce(&format!("adding {component} by rustup"));
            process::run(process::command("rustup", &workspace.root).args(["component", "add", component]))?;
        }
    }
    node::ensure(workspace)?;

    let mut failed = Vec::new();
    let tests_of_comparison = "the tests that docs/comparison-tests.md names";
    step::announce(tests_of_comparison);
    if let Err(error) = comparison::check(workspace) {
        eprintln!("{error:#}");
        failed.push(tests_of_comparison);
    }
    for (name, mut command) in checks(workspace, toolchain)? {
        step::announce(name);
        if let Err(error) = process::run(&mut command) {
            eprintln!("{error:#}");
            failed.push(name);
        }
    }
    if failed.is_empty() {
        step::announce("nothing to complain about");
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("error: failed: {}", failed.join("; "));
    Ok(ExitCode::FAILURE)
}

fn checks(workspace: &Workspace, toolchain: Toolchain) -> Result<Vec<(&'static str, Command)>> {
    let command = |program: &str, arguments: &[&str]| {
        let mut command = process::command(program, &workspace.root);
        command.args(arguments);
        command
    };
    let clippy = |toolchain: Toolchain, arguments: &[&str]| {
        let mut command = clippy(workspace, toolchain);
        command.args(["--locked"]).args(arguments).args(["--", "-D", "warnings"]);
        command
    };
    let library = ["--package", LIBRARY];
    let published = [&[LIBRARY], HOOKS.as_slice()].concat();
    let documentation = |toolchain: Toolchain, arguments: &[&str]| {
        let mut command =
            command("cargo", &["doc", "--locked", "--no-deps", "--features", "json,sharing,testing,tracing"]);
        toolchain.apply(&mut command).args(library).args(arguments).env("RUSTDOCFLAGS", "-D warnings");
        command
    };
    let for_wasm: Vec<_> = published.iter().flat_map(|package| ["--package", package]).collect();
    let for_wasm = [for_wasm.as_slice(), &["--target", TARGET, "--all-targets"]].concat();
    Ok(vec![
        ("formatting: cargo fmt --all puts it right", command("cargo", &["fmt", "--all", "--check"])),
        ("formatting of the fuzzers", {
            let mut command = process::command("cargo", &workspace.root.join("fuzz"));
            command.args(["fmt", "--check"]);
            command
        }),
        ("clippy, native", clippy(Toolchain::Active, &["--workspace", "--all-targets"])),
        ("clippy, no default features", clippy(Toolchain::Active, &[library[0], library[1], "--no-default-features"])),
        ("clippy, wasm32", clippy(toolchain, &for_wasm)),
        // As on a server that runs WebAssembly.
        (
            "clippy, wasm32 with ssr",
            clippy(toolchain, &[library[0], library[1], "--features", "ssr,json,sharing", "--target", TARGET]),
        ),
        // By itself: together, it would get the library with the standard library, whose handler of panics is a second one.
        ("clippy, the npm package", clippy(toolchain, &["--package", NPM, "--target", TARGET])),
        (
            "clippy, the npm package with shared connections",
            clippy(toolchain, &["--package", NPM, "--features", "sharing", "--target", TARGET]),
        ),
        ("documentation, native", documentation(Toolchain::Active, &[])),
        ("documentation, wasm32", documentation(toolchain, &["--target", TARGET])),
        ("public API", xtask(workspace, &["api", "--check"])?),
        ("no_std", no_std(workspace)?),
        ("the oldest Rust", xtask(workspace, &["msrv"])?),
        ("the package of the library", publish(workspace, &[LIBRARY])),
        ("the packages of the hooks, not compiled", {
            let mut command = publish(workspace, &published);
            command.arg("--no-verify");
            command
        }),
        ("the simulation in benches/reconnecting", {
            let mut command = process::command("cargo", &workspace.root.join("benches/reconnecting"));
            command.args(["test", "--locked", "--quiet", "--target-dir"]).arg(&workspace.target);
            command
        }),
        ("what a Rust app grows by", xtask(workspace, &["app-size"])?),
        ("TypeScript types", command("npm", &["run", "types"])),
    ])
}

fn clippy(workspace: &Workspace, toolchain: Toolchain) -> Command {
    let mut command = process::command("cargo", &workspace.root);
    toolchain.apply(&mut command).arg("clippy");
    command
}

/// Another command of this program.
fn xtask(workspace: &Workspace, arguments: &[&str]) -> Result<Command> {
    let mut command = process::command(env::current_exe()?, &workspace.root);
    command.args(arguments);
    Ok(command)
}

/// Packs crates as for crates.io, and compiles what is in the packages. Uploads nothing.
fn publish(workspace: &Workspace, packages: &[&str]) -> Command {
    let mut command = process::command("cargo", &workspace.root);
    command.args(["publish", "--dry-run", "--quiet", "--locked", "--allow-dirty"]);
    for package in packages {
        command.args(["--package", package]);
    }
    command
}

/// Compiles a throwaway crate that has a panic handler of its own and uses the library without its default features. The
/// standard library has a panic handler, too: if anything in between used it, the compiler would refuse the second one.
fn no_std(workspace: &Workspace) -> Result<Command> {
    let directory = workspace.target.join("no-std-check");
    fs::create_dir_all(directory.join("src")).with_context(|| format!("cannot create {}", directory.display()))?;
    let root = serde_json::to_string(&workspace.root)?;
    let manifest = format!(
        "[workspace]\n[package]\nname = \"no-std-check\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dependencies]\nwasm-eventsource = {{ path = {root}, default-features = false }}\n"
    );
    let source = "#![no_std]\nextern crate wasm_eventsource;\n\
                  #[panic_handler]\nfn panic(_: &core::panic::PanicInfo<'_>) -> ! {\n    loop {}\n}\n";
    fs::write(directory.join("Cargo.toml"), manifest)?;
    fs::write(directory.join("src/lib.rs"), source)?;
    fs::copy(workspace.root.join("Cargo.lock"), directory.join("Cargo.lock"))?;
    let mut command = process::command("cargo", &workspace.root);
    command.args(["check", "--manifest-path"]).arg(directory.join("Cargo.toml"));
    command.arg("--target-dir").arg(directory.join("target"));
    Ok(command)
}
