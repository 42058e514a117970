//! `cargo xtask demo | test | build | examples | lint`: everything a person or CI runs in this repository.
//!
//! Each command installs what it finds missing, says each step, and ends non-zero with one clear line when it cannot
//! go on. Nothing is installed over the user's own tools: command-line tools go to a cache directory of this project.

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

/// Build, test and show wasm-eventsource; what a command needs and does not find, it installs first.
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
    /// Run every test: native, wasm in headless browsers, the JavaScript suite, the package and projects that use it, the demo page, the examples, others' code.
    Test(test::Options),
    /// Build pkg/dist/ completely, ready for `npm pack ./pkg`.
    Build(build::Options),
    /// Build the example apps, and serve them if asked to.
    Examples(examples::Options),
    /// Build the project's site out of its Markdown, and serve it if asked to.
    Site(site::Options),
    /// Measure it side by side with its peers, and write the tables in docs/.
    Bench(bench::Options),
    /// Say what a Rust app grows by when it follows a stream of events, and whether that is in its budget.
    AppSize(app_size::Options),
    /// Check formatting, clippy, documentation, no_std and the TypeScript types, as CI does.
    Lint(lint::Options),
    /// Feed the parser and the engine with inputs that a fuzzer makes up.
    Fuzz(fuzz::Options),
    /// Let sources that share a connection meet with faults of every kind, in a simulated browser.
    Simulate(simulate::Options),
    /// Change the core in small ways, and say which changes no test notices.
    Mutants(mutants::Options),
    /// Write docs/public-api/: what a change may break for those who use the crates.
    Api(api::Options),
    /// Write pkg/src/engine/constants.js: the numbers that Rust and JavaScript share.
    Constants(constants::Options),
    /// Check that the library compiles with the oldest Rust, and the lowest versions of what it depends on, that it promises to.
    Msrv(msrv::Options),
    /// Check that the hooks compile with the lowest and the newest versions of Leptos, Yew and Dioxus that they allow.
    Frameworks(frameworks::Options),
    /// Check that everything is ready for a release, and say what is left to do by hand.
    Release(release::Options),
    /// Install everything the other commands need, and do nothing else.
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
