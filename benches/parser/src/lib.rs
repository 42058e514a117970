//! The parser beside those of other crates: the streams, how each client reads them, and what it must deliver.

pub mod clients;
pub mod feed;
pub mod page;
pub mod streams;
pub mod subject;
pub mod tally;
