//! Makes a scenario that fails as small as possible.

use crate::scenario::Scenario;
use crate::world::run;

/// A smaller scenario that fails, too. `attempts` bounds how many are tried.
pub fn shrink(scenario: &Scenario, attempts: usize) -> Scenario {
    let mut best = scenario.clone();
    let mut left = attempts;
    let kind = run(scenario).err().map(|failure| failure.kind());
    let mut fails = |candidate: &Scenario| {
        left = left.saturating_sub(1);
        left > 0 && run(candidate).err().map(|failure| failure.kind()) == kind
    };
    loop {
        let before = (best.acts.len(), best.setting.tabs, best.setting.rounds);
        let mut size = best.acts.len().div_ceil(2);
        while size > 0 {
            let mut at = 0;
            while at < best.acts.len() {
                let mut candidate = best.clone();
                candidate.acts.drain(at..(at + size).min(candidate.acts.len()));
                if fails(&candidate) {
                    best = candidate;
                } else {
                    at += size;
                }
            }
            size /= 2;
        }
        for change in SIMPLER {
            let mut candidate = best.clone();
            change(&mut candidate);
            if fails(&candidate) {
                best = candidate;
            }
        }
        if before == (best.acts.len(), best.setting.tabs, best.setting.rounds) {
            return best;
        }
    }
}

const SIMPLER: [fn(&mut Scenario); 8] = [
    |scenario| scenario.setting.tabs = (scenario.setting.tabs - 1).max(1),
    |scenario| scenario.setting.rounds = (scenario.setting.rounds - 1).max(1),
    |scenario| scenario.setting.rounds = scenario.acts.last().map_or(1, |act| act.round + 1),
    |scenario| {
        scenario.acts.iter_mut().for_each(|act| act.round = act.round.saturating_sub(1));
        scenario.setting.rounds = (scenario.setting.rounds - 1).max(1);
    },
    |scenario| scenario.setting.replay = 0,
    |scenario| scenario.setting.linger = 0,
    |scenario| scenario.setting.idle_timeout = None,
    |scenario| scenario.setting.pace = 5_000,
];
