//! Packages of Debian and its descendants, installed by apt-get.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::step;
use crate::workspace::Workspace;

/// Whether this system has apt at all.
pub(crate) fn has_apt() -> bool {
    process::find(&["apt-get"]).is_some()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn is_installed(package: &str) -> bool {
    process::capture(process::command("dpkg-query", Path::new("/")).args(["-W", "-f=${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}

/// Whether apt knows the package; right only after its lists have been fetched.
fn is_offered(package: &str) -> bool {
    process::capture(process::command("apt-cache", Path::new("/")).args(["show", "--no-all-versions", package]))
        .is_ok_and(|description| description.contains("Package: "))
}

/// The first of these packages that this distribution has, after fetching apt's lists if it seems to have none.
pub(crate) fn first_offered<'a>(workspace: &Workspace, packages: &[&'a str]) -> Option<&'a str> {
    let offered = || packages.iter().copied().find(|package| is_offered(package));
    offered().or_else(|| {
        update(workspace).ok()?;
        offered()
    })
}

/// A command that runs as root; an error that names `instead`, for the person to run, where that cannot be.
pub(crate) fn as_root(workspace: &Workspace, program: &str, instead: &str) -> Result<Command> {
    if is_root() {
        return Ok(process::command(program, &workspace.root));
    }
    if !process::succeeds(process::command("sudo", Path::new("/")).args(["-n", "true"])) {
        bail!("this step needs root: run `{instead}` as root, then the same command again");
    }
    let mut command = process::command("sudo", &workspace.root);
    command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", program]);
    Ok(command)
}

fn update(workspace: &Workspace) -> Result<()> {
    step::timed("fetching apt's package lists", || {
        process::run(apt_get(workspace, "apt-get update")?.args(["-q", "update"]))
    })
}

fn apt_get(workspace: &Workspace, instead: &str) -> Result<Command> {
    let mut command = as_root(workspace, "apt-get", instead)?;
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "DPkg::Lock::Timeout=300"]);
    Ok(command)
}

/// Installs those of the packages that are missing; never removes one to do so.
pub(crate) fn install(workspace: &Workspace, packages: &[&str], what_for: &str) -> Result<()> {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let instead = format!("apt-get update && apt-get install --no-install-recommends {list}");
    if !has_apt() {
        bail!(
            "{what_for} needs what Debian calls {list}, and there is no apt-get here: install it in your system's way"
        );
    }
    step::timed(&format!("installing {list} by apt-get ({what_for})"), || {
        // Of lists that are old apt installs what is old, if it finds the files at all. Without a network they may do yet.
        let updated = update(workspace);
        let options = ["install", "-q", "-y", "--no-install-recommends", "--no-remove"];
        process::run(apt_get(workspace, &instead)?.args(options).args(&missing)).map_err(|error| {
            let error = updated.err().unwrap_or(error);
            error.context(format!("{what_for}: is the network up? `{instead}` by hand tells more"))
        })
    })
}
