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

/// Measure this project and others, and write the tables in docs/.
///
/// Installs what is missing: everything that `test` installs, except servers, and the other packages. Run nothing else on the
/// machine at the same time. All packages take turns, so the ratios are right on a busy machine, too, but the other numbers are
/// not.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only these parts
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// How often each is measured
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..), value_name = "N")]
    rounds: u32,
    /// Measure nothing: write docs/benchmarks.md again, from the last measurements
    #[arg(long)]
    render: bool,
    #[command(flatten)]
    selection: Selection,
}

/// What to measure of the part `browser`. With one of these options, only this part runs. It prints a table, and does not change docs/.
#[derive(clap::Args)]
#[command(next_help_heading = "A part of `--only browser`, printed and not written to docs/")]
pub(crate) struct Selection {
    /// Browsers: chromium,firefox,webkit
    #[arg(long, value_name = "LIST")]
    browser: Option<String>,
    /// Streams: A,B,C,D,E,F,G
    #[arg(long, value_name = "LIST")]
    stream: Option<String>,
    /// Clients, or the beginnings of their names: native,ours,eventsource,rust,fetch
    #[arg(long, value_name = "LIST")]
    client: Option<String>,
    /// Measurements: speed,delay,first,blocking,memory,sizes
    #[arg(long, value_name = "LIST")]
    measure: Option<String>,
    /// A folder with another build of pkg/, which is measured, too
    #[arg(long, value_name = "FOLDER")]
    baseline: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// docs/parser-benchmarks.md: this parser and those of other crates, natively
    Parser,
    /// docs/rust-clients.md: the Rust API, gloo-net and leptos-use, each in the same Leptos app
    Rust,
    /// docs/reconnecting.md: a simulation of a million clients that lose their server
    Reconnecting,
    /// docs/sharing-benchmarks.md: sources with and without a shared connection
    Sharing,
    /// docs/benchmarks.md: the JavaScript and Rust APIs and other packages, with streams of all kinds
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
