//! The browsers of the tests, their drivers, a display for the one that needs it, and PHP for the PHP servers.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::setup::{cargo_tools, debian};
use crate::workspace::Workspace;

/// The programs, as absolute paths.
#[derive(Debug)]
pub(crate) struct Browsers {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
    pub(crate) firefox: PathBuf,
    pub(crate) geckodriver: PathBuf,
    /// WebKitGTK's small browser, which its driver starts.
    pub(crate) webkit_browser: PathBuf,
    pub(crate) webkit_driver: PathBuf,
    pub(crate) xvfb_run: PathBuf,
}

/// A program, how it is found, and the packages that have it (the first that the distribution offers is taken).
struct Program {
    find: fn() -> Option<PathBuf>,
    packages: &'static [&'static str],
}

const CHROMIUM: Program = Program {
    find: || process::find(&["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"]),
    packages: &["chromium", "chromium-browser"],
};
const CHROMEDRIVER: Program = Program {
    find: || from_environment("CHROMEDRIVER").or_else(|| process::find(&["chromedriver"])),
    packages: &["chromium-driver", "chromium-chromedriver"],
};
const FIREFOX: Program =
    Program { find: || process::find(&["firefox-esr", "firefox"]), packages: &["firefox-esr", "firefox"] };
const WEBKIT_DRIVER: Program = Program {
    find: || from_environment("WEBKITDRIVER").or_else(|| process::find(&["WebKitWebDriver"])),
    packages: &["webkit2gtk-driver", "webkitgtk-webdriver"],
};
const XVFB: Program = Program { find: || process::find(&["xvfb-run"]), packages: &["xvfb"] };
/// What xvfb-run calls; a package of its own that xvfb only recommends.
const XAUTH: Program = Program { find: || process::find(&["xauth"]), packages: &["xauth"] };
const PHP: Program = Program { find: || process::find(&["php"]), packages: &["php-cli"] };

fn from_environment(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from).filter(|path| path.is_file())
}

/// Finds all of it, and installs what is missing.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Browsers> {
    let missing: Vec<&str> = [CHROMIUM, CHROMEDRIVER, FIREFOX, WEBKIT_DRIVER, XVFB, XAUTH, PHP]
        .iter()
        .filter(|program| (program.find)().is_none())
        .map(|program| debian::first_offered(workspace, program.packages).unwrap_or(program.packages[0]))
        .collect();
    debian::install(workspace, &missing, "the browsers for the tests")?;
    let found = |program: Program| {
        (program.find)()
            .with_context(|| format!("{} is installed, but its program is not on PATH", program.packages[0]))
    };
    let webkit_driver = found(WEBKIT_DRIVER)?;
    Ok(Browsers {
        chromium: found(CHROMIUM)?,
        chromedriver: found(CHROMEDRIVER)?,
        firefox: found(FIREFOX)?,
        geckodriver: geckodriver(workspace)?,
        webkit_browser: mini_browser(&webkit_driver)?,
        webkit_driver,
        xvfb_run: found(XVFB)?,
    })
}

fn geckodriver(workspace: &Workspace) -> Result<PathBuf> {
    match from_environment("GECKODRIVER").or_else(|| process::find(&["geckodriver"])) {
        Some(path) => Ok(path),
        None => Ok(cargo_tools::geckodriver(workspace)?.join("geckodriver")),
    }
}

/// WebKitGTK's MiniBrowser is not on PATH: it lies beside the library, in a directory named after its API version.
fn mini_browser(driver: &Path) -> Result<PathBuf> {
    if let Some(path) = from_environment("WEBKIT_BROWSER") {
        return Ok(path);
    }
    let multiarch = format!("/usr/lib/{}-linux-gnu", env::consts::ARCH);
    for directory in [multiarch.as_str(), "/usr/lib", "/usr/libexec", "/usr/lib64"] {
        for api in ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"] {
            let path = Path::new(directory).join(api).join("MiniBrowser");
            if path.is_file() {
                return Ok(path);
            }
        }
    }
    bail!("there is {} but not WebKitGTK's MiniBrowser: set WEBKIT_BROWSER to its path", driver.display())
}
