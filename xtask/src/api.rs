//! `cargo xtask api`: docs/public-api/, all that a change may break for those who use the crates.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use public_api::Builder;

use crate::process;
use crate::setup::wasm_target::{self, TARGET, Toolchain};
use crate::step;
use crate::workspace::Workspace;

/// Write docs/public-api/: every public item of the published crates.
///
/// The list comes from rustdoc's JSON, whose format still changes. If the compiler writes another version of it, the command says
/// so, and checks nothing.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing, and fail if the list of the library would change. The hooks are left out, because three frameworks take long
    /// to compile
    #[arg(long)]
    check: bool,
}

/// The version of rustdoc's JSON that the crate public-api reads in the version of Cargo.lock: that of Rust 1.95 to 1.97.
const FORMAT: u64 = 57;

/// Traits that the compiler implements by itself and nobody asks for. Of the others like them, Send, Sync and Unpin count.
const IGNORED: [&str; 5] = [
    "core::marker::Freeze for ",
    "core::marker::StructuralPartialEq for ",
    "core::marker::UnsafeUnpin for ",
    "core::panic::unwind_safe::RefUnwindSafe for ",
    "core::panic::unwind_safe::UnwindSafe for ",
];

/// What is published.
pub(crate) const LIBRARY: &str = "wasm-eventsource";
pub(crate) const HOOKS: [&str; 3] = ["wasm-eventsource-dioxus", "wasm-eventsource-leptos", "wasm-eventsource-yew"];

/// A way to compile a crate.
#[derive(Clone, Copy)]
enum Way {
    /// Without its default features.
    Bare,
    /// With all features, for this computer.
    Native,
    /// With all features, for the browser.
    Wasm,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let toolchain = wasm_target::ensure(workspace)?;
    for way in [Way::Bare, Way::Wasm] {
        let format = format(&rustdoc(workspace, toolchain, LIBRARY, way)?)?;
        if format != FORMAT {
            step::announce(&format!(
                "public API: not looked at. This compiler's rustdoc writes format {format} of its JSON, and what \
                 Cargo.lock has of public-api reads {FORMAT}: use Rust 1.95, or update public-api"
            ));
            return Ok(ExitCode::SUCCESS);
        }
    }
    let mut outdated = Vec::new();
    let hooks: &[&str] = if options.check { &[] } else { &HOOKS };
    for package in [LIBRARY].iter().chain(hooks) {
        let listing = if *package == LIBRARY {
            listing_of_library(workspace, toolchain)?
        } else {
            step::announce(&format!("compiling what {package} needs"));
            let items = items(&rustdoc(workspace, toolchain, package, Way::Native)?)?;
            listing(package, &[("With all features", items)])
        };
        let path = workspace.root.join("docs/public-api").join(package).with_extension("txt");
        let known = fs::read_to_string(&path).unwrap_or_default();
        if listing == known {
            continue;
        }
        show_difference(&known, &listing);
        if options.check {
            outdated.push(*package);
            continue;
        }
        fs::create_dir_all(workspace.root.join("docs/public-api"))?;
        fs::write(&path, listing).with_context(|| format!("cannot write {}", path.display()))?;
        step::announce(&format!("written: {}", path.display()));
    }
    if !outdated.is_empty() {
        bail!(
            "docs/public-api/ is not what {} has: run `cargo xtask api`, and note the change in CHANGELOG.md",
            outdated.join(", ")
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn show_difference(before: &str, after: &str) {
    for (sign, these, others) in [('-', before, after), ('+', after, before)] {
        let others: HashSet<&str> = others.lines().collect();
        for line in these.lines().filter(|line| !others.contains(line)) {
            println!("{sign} {line}");
        }
    }
}

fn listing_of_library(workspace: &Workspace, toolchain: Toolchain) -> Result<String> {
    let items = |way| items(&rustdoc(workspace, toolchain, LIBRARY, way)?);
    let (bare, native, wasm) = (items(Way::Bare)?, items(Way::Native)?, items(Way::Wasm)?);
    if let Some(item) = only(&bare, &native).into_iter().chain(only(&bare, &wasm)).next() {
        bail!("a feature takes away `{item}`, and features are to add");
    }
    let elsewhere = only(&native, &wasm);
    let everywhere = only(&only(&native, &bare), &elsewhere);
    let sections = [
        ("Without features", bare),
        ("With all features", everywhere),
        ("With all features, on wasm32 only", only(&wasm, &native)),
        ("With all features, on other targets only", elsewhere),
    ];
    Ok(listing(LIBRARY, &sections))
}

/// The text of a crate's file.
fn listing(package: &str, sections: &[(&str, Vec<String>)]) -> String {
    let mut text = format!("# The public API of {package}, written by `cargo xtask api`.\n");
    for (heading, items) in sections.iter().filter(|(_, items)| !items.is_empty()) {
        text.push_str(&format!("\n## {heading}\n\n{}\n", items.join("\n")));
    }
    text
}

/// What is in the first and not in the second.
fn only(these: &[String], others: &[String]) -> Vec<String> {
    let others: HashSet<&String> = others.iter().collect();
    these.iter().filter(|item| !others.contains(item)).cloned().collect()
}

/// Has rustdoc write its JSON, and says where.
fn rustdoc(workspace: &Workspace, toolchain: Toolchain, package: &str, way: Way) -> Result<PathBuf> {
    let mut command = process::command("cargo", &workspace.root);
    command.args(["rustdoc", "--quiet", "--locked", "--lib", "--package", package]);
    let mut target = workspace.target.clone();
    match way {
        Way::Bare => {
            // Cargo does not see that the other native one has been written to the same file.
            target.push("public-api-without-features");
            command.args(["--no-default-features", "--target-dir"]).arg(&target);
        }
        Way::Native => {
            command.arg("--all-features");
        }
        Way::Wasm => {
            target.push(TARGET);
            let features = "json,sharing,testing,tracing";
            toolchain.apply(&mut command).args(["--features", features, "--target", TARGET]);
        }
    }
    command.env("RUSTDOC", with_unstable_options(workspace)?);
    process::run(command.args(["--", "-Zunstable-options", "--output-format=json", "--cap-lints=allow"]))?;
    Ok(target.join("doc").join(package.replace('-', "_")).with_extension("json"))
}

/// A rustdoc that takes unstable options. It alone: build scripts that look for RUSTC_BOOTSTRAP would have half of the
/// dependencies compiled anew.
fn with_unstable_options(workspace: &Workspace) -> Result<PathBuf> {
    let path = workspace.target.join("rustdoc-with-unstable-options");
    fs::write(&path, "#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc \"$@\"\n")
        .with_context(|| format!("cannot write {}", path.display()))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    Ok(path)
}

fn format(json: &Path) -> Result<u64> {
    let text = fs::read_to_string(json).with_context(|| format!("rustdoc has not written {}", json.display()))?;
    let json: serde_json::Value = serde_json::from_str(&text)?;
    json["format_version"].as_u64().context("rustdoc's JSON names no format_version")
}

/// Every public item, one line for each. Of what a macro has derived only the traits count, and not those that are glue of
/// wasm-bindgen.
fn items(json: &Path) -> Result<Vec<String>> {
    let listed = |derived: bool| -> Result<Vec<String>> {
        let builder = Builder::from_rustdoc_json(json).omit_blanket_impls(true).omit_auto_derived_impls(!derived);
        Ok(builder.build()?.items().map(ToString::to_string).collect())
    };
    let written: HashSet<String> = listed(false)?.into_iter().collect();
    let counts = |item: &String| counts(item, !written.contains(item));
    Ok(listed(true)?.into_iter().filter(counts).collect())
}

fn counts(item: &str, derived: bool) -> bool {
    let by_itself = IGNORED.iter().any(|ignored| item.contains(ignored));
    let detail = derived && (!item.starts_with("impl") || item.contains("wasm_bindgen::"));
    !by_itself && !detail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_automatic_traits_those_count_that_users_rely_on() {
        for counted in [
            "impl core::marker::Send for a::B",
            "impl !core::marker::Sync for a::B",
            "impl<S, B> core::marker::Unpin for a::B<S, B>",
            "impl core::fmt::Debug for a::B<T> where T: core::marker::Freeze",
            "pub fn a::B::due(&mut self, &impl a::Clock) -> bool",
        ] {
            assert!(counts(counted, false), "{counted}");
        }
        for ignored in [
            "impl core::marker::Freeze for a::B",
            "impl !core::panic::unwind_safe::UnwindSafe for a::B",
            "impl core::marker::StructuralPartialEq for a::B",
        ] {
            assert!(!counts(ignored, false), "{ignored}");
        }
    }

    #[test]
    fn of_what_is_derived_the_traits_count_but_for_those_of_wasm_bindgen() {
        assert!(counts("impl<T: core::clone::Clone> core::clone::Clone for a::B<T>", true));
        assert!(!counts("pub fn a::B::clone(&self) -> a::B", true));
        assert!(counts("pub fn a::B::clone(&self) -> a::B", false));
        assert!(!counts("impl wasm_bindgen::cast::JsCast for a::B", true));
    }
}
