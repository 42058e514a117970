//! Static files.

use std::path::{Path, PathBuf};

use reqwest::StatusCode;
use test_server::{Options, Root};

use crate::client::Fixture;

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        for (file, text) in files {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        Self(folder)
    }

    fn at(&self, prefix: &str) -> Root {
        Root { prefix: prefix.to_owned(), folder: self.0.clone() }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn fixture(roots: Vec<Root>) -> Fixture {
    Fixture::with(Options { roots, ..Options::default() }).await
}

#[tokio::test]
async fn files_have_the_types_that_modules_and_wasm_need_and_are_never_stored() {
    let folder = Folder::new("types", &[("a.js", ""), ("a.mjs", ""), ("a.wasm", ""), ("index.html", "index")]);
    let fixture = fixture(vec![folder.at("/")]).await;
    for (path, expected) in [
        ("/a.js", "text/javascript"),
        ("/a.mjs", "text/javascript"),
        ("/a.wasm", "application/wasm"),
        ("/", "text/html"),
    ] {
        let response = fixture.get(path).await;
        assert_eq!(response.headers()["content-type"], expected, "{path}");
        assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
    }
    assert_eq!(fixture.get("/none").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_longest_matching_prefix_wins_and_folders_redirect_within_it() {
    let first = Folder::new("first", &[("pkg/a.js", "first")]);
    let second = Folder::new("second", &[("a.js", "second"), ("dist/index.html", "dist")]);
    let fixture = fixture(vec![first.at("/"), second.at("/pkg")]).await;
    assert_eq!(fixture.get("/pkg/a.js").await.text().await.expect("a text"), "second");
    let response = fixture.get("/pkg/dist").await;
    assert_eq!(response.headers()["location"], "/pkg/dist/");
    assert_eq!(fixture.get("/pkg/dist/").await.text().await.expect("a text"), "dist");
}

#[tokio::test]
async fn csp_serves_a_page_with_the_policy() {
    let folder = Folder::new("csp", &[("page.html", "page")]);
    let fixture = fixture(vec![folder.at("/")]).await;
    let response = fixture.get("/csp?page=/page.html&policy=script-src%20'self'").await;
    assert_eq!(response.headers()["content-security-policy"], "script-src 'self'");
    assert_eq!(response.headers()["content-type"], "text/html");
    assert_eq!(response.text().await.expect("a text"), "page");
}
