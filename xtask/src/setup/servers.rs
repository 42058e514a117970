//! The servers of the drop-in tests that npm does not have: nginx, and sse-starlette in a Python of its own.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::process;
use crate::setup::{Lock, debian};
use crate::step;
use crate::workspace::Workspace;

const REQUIREMENTS: &str = "tests/js/drop-in/requirements.txt";
const WHAT_FOR: &str = "the servers for the drop-in tests";

/// The programs, as absolute paths.
#[derive(Debug)]
pub(crate) struct Servers {
    pub(crate) nginx: PathBuf,
    /// Makes the certificate.
    pub(crate) openssl: PathBuf,
    /// The interpreter of a virtual environment that has [`REQUIREMENTS`].
    pub(crate) python: PathBuf,
}

/// Finds all of it, and installs what is missing.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Servers> {
    let had_nginx = nginx().is_some();
    let mut missing = Vec::new();
    if !had_nginx {
        missing.push("nginx");
    }
    if process::find(&["openssl"]).is_none() {
        missing.push("openssl");
    }
    if !can_make_environments() {
        missing.push("python3-venv");
    }
    debian::install(workspace, &missing, WHAT_FOR)?;
    if !had_nginx {
        stop_service(workspace);
    }
    Ok(Servers {
        nginx: nginx().context("nginx is installed, but its program is neither on PATH nor in /usr/sbin")?,
        openssl: process::find(&["openssl"]).context("openssl is installed, but its program is not on PATH")?,
        python: python(workspace)?,
    })
}

/// Debian has it in a directory that is on PATH for root alone.
fn nginx() -> Option<PathBuf> {
    let usual = PathBuf::from("/usr/sbin/nginx");
    process::find(&["nginx"]).or_else(|| usual.is_file().then_some(usual))
}

/// Debian starts nginx as a service when it is installed. Nobody has asked for that: the tests start their own.
fn stop_service(workspace: &Workspace) {
    if !Path::new("/run/systemd/system").is_dir() {
        return;
    }
    let stopped = debian::as_root(workspace, "systemctl", "systemctl disable --now nginx")
        .and_then(|mut command| process::capture(command.args(["--quiet", "disable", "--now", "nginx"])));
    if let Err(error) = stopped {
        step::announce(&format!("nginx may have been started as a service, and could not be stopped: {error:#}"));
    }
}

/// Whether there is a Python with `venv` and with the pip that goes into an environment.
fn can_make_environments() -> bool {
    process::succeeds(process::command("python3", Path::new("/")).args(["-c", "import venv, ensurepip"]))
}

/// The interpreter of the environment, in a directory of the cache named after the requirements.
fn python(workspace: &Workspace) -> Result<PathBuf> {
    let requirements = workspace.root.join(REQUIREMENTS);
    let mut hasher = DefaultHasher::new();
    fs::read(&requirements).with_context(|| format!("cannot read {}", requirements.display()))?.hash(&mut hasher);
    let name = format!("python-{:016x}", hasher.finish());
    let environment = workspace.cache.join("tools").join(&name);
    // Written last: an environment cannot be made elsewhere and moved, since its scripts name its directory.
    let (python, complete) = (environment.join("bin/python"), environment.join("complete"));
    // The Python it was made with may have gone meanwhile.
    let installed = || complete.is_file() && process::succeeds(process::command(&python, Path::new("/")).arg("-V"));
    if installed() {
        return Ok(python);
    }
    let _lock = Lock::acquire(workspace, &name)?;
    if installed() {
        return Ok(python);
    }
    step::timed(&format!("installing {REQUIREMENTS} by pip into {}", environment.display()), || {
        let venv = ["-m", "venv", "--clear"];
        process::run(process::command("python3", &workspace.cache).args(venv).arg(&environment))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        process::run(process::command(&python, &workspace.cache).args(pip).arg(&requirements)).with_context(|| {
            format!("{WHAT_FOR}: is the network up, and python3 (`{}`) 3.11 or newer?", python_version())
        })?;
        fs::write(&complete, "").with_context(|| format!("cannot write {}", complete.display()))
    })?;
    Ok(python)
}

fn python_version() -> String {
    process::capture(process::command("python3", &env::temp_dir()).arg("--version")).unwrap_or_default()
}
