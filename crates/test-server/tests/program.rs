//! The program around the server.
//!
//! A test program of its own: between fork and exec a child has a copy of every socket of its parent, and the tests that
//! expect a port to be closed would find it open.

use std::process::Stdio;

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_test-server"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn announcement(child: &mut Child) -> Value {
    let stdout = child.stdout.as_mut().expect("a pipe");
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).await.expect("a line");
    serde_json::from_str(&line).expect("a line of JSON")
}

#[tokio::test]
async fn it_announces_two_origins_and_ends_with_stdin() {
    let mut child = program(&["--exit-with-stdin"]).spawn().expect("the program starts");
    let origins = announcement(&mut child).await;
    for name in ["origin", "otherOrigin"] {
        let host = origins[name].as_str().and_then(|origin| origin.strip_prefix("http://")).expect("an origin");
        tokio::net::TcpStream::connect(host).await.expect("a connection");
    }
    drop(child.stdin.take());
    assert!(child.wait().await.expect("an end").success());
}

#[tokio::test]
async fn a_port_in_use_ends_it_with_one_line_that_names_the_port_and_the_option() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    for option in ["--port", "--other-port"] {
        let output = program(&[option, &port]).output().await.expect("an end");
        assert!(!output.status.success());
        assert!(output.stdout.is_empty());
        let message = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(message.lines().count(), 1);
        assert!(message.contains(&format!("port {port} ")) && message.contains(&format!(" {option}\n")), "{message}");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_ends_it_with_one_line() {
    let output = program(&["--root", "/=no/such/folder"]).output().await.expect("an end");
    assert!(!output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "test-server: no/such/folder is not a folder: see --root\n");
}

#[tokio::test]
async fn verbose_writes_a_line_for_each_request_on_stderr() {
    let mut child = program(&["--verbose"]).spawn().expect("the program starts");
    let origins = announcement(&mut child).await;
    let url = format!("{}/status/503?a", origins["origin"].as_str().expect("an origin"));
    reqwest::Client::builder().no_proxy().build().expect("a client").get(url).send().await.expect("a response");
    let mut line = String::new();
    BufReader::new(child.stderr.take().expect("a pipe")).read_line(&mut line).await.expect("a line");
    assert_eq!(line, "GET /status/503?a -> 503\n");
}
