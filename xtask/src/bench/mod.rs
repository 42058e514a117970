//! `cargo xtask bench`: how it compares with its peers, measured.

mod parser;
mod rust_clients;

use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;

use crate::workspace::Workspace;

/// Measure it side by side with its peers, in browsers, and write the tables in docs/.
///
/// Installs what is missing: all that `test` does but servers. Let the machine have nothing else to do meanwhile: all take
/// turns, so that ratios hold in any case, but the rest is slower on a busy one.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only these parts
    #[arg(long, value_enum, value_delimiter = ',', num_args = 1..)]
    only: Vec<Part>,
    /// How many times each is measured
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..), value_name = "N")]
    rounds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// docs/parser-benchmarks.md: the parser beside those of other crates, natively
    Parser,
    /// docs/rust-clients.md: the Rust face beside gloo-net and leptos-use, each in the same Leptos app
    Rust,
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.wants(Part::Parser) {
        parser::run(workspace, options.rounds)?;
    }
    if options.wants(Part::Rust) {
        rust_clients::run(workspace, options.rounds)?;
    }
    Ok(ExitCode::SUCCESS)
}
