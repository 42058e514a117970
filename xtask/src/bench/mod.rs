//! `cargo xtask bench`: how it compares with its peers, measured.

mod browser;
mod parser;
mod reconnecting;
mod rust_clients;
mod sharing;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;

use crate::workspace::Workspace;

/// Measure it side by side with its peers, in browsers, and write the tables in docs/.
///
/// Installs what is missing: all that `test` does but servers, and the peers. Let the machine have nothing else to do
/// meanwhile: all take turns, so that ratios hold in any case, but the rest is slower on a busy one.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only these parts
    #[arg(long, value_enum, value_delimiter = ',', num_args = 1..)]
    only: Vec<Part>,
    /// How many times each is measured
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..), value_name = "N")]
    rounds: u32,
    /// Write docs/benchmarks.md again, of what was measured before
    #[arg(long)]
    render: bool,
    #[command(flatten)]
    selection: Selection,
}

/// What of the part `browser` is to be measured. With any of these it alone runs, prints a table, and leaves docs/ as it is.
#[derive(clap::Args)]
#[command(next_help_heading = "A part of `--only browser`, printed and not written to docs/")]
pub(crate) struct Selection {
    /// Of chromium,firefox,webkit
    #[arg(long, value_name = "LIST")]
    browser: Option<String>,
    /// Of A,B,C,D,E,F,G
    #[arg(long, value_name = "LIST")]
    stream: Option<String>,
    /// Names of clients, or how they begin: native,ours,eventsource,rust,fetch
    #[arg(long, value_name = "LIST")]
    client: Option<String>,
    /// Of speed,delay,first,blocking,memory,sizes
    #[arg(long, value_name = "LIST")]
    measure: Option<String>,
    /// Another build of pkg/, to be measured beside this one
    #[arg(long, value_name = "FOLDER")]
    baseline: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// docs/parser-benchmarks.md: the parser beside those of other crates, natively
    Parser,
    /// docs/rust-clients.md: the Rust face beside gloo-net and leptos-use, each in the same Leptos app
    Rust,
    /// docs/reconnecting.md: what a server sees when a million clients lose it, simulated with each policy
    Reconnecting,
    /// docs/sharing-benchmarks.md: sources that share a connection beside those that do not
    Sharing,
    /// docs/benchmarks.md: both faces beside their peers, over streams of all kinds
    Browser,
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        if self.render || !self.selection.is_everything() {
            return part == Part::Browser;
        }
        self.only.is_empty() || self.only.contains(&part)
    }
}

impl Selection {
    fn is_everything(&self) -> bool {
        let Self { browser, stream, client, measure, baseline } = self;
        [browser, stream, client, measure].iter().all(|list| list.is_none()) && baseline.is_none()
    }
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.wants(Part::Parser) {
        parser::run(workspace, options.rounds)?;
    }
    if options.wants(Part::Rust) {
        rust_clients::run(workspace, options.rounds)?;
    }
    if options.wants(Part::Reconnecting) {
        reconnecting::run(workspace)?;
    }
    if options.wants(Part::Sharing) {
        sharing::run(workspace, options.rounds)?;
    }
    if options.wants(Part::Browser) {
        if !options.render {
            browser::measure(workspace, options.rounds, &options.selection)?;
        }
        if options.selection.is_everything() {
            browser::render(workspace)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
