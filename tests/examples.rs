//! The example that reads standard input prints what examples/README.md says.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;

#[path = "../examples/print_events.rs"]
#[allow(dead_code, reason = "its `main` is for the program")]
mod print_events;

#[test]
fn the_readme_shows_the_output_of_its_command() {
    let readme = fs::read_to_string("examples/README.md").expect("examples/README.md");
    let (_, behind) = readme.split_once("printf '").expect("the command");
    let (stream, behind) = behind.split_once('\'').expect("the end of the stream");
    let (_, behind) = behind.split_once("```text\n").expect("the output");
    let (shown, _) = behind.split_once("```").expect("the end of the output");
    let mut printed = Vec::new();
    print_events::print_events(stream.replace("\\n", "\n").as_bytes(), &mut printed).expect("no event is too large");
    assert_eq!(String::from_utf8(printed).expect("text"), shown);
    assert_eq!(shown.lines().count(), 3, "an event, and one of two lines: {shown}");
}
