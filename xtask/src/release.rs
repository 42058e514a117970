//! `cargo xtask release --dry-run`: the checklist of a release, as far as a program can go through it.

use std::collections::BTreeSet;
use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::api::{HOOKS, LIBRARY};
use crate::build;
use crate::process;
use crate::step;
use crate::workspace::Workspace;

/// Check that everything is ready for a release, and list the steps that are left to do by hand.
///
/// It publishes nothing, and changes only files that can be built again. Every check runs, even after one has failed.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only check. Publishing is done by hand, so there is no other way to run this command
    #[arg(long, required = true)]
    dry_run: bool,
    /// Only checks that take seconds: do not build pkg/dist/, and do not compile the packed crates
    #[arg(long)]
    quick: bool,
}

/// What a check has found, in a few words, or why it has failed.
type Check<'a> = (&'a str, Box<dyn Fn() -> Result<String> + 'a>);

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    debug_assert!(options.dry_run, "clap requires it");
    let version = version(workspace)?;
    step::announce(&format!("checking version {version}"));
    let checks: [Check<'_>; 6] = [
        ("one version everywhere", Box::new(|| versions_agree(workspace, &version))),
        ("CHANGELOG.md has this version", Box::new(|| changelog_has(workspace, &version))),
        ("everything is committed", Box::new(|| is_clean(workspace))),
        ("the version has no tag yet", Box::new(|| has_no_tag(workspace, &version))),
        ("the npm package", Box::new(|| npm_package(workspace, options.quick))),
        ("the crates", Box::new(|| crates(workspace, options.quick))),
    ];
    let mut report = String::new();
    let mut failed = 0;
    for (name, check) in &checks {
        let line = match check() {
            Ok(found) => format!("  ok      {name}: {found}\n"),
            Err(error) => {
                failed += 1;
                format!("  FAILED  {name}: {error:#}\n")
            }
        };
        report.push_str(&line);
    }
    println!("\n{report}\n{}", left_to_do(&version));
    if failed > 0 {
        bail!("{failed} of {} checks failed: version {version} is not ready", checks.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// The steps that no program does.
fn left_to_do(version: &str) -> String {
    let packages: Vec<_> = [LIBRARY].iter().chain(&HOOKS).map(|package| format!("-p {package}")).collect();
    let packages = packages.join(" ");
    format!(
        "Left to do by hand:\n\
         \x20 1. CI is green for this commit (`.ci/run`), and `cargo xtask api` changes nothing.\n\
         \x20 2. From the second release on: `cargo semver-checks --all-features -p {LIBRARY}` agrees with the version.\n\
         \x20 3. `git tag -s v{version} && git push origin v{version}`\n\
         \x20 4. `cargo publish --locked {packages}`\n\
         \x20 5. `npm publish ./pkg`\n\
         \x20 6. A release of the tag on GitHub, with this version's part of CHANGELOG.md.\n\
         \x20 7. A new heading \"Unreleased\" in CHANGELOG.md.\n"
    )
}

fn read(workspace: &Workspace, path: &str) -> Result<String> {
    fs::read_to_string(workspace.root.join(path)).with_context(|| format!("cannot read {path}"))
}

/// The version in Cargo.toml.
fn version(workspace: &Workspace) -> Result<String> {
    let manifest = read(workspace, "Cargo.toml")?;
    let (_, package) = manifest.split_once("[workspace.package]").context("Cargo.toml has no [workspace.package]")?;
    quoted_after(package, "version = ").context("Cargo.toml has no version")
}

/// The first string behind `key`.
fn quoted_after(text: &str, key: &str) -> Option<String> {
    let (_, value) = text.split_once(&format!("{key}\""))?;
    value.split_once('"').map(|(value, _)| value.to_owned())
}

fn versions_agree(workspace: &Workspace, version: &str) -> Result<String> {
    let package: Value = serde_json::from_str(&read(workspace, "pkg/package.json")?)?;
    let lock: Value = serde_json::from_str(&read(workspace, "package-lock.json")?)?;
    let written = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let mut versions = vec![
        ("pkg/package.json".to_owned(), written(&package["version"])),
        ("package-lock.json".to_owned(), written(&lock["packages"]["pkg"]["version"])),
    ];
    for package in [LIBRARY].iter().chain(&HOOKS) {
        versions.push((format!("Cargo.lock, {package}"), workspace.locked_version(package)?));
    }
    for hook in ["crates/dioxus/Cargo.toml", "crates/leptos/Cargo.toml", "crates/yew/Cargo.toml"] {
        let dependency = read(workspace, hook)?;
        let (_, dependency) =
            dependency.split_once("\nwasm-eventsource = ").context("a hook does not need the library")?;
        versions.push((hook.to_owned(), quoted_after(dependency, "version = ").unwrap_or_default()));
    }
    let others: Vec<String> = versions
        .iter()
        .filter(|(_, other)| other != version)
        .map(|(file, other)| format!("{file} has {other}"))
        .collect();
    ensure!(others.is_empty(), "Cargo.toml has {version}, but {}", others.join(", "));
    Ok(format!("{} places have {version}", versions.len() + 1))
}

fn changelog_has(workspace: &Workspace, version: &str) -> Result<String> {
    let lines = changelog_lines(&read(workspace, "CHANGELOG.md")?, version)?;
    Ok(format!("{lines} changes"))
}

/// How many changes the changelog lists for a version, whose heading is `## 1.2.3 - 2026-01-31`.
fn changelog_lines(changelog: &str, version: &str) -> Result<usize> {
    let heading = format!("## {version}");
    let mut lines = changelog.lines().skip_while(|line| !line.starts_with(&heading));
    let Some(found) = lines.next() else { bail!("no line begins with \"{heading}\"") };
    let date = found[heading.len()..].strip_prefix(" - ").unwrap_or_default();
    let is_date = date.len() == 10 && date.split('-').all(|part| part.parse::<u16>().is_ok());
    ensure!(is_date, "\"{found}\" should be \"{heading} - YYYY-MM-DD\"");
    let changes = lines.take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("- ")).count();
    ensure!(changes > 0, "version {version} has no changes");
    Ok(changes)
}

fn is_clean(workspace: &Workspace) -> Result<String> {
    let changed = process::capture(process::command("git", &workspace.root).args(["status", "--porcelain"]))?;
    ensure!(
        changed.is_empty(),
        "{} files are not committed, such as {}",
        changed.lines().count(),
        first_line(&changed)
    );
    let commit = process::capture(process::command("git", &workspace.root).args(["rev-parse", "--short", "HEAD"]))?;
    Ok(format!("at {commit}"))
}

fn has_no_tag(workspace: &Workspace, version: &str) -> Result<String> {
    let tag = format!("v{version}");
    let found = process::capture(process::command("git", &workspace.root).args(["tag", "--list", &tag]))?;
    ensure!(found.is_empty(), "the tag {tag} exists: raise the version");
    Ok(tag)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

/// Packs the npm package without writing the tarball, and looks at what would be in it.
fn npm_package(workspace: &Workspace, quick: bool) -> Result<String> {
    if !quick {
        build::run(workspace)?;
    }
    step::announce("packing the npm package");
    let output =
        process::capture(process::command("npm", &workspace.root).args(["pack", "--dry-run", "--json", "./pkg"]))?;
    let packed: Value = serde_json::from_str(&output).context("npm pack printed no JSON")?;
    let files = packed[0]["files"].as_array().context("npm pack listed no files")?;
    let files: BTreeSet<&str> = files.iter().filter_map(|file| file["path"].as_str()).collect();
    let manifest: Value = serde_json::from_str(&read(workspace, "pkg/package.json")?)?;
    let mut needed = targets(&manifest);
    needed.extend(["README.md", "LICENSE-APACHE", "LICENSE-MIT", "package.json"].map(str::to_owned));
    let missing: Vec<&str> = needed.iter().map(String::as_str).filter(|file| !files.contains(file)).collect();
    ensure!(missing.is_empty(), "{} missing (`cargo xtask build` makes what is built)", missing.join(", "));
    let foreign: Vec<&str> = files.iter().copied().filter(|file| is_foreign(file)).collect();
    ensure!(foreign.is_empty(), "these do not belong into it: {}", foreign.join(", "));
    let size = packed[0]["size"].as_u64().unwrap_or_default() / 1000;
    Ok(format!("{} files, {size} KB packed", files.len()))
}

/// The files to which package.json leads.
fn targets(manifest: &Value) -> BTreeSet<String> {
    fn collect(value: &Value, targets: &mut BTreeSet<String>) {
        match value {
            Value::String(path) if !path.contains('*') => {
                targets.insert(path.trim_start_matches("./").to_owned());
            }
            Value::Object(members) => members.values().for_each(|member| collect(member, targets)),
            _ => {}
        }
    }
    let mut targets = BTreeSet::new();
    for member in ["exports", "main", "module", "types", "jsdelivr", "unpkg"] {
        collect(&manifest[member], &mut targets);
    }
    targets
}

/// A file that users do not need.
fn is_foreign(file: &str) -> bool {
    let is_expected = |folder: &str| file.starts_with(folder);
    let is_stub = file.ends_with("/package.json");
    file.contains('/') && !is_stub && !["dist/", "types/"].into_iter().any(is_expected)
}

/// Packs the crates, and looks at what is in the packages. Uploads nothing.
fn crates(workspace: &Workspace, quick: bool) -> Result<String> {
    let mut count = 0;
    for package in [LIBRARY].iter().chain(&HOOKS) {
        let list = ["package", "--list", "--locked", "--allow-dirty", "--package", package];
        let files = process::capture(process::command("cargo", &workspace.root).args(list))?;
        let has = |file: &str| files.lines().any(|line| line == file);
        for file in ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"] {
            ensure!(has(file), "{package} would be packed without {file}");
        }
        ensure!(!files.lines().any(|line| line.starts_with("tests/")), "{package} would be packed with its tests");
        count += files.lines().count();
    }
    if quick {
        return Ok(format!("{count} files in 3 packages, not compiled"));
    }
    step::announce("packing the crates, and compiling what is in the packages");
    let mut command = process::command("cargo", &workspace.root);
    command.args(["package", "--locked", "--allow-dirty", "--quiet"]);
    for package in [LIBRARY].iter().chain(&HOOKS) {
        command.args(["--package", package]);
    }
    process::run(&mut command)?;
    Ok(format!("{count} files in 3 packages, which compile"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGELOG: &str =
        "# Changelog\n\n## Unreleased\n\n- x\n\n## 0.2.0 - 2026-12-01\n\n### Added\n\n- a\n- b\n\n## 0.1.0\n- c\n";

    #[test]
    fn the_changes_of_a_version_are_those_under_its_heading() {
        assert_eq!(changelog_lines(CHANGELOG, "0.2.0").ok(), Some(2));
    }

    #[test]
    fn a_version_needs_a_heading_with_a_date() {
        let complaint = |version| changelog_lines(CHANGELOG, version).err().map(|error| error.to_string());
        assert_eq!(complaint("0.3.0").as_deref(), Some("no line begins with \"## 0.3.0\""));
        assert_eq!(complaint("0.1.0").as_deref(), Some("\"## 0.1.0\" should be \"## 0.1.0 - YYYY-MM-DD\""));
    }

    #[test]
    fn every_target_of_a_package_is_found_and_patterns_are_left_out() {
        let manifest = serde_json::json!({
            "main": "./dist/a.cjs",
            "exports": { ".": { "types": { "require": "./a.d.cts", "default": "./a.d.ts" }, "default": "./a.js" }, "./dist/*": "./dist/*" },
        });
        let expected = ["a.d.cts", "a.d.ts", "a.js", "dist/a.cjs"].map(str::to_owned);
        assert_eq!(targets(&manifest), BTreeSet::from(expected));
    }

    #[test]
    fn sources_and_tests_do_not_belong_into_the_package() {
        assert!(["src/platform.js", "tests/a.js"].into_iter().all(is_foreign));
        assert!(!["dist/index.js", "types/index.d.ts", "stream/package.json", "README.md"].into_iter().any(is_foreign));
    }

    #[test]
    fn a_version_is_the_first_string_behind_its_key() {
        assert_eq!(quoted_after("a = 1\nversion = \"1.2.3\"\nversion = \"4\"", "version = ").as_deref(), Some("1.2.3"));
        assert_eq!(quoted_after("name = \"a\"", "version = "), None);
    }
}
