//! `cargo xtask site`: the project's site, out of the repository's Markdown.

use std::process::ExitCode;

use anyhow::Result;

use crate::build;
use crate::demo;
use crate::process;
use crate::setup::node;
use crate::step;
use crate::workspace::Workspace;

/// Build the project's site into target/site/. With --serve, show it on a local page.
///
/// You can copy the folder to any static host, under any path. Installs what is missing: everything that `build` installs, and the
/// packages of www/site/package.json.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Serve the site until Ctrl-C
    #[arg(long)]
    serve: bool,
    /// The port of the site on 127.0.0.1
    #[arg(long, default_value_t = 8080, requires = "serve")]
    port: u16,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.serve {
        demo::check_port(options.port)?;
    }
    // Pages run the package, and say what it weighs.
    build::run(workspace)?;
    node::ensure_in(workspace, "www/site", "the site's generator")?;
    step::announce("building the site");
    process::run(process::command("node", &workspace.root).arg("www/site/build.mjs"))?;
    if !options.serve {
        return Ok(ExitCode::SUCCESS);
    }
    demo::serve(workspace, options.port, &["/=target/site"], |origin| format!("The site is at {origin}/"))
}
