//! A server with a bounded capacity, the network, and a million clients, in simulated time.

use fastrand::Rng;

/// Milliseconds since the server was lost.
pub type Time = u32;

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The connection that was open has broken. It is told first, and once.
    Lost,
    /// Nobody listens, or nobody has room: there is no response.
    Refused,
    /// 503, and `Retry-After` in milliseconds, 0 for none.
    Unavailable(Time),
    /// 200 and an event stream.
    Accepted,
}

/// What a client does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It sends a request after so many milliseconds.
    Request(Time),
    /// It holds the connection it was given.
    Hold,
    /// It is CLOSED, and comes back only if somebody reloads the page.
    GiveUp,
}

/// Clients that are told what came of their requests.
pub trait Clients {
    /// What the client of this number makes of it.
    fn next(&mut self, client: u32, outcome: Outcome, now: Time, rng: &mut Rng) -> Next;
}

/// The world that all policies meet.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub clients: u32,
    /// How long nobody listens.
    pub outage: Time,
    /// How many requests the server takes on in a second.
    pub capacity: u32,
    /// How many wait for their turn. One more is turned away.
    pub backlog: u32,
    /// How a server that is back turns away what it has no room for.
    pub overload: Overload,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overload {
    /// The connection is refused.
    Refuse,
    /// 503, without `Retry-After`.
    Unavailable,
    /// 503 with a `Retry-After` of so many milliseconds, the same for all.
    RetryAfter(Time),
    /// 503 with a `Retry-After` between nothing and so many milliseconds, for each another.
    SpreadRetryAfter(Time),
}

/// What is measured. A request is counted when it reaches the server, there or not.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Requests in each [`SLOT`].
    pub requests: Vec<u32>,
    /// Requests that found nobody.
    pub during_outage: u64,
    pub total: u64,
    /// Clients that gave up.
    pub lost: u32,
    /// When 99 of 100 clients were connected.
    pub most: Option<Time>,
    /// When the last was.
    pub all: Option<Time>,
}

/// The width of what is counted, in milliseconds.
pub const SLOT: Time = 10;

/// Nothing is asked of the future beyond this from any moment on.
const WHEEL: usize = 1 << 19;

/// Long enough for every policy that ends at all.
const HORIZON: Time = 3_600_000;

/// Something that happens to a client.
#[derive(Debug, Clone, Copy)]
struct Event {
    client: u32,
    what: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    /// Its request reaches the server.
    Arrives,
    /// It hears what came of it.
    Hears(Outcome),
}

/// What happens when: a bucket for each millisecond, in a ring.
struct Queue {
    ring: Vec<Vec<Event>>,
    pending: usize,
}

impl Queue {
    fn new() -> Self {
        Self { ring: vec![Vec::new(); WHEEL], pending: 0 }
    }

    fn push(&mut self, now: Time, delay: Time, event: Event) {
        let delay = delay as usize;
        assert!((1..WHEEL).contains(&delay), "a delay of {delay} ms");
        self.ring[(now as usize + delay) % WHEEL].push(event);
        self.pending += 1;
    }

    fn take(&mut self, now: Time) -> Vec<Event> {
        let events = std::mem::take(&mut self.ring[now as usize % WHEEL]);
        self.pending -= events.len();
        events
    }
}

/// The server after the outage: takes one request after the other, in the time that its capacity gives each.
struct Server {
    /// When it has worked off what waits, in microseconds.
    free_at: u64,
    each: u64,
    patience: u64,
}

impl Server {
    fn new(world: &World) -> Self {
        let each = 1_000_000 / u64::from(world.capacity);
        Self { free_at: 0, each, patience: each * u64::from(world.backlog) }
    }

    /// When a request that arrives now is answered, if there is room for it.
    fn admit(&mut self, now: Time) -> Option<Time> {
        let now = u64::from(now) * 1000;
        let starts = self.free_at.max(now);
        if starts - now >= self.patience {
            return None;
        }
        self.free_at = starts + self.each;
        Some(((self.free_at - now) / 1000) as Time)
    }
}

/// Lets it happen.
pub fn run(world: &World, clients: &mut dyn Clients, seed: u64) -> Measured {
    let mut rng = Rng::with_seed(seed);
    // One way, in milliseconds: half a round trip of 20 to 200.
    let latency: Vec<u8> = (0..world.clients).map(|_| rng.u8(10..=100)).collect();
    let mut queue = Queue::new();
    let mut server = Server::new(world);
    for (client, latency) in (0..).zip(&latency) {
        queue.push(0, (*latency).into(), Event { client, what: What::Hears(Outcome::Lost) });
    }
    let mut measured = Measured::new();
    let (mut now, mut connected) = (0, 0);
    while queue.pending > 0 && now < HORIZON {
        for Event { client, what } in queue.take(now) {
            let latency = Time::from(latency[client as usize]);
            match what {
                What::Arrives => {
                    measured.count(now, world);
                    let (outcome, waits) = answer(world, &mut server, now, &mut rng);
                    queue.push(now, waits + latency, Event { client, what: What::Hears(outcome) });
                }
                What::Hears(outcome) => match clients.next(client, outcome, now, &mut rng) {
                    Next::Request(delay) => queue.push(now, delay + latency, Event { client, what: What::Arrives }),
                    Next::Hold => {
                        connected += 1;
                        measured.most = measured.most.or((connected == world.clients / 100 * 99).then_some(now));
                        measured.all = measured.all.or((connected == world.clients).then_some(now));
                    }
                    Next::GiveUp => measured.lost += 1,
                },
            }
        }
        now += 1;
    }
    measured
}

/// What the server, or the lack of it, makes of a request, and how long that takes.
fn answer(world: &World, server: &mut Server, now: Time, rng: &mut Rng) -> (Outcome, Time) {
    if now < world.outage {
        return (Outcome::Refused, 0);
    }
    match (server.admit(now), world.overload) {
        (Some(waits), _) => (Outcome::Accepted, waits),
        (None, Overload::Refuse) => (Outcome::Refused, 0),
        (None, Overload::Unavailable) => (Outcome::Unavailable(0), 0),
        (None, Overload::RetryAfter(time)) => (Outcome::Unavailable(time), 0),
        (None, Overload::SpreadRetryAfter(time)) => (Outcome::Unavailable(rng.u32(0..time)), 0),
    }
}

impl Measured {
    fn new() -> Self {
        Self { requests: Vec::new(), during_outage: 0, total: 0, lost: 0, most: None, all: None }
    }

    fn count(&mut self, now: Time, world: &World) {
        let slot = (now / SLOT) as usize;
        if self.requests.len() <= slot {
            self.requests.resize(slot + 1, 0);
        }
        self.requests[slot] += 1;
        self.total += 1;
        self.during_outage += u64::from(now < world.outage);
    }

    /// The most requests in any stretch of so many milliseconds that begins at this moment or later.
    pub fn peak(&self, from: Time, width: Time) -> u64 {
        let requests = self.requests.get((from / SLOT) as usize..).unwrap_or_default();
        let width = (width / SLOT) as usize;
        let (mut sum, mut most) = (0, 0);
        for (slot, arrived) in requests.iter().enumerate() {
            sum += u64::from(*arrived);
            if let Some(left) = slot.checked_sub(width) {
                sum -= u64::from(requests[left]);
            }
            most = most.max(sum);
        }
        most
    }

    /// The requests in each second.
    pub fn per_second(&self) -> impl Iterator<Item = u64> {
        self.requests.chunks((1000 / SLOT) as usize).map(|slots| slots.iter().copied().map(u64::from).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORLD: World = World { clients: 1000, outage: 5000, capacity: 100, backlog: 50, overload: Overload::Refuse };

    /// Asks every second, whatever happens.
    struct Steady;

    impl Clients for Steady {
        fn next(&mut self, _: u32, outcome: Outcome, _: Time, _: &mut Rng) -> Next {
            if outcome == Outcome::Accepted { Next::Hold } else { Next::Request(1000) }
        }
    }

    #[test]
    fn nobody_is_connected_faster_than_the_capacity_allows() {
        let measured = run(&WORLD, &mut Steady, 1);
        let all = measured.all.expect("they come back");
        assert!((WORLD.outage + 10_000..WORLD.outage + 20_000).contains(&all), "{all}");
        assert!(measured.most.is_some_and(|most| most < all));
        assert_eq!(measured.total, measured.per_second().sum());
        // All of a thousand ask in the second that follows the first.
        assert_eq!((measured.peak(0, 1000), measured.lost), (1000, 0));
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let [first, second] = [1, 1].map(|seed| run(&WORLD, &mut Steady, seed));
        assert_eq!(first.requests, second.requests);
    }
}
