//! `cargo xtask frameworks`: the hooks with the lowest versions of their frameworks that their Cargo.toml allows, and with the newest
//! that there are. Cargo.lock has others, as time goes by.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::api::HOOKS;
use crate::lowest::lowest;
use crate::process;
use crate::setup::wasm_target::{self, TARGET};
use crate::step;
use crate::workspace::Workspace;

/// Check that the hooks compile with the lowest versions of Leptos, Yew and Dioxus that they allow, and with the newest.
///
/// It compiles nothing to run. It asks the registry for versions, so a new release may make it fail without a change here: CI runs it by
/// itself, and once a week.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// A framework that a hook depends on.
#[derive(Debug, PartialEq)]
struct Framework {
    name: String,
    /// What the hook's Cargo.toml asks for.
    requirement: String,
    /// The feature with which it renders in a browser.
    feature: &'static str,
}

/// The frameworks, with the feature of each.
const FRAMEWORKS: [(&str, &str); 3] = [("dioxus", "web"), ("leptos", "csr"), ("yew", "csr")];

pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let mut metadata = process::command("cargo", &workspace.root);
    metadata.args(["metadata", "--no-deps", "--format-version=1", "--quiet"]);
    let frameworks = frameworks(&serde_json::from_str(&process::capture(&mut metadata)?)?)?;
    let toolchain = wasm_target::ensure(workspace)?;
    for (which, version) in [("lowest", exact as fn(&Framework) -> String), ("newest", any)] {
        step::announce(&format!("compiling the hooks with the {which} versions of their frameworks"));
        let directory = workspace.target.join("frameworks-check");
        fs::create_dir_all(directory.join("src")).with_context(|| format!("cannot create {}", directory.display()))?;
        fs::write(directory.join("Cargo.toml"), manifest(workspace, &frameworks, version)?)?;
        fs::write(directory.join("src/lib.rs"), "")?;
        // What was the newest the last time may not be any more.
        let _ = fs::remove_file(directory.join("Cargo.lock"));
        let mut command = process::command("cargo", &workspace.root);
        toolchain.apply(&mut command).args(["check", "--quiet", "--target", TARGET, "--manifest-path"]);
        command.arg(directory.join("Cargo.toml")).arg("--target-dir").arg(directory.join("target"));
        process::run(&mut command)?;
        let lock = fs::read_to_string(directory.join("Cargo.lock")).context("cargo has written no Cargo.lock")?;
        let versions = frameworks.iter().map(|framework| locked(&lock, &framework.name));
        step::announce(&format!(
            "they compile with {}",
            versions.collect::<Option<Vec<_>>>().unwrap_or_default().join(", ")
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// What each hook asks for of its framework.
fn frameworks(metadata: &Value) -> Result<Vec<Framework>> {
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let dependencies = packages
        .iter()
        .filter(|package| HOOKS.iter().any(|hook| package["name"] == *hook))
        .flat_map(|package| package["dependencies"].as_array().into_iter().flatten())
        .filter(|dependency| dependency["kind"].is_null());
    let mut frameworks = Vec::new();
    for dependency in dependencies {
        let [name, requirement] = ["name", "req"].map(|key| dependency[key].as_str().unwrap_or_default().to_owned());
        if let Some((_, feature)) = FRAMEWORKS.iter().find(|(framework, _)| *framework == name) {
            frameworks.push(Framework { name, requirement, feature });
        }
    }
    anyhow::ensure!(frameworks.len() == HOOKS.len(), "not every hook depends on a framework: {frameworks:?}");
    Ok(frameworks)
}

fn exact(framework: &Framework) -> String {
    format!("={}", lowest(&framework.requirement))
}

fn any(framework: &Framework) -> String {
    framework.requirement.clone()
}

/// A throwaway crate that depends on all hooks, and on their frameworks in these versions.
fn manifest(workspace: &Workspace, frameworks: &[Framework], version: fn(&Framework) -> String) -> Result<String> {
    let mut manifest = "[workspace]\n[package]\nname = \"frameworks-check\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                        [dependencies]\n"
        .to_owned();
    for framework in frameworks {
        let Framework { name, feature, .. } = framework;
        let path = serde_json::to_string(&workspace.root.join("crates").join(name))?;
        manifest += &format!("wasm-eventsource-{name} = {{ path = {path}, features = [\"json\", \"sharing\"] }}\n");
        let version = version(framework);
        manifest +=
            &format!("{name} = {{ version = \"{version}\", default-features = false, features = [\"{feature}\"] }}\n");
    }
    Ok(manifest)
}

/// A package and its version in a Cargo.lock: `yew 0.23.0`.
fn locked(lock: &str, name: &str) -> Option<String> {
    let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    rest.split_once('"').map(|(version, _)| format!("{name} {version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hook_has_its_framework_in_the_lowest_version_and_in_any() -> Result<()> {
        let package = |name: &str, requirement: &str| {
            serde_json::json!({ "name": format!("wasm-eventsource-{name}"), "dependencies": [
                { "name": "wasm-eventsource", "req": "^0.1.0", "kind": null },
                { "name": name, "req": requirement, "kind": null },
                { "name": name, "req": requirement, "kind": "dev" },
            ] })
        };
        let packages = [package("dioxus", "^0.7"), package("leptos", "^0.8.2"), package("yew", "^0.23")];
        let frameworks = frameworks(&serde_json::json!({ "packages": packages }))?;
        let versions: Vec<_> = frameworks.iter().map(|framework| (exact(framework), any(framework))).collect();
        let expected = [("=0.7.0", "^0.7"), ("=0.8.2", "^0.8.2"), ("=0.23.0", "^0.23")];
        assert_eq!(versions, expected.map(|(exact, any)| (exact.to_owned(), any.to_owned())));
        Ok(())
    }

    #[test]
    fn a_hook_without_its_framework_is_an_error() {
        let package = serde_json::json!({ "name": HOOKS[0], "dependencies": [] });
        assert!(frameworks(&serde_json::json!({ "packages": [package] })).is_err());
    }

    #[test]
    fn the_version_is_read_off_the_lock_file() {
        let lock = "[[package]]\nname = \"yew-macro\"\nversion = \"0.1.0\"\n[[package]]\nname = \"yew\"\nversion = \"0.23.1\"\n";
        assert_eq!(locked(lock, "yew").as_deref(), Some("yew 0.23.1"));
        assert_eq!(locked(lock, "leptos"), None);
    }
}
