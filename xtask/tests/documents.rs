//! Files, functions and headings that documents name exist, and the maps of folders leave no file out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The documents for contributors. Their code spans name files and functions of this repository.
const PAGES: [&str; 8] = [
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/decisions.md",
    "docs/standard.md",
    "examples/README.md",
    "pkg/src/README.md",
    "tests/driver/README.md",
];

/// Folders with a map of their own files: a table in `mod.rs`.
const MAPPED: [&str; 6] =
    ["src/connection", "src/engine", "src/event_source", "src/event_stream", "src/sharing", "src/web"];

/// Where sources are that documents may name.
const SOURCES: [&str; 10] =
    ["benches", "crates", "docs", "examples", "fuzz/src", "pkg", "src", "tests", "www", "xtask"];

/// Folders that are built or installed.
const FOREIGN: [&str; 4] = ["node_modules", "dist", "target", "corpus"];

const EXTENSIONS: [&str; 10] = ["rs", "js", "mjs", "md", "json", "toml", "ts", "yml", "html", "txt"];

/// Those of files that have functions.
const CODE: [&str; 4] = ["rs", "js", "mjs", "ts"];

struct Repository {
    root: PathBuf,
    /// Paths from the root, and texts.
    sources: Vec<(PathBuf, String)>,
}

impl Repository {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the repository").to_path_buf();
        let mut sources = Vec::new();
        for folder in SOURCES {
            collect(&root, &root.join(folder), &mut sources);
        }
        Self { root, sources }
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Whether a page may mean an existing file or folder by this path, which may be the end of a longer one.
    fn has_path(&self, path: &str, page: &Path) -> bool {
        let folders = [self.root.clone(), self.root.join("src"), self.root.join(page)];
        let is_end = |(source, _): &(PathBuf, String)| source.ancestors().any(|part| part.ends_with(path));
        folders.iter().any(|folder| folder.join(path).exists()) || self.sources.iter().any(is_end)
    }

    /// Whether some source that knows `owner` defines or has `member`.
    fn has_member(&self, owner: &str, member: &str) -> bool {
        self.sources.iter().any(|(path, text)| {
            let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            let is_rust = extension == "rs";
            let is_function = member.starts_with(|first: char| first.is_lowercase());
            CODE.contains(&extension)
                && has_word(text, owner)
                && match is_rust && is_function {
                    true => [format!("fn {member}("), format!("fn {member}<")].iter().any(|it| text.contains(it)),
                    false => has_word(text, member),
                }
        })
    }
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry of a folder").path();
        let is_foreign = path.file_name().is_some_and(|name| FOREIGN.iter().any(|foreign| name == *foreign));
        if path.is_dir() && !is_foreign {
            collect(root, &path, sources);
        } else if path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known)) {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
            sources.push((path.strip_prefix(root).expect("it is in the repository").to_path_buf(), text));
        }
    }
}

fn is_part_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part_of_word) && !behind.is_some_and(is_part_of_word)
    })
}

/// The text between backticks.
fn code_spans(page: &str) -> impl Iterator<Item = &str> {
    page.split("```").step_by(2).flat_map(|prose| prose.split('`').skip(1).step_by(2))
}

/// A relative path of a file or folder.
fn as_path(span: &str) -> Option<&str> {
    let is_plain = span.chars().all(|character| is_part_of_word(character) || "./-".contains(character));
    let has_extension =
        span.rsplit_once('.').is_some_and(|(name, extension)| !name.is_empty() && EXTENSIONS.contains(&extension));
    (is_plain && !span.starts_with("./") && (span.ends_with('/') || has_extension)).then_some(span)
}

/// `Type::member` of Rust, or `Class.member` of JavaScript.
fn as_member(span: &str) -> Option<(&str, &str)> {
    let (owner, member) = span.split_once("::").or_else(|| span.split_once('.'))?;
    let member = member.trim_end_matches("()").trim_start_matches('#');
    let is_name = |name: &str| !name.is_empty() && name.chars().all(is_part_of_word);
    let is_ours = owner.starts_with(|first: char| first.is_uppercase()) && member != "prototype";
    (is_ours && is_name(owner) && is_name(member)).then_some((owner, member))
}

/// The targets of links that lead to files of this repository.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target).filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
}

/// The part of a link that GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.chars()
        .filter(|it| is_part_of_word(*it) || " -".contains(*it))
        .map(|it| if it == ' ' { '-' } else { it })
        .collect()
}

#[test]
fn every_file_and_function_that_a_document_names_exists() {
    let repository = Repository::read();
    let mut missing = Vec::new();
    for page in PAGES {
        let folder = Path::new(page).parent().expect("a page is in a folder");
        for span in code_spans(&repository.text(page)) {
            let exists = match (as_path(span), as_member(span)) {
                (Some(path), _) => repository.has_path(path, folder),
                (None, Some((owner, member))) => repository.has_member(owner, member),
                (None, None) => true,
            };
            if !exists {
                missing.push(format!("{page}: `{span}`"));
            }
        }
    }
    assert!(missing.is_empty(), "there is no such file or function:\n{}", missing.join("\n"));
}

#[test]
fn every_link_of_a_document_leads_to_a_file_and_a_heading() {
    let repository = Repository::read();
    let mut broken = Vec::new();
    for page in PAGES.iter().copied().chain(["README.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md"]) {
        let text = repository.text(page);
        for link in links(&text) {
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => repository.root.join(page),
                _ => repository.root.join(page).with_file_name("").join(path),
            };
            let is_heading = |line: &str| line.starts_with('#') && anchor(line) == heading;
            let has_heading = || fs::read_to_string(&target).is_ok_and(|text| text.lines().any(is_heading));
            if !target.exists() || !heading.is_empty() && !has_heading() {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

#[test]
fn the_map_of_a_folder_names_each_of_its_files() {
    let repository = Repository::read();
    let maps = MAPPED.iter().map(|folder| (*folder, format!("{folder}/mod.rs"), "rs"));
    let mut unnamed = Vec::new();
    for (folder, map, extension) in maps.chain([("pkg/src", "pkg/src/README.md".to_owned(), "js")]) {
        let text = repository.text(&map);
        let named: BTreeSet<&str> = code_spans(&text).map(|span| span.rsplit('/').next().unwrap_or(span)).collect();
        let files = repository.sources.iter().map(|(path, _)| path).filter(|path| {
            path.starts_with(folder) && path.extension().is_some_and(|it| it == extension) && !path.ends_with("mod.rs")
        });
        // A folder that is a table of its own: one file for each way to import the package.
        let files = files.filter(|path| !path.starts_with("pkg/src/entries"));
        unnamed.extend(
            files.filter(|path| {
                path.file_name().and_then(|name| name.to_str()).is_none_or(|name| !named.contains(name))
            }),
        );
    }
    assert!(unnamed.is_empty(), "no map has {unnamed:?}");
}

#[test]
fn a_file_or_a_function_that_does_not_exist_is_found() {
    let repository = Repository::read();
    let here = Path::new("");
    assert!(repository.has_path("src/engine/mod.rs", here) && repository.has_path("lines.rs", here));
    assert!(!repository.has_path("src/engine/lines.rs", here) && !repository.has_path("src/nothing/", here));
    assert!(repository.has_member("Interpreter", "find") && repository.has_member("Exchange", "take"));
    assert!(!repository.has_member("Interpreter", "find_nothing") && !repository.has_member("NoSuchType", "find"));
    assert_eq!(as_path("src/lib.rs"), Some("src/lib.rs"));
    assert_eq!([as_path("./external"), as_path("text/event-stream"), as_path("a b/")], [None; 3]);
    assert_eq!(as_member("Exchange.#respond"), Some(("Exchange", "respond")));
    assert_eq!([as_member("reader.read()"), as_member("MessageEvent.prototype")], [None; 2]);
    assert_eq!(anchor("## From clone to a fix, in Rust"), "from-clone-to-a-fix-in-rust");
}
