//! `cargo xtask test`: every runner, added up.

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::api::HOOKS;
use crate::build;
use crate::examples;
use crate::process;
use crate::runner;
use crate::setup::browsers::{self, Browsers};
use crate::setup::cargo_tools;
use crate::setup::servers;
use crate::setup::wasm_target::{self, TARGET, Toolchain};
use crate::tally::{self, Dialect, Row, Tally};
use crate::workspace::Workspace;

/// Run all tests: natively, in browsers, in Node, and with the packed package.
///
/// `--only native` needs nothing but Rust. The other parts install what is missing. Into this project's cache directory: wasm-pack,
/// geckodriver, bundlers, runtimes and test runners. By apt, as root: Chromium, Firefox and WebKitGTK with their drivers, Xvfb and
/// PHP; for `drop-in` also nginx, openssl and Python's venv. A failure does not stop the other tests. The last line is
/// `N passed, N failed`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only tests whose names contain one of these
    filter: Vec<String>,
    /// Run only these parts
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// With `packaging`: also the projects that take long, with twice the time limit
    #[arg(long)]
    all: bool,
    /// After this many minutes, a runner is ended and counts as failed
    #[arg(long, default_value_t = 15, value_name = "MINUTES")]
    time_limit: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// `cargo test` with all features, without `ssr`, and without any feature
    Native,
    /// the Rust API and the hooks in Chromium, Firefox and WebKitGTK
    Wasm,
    /// tests/js/run.mjs: the JavaScript API in browsers and Node
    Js,
    /// tests/js/lifetime.mjs: sources in pages that are hidden, left, cached or offline
    Lifetime,
    /// tests/js/sharing.mjs: one connection for many windows, some of which are stopped or killed
    Sharing,
    /// tests/js/package.mjs: the packed npm package, installed and used
    Package,
    /// tests/js/packaging.mjs: the packed package in bundlers, frameworks, runtimes and test runners
    Packaging,
    /// tests/js/runtimes.mjs: the JavaScript API in Bun, Deno and workerd
    Runtimes,
    /// tests/js/demo.mjs: the playground with the test server
    Demo,
    /// tests/js/site.mjs: the site's pages, links and snippets
    Site,
    /// tests/js/playground.mjs: the playground, with the network off
    Playground,
    /// tests/js/examples.mjs: the example apps
    Examples,
    /// tests/js/test-tools.mjs: test runners and mocks that applications use
    TestTools,
    /// tests/js/drop-in.mjs: third-party libraries and servers
    DropIn,
}

/// The parts that use pkg/dist/ and the test server, with their scripts.
const SCRIPTS: [(Part, &str, &str); 12] = [
    (Part::Js, "js", "tests/js/run.mjs"),
    (Part::Lifetime, "lifetime", "tests/js/lifetime.mjs"),
    (Part::Sharing, "sharing", "tests/js/sharing.mjs"),
    (Part::Package, "package", "tests/js/package.mjs"),
    (Part::Packaging, "packaging", "tests/js/packaging.mjs"),
    (Part::Runtimes, "runtimes", "tests/js/runtimes.mjs"),
    (Part::Demo, "demo", "tests/js/demo.mjs"),
    (Part::Site, "site", "tests/js/site.mjs"),
    (Part::Playground, "playground", "tests/js/playground.mjs"),
    (Part::Examples, "examples", "tests/js/examples.mjs"),
    (Part::TestTools, "test-tools", "tests/js/test-tools.mjs"),
    (Part::DropIn, "drop-in", "tests/js/drop-in.mjs"),
];

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let test = Test { workspace, options, limit: Duration::from_secs(options.time_limit * 60) };
    let needs_browsers = test.wants(Part::Wasm) || SCRIPTS.iter().any(|(part, ..)| test.wants(*part));
    let browsers = match needs_browsers {
        true => Some(browsers::ensure(workspace).context("`cargo xtask test --only native` works without browsers")?),
        false => None,
    };
    let mut rows: Vec<Row> = Vec::new();
    if test.wants(Part::Native) {
        rows.extend(test.native()?);
    }
    if let Some(browsers) = &browsers {
        if test.wants(Part::Wasm) {
            rows.extend(test.wasm(browsers).unwrap_or_else(|error| {
                eprintln!("error: {error:#}");
                vec![runner::not_run("wasm", "not run: its tools are missing")]
            }));
        }
        rows.extend(test.scripts(browsers));
    }
    test.require_tests(&mut rows);
    let sum = tally::print(&rows);
    Ok(if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Test<'a> {
    workspace: &'a Workspace,
    options: &'a Options,
    limit: Duration,
}

impl Test<'_> {
    fn wants(&self, part: Part) -> bool {
        self.options.only.is_empty() || self.options.only.contains(&part)
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = process::command(program, &self.workspace.root);
        if std::io::stdout().is_terminal() {
            command.env("CARGO_TERM_COLOR", "always");
        }
        command
    }

    fn native(&self) -> Result<Vec<Row>> {
        // What is for browsers alone; the hooks, moreover, are tested here as on a server, and an app would turn on the other half
        // of its framework.
        let for_browsers = ["wasm-eventsource-npm", "example-dioxus", "example-leptos", "example-yew"];
        let for_browsers = for_browsers.map(|package| ["--exclude", package]);
        let all = [&["--workspace"], for_browsers.as_flattened()].concat();
        // The hooks' tests turn on `ssr`, so that the library has it in the first of these.
        let without_ssr = ["--package", "wasm-eventsource", "--features", "json,sharing,testing,tracing"];
        let bare = ["--package", "wasm-eventsource", "--no-default-features"];
        let rows: [(_, &[&str]); 3] =
            [("native", &all), ("native, without ssr", &without_ssr), ("native, no features", &bare)];
        rows.into_iter()
            .map(|(name, what)| {
                runner::run_tests(name, runner::UNSTEADY, &self.options.filter, self.limit, |filters| {
                    let mut command = self.command("cargo");
                    command.arg("test").args(what).args(["--no-fail-fast", "--"]).args(filters);
                    Ok(command)
                })
            })
            .collect()
    }

    fn wasm(&self, browsers: &Browsers) -> Result<Vec<Row>> {
        let toolchain = wasm_target::ensure(self.workspace)?;
        let wasm_bindgen = cargo_tools::wasm_bindgen(self.workspace)?;
        let wasm_pack = cargo_tools::wasm_pack(self.workspace)?;
        let prepared = |command: Command| self.prepared_for_wasm(command, toolchain, &wasm_bindgen);
        let run = |name, command: &dyn Fn() -> Result<Command>| {
            // The runner of wasm-bindgen takes one filter.
            runner::run_tests(name, 1, &self.options.filter, self.limit, |filters| {
                let mut command = command()?;
                command.arg("--").args(filters);
                Ok(command)
            })
        };
        let in_browser = |name, browser: &str, driver: &str, path: &Path| {
            run(name, &|| {
                let mut command = prepared(self.command(wasm_pack.join("wasm-pack")))?;
                // Behind the path everything is for cargo.
                command.args(["test", "--headless", browser, driver]).arg(path).args([
                    ".",
                    "--features",
                    "json,sharing",
                ]);
                Ok(command)
            })
        };
        // What wasm-pack does, for it takes one package at a time, and WebKit's driver on macOS only.
        let by_cargo = |name, packages: &[&str], (driver, path): (&str, &Path)| {
            run(name, &|| {
                let mut command = prepared(self.with_display(browsers, "cargo"))?;
                let runner = format!("CARGO_TARGET_{}_RUNNER", TARGET.replace('-', "_").to_uppercase());
                let capabilities = match driver {
                    "SAFARIDRIVER" => self.webkit_capabilities(browsers)?,
                    _ => self.workspace.root.join("webdriver.json"),
                };
                command
                    .env(runner, wasm_bindgen.join("wasm-bindgen-test-runner"))
                    .env(driver, path)
                    .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
                    .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities)
                    .args(["test", "--target", TARGET, "--no-fail-fast"])
                    .args(packages);
                Ok(command)
            })
        };
        let (chromium, firefox) = (&browsers.chromedriver, &browsers.geckodriver);
        let webkit = ("SAFARIDRIVER", browsers.webkit_driver.as_path());
        let hooks = [HOOKS.map(|hook| ["--package", hook]).as_flattened(), &["--test", "web"]].concat();
        Ok(vec![
            in_browser("wasm, Chromium", "--chrome", "--chromedriver", chromium)?,
            in_browser("wasm, Firefox", "--firefox", "--geckodriver", firefox)?,
            by_cargo("wasm, WebKitGTK", &["--features", "json,sharing"], webkit)?,
            by_cargo("hooks, Chromium", &hooks, ("CHROMEDRIVER", chromium))?,
            by_cargo("hooks, Firefox", &hooks, ("GECKODRIVER", firefox))?,
            by_cargo("hooks, WebKitGTK", &hooks, webkit)?,
        ])
    }

    fn prepared_for_wasm(&self, mut command: Command, toolchain: Toolchain, tools: &Path) -> Result<Command> {
        // The runner takes the first driver it finds in the environment.
        for driver in ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER", "MSEDGEDRIVER"] {
            command.env_remove(driver).env_remove(format!("{driver}_REMOTE"));
        }
        command
            .env("PATH", process::path_with(&[tools.to_path_buf()])?)
            .env("WASM_BINDGEN_TEST_TIMEOUT", "200")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
        toolchain.apply(&mut command);
        Ok(command)
    }

    /// The same file as webdriver.json for the other two, but its path differs from system to system.
    fn webkit_capabilities(&self, browsers: &Browsers) -> Result<PathBuf> {
        let path = self.workspace.target.join("webdriver-webkit.json");
        let capabilities = serde_json::json!({
            "webkitgtk:browserOptions": { "binary": browsers.webkit_browser, "args": ["--automation"] }
        });
        fs::write(&path, capabilities.to_string()).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    /// A command with a display: WebKitGTK has no headless mode.
    fn with_display(&self, browsers: &Browsers, program: &str) -> Command {
        if std::env::var_os("DISPLAY").is_some() {
            return self.command(program);
        }
        let mut command = self.command(&browsers.xvfb_run);
        command.args(["-a", program]);
        command
    }

    fn scripts(&self, browsers: &Browsers) -> Vec<Row> {
        let wanted: Vec<_> = SCRIPTS.into_iter().filter(|(part, ..)| self.wants(*part)).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let server = match self.build_package_and_server() {
            Ok(server) => server,
            Err(error) => {
                eprintln!("error: {error:#}");
                return wanted.iter().map(|(_, name, _)| runner::not_run(name, "not run: the build failed")).collect();
            }
        };
        wanted
            .into_iter()
            .map(|(part, name, script)| {
                if !self.workspace.root.join(script).is_file() {
                    return runner::not_run(name, &format!("there is no {script}"));
                }
                let mut command = self.with_display(browsers, "node");
                command
                    .env("TEST_SERVER", &server)
                    .env("CHROMIUM", &browsers.chromium)
                    .env("CHROMEDRIVER", &browsers.chromedriver)
                    .env("FIREFOX", &browsers.firefox)
                    .env("GECKODRIVER", &browsers.geckodriver)
                    .env("WEBKIT_BROWSER", &browsers.webkit_browser)
                    .env("WEBKITDRIVER", &browsers.webkit_driver)
                    .arg(script)
                    .args(&self.options.filter);
                let mut limit = self.limit;
                if part == Part::Packaging && self.options.all {
                    command.arg("--all");
                    limit *= 2;
                }
                if part == Part::Examples
                    && let Err(error) = examples::build(self.workspace)
                {
                    eprintln!("error: {error:#}");
                    return runner::not_run(name, "not run: the build failed");
                }
                if part == Part::DropIn
                    && let Err(error) = self.add_servers(&mut command)
                {
                    eprintln!("error: {error:#}");
                    return runner::not_run(name, "not run: its servers are missing");
                }
                runner::run(name, Dialect::Script, &mut command, limit)
            })
            .collect()
    }

    fn add_servers(&self, command: &mut Command) -> Result<()> {
        let servers = servers::ensure(self.workspace)?;
        command.env("NGINX", servers.nginx).env("OPENSSL", servers.openssl).env("PYTHON", servers.python);
        Ok(())
    }

    fn build_package_and_server(&self) -> Result<PathBuf> {
        build::run(self.workspace)?;
        build::test_server(self.workspace)
    }

    /// A runner without tests proves nothing; under a filter, only all of them together.
    fn require_tests(&self, rows: &mut [Row]) {
        let ran_none = |row: &Row| row.tally == Tally::default();
        if !self.options.filter.is_empty() {
            if rows.iter().all(ran_none)
                && let Some(first) = rows.first_mut()
            {
                first.tally.failed = 1;
                first.note = Some("no test has such a name".to_owned());
            }
            return;
        }
        for row in rows.iter_mut().filter(|row| ran_none(row)) {
            row.tally.failed = 1;
            row.note = Some("ran no tests".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tallies_after_requiring_tests(filter: &[&str], passed: [u64; 2]) -> Vec<Tally> {
        let workspace = Workspace { root: PathBuf::new(), target: PathBuf::new(), cache: PathBuf::new() };
        let options = Options {
            filter: filter.iter().map(ToString::to_string).collect(),
            only: Vec::new(),
            all: false,
            time_limit: 1,
        };
        let test = Test { workspace: &workspace, options: &options, limit: Duration::ZERO };
        let mut rows = passed.map(|passed| Row {
            name: "runner",
            tally: Tally { passed, failed: 0 },
            time: Duration::ZERO,
            note: None,
        });
        test.require_tests(&mut rows);
        rows.iter().map(|row| row.tally).collect()
    }

    #[test]
    fn a_runner_that_ran_nothing_has_failed() {
        let expected = [Tally { passed: 2, failed: 0 }, Tally { passed: 0, failed: 1 }];
        assert_eq!(tallies_after_requiring_tests(&[], [2, 0]), expected);
    }

    #[test]
    fn under_a_filter_it_is_enough_that_one_runner_ran_something() {
        let none = Tally::default();
        assert_eq!(tallies_after_requiring_tests(&["bom"], [2, 0]), [Tally { passed: 2, failed: 0 }, none]);
        assert_eq!(tallies_after_requiring_tests(&["bom"], [0, 0]), [Tally { passed: 0, failed: 1 }, none]);
    }
}
