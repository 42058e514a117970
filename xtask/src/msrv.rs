//! `cargo xtask msrv`: the library, compiled by the oldest Rust that it promises to compile with, and with the
//! [lowest versions](crate::lowest) of what it depends on.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::api::LIBRARY;
use crate::lowest;
use crate::process;
use crate::setup::wasm_target::TARGET;
use crate::setup::{Lock, debian};
use crate::step;
use crate::workspace::Workspace;

/// Check that the library compiles with the oldest Rust that it supports (`rust-version` in Cargo.toml), and with the lowest
/// versions of its dependencies.
///
/// It uses that version of Rust from rustup, if it is installed there. If not, it unpacks Debian's package of it into this
/// project's cache directory. If there is neither, it says so, and checks nothing.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// What Debian calls the compiler, and what the names of its libraries begin with: in a release, and beside it for browsers.
const IN_DEBIAN: [(&str, &str); 2] = [("rustc", "libstd-rust"), ("rustc-web", "libstd-rust-web")];

/// A compiler of the version that is asked for.
enum Oldest {
    /// The name of rustup's toolchain.
    Rustup(String),
    /// The directory that Debian's packages are unpacked in. The cargo that uses it is the present one.
    Unpacked(PathBuf),
}

pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let metadata = metadata(workspace)?;
    lowest::check(workspace, &metadata)?;
    let version = rust_version(&metadata)?;
    let oldest = match in_rustup(workspace, &version) {
        Some(name) => Oldest::Rustup(name),
        None => match in_debian(workspace, &version)? {
            Some(directory) => Oldest::Unpacked(directory),
            None => {
                step::announce(&format!(
                    "Rust {version}, the oldest that is to do, is not here, and nothing was compiled with it: `rustup \
                     toolchain install {version} --profile minimal --target {TARGET}` adds it"
                ));
                return Ok(ExitCode::SUCCESS);
            }
        },
    };
    let mut ways = vec![vec!["--all-features"], vec!["--features", "json"], vec!["--no-default-features"]];
    if oldest.has_wasm(workspace) {
        ways.push(vec!["--features", "json,sharing,testing,tracing", "--target", TARGET]);
    } else {
        step::announce(&format!("that Rust {version} does not compile for {TARGET}: checking what is not only there"));
    }
    for way in ways {
        let mut command = oldest.command("cargo", workspace)?;
        command.args(["check", "--locked", "--package", LIBRARY]).args(way);
        process::run(command.env("CARGO_TARGET_DIR", workspace.target.join("msrv")))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Oldest {
    fn command(&self, program: &str, workspace: &Workspace) -> Result<Command> {
        let mut command = process::command(program, &workspace.root);
        match self {
            Self::Rustup(name) => command.env("RUSTUP_TOOLCHAIN", name),
            Self::Unpacked(directory) => {
                let libraries = fs::read_dir(directory.join("usr/lib"))?.flatten().map(|entry| entry.path());
                let path = env::join_paths(libraries.filter(|path| path.to_string_lossy().ends_with("-linux-gnu")))?;
                command.env("RUSTC", rustc_in(directory)).env("LD_LIBRARY_PATH", path)
            }
        };
        Ok(command)
    }

    fn has_wasm(&self, workspace: &Workspace) -> bool {
        let Self::Rustup(_) = self else { return false };
        let libraries = self
            .command("rustc", workspace)
            .and_then(|mut command| process::capture(command.args(["--print", "target-libdir", "--target", TARGET])));
        libraries.is_ok_and(|libraries| Path::new(&libraries).exists())
    }
}

fn metadata(workspace: &Workspace) -> Result<Value> {
    let mut command = process::command("cargo", &workspace.root);
    let metadata = process::capture(command.args(["metadata", "--no-deps", "--format-version=1", "--quiet"]))?;
    Ok(serde_json::from_str(&metadata)?)
}

/// What Cargo.toml promises: `1.85`.
fn rust_version(metadata: &Value) -> Result<String> {
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let version = packages.iter().find(|package| package["name"] == LIBRARY).map(|package| &package["rust_version"]);
    Ok(version.and_then(|version| version.as_str()).context("Cargo.toml has no rust-version")?.to_owned())
}

fn in_rustup(workspace: &Workspace, version: &str) -> Option<String> {
    let toolchains = process::capture(process::command("rustup", &workspace.root).args(["toolchain", "list"])).ok()?;
    let names = toolchains.lines().filter_map(|line| line.split_whitespace().next());
    Some(names.into_iter().find(|name| is_of(name, version))?.to_owned())
}

/// Whether a full version, or the name of a toolchain, is one of `1.85`.
fn is_of(full: &str, version: &str) -> bool {
    full.strip_prefix(version).is_some_and(|rest| !rest.starts_with(|first: char| first.is_ascii_digit()))
}

fn rustc_in(directory: &Path) -> PathBuf {
    directory.join("usr/bin/rustc")
}

/// Where Debian's compiler of this version is unpacked; None if Debian has no such version.
fn in_debian(workspace: &Workspace, version: &str) -> Result<Option<PathBuf>> {
    let directory = workspace.cache.join(format!("rust-{version}"));
    if rustc_in(&directory).exists() {
        return Ok(Some(directory));
    }
    if !debian::has_apt() || debian::first_offered(workspace, &["rustc"]).is_none() {
        return Ok(None);
    }
    let _lock = Lock::acquire(workspace, "msrv")?;
    if rustc_in(&directory).exists() {
        return Ok(Some(directory));
    }
    for (compiler, libraries) in IN_DEBIAN {
        let Some(exact) = offered(compiler, version) else { continue };
        let std = format!("{libraries}-{version}");
        let llvm = llvm_of(&format!("{std}={exact}"));
        let packages = [
            format!("{compiler}={exact}"),
            format!("{libraries}-dev={exact}"),
            format!("{std}={exact}"),
            llvm.context("Debian's Rust names no LLVM that it needs")?,
        ];
        step::timed(&format!("unpacking Rust {version} from Debian's packages, to see that it will do"), || {
            unpack(&packages, &directory)
        })?;
        return Ok(Some(directory));
    }
    Ok(None)
}

/// The exact version that apt has of a package, if it has one that begins with `version`.
fn offered(package: &str, version: &str) -> Option<String> {
    let table = process::capture(process::command("apt-cache", Path::new("/")).args(["madison", package])).ok()?;
    let versions = table.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
    Some(versions.into_iter().find(|exact| is_of(exact, version))?.to_owned())
}

fn llvm_of(package: &str) -> Option<String> {
    let about = process::capture(process::command("apt-cache", Path::new("/")).args(["depends", package])).ok()?;
    let names = about.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    Some(names.into_iter().find(|name| name.starts_with("libllvm"))?.to_owned())
}

/// Puts what is in these packages into the directory, and installs nothing.
fn unpack(packages: &[String], directory: &Path) -> Result<()> {
    let new = directory.with_extension(format!("{}.new", std::process::id()));
    fs::create_dir_all(&new).with_context(|| format!("cannot create {}", new.display()))?;
    let script = "set -e; apt-get -q -o APT::Sandbox::User=root download \"$@\"; \
                  for file in *.deb; do dpkg-deb -x \"$file\" .; rm \"$file\"; done";
    let unpacked = process::run(process::command("sh", &new).args(["-c", script, "sh"]).args(packages))
        .and_then(|()| fs::rename(&new, directory).context("cannot move the compiler into place"));
    if unpacked.is_err() {
        let _ = fs::remove_dir_all(&new);
    }
    unpacked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_that_of_its_releases_and_of_no_other() {
        for same in ["1.85.0+dfsg3-1~deb12u3", "1.85.1", "1.85", "1.85-x86_64-unknown-linux-gnu"] {
            assert!(is_of(same, "1.85"), "{same}");
        }
        for other in ["1.8", "1.850", "1.86.0", "stable-x86_64-unknown-linux-gnu"] {
            assert!(!is_of(other, "1.85"), "{other}");
        }
    }
}
