//! The clients in benches/browser/, measured by its scripts, and the page about them.

mod plot;
mod report;
mod results;
mod speed;
mod targets;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::app_size;
use crate::bench::{Selection, rust_clients};
use crate::build::{self, SIMD};
use crate::process;
use crate::setup::{Lock, browsers, node};
use crate::step;
use crate::wasm::{Module, Tools};
use crate::workspace::Workspace;

/// In the repository.
const FOLDER: &str = "benches/browser";
/// What was measured when all was; the page is made of it.
const RESULTS: &str = "benches/browser/results.json";
const PAGE: &str = "docs/benchmarks.md";
/// The apps in Rust; each is a package `bench-NAME`.
const APPS: [&str; 2] = ["ours", "gloo-net"];

/// Builds what is compared, and measures it: all of it into [`RESULTS`], a part into cargo's target directory.
pub(super) fn measure(workspace: &Workspace, rounds: u32, selection: &Selection) -> Result<()> {
    let browsers = browsers::ensure(workspace)?;
    build::run(workspace)?;
    node::ensure_in(workspace, FOLDER, "the peers")?;
    let apps = build_apps(workspace)?;
    let (app, _lock) = app_size::build(workspace)?;
    let server = rust_clients::test_server(workspace)?;
    let results = match selection.is_everything() {
        true => workspace.root.join(RESULTS),
        false => workspace.root.join("target/bench/browser/latest.json"),
    };
    let mut node = process::command("node", &workspace.root);
    node.env("TEST_SERVER", server)
        .env("CHROMIUM", &browsers.chromium)
        .env("CHROMEDRIVER", &browsers.chromedriver)
        .env("FIREFOX", &browsers.firefox)
        .env("GECKODRIVER", &browsers.geckodriver)
        .env("WEBKIT_BROWSER", &browsers.webkit_browser)
        .env("WEBKITDRIVER", &browsers.webkit_driver)
        .env("XVFB_RUN", &browsers.xvfb_run)
        .arg(Path::new(FOLDER).join("measure/main.mjs"))
        .args([Path::new("--apps"), &apps, Path::new("--app"), &app, Path::new("--out"), &results])
        .args(["--rounds", &rounds.to_string()]);
    let Selection { browser, stream, client, measure, baseline } = selection;
    for (name, list) in [("--browser", browser), ("--stream", stream), ("--client", client), ("--measure", measure)] {
        node.args(list.iter().flat_map(|list| [name, list]));
    }
    if let Some(folder) = baseline {
        let folder = fs::canonicalize(folder).with_context(|| format!("there is no folder {}", folder.display()))?;
        node.arg("--baseline").arg(folder);
    }
    step::timed(&format!("measuring clients in browsers, {rounds} rounds"), || process::run(&mut node))
}

/// Writes the page of what was measured last, and its plots.
pub(super) fn render(workspace: &Workspace) -> Result<()> {
    let (file, page) = (workspace.root.join(RESULTS), workspace.root.join(PAGE));
    let text = fs::read_to_string(&file)
        .with_context(|| format!("cannot read {RESULTS}: `cargo xtask bench --only browser` writes it"))?;
    let results = serde_json::from_str(&text).with_context(|| format!("{RESULTS} is not of this version"))?;
    let plots = page.with_file_name(speed::PLOT_FOLDER);
    fs::create_dir_all(&plots).with_context(|| format!("cannot create {}", plots.display()))?;
    plot::draw(&results, &plots)?;
    fs::write(&page, report::report(&results)).with_context(|| format!("cannot write {}", page.display()))?;
    step::announce(&format!("{PAGE} is written"));
    Ok(())
}

/// Makes target/bench/browser/NAME/ of every app; returns the directory of all.
fn build_apps(workspace: &Workspace) -> Result<PathBuf> {
    let tools = Tools::ensure(workspace)?;
    let modules = workspace.root.join("target/bench/browser");
    let _lock = Lock::acquire(workspace, "bench-browser")?;
    for name in APPS {
        let package = format!("bench-{name}");
        step::announce(&format!("compiling {package}"));
        tools.compile_of(workspace, &Path::new(FOLDER).join("rust"), &package, &[], &[SIMD])?;
        let compiled = package.replace('-', "_");
        let module =
            Module { what: &package, compiled: &compiled, name: "app", directory: modules.join(name), options: &[] };
        tools.bind(workspace, &module)?;
    }
    Ok(modules)
}
