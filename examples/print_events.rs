//! Prints the events of a stream that comes on standard input. `README.md` beside this file has a command to try.

use std::error::Error;
use std::io::{self, Read, Write};

use wasm_eventsource::event_stream::{Parser, Step};

fn main() -> Result<(), Box<dyn Error>> {
    print_events(io::stdin(), io::stdout())
}

/// Prints each event of `input` as a line: its type, its last event ID and its data.
pub(crate) fn print_events(mut input: impl Read, mut output: impl Write) -> Result<(), Box<dyn Error>> {
    let mut parser = Parser::new();
    let mut buffer = [0; 4096];
    loop {
        let length = input.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        let mut piece = &buffer[..length];
        while let Some(step) = parser.advance(&mut piece)? {
            if let Step::Event(event) = step {
                writeln!(output, "{}, ID {:?}: {}", event.event_type(), event.last_event_id(), event.data())?;
            }
        }
    }
}
