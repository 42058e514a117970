//! `cargo xtask`: all commands that people and CI run in this repository.
//!
//! Each command installs what is missing, and says each step. If it cannot continue, it says why in one line and fails. It does
//! not replace the user's own tools: command-line tools go to a cache directory of this project.

mod api;
mod app_size;
mod bench;
mod build;
mod comparison;
mod constants;
mod demo;
mod examples;
mod frameworks;
mod fuzz;
mod lint;
mod lowest;
mod msrv;
mod mutants;
mod process;
mod release;
mod runner;
mod setup;
mod simulate;
mod site;
mod step;
mod tally;
mod test;
mod wasm;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Build, test and show wasm-eventsource. A command first installs what it needs and does not find.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the package and show it on a local page with live event streams.
    Demo(demo::Options),
    /// Run all tests: natively, in browsers, in Node, and with the packed package.
    Test(test::Options),
    /// Build pkg/dist/ completely, ready for `npm pack ./pkg`.
    Build(build::Options),
    /// Build the example apps. With --serve, show them on local pages.
    Examples(examples::Options),
    /// Build the project's site from its Markdown. With --serve, show it on a local page.
    Site(site::Options),
    /// Measure this project and others, and write the tables in docs/.
    Bench(bench::Options),
    /// Measure how much larger a Rust app becomes with a stream of events, and compare it with the budget.
    AppSize(app_size::Options),
    /// Check formatting, clippy, documentation, no_std and the TypeScript types, as CI does.
    Lint(lint::Options),
    /// Run the fuzzers of the parser and of the engine.
    Fuzz(fuzz::Options),
    /// Test shared connections with faults of every kind, in a simulated browser.
    Simulate(simulate::Options),
    /// Make small changes to the core, and list those that no test notices.
    Mutants(mutants::Options),
    /// Write docs/public-api/: every public item of the crates.
    Api(api::Options),
    /// Write pkg/src/engine/constants.js: the numbers that Rust and JavaScript share.
    Constants(constants::Options),
    /// Check that the library compiles with the oldest Rust and the oldest dependencies that it supports.
    Msrv(msrv::Options),
    /// Check that the hooks compile with the lowest and the newest versions of Leptos, Yew and Dioxus that they allow.
    Frameworks(frameworks::Options),
    /// Check that everything is ready for a release, and list the steps that are left to do by hand.
    Release(release::Options),
    /// Install everything that the other commands need.
    Setup(setup::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    process::stop_children_on_signals()?;
    let workspace = Workspace::find()?;
    match command {
        Command::Demo(options) => demo::run(&workspace, &options),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Build(_) => build::run(&workspace).map(|()| ExitCode::SUCCESS),
        Command::Examples(options) => examples::run(&workspace, &options),
        Command::Site(options) => site::run(&workspace, &options),
        Command::Bench(options) => bench::run(&workspace, &options),
        Command::AppSize(_) => app_size::run(&workspace),
        Command::Lint(_) => lint::run(&workspace),
        Command::Fuzz(options) => fuzz::run(&workspace, &options),
        Command::Simulate(options) => simulate::run(&workspace, &options),
        Command::Mutants(options) => mutants::run(&workspace, &options),
        Command::Api(options) => api::run(&workspace, &options),
        Command::Constants(_) => constants::run(&workspace).map(|()| ExitCode::SUCCESS),
        Command::Msrv(_) => msrv::run(&workspace),
        Command::Frameworks(_) => frameworks::run(&workspace),
        Command::Release(options) => release::run(&workspace, &options),
        Command::Setup(_) => setup::run(&workspace).map(|()| ExitCode::SUCCESS),
    }
}
