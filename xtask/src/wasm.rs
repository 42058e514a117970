//! From Rust sources to WebAssembly that JavaScript can load: cargo, wasm-bindgen, wasm-opt.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process;
use crate::setup::wasm_target::{self, TARGET, Toolchain};
use crate::setup::{cargo_tools, node};
use crate::step;
use crate::workspace::Workspace;

/// For size, and the WebAssembly features that rustc turns on for the target by itself.
const WASM_OPT: [&str; 8] = [
    "-Os",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// What it takes.
pub(crate) struct Tools {
    toolchain: Toolchain,
    wasm_bindgen: PathBuf,
    wasm_opt: PathBuf,
}

/// One module to make: `NAME.js` and `NAME_bg.wasm` in a directory of its own.
pub(crate) struct Module<'a> {
    /// What it is, for the person at the terminal.
    pub(crate) what: &'a str,
    /// The name that cargo gives to the compiled package, without `.wasm`.
    pub(crate) compiled: &'a str,
    /// The name it gets.
    pub(crate) name: &'a str,
    /// Emptied first.
    pub(crate) directory: PathBuf,
    /// Further options for wasm-bindgen.
    pub(crate) options: &'a [&'a str],
}

impl Tools {
    /// Finds them, and installs what is missing.
    pub(crate) fn ensure(workspace: &Workspace) -> Result<Self> {
        Ok(Self {
            toolchain: wasm_target::ensure(workspace)?,
            wasm_bindgen: cargo_tools::wasm_bindgen(workspace)?.join("wasm-bindgen"),
            wasm_opt: node::ensure(workspace)?.join("wasm-opt"),
        })
    }

    /// Compiles packages, all in one go, with further options of the compiler.
    pub(crate) fn compile(&self, workspace: &Workspace, packages: &[&str], options: &[&str]) -> Result<()> {
        let mut cargo = self.cargo(workspace, Path::new(""), options)?;
        process::run(cargo.args(packages.iter().flat_map(|package| ["--package", package])))
    }

    /// Compiles a package with features to a target directory of its own.
    pub(crate) fn compile_to(
        &self,
        workspace: &Workspace,
        target: &Path,
        package: &str,
        features: &[&str],
        options: &[&str],
    ) -> Result<()> {
        let mut cargo = self.cargo(workspace, Path::new(""), options)?;
        cargo.args(["--package", package, "--target-dir"]).arg(target);
        process::run(cargo.args(features.iter().flat_map(|feature| ["--features", feature])))
    }

    /// Compiles a package of another workspace in the repository, with features, and further options of the compiler. One by one:
    /// compiled together, each would get the features that any other asks of what they share.
    pub(crate) fn compile_of(
        &self,
        workspace: &Workspace,
        apps: &Path,
        package: &str,
        features: &[&str],
        options: &[&str],
    ) -> Result<()> {
        let mut cargo = self.cargo(workspace, apps, options)?;
        cargo.args(["--package", package, "--target-dir"]).arg(&workspace.target);
        process::run(cargo.args(features.iter().flat_map(|feature| ["--features", feature])))
    }

    fn cargo(&self, workspace: &Workspace, folder: &Path, options: &[&str]) -> Result<Command> {
        let mut cargo = process::command("cargo", &workspace.root.join(folder));
        self.toolchain.apply(&mut cargo);
        cargo.args(["build", "--locked", "--release", "--target", TARGET]);
        // A list of strings is written in JSON as in TOML.
        let mut flags = wasm_target::neutral_paths(workspace, self.toolchain)?;
        flags.extend(options.iter().map(|option| option.to_string()));
        let flags = serde_json::to_string(&flags)?;
        cargo.arg("--config").arg(format!("target.{TARGET}.rustflags = {flags}"));
        Ok(cargo)
    }

    /// Makes a module of a compiled package, unless it is there from the same input.
    pub(crate) fn bind(&self, workspace: &Workspace, module: &Module<'_>) -> Result<()> {
        let Module { what, compiled, name, directory, options } = module;
        let compiled = workspace.target.join(TARGET).join(format!("release/{compiled}.wasm"));
        let (wasm, stamp) = (directory.join(format!("{name}_bg.wasm")), directory.join("inputs.txt"));
        let options = [&["--target", "web", "--no-typescript", "--out-name", name], *options].concat();
        let inputs = inputs(workspace, &compiled, &options)?;
        let complete = wasm.is_file() && directory.join(format!("{name}.js")).is_file();
        if complete && fs::read_to_string(&stamp).is_ok_and(|old| old == inputs) {
            step::announce(&format!("{what} is up to date"));
            return Ok(());
        }
        let _ = fs::remove_dir_all(directory);
        fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;

        step::announce(&format!("generating the JavaScript that calls {what}: wasm-bindgen"));
        process::run(
            process::command(&self.wasm_bindgen, &workspace.root)
                .arg(&compiled)
                .args(&options)
                .arg("--out-dir")
                .arg(directory),
        )?;

        step::announce(&format!("making {what} small: wasm-opt"));
        let small = directory.join("small.wasm");
        process::run(
            process::command(&self.wasm_opt, &workspace.root).args(WASM_OPT).arg(&wasm).arg("-o").arg(&small),
        )?;
        fs::rename(&small, &wasm)?;
        fs::write(&stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))
    }
}

/// All that decides what is generated: the compiled package, the tools' versions, the options.
fn inputs(workspace: &Workspace, compiled: &Path, options: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?.hash(&mut hasher);
    workspace.locked_version("wasm-bindgen")?.hash(&mut hasher);
    fs::read(workspace.root.join("node_modules/binaryen/package.json"))
        .context("npm has not installed binaryen, which has wasm-opt: is it in pkg/package.json?")?
        .hash(&mut hasher);
    (options, WASM_OPT).hash(&mut hasher);
    Ok(format!("{:016x}\n", hasher.finish()))
}
