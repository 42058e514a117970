//! The library with the lowest versions of what it depends on. Cargo.toml promises these, and Cargo.lock has the newest.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::api::LIBRARY;
use crate::process;
use crate::setup::wasm_target::{self, TARGET};
use crate::step;
use crate::workspace::Workspace;

/// The ways in which the library is compiled: natively, and for browsers.
const WAYS: [&[&str]; 2] = [&[], &["--target", TARGET]];

/// Compiles a throwaway crate that depends on the library, and on exactly the lowest version of everything that the library depends
/// on itself. What these depend on is as new as can be.
pub(crate) fn check(workspace: &Workspace, metadata: &Value) -> Result<()> {
    step::announce("compiling with the lowest versions that Cargo.toml allows");
    let directory = workspace.target.join("lowest-check");
    fs::create_dir_all(directory.join("src")).with_context(|| format!("cannot create {}", directory.display()))?;
    fs::write(directory.join("Cargo.toml"), manifest(&workspace.root, metadata)?)?;
    fs::write(directory.join("src/lib.rs"), "")?;
    let toolchain = wasm_target::ensure(workspace)?;
    for way in WAYS {
        let mut command = process::command("cargo", &workspace.root);
        if !way.is_empty() {
            toolchain.apply(&mut command);
        }
        command.args(["check", "--quiet", "--manifest-path"]).arg(directory.join("Cargo.toml")).args(way);
        process::run(command.arg("--target-dir").arg(directory.join("target")))?;
    }
    Ok(())
}

fn manifest(root: &Path, metadata: &Value) -> Result<String> {
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let library = packages.iter().find(|package| package["name"] == LIBRARY).context("there is no such package")?;
    let dependencies = library["dependencies"].as_array().context("cargo metadata names no dependencies")?;
    let mut manifest = format!(
        "[workspace]\n[package]\nname = \"lowest-check\"\nversion = \"0.0.0\"\nedition = \"2024\"\nrust-version = {}\n\
         [dependencies]\n{LIBRARY} = {{ path = {}, features = [\"json\", \"sharing\", \"testing\", \"tracing\"] }}\n",
        library["rust_version"],
        serde_json::to_string(root)?
    );
    for dependency in dependencies.iter().filter(|dependency| dependency["kind"].is_null()) {
        let [name, requirement] = ["name", "req"].map(|key| dependency[key].as_str().unwrap_or_default());
        let table = match dependency["target"].as_str() {
            Some(target) => format!("target.'{target}'.dependencies"),
            None => "dependencies".to_owned(),
        };
        let version = lowest(requirement);
        manifest += &format!("[{table}.{name}]\nversion = \"={version}\"\ndefault-features = false\n");
    }
    Ok(manifest)
}

/// The lowest version that a requirement allows: `0.3.0` for `^0.3` and for `>=0.3, <0.5`.
pub(crate) fn lowest(requirement: &str) -> String {
    let first = requirement.split(',').next().unwrap_or_default();
    let version = first.trim_start_matches(['^', '~', '>', '=', ' ']).trim();
    let missing = 2usize.saturating_sub(version.matches('.').count());
    format!("{version}{}", ".0".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_version_has_three_numbers() {
        for (requirement, version) in
            [("^0.2.97", "0.2.97"), ("^2.6", "2.6.0"), ("^1", "1.0.0"), (">=0.3, <0.5", "0.3.0"), ("=0.4.1", "0.4.1")]
        {
            assert_eq!(lowest(requirement), version, "{requirement}");
        }
    }

    #[test]
    fn what_the_library_depends_on_for_its_tests_alone_is_left_as_it_is() {
        let dependency = |name: &str, kind: Value, target: Value| serde_json::json!({ "name": name, "req": "^1.2", "kind": kind, "target": target });
        let metadata = serde_json::json!({ "packages": [{ "name": LIBRARY, "rust_version": "1.85", "dependencies": [
            dependency("a", Value::Null, Value::Null),
            dependency("b", Value::Null, "cfg(unix)".into()),
            dependency("c", "dev".into(), Value::Null),
        ] }] });
        let manifest = manifest(Path::new("/here"), &metadata).expect("it has all that is needed");
        assert!(manifest.contains("[dependencies.a]\nversion = \"=1.2.0\""), "{manifest}");
        assert!(manifest.contains("[target.'cfg(unix)'.dependencies.b]\nversion = \"=1.2.0\""), "{manifest}");
        assert!(!manifest.contains("dependencies.c]"), "{manifest}");
    }
}
