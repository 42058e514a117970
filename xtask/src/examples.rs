//! `cargo xtask examples`: the apps in examples/, as `trunk build` makes them, without trunk.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::demo;
use crate::setup::Lock;
use crate::step;
use crate::wasm::{Module, Tools};
use crate::workspace::Workspace;

/// Build the example apps in examples/ into target/examples/. With --serve, show them on local pages.
///
/// Installs what is missing, as `build` does. In its own directory, each app also works with `trunk serve`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Serve the apps with their live streams until Ctrl-C
    #[arg(long)]
    serve: bool,
    /// The port of the pages on 127.0.0.1
    #[arg(long, default_value_t = 8080, requires = "serve")]
    port: u16,
}

/// Each is a directory of examples/ with a package `example-NAME`.
const APPS: [&str; 3] = ["dioxus", "leptos", "yew"];

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if !options.serve {
        return build(workspace).map(|()| ExitCode::SUCCESS);
    }
    demo::check_port(options.port)?;
    build(workspace)?;
    // In the repository, wherever cargo's target directory is: so it is in `build`.
    demo::serve(workspace, options.port, &["/=target/examples"], |origin| {
        APPS.map(|app| format!("{origin}/{app}/")).join("\n    ")
    })
}

/// Makes target/examples/NAME/ of every app.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let tools = Tools::ensure(workspace)?;
    step::announce("compiling the examples to WebAssembly");
    let packages = APPS.map(|app| format!("example-{app}"));
    tools.compile(workspace, &packages.each_ref().map(String::as_str), &[])?;
    let _lock = Lock::acquire(workspace, "examples")?;
    for (app, package) in APPS.iter().zip(&packages) {
        let directory = workspace.root.join("target/examples").join(app);
        let what = format!("the {app} example");
        let module = Module { what: &what, compiled: package, name: app, directory: directory.clone(), options: &[] };
        tools.bind(workspace, &module)?;
        write_page(&workspace.root.join("examples").join(app), app, &directory)?;
    }
    Ok(())
}

/// Writes the page and what it links to.
fn write_page(sources: &Path, app: &str, directory: &Path) -> Result<()> {
    let source = sources.join("index.html");
    let html = fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
    let page = Page::new(&html, app).with_context(|| format!("in {}", source.display()))?;
    for file in &page.files {
        let from = sources.join(file);
        let name = file.file_name().with_context(|| format!("{} is no file", from.display()))?;
        fs::copy(&from, directory.join(name)).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    fs::write(directory.join("index.html"), page.html).context("cannot write the page")
}

/// A page as it is served, and the files it needs beside it.
#[derive(Debug, PartialEq)]
struct Page {
    html: String,
    files: Vec<PathBuf>,
}

impl Page {
    /// From a page whose links are written for trunk, each on a line of its own.
    fn new(source: &str, app: &str) -> Result<Self> {
        let mut page = Self { html: String::new(), files: Vec::new() };
        for line in source.lines() {
            match line.trim_start().strip_prefix("<link data-trunk ") {
                Some(link) => {
                    page.html.push_str(&line[..line.len() - line.trim_start().len()]);
                    page.link(link, app)?;
                }
                None => page.html.push_str(line),
            }
            page.html.push('\n');
        }
        Ok(page)
    }

    fn link(&mut self, link: &str, app: &str) -> Result<()> {
        let rel = match attribute(link, "rel") {
            Some("rust") => {
                let script = format!("<script type=\"module\">import start from \"./{app}.js\"; start();</script>");
                self.html.push_str(&script);
                return Ok(());
            }
            Some("css") => "stylesheet",
            Some("icon") => "icon",
            _ => bail!("only links to rust, css and icon are known here, and not `{link}`"),
        };
        let file = PathBuf::from(attribute(link, "href").with_context(|| format!("no href in `{link}`"))?);
        let name = file.file_name().with_context(|| format!("no file in `{link}`"))?.to_string_lossy();
        self.html.push_str(&format!("<link rel=\"{rel}\" href=\"{name}\">"));
        self.files.push(file);
        Ok(())
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_for_trunk_become_those_of_a_page() -> Result<()> {
        let source = "<head>\n  <link data-trunk rel=\"rust\">\n  <link data-trunk rel=\"css\" href=\"../style.css\">\n\
                      \x20 <link data-trunk rel=\"icon\" href=\"../../www/icon.svg\">\n</head>\n";
        let html = "<head>\n  <script type=\"module\">import start from \"./yew.js\"; start();</script>\n  \
                    <link rel=\"stylesheet\" href=\"style.css\">\n  <link rel=\"icon\" href=\"icon.svg\">\n</head>\n";
        let files = vec!["../style.css".into(), "../../www/icon.svg".into()];
        assert_eq!(Page::new(source, "yew")?, Page { html: html.to_owned(), files });
        Ok(())
    }

    #[test]
    fn a_link_that_only_trunk_knows_is_refused() {
        assert!(Page::new("<link data-trunk rel=\"sass\" href=\"a.scss\">", "yew").is_err());
        assert!(Page::new("<link data-trunk rel=\"css\">", "yew").is_err());
    }
}
