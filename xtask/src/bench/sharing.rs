//! What sharing a connection costs, measured in windows of browsers by benches/sharing/.

use anyhow::Result;

use super::rust_clients::test_server;
use crate::build;
use crate::process;
use crate::setup::browsers;
use crate::step;
use crate::workspace::Workspace;

/// In the repository.
const SCRIPT: &str = "benches/sharing/main.mjs";
const PAGE: &str = "docs/sharing-benchmarks.md";

/// Builds, measures, and writes the page.
pub(crate) fn run(workspace: &Workspace, rounds: u32) -> Result<()> {
    let browsers = browsers::ensure(workspace)?;
    build::run(workspace)?;
    let server = test_server(workspace)?;
    step::timed(&format!("measuring shared connections in Chromium and Firefox, {rounds} rounds"), || {
        process::run(
            process::command("node", &workspace.root)
                .env("TEST_SERVER", server)
                .env("CHROMIUM", &browsers.chromium)
                .env("CHROMEDRIVER", &browsers.chromedriver)
                .env("FIREFOX", &browsers.firefox)
                .env("GECKODRIVER", &browsers.geckodriver)
                .args([SCRIPT, PAGE, "--rounds", &rounds.to_string()]),
        )
    })?;
    step::announce(&format!("{PAGE} is written"));
    Ok(())
}
