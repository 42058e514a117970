//! The demo and test server as a program: two origins on 127.0.0.1, announced as one line of JSON on stdout.

use std::{
    io::{Read, Write},
    process::ExitCode,
};

use clap::Parser;
use test_server::{Options, Root, TestServer};

/// Serves event streams for the demo and for the tests of wasm-eventsource.
///
/// Prints one line of JSON, {"origin":"http://127.0.0.1:P","otherOrigin":"http://127.0.0.1:Q"}, once both ports answer.
#[derive(Debug, Parser)]
#[command(name = "test-server", version)]
struct Arguments {
    /// Port of the origin; 0 takes any free one
    #[arg(long, default_value_t = 0, value_name = "N")]
    port: u16,
    /// Port of the second origin, for cross-origin tests; 0 takes any free one
    #[arg(long, default_value_t = 0, value_name = "N")]
    other_port: u16,
    /// A folder to serve under a URL prefix, such as /=www or /pkg=pkg; can be given several times
    #[arg(long = "root", value_name = "URLPREFIX=DIR")]
    roots: Vec<Root>,
    /// End when stdin is closed, so as not to outlive the program that started this one
    #[arg(long)]
    exit_with_stdin: bool,
    /// Write a line on stderr for each request
    #[arg(long, overrides_with = "quiet")]
    verbose: bool,
    /// Write nothing for requests: the default
    #[arg(long, overrides_with = "verbose")]
    quiet: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    for root in &arguments.roots {
        if !root.folder.is_dir() {
            eprintln!("test-server: {} is not a folder: see --root", root.folder.display());
            return ExitCode::FAILURE;
        }
    }
    let options = Options {
        port: arguments.port,
        other_port: arguments.other_port,
        roots: arguments.roots,
        verbose: arguments.verbose && !arguments.quiet,
    };
    let server = match TestServer::start(options).await {
        Ok(server) => server,
        Err(error) => {
            eprintln!("test-server: {error}");
            return ExitCode::FAILURE;
        }
    };
    let announcement = serde_json::json!({ "origin": server.origin(), "otherOrigin": server.other_origin() });
    let mut stdout = std::io::stdout();
    if writeln!(stdout, "{announcement}").and_then(|()| stdout.flush()).is_err() {
        // Whoever started this does not listen any more.
        return ExitCode::FAILURE;
    }
    tokio::select! {
        () = stdin_closed(), if arguments.exit_with_stdin => {}
        () = asked_to_stop() => {}
    }
    server.close().await;
    ExitCode::SUCCESS
}

/// A thread of its own, since a read of stdin can't be cancelled and would hold up the end of the runtime.
async fn stdin_closed() {
    let (closed, wait) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 1024];
        while matches!(std::io::stdin().read(&mut buffer), Ok(1..)) {}
        let _ = closed.send(());
    });
    let _ = wait.await;
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}
