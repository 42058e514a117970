//! A Rust toolchain that can compile for wasm32-unknown-unknown.
//!
//! The normal way is rustup's target. Where rustup's server cannot be reached, Debian's packages have a compiler with
//! the source of its standard library, which is built here, once.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, Result, bail};

use crate::process::{self, Group};
use crate::setup::{Lock, debian};
use crate::step;
use crate::workspace::Workspace;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// How long `rustup target add` may go without receiving anything.
const RUSTUP_SILENCE: Duration = Duration::from_secs(20);
/// How long a failed `rustup target add` is remembered, so that it does not cost every command its time limit.
const RUSTUP_RETRY: Duration = Duration::from_secs(24 * 60 * 60);
/// The compiler, cargo, the source of std, LLVM and the linker.
const PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];
/// The name the Debian toolchain gets in rustup.
const DEBIAN: &str = "debian";

/// Which toolchain compiles for wasm32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that compiles xtask, too.
    Active,
    /// Debian's, linked into rustup as `debian`.
    Debian,
}

impl Toolchain {
    /// Makes a command use this toolchain, and all that the command starts.
    pub(crate) fn apply(self, command: &mut Command) -> &mut Command {
        match self {
            Self::Active => command,
            Self::Debian => command.env("RUSTUP_TOOLCHAIN", DEBIAN),
        }
    }

    fn command(self, program: &str, directory: &Path) -> Command {
        let mut command = process::command(program, directory);
        self.apply(&mut command);
        command
    }

    /// Whether its standard library for the target is there and was made by this very compiler.
    fn has_target(self, workspace: &Workspace) -> bool {
        let mut command = self.command("rustc", &workspace.root);
        let Ok(libraries) = process::capture(command.args(["--print", "target-libdir", "--target", TARGET])) else {
            return false;
        };
        let complete = fs::read_dir(libraries).is_ok_and(|entries| {
            let names: Vec<String> =
                entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
            ["libcore-", "libstd-", "libtest-"]
                .iter()
                .all(|prefix| names.iter().any(|name| name.starts_with(prefix) && name.ends_with(".rlib")))
        });
        complete && self.accepts_std(workspace)
    }

    /// The compiler itself refuses a standard library of another version (E0514): ask it.
    fn accepts_std(self, workspace: &Workspace) -> bool {
        // A file of its own in the cache: rustc replaces what it writes to, which for a root user would be any device.
        let output = workspace.cache.join(format!("probe-{}.rmeta", std::process::id()));
        let mut command = self.command("rustc", &workspace.root);
        command.args(["--target", TARGET, "--crate-type=lib", "--crate-name=probe", "--emit=metadata", "-o"]);
        let accepts = process::succeeds(command.arg(&output).arg("-"));
        let _ = fs::remove_file(&output);
        accepts
    }
}

/// The toolchain to compile for wasm32 with; installs one if there is none.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Toolchain> {
    if let Some(toolchain) = present(workspace) {
        return Ok(toolchain);
    }
    let _lock = Lock::acquire(workspace, "wasm32-target")?;
    if let Some(toolchain) = present(workspace) {
        return Ok(toolchain);
    }
    let refusal = match add_by_rustup(workspace) {
        Ok(()) => return Ok(Toolchain::Active),
        Err(error) => error,
    };
    step::announce(&format!("{refusal:#}"));
    if !debian::has_apt() || debian::first_offered(workspace, &PACKAGES[..1]).is_none() {
        bail!(
            "the Rust target {TARGET} is missing: run `rustup target add {TARGET}` where rustup's server is in reach"
        );
    }
    add_from_debian(workspace)?;
    Ok(Toolchain::Debian)
}

fn present(workspace: &Workspace) -> Option<Toolchain> {
    if Toolchain::Active.has_target(workspace) {
        return Some(Toolchain::Active);
    }
    (is_linked() && Toolchain::Debian.has_target(workspace)).then_some(Toolchain::Debian)
}

fn rustup_home() -> Option<PathBuf> {
    env::var_os("RUSTUP_HOME").map(PathBuf::from).or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".rustup")))
}

fn is_linked() -> bool {
    rustup_home().is_some_and(|home| home.join("toolchains").join(DEBIAN).exists())
}

fn add_by_rustup(workspace: &Workspace) -> Result<()> {
    if process::find(&["rustup"]).is_none() {
        bail!("there is no rustup, which installs Rust targets: see https://rustup.rs");
    }
    let memory = workspace.cache.join("rustup-target-failed");
    let compiler = process::capture(process::command("rustc", &workspace.root).arg("-vV"))?;
    let age = || SystemTime::now().duration_since(fs::metadata(&memory).ok()?.modified().ok()?).ok();
    if fs::read_to_string(&memory).is_ok_and(|failed| failed == compiler) && age().is_some_and(|age| age < RUSTUP_RETRY)
    {
        bail!("not asking rustup for {TARGET}: that failed within the last day (forget this: rm {})", memory.display());
    }
    step::announce(&format!("adding the Rust target {TARGET} by rustup"));
    let mut command = process::command("rustup", &workspace.root);
    command.args(["target", "add", TARGET]).stdin(Stdio::null());
    let added = finishes_while_receiving(&mut command)?;
    if added && Toolchain::Active.has_target(workspace) {
        let _ = fs::remove_file(&memory);
        return Ok(());
    }
    fs::write(&memory, compiler).with_context(|| format!("cannot write {}", memory.display()))?;
    bail!("rustup could not add {TARGET}: its server may be out of reach")
}

/// Runs rustup for as long as its downloads grow; where its server cannot be reached it would hang.
fn finishes_while_receiving(command: &mut Command) -> Result<bool> {
    let mut group = Group::spawn(command)?;
    let mut received = 0;
    let mut silent_since = Instant::now();
    loop {
        if let Some(status) = group.child.try_wait()? {
            return Ok(status.success());
        }
        let now = rustup_home().map_or(0, |home| size(&home.join("downloads")) + size(&home.join("tmp")));
        if now != received {
            received = now;
            silent_since = Instant::now();
        }
        if silent_since.elapsed() > RUSTUP_SILENCE {
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// The bytes in a directory and all below it.
fn size(directory: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(directory) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => size(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}

fn add_from_debian(workspace: &Workspace) -> Result<()> {
    debian::install(workspace, &PACKAGES, "a Rust compiler that comes with the source of its standard library")?;
    if process::find(&["rustup"]).is_none() {
        bail!("rustup is needed to choose between Rust toolchains: install it, see https://rustup.rs");
    }
    if !is_linked() {
        step::announce("linking Debian's Rust into rustup: rustup toolchain link debian /usr");
        process::run(process::command("rustup", &workspace.root).args(["toolchain", "link", DEBIAN, "/usr"]))?;
    }
    if !Toolchain::Debian.has_target(workspace) {
        step::timed(&format!("building Rust's standard library for {TARGET}, once (about a minute)"), || {
            build_std(workspace)
        })?;
    }
    if !Toolchain::Debian.has_target(workspace) {
        bail!("Debian's Rust has been installed, but does not compile for {TARGET}: see the messages above");
    }
    Ok(())
}

/// Options for rustc, so that the messages of panics, which the package ships, name no directory of this computer: the
/// same sources then give the same bytes elsewhere. The crates are there by now: xtask has been compiled from them.
pub(crate) fn neutral_paths(workspace: &Workspace, toolchain: Toolchain) -> Result<Vec<String>> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let home = home.context("neither CARGO_HOME nor HOME is set: set one of them, as cargo needs it, too")?;
    let crates = fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten().map(|entry| entry.path());
    let remap = |(from, to): (PathBuf, &str)| format!("--remap-path-prefix={}={to}", from.display());
    let sysroot = process::capture(toolchain.command("rustc", &workspace.root).args(["--print", "sysroot"]))?;
    let std = Path::new(&sysroot).join("lib/rustlib/src/rust");
    let names =
        crates.map(|path| (path, "crates")).chain([(workspace.root.clone(), "wasm-eventsource"), (std, "rust")]);
    Ok(names.map(remap).collect())
}

/// Builds std in a throwaway crate and puts its libraries where the compiler looks for those of the target.
fn build_std(workspace: &Workspace) -> Result<()> {
    let directory = workspace.cache.join(format!("build-std-{}", std::process::id()));
    let result = build_std_in(workspace, &directory);
    let _ = fs::remove_dir_all(&directory);
    result
}

fn build_std_in(workspace: &Workspace, directory: &Path) -> Result<()> {
    fs::create_dir_all(directory.join("src"))?;
    fs::write(
        directory.join("Cargo.toml"),
        "[workspace]\n[package]\nname = \"throwaway\"\nversion = \"0.0.0\"\nedition = \"2024\"\n",
    )?;
    fs::write(directory.join("src/lib.rs"), "")?;
    let target = directory.join("target");
    let neutral = neutral_paths(workspace, Toolchain::Debian)?;
    process::run(
        Toolchain::Debian
            .command("cargo", directory)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", &target)
            // Cargo leaves the bitcode out where the crate itself has no use for it: link-time optimisation needs it.
            .env("CARGO_ENCODED_RUSTFLAGS", [&["-Cembed-bitcode=yes".to_owned()], &neutral[..]].concat().join("\u{1f}"))
            .args(["build", "-Zbuild-std=std,panic_abort,proc_macro,test", "--release", "--target", TARGET]),
    )?;
    let staged = directory.join("rlibs");
    fs::create_dir(&staged)?;
    for entry in fs::read_dir(target.join(TARGET).join("release/deps"))? {
        let name = entry?.file_name();
        let text = name.to_string_lossy();
        if text.ends_with(".rlib") && !text.starts_with("libthrowaway") {
            fs::copy(target.join(TARGET).join("release/deps").join(&name), staged.join(&name))?;
        }
    }
    let sysroot = process::capture(Toolchain::Debian.command("rustc", directory).args(["--print", "sysroot"]))?;
    let libraries = Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib");
    let instead = "cargo xtask setup";
    // Into place in one go: somebody may be compiling.
    let script = "set -e; rm -rf \"$2.new\" \"$2.old\"; mkdir -p \"$2.new\"; cp \"$1\"/*.rlib \"$2.new\"/; \
                  if [ -e \"$2\" ]; then mv \"$2\" \"$2.old\"; fi; mv \"$2.new\" \"$2\"; rm -rf \"$2.old\"";
    process::run(debian::as_root(workspace, "sh", instead)?.args(["-c", script, "sh"]).arg(&staged).arg(&libraries))
}
