//! Running other programs: with a clear line when they fail, and never leaving one behind.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The process groups that are running, each by the id of its leader.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// A command that runs in `directory` and does not see what `cargo run` has set for xtask itself.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory);
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    // What is installed, and when, is decided by the steps of xtask: rustup must not update a toolchain on its own.
    if env::var_os("RUSTUP_AUTO_INSTALL").is_none() {
        command.env("RUSTUP_AUTO_INSTALL", "0");
    }
    command
}

/// The command as a person would type it, for messages.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut line = program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`", shown(command))
}

/// Runs a command whose output the user should see; an error if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` failed ({status}); its own message is above", shown(command));
    }
    Ok(())
}

/// Runs a command quietly and returns what it printed; an error with its last line if it fails.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let last = stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it printed nothing");
        bail!("`{}` failed ({}): {last}", shown(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a command quietly, only to learn whether it succeeds.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The first program of these names on PATH.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| {
        env::split_paths(&path)
            .map(|directory| directory.join(name))
            .find(|file| fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0))
    })
}

/// PATH with these directories in front.
pub(crate) fn path_with(directories: &[PathBuf]) -> Result<std::ffi::OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let all = directories.iter().cloned().chain(env::split_paths(&path));
    env::join_paths(all).context("a directory on PATH has a colon in its name")
}

/// A child in a process group of its own, so that it can be ended together with all that it has started.
pub(crate) struct Group {
    pub(crate) child: Child,
}

impl Group {
    pub(crate) fn spawn(command: &mut Command) -> Result<Self> {
        // Held while spawning: a signal in between must not miss the new group.
        let mut groups = GROUPS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let child = command.process_group(0).spawn().with_context(|| cannot_start(command))?;
        groups.insert(raw_id(&child));
        Ok(Self { child })
    }

    /// Ends the child and everything below it at once.
    pub(crate) fn kill(&mut self) {
        end(raw_id(&self.child));
        let _ = self.child.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
        GROUPS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&raw_id(&self.child));
    }
}

fn raw_id(child: &Child) -> i32 {
    child.id().cast_signed()
}

fn end(leader: i32) {
    let Some(group) = Pid::from_raw(leader) else { return };
    // Drivers start browsers in groups of their own: find these before their parents are gone.
    let below = descendants(leader);
    let _ = kill_process_group(group, Signal::KILL);
    for id in below.into_iter().filter_map(Pid::from_raw) {
        let _ = kill_process(id, Signal::KILL);
    }
}

/// The ids of all processes below this one, where /proc tells (Linux); none elsewhere.
fn descendants(ancestor: i32) -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let parents: Vec<(i32, i32)> = entries
        .flatten()
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            Some((id, parent_in(&stat)?))
        })
        .collect();
    let mut found = vec![ancestor];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        next += 1;
    }
    found.split_off(1)
}

/// The parent's id in a line of /proc/ID/stat: the second field after the name, which may itself contain brackets.
fn parent_in(stat: &str) -> Option<i32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// On Ctrl-C or a request to end, ends what is running and then xtask.
pub(crate) fn stop_children_on_signals() -> Result<()> {
    ctrlc::set_handler(|| {
        let groups = GROUPS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        for leader in groups.iter() {
            end(*leader);
        }
        eprintln!("\nstopped");
        std::process::exit(130);
    })
    .context("cannot listen for Ctrl-C")
}

/// One pipe that takes both outputs of a command, so that their lines stay in order.
pub(crate) fn merged_output(command: &mut Command) -> io::Result<io::PipeReader> {
    let (reader, writer) = io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    Ok(reader)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_is_found_behind_a_name_with_brackets() {
        assert_eq!(parent_in("42 (a) b (c)) S 7 42 42 0"), Some(7));
        assert_eq!(parent_in("nonsense"), None);
    }

    #[test]
    fn ending_a_group_ends_what_its_leader_started_in_another_group() -> Result<()> {
        let mut command = command("sh", Path::new("/"));
        command.args(["-c", "setsid sleep 60 & echo $!; wait"]);
        let mut output = merged_output(&mut command)?;
        let mut group = Group::spawn(&mut command)?;
        drop(command);
        let mut byte = [0];
        io::Read::read_exact(&mut output, &mut byte)?;
        group.kill();
        // The pipe ends only when nobody holds it any more.
        io::Read::read_to_end(&mut output, &mut Vec::new())?;
        Ok(())
    }
}
