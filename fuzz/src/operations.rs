//! What may happen to an engine: what its driver reports and its user asks for, and time that goes on.

use core::time::Duration;

use super::input::Input;

/// One thing that happens. An input is [`Settings`], then operations.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operation {
    /// The driver asks for the next action, and does not answer it yet.
    Next,
    /// The driver asks for actions until there is nothing to do but to answer or to wait.
    Run,
    /// The events at hand are taken many at once. Before the driver says that it has taken so many, `meanwhile` happens.
    Take {
        count: usize,
        meanwhile: Command,
    },
    Response {
        head: Head,
    },
    Judging,
    Refused {
        head: Head,
        retries: bool,
    },
    Chunk(Vec<u8>),
    EndOfBody,
    NetworkError {
        hidden: bool,
    },
    Unprepared,
    Unusable,
    Answered,
    /// Time goes on.
    Pass(Duration),
    /// Time goes on until the engine wants to be asked again, and this much longer.
    PassWait(Duration),
    Jitter(f64),
    Command(Command),
    StopWaiting,
    /// With bytes that come from now on as a proof, or without.
    Verify {
        listens: bool,
    },
    /// The result of the candidate.
    ForCandidate(Report),
    ExpectFutile,
    Reset,
    SetOrigin(&'static str),
}

/// What may come of a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Report {
    Response { head: Head },
    Judging,
    Refused { head: Head, retries: bool },
    NetworkError,
    Unprepared,
    Unusable,
}

/// What a user may do, in a listener too, and what becomes of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    Nothing,
    Close,
    Suspend,
    Resume,
    Reconnect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) retry_after: Option<Duration>,
}

/// How an engine is made.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// A body that is there already. Otherwise there is a request to send.
    pub(crate) for_body: bool,
    pub(crate) with_comments: bool,
    pub(crate) last_event_id: &'static str,
    pub(crate) max_event_size: usize,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) initial_delay: u32,
    pub(crate) max_delay: u32,
    pub(crate) max_attempts: Option<u32>,
    pub(crate) only_with_id: bool,
    pub(crate) statuses: &'static [u16],
}

/// Bytes from here on are about verifications. The others mean what they meant before there were any, for the corpus.
const VERIFICATIONS: u8 = 224;

/// Times that matter to the engine, and times next to them.
const TIMES: [u64; 20] =
    [0, 1, 20, 50, 51, 99, 100, 101, 199, 200, 250, 999, 1_000, 1_001, 3_000, 5_000, 30_000, 90_000, 90_001, 3_600_000];

const TYPES: [Option<&str>; 5] = [
    Some("text/event-stream"),
    Some("text/event-stream; charset=utf-8"),
    Some("text/html"),
    Some("text/html, text/event-stream"),
    None,
];

const STATUSES: [u16; 8] = [200, 200, 204, 301, 404, 429, 500, 503];

/// What `Retry-After` may say, in seconds.
const RETRY_AFTER: [Option<u64>; 6] = [None, Some(0), Some(1), Some(7), Some(120), Some(1_000_000_000)];

/// Parts of a stream, so that a byte of the input makes more than a byte of it.
const FRAGMENTS: [&[u8]; 24] = [
    b"data: a\n\n",
    b"data: b\n\n",
    b"data",
    b"data: ",
    b"id: 1\n",
    b"id: 2\n\n",
    b"id\n",
    b"id: a\0b\n",
    b"event: x\n",
    b"event\n",
    b"retry: 0\n",
    b"retry: 50\n",
    b"retry: 99999999999\n",
    b": comment\n",
    b":",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\xEF\xBB\xBF",
    b"data: \xFF\n\n",
    b"\xE2\x82",
    "ü€🎈".as_bytes(),
    b"id: 3\ndata: c\n\nid: 4\ndata: d\n\nevent: y\ndata: e\n\ndata: f\n\n",
];

impl Settings {
    pub(crate) fn read(input: &mut Input<'_>) -> Self {
        let flags = input.byte();
        let has_policy = flags & 0b10_0000 != 0;
        Self {
            for_body: flags & 0b111 == 0b111,
            with_comments: flags & 0b1000 != 0,
            last_event_id: if flags & 0b1_0000 == 0 { "" } else { "0" },
            only_with_id: flags & 0b100_0000 != 0,
            statuses: if flags & 0b1000_0000 == 0 { &[] } else { &[429, 503] },
            idle_timeout: input.one_of(&[None, Some(0), Some(300), Some(10_000)]).map(Duration::from_millis),
            connect_timeout: (flags % 16 == 9).then_some(Duration::from_millis(400)),
            max_event_size: input.one_of(&[usize::MAX, usize::MAX, 0, 8, 20, 100]),
            initial_delay: if has_policy { input.one_of(&[0, 1, 50, 1_000, u32::MAX]) } else { 3_000 },
            max_delay: if has_policy { input.one_of(&[30_000, 0, 2_000, u32::MAX]) } else { 30_000 },
            max_attempts: if has_policy { input.one_of(&[None, Some(0), Some(1), Some(3)]) } else { None },
        }
    }
}

impl Operation {
    pub(crate) fn read(input: &mut Input<'_>) -> Self {
        let byte = input.byte();
        if byte >= VERIFICATIONS {
            return match byte % 4 {
                0 | 1 => Self::Verify { listens: byte % 8 < 4 },
                _ => Self::ForCandidate(Report::read(input)),
            };
        }
        match byte % 32 {
            0 | 1 => Self::Next,
            2..=5 => Self::Run,
            6 => Self::Take {
                count: input.byte().into(),
                meanwhile: input.one_of(&[Command::Nothing, Command::Close, Command::Suspend, Command::Reconnect]),
            },
            7 | 8 => Self::Response { head: Head { status: 200, content_type: TYPES[0], retry_after: None } },
            9 => Self::Response { head: Head::read(input) },
            10 => Self::Judging,
            11 => Self::Refused { head: Head::read(input), retries: input.byte() % 2 == 0 },
            12 => {
                let length = usize::from(input.byte() % 32);
                Self::Chunk(input.bytes(length).to_vec())
            }
            13..=15 => {
                let count = input.byte() % 8;
                Self::Chunk((0..count).map(|_| input.one_of(&FRAGMENTS)).collect::<Vec<_>>().concat())
            }
            16 => Self::EndOfBody,
            17 => Self::NetworkError { hidden: false },
            18 | 19 => Self::NetworkError { hidden: true },
            20 => Self::Unprepared,
            21 => Self::Unusable,
            22 => Self::Answered,
            23 => Self::Pass(Duration::from_millis(input.one_of(&TIMES))),
            24 | 25 => Self::PassWait(Duration::from_millis(input.one_of(&TIMES))),
            26 => Self::Jitter(f64::from(input.byte()) / 256.0),
            27 => Self::Command(Command::Suspend),
            28 => Self::Command(Command::Resume),
            29 => Self::Command(Command::Reconnect),
            30 => Self::StopWaiting,
            _ => match input.byte() % 8 {
                0 => Self::Command(Command::Close),
                1..=3 => Self::ExpectFutile,
                4..=6 => Self::Reset,
                _ => Self::SetOrigin(input.one_of(&["https://a.example", "https://b.example"])),
            },
        }
    }
}

impl Report {
    fn read(input: &mut Input<'_>) -> Self {
        match input.byte() % 8 {
            0..=2 => Self::Response { head: Head { status: 200, content_type: TYPES[0], retry_after: None } },
            3 => Self::Response { head: Head::read(input) },
            4 => Self::Judging,
            5 => Self::Refused { head: Head::read(input), retries: input.byte() % 2 == 0 },
            6 => Self::NetworkError,
            _ => input.one_of(&[Self::Unprepared, Self::Unusable]),
        }
    }
}

impl Head {
    pub(crate) fn announces(&self) -> bool {
        self.status == 200 && self.content_type.is_some_and(|content_type| content_type.contains("text/event-stream"))
    }

    fn read(input: &mut Input<'_>) -> Self {
        Self {
            status: input.one_of(&STATUSES),
            content_type: input.one_of(&TYPES),
            retry_after: input.one_of(&RETRY_AFTER).map(Duration::from_secs),
        }
    }
}
