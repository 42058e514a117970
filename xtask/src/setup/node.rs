//! Node.js and the npm packages of this repository.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;

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
    let modules = workspace.root.join("node_modules");
    let stamp = modules.join(".xtask-installed");
    let up_to_date = || fs::read_to_string(&stamp).is_ok_and(|old| manifests(workspace).is_ok_and(|new| old == new));
    if !up_to_date() {
        let _lock = Lock::acquire(workspace, "npm")?;
        if !up_to_date() {
            install(workspace)?;
            fs::write(&stamp, manifests(workspace)?).with_context(|| format!("cannot write {}", stamp.display()))?;
        }
    }
    Ok(modules.join(".bin"))
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

fn install(workspace: &Workspace) -> Result<()> {
    let lock = workspace.root.join("package-lock.json");
    // Without a lock file, which happens only before its first commit, npm makes one.
    let (verb, hint) = match lock.is_file() {
        true => ("ci", "if package-lock.json does not match a package.json, run `npm install` and commit the result"),
        false => ("install", "is the network up?"),
    };
    step::timed(&format!("installing npm packages: npm {verb}"), || {
        process::run(process::command("npm", &workspace.root).arg(verb)).context(hint)
    })
}

/// A digest of what decides which packages are installed.
fn manifests(workspace: &Workspace) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for name in ["package-lock.json", "package.json", "pkg/package.json", "tests/js/package.json"] {
        let path = workspace.root.join(name);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}
