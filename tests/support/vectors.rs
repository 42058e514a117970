//! The vectors in `tests/vectors/`: a stream as its bytes (`.sse`), and beside it what it means (`.json`).

use std::fs;
use std::path::Path;

use serde::Deserialize;

/// An event as a test compares it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Message {
    #[serde(rename = "type")]
    pub(crate) event_type: String,
    pub(crate) data: String,
    #[serde(rename = "lastEventId")]
    pub(crate) last_event_id: String,
}

/// What a whole stream means.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Interpretation {
    pub(crate) events: Vec<Message>,
    #[serde(rename = "lastEventId")]
    pub(crate) last_event_id: String,
    #[serde(rename = "reconnectionTimes")]
    pub(crate) reconnection_times: Vec<u32>,
}

/// A named stream and its meaning.
#[derive(Debug)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) stream: Vec<u8>,
    pub(crate) expected: Interpretation,
}

/// Every vector, by name.
pub(crate) fn all() -> Vec<Vector> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut vectors: Vec<Vector> = fs::read_dir(folder)
        .expect("tests/vectors is a folder")
        .map(|entry| entry.expect("tests/vectors can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sse"))
        .map(|path| read(&path))
        .collect();
    vectors.sort_by(|a, b| a.name.cmp(&b.name));
    vectors
}

fn read(path: &Path) -> Vector {
    let name = path.file_stem().expect("a vector has a name").to_string_lossy().into_owned();
    let stream = fs::read(path).expect("a vector can be read");
    let expected = fs::read_to_string(path.with_extension("json"))
        .unwrap_or_else(|error| panic!("{name}.sse needs {name}.json beside it: {error}"));
    let expected = serde_json::from_str(&expected).unwrap_or_else(|error| panic!("{name}.json: {error}"));
    Vector { name, stream, expected }
}
