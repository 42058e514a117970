//! Every client over every stream in pieces of every size. `PAGE`, if set, is the file that is to tell of it.

use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkId, Criterion, Throughput};
use parser_benchmarks::clients::Client;
use parser_benchmarks::feed::Feed;
use parser_benchmarks::page::{Cell, Page, Row};
use parser_benchmarks::streams::{self, SIZES, STREAMS, Stream};
use parser_benchmarks::tally::{Count, Tally};
use rustix::time::{ClockId, clock_gettime};

/// Who takes longer for a stream is measured once and not again and again.
const SLOW: Duration = Duration::from_millis(300);
/// Who takes longer than this is stopped.
const PATIENCE: Duration = Duration::from_secs(5);

/// The time that this thread had a processor: another program that wants one too takes nothing off the result.
struct ProcessorTime;

impl ProcessorTime {
    fn now() -> Duration {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    }
}

impl Measurement for ProcessorTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        Self::now()
    }

    fn end(&self, start: Duration) -> Duration {
        Self::now() - start
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

/// What criterion has written: nanoseconds, and for how many readings.
#[derive(serde::Deserialize)]
struct Sample {
    iters: Vec<f64>,
    times: Vec<f64>,
}

fn main() {
    // Criterion would leave out what is not asked for, but it would be read once to no purpose.
    let filter = env::args().skip(1).rfind(|argument| !argument.starts_with('-')).unwrap_or_default();
    let rounds = env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1);
    let mut page = Page::default();
    // In rounds, so that all take turns: what disturbs the machine for a while disturbs all.
    for _ in 0..rounds {
        round(&filter, &mut page);
    }
    if let Ok(path) = env::var("PAGE") {
        page.write(Path::new(&path));
    }
    page.print();
}

fn round(filter: &str, page: &mut Page) {
    // One of its own for each round: it would give what it has measured before another name.
    let criterion = &mut Criterion::default()
        .with_measurement(ProcessorTime)
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(150))
        .sample_size(10)
        .nresamples(1_000)
        .configure_from_args();
    for (letter, ..) in STREAMS {
        for (size, size_name) in SIZES {
            let is_asked_for = |client: &Client| {
                let name = format!("{letter} {size_name}/{}", client.name());
                filter.split('|').any(|part| name.contains(part))
            };
            let clients: Vec<_> = Client::ALL.into_iter().filter(is_asked_for).collect();
            if clients.is_empty() {
                continue;
            }
            let stream = streams::make(letter, size);
            for client in clients {
                let row = Row { letter, size_name, client };
                if page.is_settled(row) {
                    continue;
                }
                let cell = first_reading(client, &stream, size).unwrap_or_else(|| {
                    let group = format!("{letter} {size_name}");
                    measure(criterion, &group, client, &stream, size);
                    estimate(&group, client).map_or(Cell::Missing, |seconds| speed(stream.bytes.len(), seconds))
                });
                page.add(row, cell);
            }
        }
    }
}

/// What is to be said of it already: that it is wrong, or too slow to be read twice.
fn first_reading(client: Client, stream: &Stream, size: usize) -> Option<Cell> {
    let start = ProcessorTime::now();
    let feed = Feed::new(&stream.bytes, size, Some(Instant::now() + PATIENCE));
    let taken = feed.taken();
    let mut tally = Tally::default();
    client.read(feed, &mut tally);
    let taken = taken.load(std::sync::atomic::Ordering::Relaxed);
    if taken < stream.bytes.len() {
        return Some(speed(taken, (ProcessorTime::now() - start).as_secs_f64()).settled(true));
    }
    if client != Client::Floor && tally != stream.expected {
        return Some(Cell::Wrong);
    }
    let start = ProcessorTime::now();
    client.read(Feed::new(&stream.bytes, size, None), &mut Count::default());
    let elapsed = ProcessorTime::now() - start;
    (elapsed > SLOW).then(|| speed(taken, elapsed.as_secs_f64()).settled(false))
}

fn measure(criterion: &mut Criterion<ProcessorTime>, group: &str, client: Client, stream: &Stream, size: usize) {
    let mut group = criterion.benchmark_group(group);
    group.throughput(Throughput::Bytes(stream.bytes.len() as u64));
    group.bench_function(BenchmarkId::from_parameter(client.name()), |bencher| {
        bencher.iter(|| {
            let mut count = Count::default();
            client.read(Feed::new(&stream.bytes, size, None), &mut count);
            count
        });
    });
    group.finish();
}

/// The fastest of criterion's samples, in seconds: what disturbs it can only make it slower.
fn estimate(group: &str, client: Client) -> Option<f64> {
    let home = PathBuf::from(env::var_os("CRITERION_HOME")?);
    let path = home.join(group).join(client.name()).join("new/sample.json");
    let sample: Sample = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    let each = sample.times.iter().zip(&sample.iters).map(|(time, iterations)| time / iterations / 1e9);
    each.min_by(f64::total_cmp)
}

fn speed(bytes: usize, seconds: f64) -> Cell {
    Cell::Speed { megabytes: bytes as f64 / seconds / 1e6, is_bound: false, is_settled: false }
}
