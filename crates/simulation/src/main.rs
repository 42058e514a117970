//! `cargo xtask simulate` runs this.

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use simulation::{Fault, KINDS, Scenario, Tally, run, shrink, trace};

/// Sources that share a connection, in a simulated browser, with faults of every kind. Ends at the first broken guarantee, with a
/// short trace of it.
#[derive(Parser)]
struct Options {
    /// How many faults there have to be
    #[arg(long, default_value_t = 20_000)]
    faults: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this seed, and its trace
    #[arg(long)]
    only: Option<u64>,
    /// Go on after a failure, and count them
    #[arg(long)]
    keep_going: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let start = Instant::now();
    let mut sum = Tally::default();
    let mut seed = options.only.unwrap_or(options.seed);
    let first = seed;
    let mut failed = 0;
    let mut shown = start;
    loop {
        let one = Instant::now();
        let scenario = Scenario::of(seed);
        match panic::catch_unwind(AssertUnwindSafe(|| run(&scenario))) {
            Ok(Ok(tally)) => add(&mut sum, &tally),
            Ok(Err(failure)) if options.keep_going => {
                println!("seed {seed}: {}", failure.what);
                failed += 1;
            }
            Ok(Err(failure)) => {
                println!("seed {seed}: {}", failure.what);
                show(&scenario);
                return ExitCode::FAILURE;
            }
            Err(_) => {
                println!("seed {seed}: the machine panicked");
                return ExitCode::FAILURE;
            }
        }
        if one.elapsed() >= Duration::from_secs(2) {
            println!("seed {seed} took {:.1} s", one.elapsed().as_secs_f64());
        }
        let faults: u64 = sum.faults.iter().sum();
        seed += 1;
        if shown.elapsed() >= Duration::from_secs(10) {
            println!("{faults} faults, {} seeds, {} s", seed - first, start.elapsed().as_secs());
            shown = Instant::now();
        }
        if options.only.is_some() || faults >= options.faults {
            break;
        }
    }
    report(&sum, seed - first, start.elapsed());
    if failed > 0 {
        println!("{failed} seeds failed");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn show(scenario: &Scenario) {
    let small = shrink(scenario, 2_000);
    println!("{:#?}", small.setting);
    trace(&small).iter().for_each(|line| println!("{line}"));
    small.acts.iter().for_each(|act| println!("{act:?}"));
}

fn add(sum: &mut Tally, tally: &Tally) {
    (0..KINDS).for_each(|kind| sum.faults[kind] += tally.faults[kind]);
    sum.events += tally.events;
    sum.errors += tally.errors;
    sum.sources += tally.sources;
    sum.alone += tally.alone;
    sum.time += tally.time;
    sum.longest = sum.longest.max(tally.longest);
}

fn report(sum: &Tally, seeds: u64, time: Duration) {
    for kind in 0..KINDS {
        println!("{:>9} {}", sum.faults[kind], Fault::NAMES[kind]);
    }
    let faults: u64 = sum.faults.iter().sum();
    println!(
        "{faults} faults, {seeds} seeds, {} sources ({} alone in the end), {} events, {} errors",
        sum.sources, sum.alone, sum.events, sum.errors
    );
    println!(
        "{:.1} h simulated in {:.1} s; at most {:.0} s until all was well",
        sum.time.as_secs_f64() / 3600.0,
        time.as_secs_f64(),
        sum.longest.as_secs_f64()
    );
}
