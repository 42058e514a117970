//! `cargo xtask fuzz`: libFuzzer on the parser and on the engine.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::process::{self, Group};
use crate::setup::{cargo_tools, debian, nightly};
use crate::step;
use crate::workspace::Workspace;

/// Run the fuzzers of the parser and of the engine.
///
/// The parser must agree with the naive interpreter in tests/support/, however the stream is cut. The engine must keep the
/// invariants in fuzz/src/invariants.rs, whatever its driver reports. Stops at the first fault, and names its input. Installs what
/// is missing: a nightly Rust (by rustup), cargo-fuzz (in this project's cache directory), and a C++ compiler (by apt).
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this target
    #[arg(value_enum)]
    target: Option<Target>,
    /// How long each target runs
    #[arg(long, default_value_t = 60, value_name = "N")]
    seconds: u64,
    /// Run until the parser has read 10^9 bytes and the engine 10^7 sequences, however long that takes
    #[arg(long, conflicts_with = "seconds")]
    full: bool,
    /// Then replace the inputs in fuzz/corpus/ by the fewest that cover the same code
    #[arg(long)]
    keep: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    /// Streams, through the parser and the naive interpreter
    Parser,
    /// Sequences of operations, through the engine
    Engine,
}

/// What has gone through a target, as fuzz/src/count.rs writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    inputs: u64,
    size: u64,
}

/// In the repository.
const FOLDER: &str = "fuzz";
/// How often the progress is shown.
const PROGRESS: Duration = Duration::from_secs(10);
/// How many of the last lines of libFuzzer are shown after a fault.
const LAST_LINES: usize = 120;

impl Target {
    fn name(self) -> &'static str {
        match self {
            Self::Parser => "parser",
            Self::Engine => "engine",
        }
    }

    /// The longest input. Sequences are short, so that there are many.
    fn max_length(self) -> usize {
        match self {
            Self::Parser => 4096,
            Self::Engine => 160,
        }
    }

    /// The longest input that is kept in the repository.
    fn max_kept(self) -> usize {
        match self {
            Self::Parser => 192,
            Self::Engine => 128,
        }
    }

    fn is_full(self, count: Count) -> bool {
        match self {
            Self::Parser => count.size >= 1_000_000_000,
            Self::Engine => count.inputs >= 10_000_000,
        }
    }

    fn told(self, count: Count) -> String {
        let Count { inputs, size } = count;
        match self {
            Self::Parser => format!("{inputs} inputs, {size} bytes of streams"),
            Self::Engine => format!("{inputs} sequences, {size} operations"),
        }
    }
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if process::find(&["c++"]).is_none() {
        debian::install(workspace, &["g++"], "libFuzzer, which is in C++,")?;
    }
    let fuzzer = Fuzzer {
        workspace,
        toolchain: nightly::ensure(workspace)?,
        tools: cargo_tools::cargo_fuzz(workspace)?,
        folder: workspace.target.join("fuzz"),
    };
    fuzzer.build()?;
    let targets = options.target.map_or(vec![Target::Parser, Target::Engine], |target| vec![target]);
    let mut told = Vec::new();
    for target in targets {
        let seconds = if options.full { None } else { Some(options.seconds) };
        let count = fuzzer.fuzz(target, seconds)?;
        told.push(format!("{}: {}", target.name(), target.told(count)));
        if options.keep {
            fuzzer.keep(target)?;
        }
    }
    step::announce("nothing was found");
    println!("{}", told.join("\n"));
    Ok(ExitCode::SUCCESS)
}

struct Fuzzer<'a> {
    workspace: &'a Workspace,
    /// The name of the nightly Rust in rustup.
    toolchain: String,
    /// The directory with cargo-fuzz.
    tools: PathBuf,
    /// Where everything is written to.
    folder: PathBuf,
}

impl Fuzzer<'_> {
    /// `cargo fuzz` with these arguments. The library forbids unsafe code, so no sanitizer is needed, and all is several times
    /// as fast without.
    fn cargo_fuzz(&self, arguments: &[&str]) -> Result<std::process::Command> {
        let mut command = process::command("cargo", &self.workspace.root);
        command
            .env("PATH", process::path_with(std::slice::from_ref(&self.tools))?)
            .env("RUSTUP_TOOLCHAIN", &self.toolchain);
        command.arg("fuzz").args(arguments).args(["--fuzz-dir", FOLDER, "--sanitizer", "none", "--target-dir"]);
        command.arg(&self.folder);
        Ok(command)
    }

    fn build(&self) -> Result<()> {
        step::announce("building the fuzzers");
        process::run(&mut self.cargo_fuzz(&["build"])?)
    }

    /// The inputs that are found, beside those in the repository.
    fn found(&self, target: Target) -> PathBuf {
        self.folder.join("corpus").join(target.name())
    }

    fn kept(&self, target: Target) -> PathBuf {
        self.workspace.root.join(FOLDER).join("corpus").join(target.name())
    }

    /// Runs a target for so long, or until it is full.
    fn fuzz(&self, target: Target, seconds: Option<u64>) -> Result<Count> {
        let name = target.name();
        let (found, kept) = (self.found(target), self.kept(target));
        fs::create_dir_all(&found).with_context(|| format!("cannot create {}", found.display()))?;
        let (counted, log) = (self.folder.join(format!("{name}.count")), self.folder.join(format!("{name}.log")));
        let _ = fs::remove_file(&counted);
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = self.cargo_fuzz(&["run", name])?;
        command.args([&found, &kept]).args(["--", "-len_control=0", "-print_final_stats=1"]);
        command.arg(format!("-max_len={}", target.max_length()));
        command.arg(format!("-max_total_time={}", seconds.unwrap_or_default()));
        command.arg(format!("-artifact_prefix={}/{name}-", self.folder.display()));
        let dictionary = self.workspace.root.join(FOLDER).join("dictionaries").join(format!("{name}.dict"));
        if dictionary.is_file() {
            command.arg(format!("-dict={}", dictionary.display()));
        }
        command.env("FUZZ_COUNT", &counted).env("RUST_BACKTRACE", "0").stdin(std::process::Stdio::null());
        command.stdout(output.try_clone()?).stderr(output);

        step::announce(&format!("fuzzing the {name}; what libFuzzer says goes to {}", log.display()));
        let start = Instant::now();
        let mut shown = start;
        let mut group = Group::spawn(&mut command)?;
        loop {
            let ended = group.child.try_wait()?;
            let count = read_count(&counted);
            if ended.is_some() || shown.elapsed() >= PROGRESS {
                step::announce(&format!("{name}, {}: {}", step::elapsed(start.elapsed()), target.told(count)));
                shown = Instant::now();
            }
            match ended {
                Some(status) if status.success() => return Ok(count),
                Some(_) => {
                    show_end(&log);
                    bail!("the fuzzer of the {name} has found something: `cargo fuzz run {name} FILE` repeats it");
                }
                None if seconds.is_none() && target.is_full(count) => return Ok(count),
                None => thread::sleep(Duration::from_millis(200)),
            }
        }
    }

    /// Replaces the inputs in the repository. Whole sets are merged, so the result does not depend on what was kept before.
    fn keep(&self, target: Target) -> Result<()> {
        let name = target.name();
        let (found, kept) = (self.found(target), self.kept(target));
        let merged = self.folder.join(format!("{name}.merged"));
        let _ = fs::remove_dir_all(&merged);
        fs::create_dir_all(&merged)?;
        fs::create_dir_all(&kept)?;
        let mut command = self.cargo_fuzz(&["run", name])?;
        command.args([&merged, &found, &kept]).args(["--", "-set_cover_merge=1"]);
        command.arg(format!("-max_len={}", target.max_kept()));
        let output = File::create(self.folder.join(format!("{name}.merge.log")))?;
        command.stdout(output.try_clone()?).stderr(output);
        step::timed(&format!("looking for the inputs of the {name} to keep"), || process::run(&mut command))?;
        fs::remove_dir_all(&kept)?;
        copy_folder(&merged, &kept)
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

fn show_end(log: &Path) {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    // What the target says of its fault; the rest is libFuzzer's progress.
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(['#', '\t'])).collect();
    for line in &lines[lines.len().saturating_sub(LAST_LINES)..] {
        eprintln!("{line}");
    }
}

/// What a target has counted so far. It writes now and then, so this may be a little less.
fn read_count(file: &Path) -> Count {
    fs::read_to_string(file).ok().and_then(|text| parse_count(&text)).unwrap_or_default()
}

fn parse_count(text: &str) -> Option<Count> {
    let (inputs, size) = text.split_once(' ')?;
    Some(Count { inputs: inputs.parse().ok()?, size: size.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_is_half_written_is_none() {
        assert_eq!(parse_count("4096 1234567"), Some(Count { inputs: 4096, size: 1_234_567 }));
        assert_eq!(parse_count("40"), None);
        assert_eq!(parse_count(""), None);
    }

    #[test]
    fn bytes_fill_the_parser_and_sequences_the_engine() {
        let count = |inputs, size| Count { inputs, size };
        assert!(!Target::Parser.is_full(count(10_000_000, 999_999_999)));
        assert!(Target::Parser.is_full(count(1, 1_000_000_000)));
        assert!(!Target::Engine.is_full(count(9_999_999, 1_000_000_000)));
        assert!(Target::Engine.is_full(count(10_000_000, 0)));
    }
}
