//! A million event sources lose their server at once. Who asks for it when, until all are connected again?
//!
//! `reconnecting PAGE.md` runs the simulations and writes the page, and the plot beside it. The same source gives the same
//! numbers on every machine.

mod ours;
mod peers;
mod plot;
mod report;
mod simulation;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;
use std::{env, fs, thread};

use fastrand::Rng;
use wasm_eventsource::connection::Reconnect;

use crate::ours::{Engines, Where};
use crate::peers::{Herd, PEERS, Peer};
use crate::simulation::{Measured, Overload, Time, World, run};

const SEED: u64 = 2026;

/// The world of the page, but for what is said of each table.
const WORLD: World =
    World { clients: 1_000_000, outage: 60_000, capacity: 5_000, backlog: 5_000, overload: Overload::Refuse };

/// A server that is restarted.
const RESTART: World = World { outage: 1_000, ..WORLD };

/// The reconnection times that a server may spread its clients over, in milliseconds.
const SPREAD: (Time, Time) = (3_000, 30_000);

/// Engines that run at the same time: each takes half a gigabyte.
const AT_ONCE: usize = 4;

/// What is simulated: a name, and the clients in their world.
struct Job {
    name: String,
    world: World,
    herd: Kind,
}

enum Kind {
    Ours { place: Where, policy: Reconnect, retry: Option<(Time, Time)> },
    Peer(Peer),
    Native { retry: (Time, Time) },
}

/// The rows of a table.
type Rows = Vec<(String, Measured)>;

fn main() -> Result<(), Box<dyn Error>> {
    let page = PathBuf::from(env::args_os().nth(1).ok_or("where to is the page to be written?")?);
    let drawing = page.with_extension("svg");
    let rows = simulate(all(&WORLD));
    let restart = simulate(all(&RESTART));
    let refused = simulate(all(&World { overload: Overload::Unavailable, ..WORLD }));
    let levers = simulate(levers());
    let panels = report::PANELS.map(|name| report::find(&rows, name));
    fs::write(&drawing, plot::draw(&WORLD, &panels, 1)?)?;
    let drawing = drawing.file_name().and_then(|name| name.to_str()).ok_or("the page has no name")?;
    fs::write(
        &page,
        report::page(&report::Results { rows: &rows, restart: &restart, refused: &refused, levers: &levers }, drawing),
    )?;
    Ok(())
}

/// Everybody in this world.
fn all(world: &World) -> Vec<Job> {
    let ours =
        [(report::PAGE, Where::SameOrigin), (report::OTHER_ORIGIN, Where::OtherOrigin), (report::NODE, Where::Node)];
    let ours =
        ours.map(|(name, place)| job(name, world, Kind::Ours { place, policy: Reconnect::default(), retry: None }));
    ours.into_iter().chain(PEERS.map(|peer| job(peer.name, world, Kind::Peer(peer)))).collect()
}

/// What a server, or an application, can do about it.
fn levers() -> Vec<Job> {
    let ours = |policy, retry| Kind::Ours { place: Where::SameOrigin, policy, retry };
    let default = Reconnect::default;
    let patient = || Reconnect::default().statuses([503]);
    let overload = |overload| World { overload, ..WORLD };
    vec![
        job(
            "Chromium, and the server has sent each client a `retry` of its own, 3 to 30 s",
            &WORLD,
            Kind::Native { retry: SPREAD },
        ),
        job("ours, the same `retry`", &WORLD, ours(default(), Some(SPREAD))),
        job("ours, and the server has sent all `retry: 3000`", &WORLD, ours(default(), Some((3_000, 3_000)))),
        job("ours, `maxDelay: 120_000`", &WORLD, ours(default().max_delay(Duration::from_secs(120)), None)),
        job(
            "ours, `retry` of its own for each and `maxDelay: 120_000`",
            &WORLD,
            ours(default().max_delay(Duration::from_secs(120)), Some(SPREAD)),
        ),
        job("ours, 503, `statuses: [503]`", &overload(Overload::Unavailable), ours(patient(), None)),
        job("… and `Retry-After: 60` for all", &overload(Overload::RetryAfter(60_000)), ours(patient(), None)),
        job(
            "… and a `Retry-After` at random, 0 to 200 s",
            &overload(Overload::SpreadRetryAfter(200_000)),
            ours(patient(), None),
        ),
    ]
}

fn job(name: &str, world: &World, herd: Kind) -> Job {
    Job { name: name.into(), world: *world, herd }
}

/// Several at a time; what comes out does not depend on it.
fn simulate(jobs: Vec<Job>) -> Rows {
    let count = jobs.len();
    let jobs = Mutex::new(jobs.into_iter().enumerate());
    let rows = Mutex::new(Vec::with_capacity(count));
    let threads = thread::available_parallelism().map_or(1, usize::from).min(AT_ONCE);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = jobs.lock().expect("nobody panics").next();
                    let Some((number, job)) = next else { break };
                    let row = (job.name.clone(), perform(&job));
                    eprintln!("{}", row.0);
                    rows.lock().expect("nobody panics").push((number, row));
                }
            });
        }
    });
    let mut rows = rows.into_inner().expect("nobody panics");
    rows.sort_by_key(|(number, _)| *number);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn perform(Job { world, herd, .. }: &Job) -> Measured {
    let rng = &mut Rng::with_seed(SEED);
    match herd {
        Kind::Ours { place, policy, retry } => {
            run(world, &mut Engines::connected(world.clients, *place, policy, *retry, rng), SEED)
        }
        Kind::Peer(peer) => run(world, &mut Herd::new(world.clients, *peer), SEED),
        Kind::Native { retry } => run(world, &mut Herd::native_with_retry(world.clients, *retry, rng), SEED),
    }
}
