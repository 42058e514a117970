//! A few seconds of the simulation, and the seeds that have found a fault once.

use simulation::{Scenario, run, trace};

/// They are repeated first. A change of the simulation makes other scenarios of them; they are still as good as any.
const REMEMBERED: [u64; 10] = [3, 5, 37, 71, 75, 122, 166, 1318, 3171, 11839];

fn hold(seed: u64) -> u64 {
    let scenario = Scenario::of(seed);
    match run(&scenario) {
        Ok(tally) => tally.faults.iter().sum(),
        Err(failure) => {
            panic!("seed {seed}: {}\n{}", failure.what, trace(&scenario).join("\n"));
        }
    }
}

#[test]
fn the_guarantees_hold_where_they_were_broken_once() {
    assert!(REMEMBERED.into_iter().map(hold).sum::<u64>() > 200);
}

#[test]
fn the_guarantees_hold_whatever_happens() {
    let mut seeds = 10_000..;
    let mut faults = 0;
    while faults < 700 {
        faults += seeds.next().map_or(0, hold);
    }
    assert!(seeds.start > 10_005);
}

#[test]
fn a_seed_always_gives_the_same_run() {
    let scenario = Scenario::of(7);
    assert_eq!(trace(&scenario), trace(&scenario));
}
