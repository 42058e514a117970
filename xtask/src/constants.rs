//! `cargo xtask constants`: the numbers of `crates/npm/src/constants.rs`, written for JavaScript.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::step;
use crate::workspace::Workspace;

#[path = "../../crates/npm/src/constants.rs"]
mod npm;

/// Write pkg/src/engine/constants.js: the numbers that Rust and JavaScript share.
#[derive(clap::Args)]
pub(crate) struct Options {}

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let path = path(workspace);
    fs::write(&path, javascript()).with_context(|| format!("cannot write {}", path.display()))?;
    step::announce("pkg/src/engine/constants.js is up to date");
    Ok(())
}

fn path(workspace: &Workspace) -> PathBuf {
    workspace.root.join("pkg/src/engine/constants.js")
}

fn javascript() -> String {
    let mut text = String::from(
        "// Made by `cargo xtask constants` from crates/npm/src/constants.rs, which says what they mean. A test fails when it is not\n\
         // up to date.\n",
    );
    for (table, constants) in npm::TABLES {
        text.push('\n');
        for (name, value) in *constants {
            let _ = writeln!(text, "export const {}_{name} = {value};", table.to_uppercase());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn javascript_has_the_numbers_of_rust() {
        let workspace = Workspace::find().expect("the tests run in the repository");
        let written = fs::read_to_string(path(&workspace)).expect("constants.js is in the repository");
        assert!(written == javascript(), "`cargo xtask constants` brings pkg/src/engine/constants.js up to date");
    }

    #[test]
    fn no_two_constants_of_a_table_are_the_same_number() {
        for (table, constants) in npm::TABLES {
            let mut numbers: Vec<u32> = constants.iter().map(|(_, value)| *value).collect();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), constants.len(), "{table}");
        }
    }
}
