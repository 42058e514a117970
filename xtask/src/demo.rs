//! `cargo xtask demo`: the playground, with the test server beside it.

use std::io::{BufRead as _, BufReader, ErrorKind};
use std::net::TcpListener;
use std::process::{ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::build;
use crate::process::{self, Group};
use crate::workspace::Workspace;

/// Build the package and show it in the playground, with live event streams of the test server.
///
/// Installs what is missing, as `build` does. Open the page in your own browser. Ctrl-C ends the command.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The port of the page on 127.0.0.1
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    // Now, and not after minutes of building.
    check_port(options.port)?;
    build::run(workspace)?;
    serve(workspace, options.port, &["/=www", "/pkg=pkg", "/docs=docs"], |origin| format!("The demo is at {origin}/"))
}

/// Starts the server with these roots and stays with it; `greeting` says what is to be seen where.
pub(crate) fn serve(
    workspace: &Workspace,
    port: u16,
    roots: &[&str],
    greeting: impl Fn(&str) -> String,
) -> Result<ExitCode> {
    let server = build::test_server(workspace)?;
    let mut command = process::command(server, &workspace.root);
    command.args(["--port", &port.to_string(), "--exit-with-stdin"]);
    command.args(roots.iter().flat_map(|root| ["--root", root]));
    // The server ends when its input does: even if xtask is killed, it does not stay behind.
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut group = Group::spawn(&mut command)?;
    let _input = group.child.stdin.take();
    let output = group.child.stdout.take().context("the server has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        match serde_json::from_str::<serde_json::Value>(&line).ok().as_ref().and_then(|ready| ready["origin"].as_str())
        {
            Some(origin) => println!("\n    {}  (Ctrl-C ends it)\n", greeting(origin)),
            None => println!("{line}"),
        }
    }
    let status = group.child.wait()?;
    if !status.success() {
        bail!("the server ended by itself ({status})");
    }
    Ok(ExitCode::SUCCESS)
}

/// An error if the server could not have this port.
pub(crate) fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is in use: choose another one, as in `--port {}`", other(port))
        }
        Err(error) => bail!("cannot listen on port {port} ({error}): choose another one with --port"),
    }
}

/// A port to suggest.
fn other(port: u16) -> u16 {
    port.checked_add(1).unwrap_or(8080)
}
