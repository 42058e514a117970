//! Node.js and the npm packages of this repository.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::setup::Lock;
use crate::step;
use crate::workspace::Workspace;

const OLDEST_NODE: u32 = 20;

/// Checks Node.js and installs the packages of package-lock.json into node_modules/, if they are not there.
/// Returns the directory of their commands.
pub(crate) fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    check(workspace)?;
    let files = ["package-lock.json", "package.json", "pkg/package.json", "tests/js/package.json"];
    install(workspace, &workspace.root, &files, "npm packages")?;
    Ok(workspace.root.join("node_modules/.bin"))
}

/// The same of a folder that has packages of its own. `what` they are is said while they are installed.
pub(crate) fn ensure_in(workspace: &Workspace, folder: &str, what: &str) -> Result<()> {
    check(workspace)?;
    install(workspace, &workspace.root.join(folder), &["package-lock.json", "package.json"], what)
}

fn check(workspace: &Workspace) -> Result<()> {
    let wanted = format!("Node.js {OLDEST_NODE} or newer is needed, with npm: install it from https://nodejs.org");
    if process::find(&["node"]).is_none() {
        bail!("there is no node on PATH. {wanted}");
    }
    let version = process::capture(process::command("node", &workspace.root).arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        bail!("node is {version}. {wanted}");
    }
    if process::find(&["npm"]).is_none() {
        bail!("there is node but no npm on PATH. {wanted}");
    }
    Ok(())
}

/// Installs the packages of a folder, unless they are there from the same `files`.
fn install(workspace: &Workspace, folder: &Path, files: &[&str], what: &str) -> Result<()> {
    let stamp = folder.join("node_modules/.xtask-installed");
    let up_to_date =
        || fs::read_to_string(&stamp).is_ok_and(|old| manifests(folder, files).is_ok_and(|new| old == new));
    if up_to_date() {
        return Ok(());
    }
    let _lock = Lock::acquire(workspace, "npm")?;
    if up_to_date() {
        return Ok(());
    }
    step::timed(&format!("installing {what}: npm ci"), || {
        let hint = "if package-lock.json does not match a package.json, run `npm install` and commit the result";
        process::run(process::command("npm", folder).arg("ci")).context(hint)
    })?;
    fs::write(&stamp, manifests(folder, files)?).with_context(|| format!("cannot write {}", stamp.display()))
}

/// A digest of what decides which packages are installed.
fn manifests(folder: &Path, files: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for name in files {
        let path = folder.join(name);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}
