//! The numbers that stand for a meaning where Rust and JavaScript meet. They are written here, and
//! `cargo xtask constants` makes `pkg/src/engine/constants.js` of them; a test fails when the two differ.

/// Defines a module of constants for each table, and [`TABLES`], the list of them all for the generator.
macro_rules! tables {
    ($($(#[$about:meta])* $table:ident { $($(#[$doc:meta])* $name:ident = $value:expr;)* })*) => {
        $(
            $(#[$about])*
            #[allow(dead_code, reason = "one of the two that compile this uses the list alone")]
            pub(crate) mod $table {
                $($(#[$doc])* pub(crate) const $name: u32 = $value;)*
            }
        )*

        /// Each table with its constants.
        #[allow(dead_code, reason = "the generator's")]
        pub(crate) const TABLES: &[(&str, &[(&str, u32)])] =
            &[$((stringify!($table), &[$((stringify!($name), $table::$name)),*])),*];
    };
}

tables! {
    /// What `Engine::next` answers, in its lowest four bits.
    action {
        /// There is nothing to do until something is received.
        NOTHING = 0;
        /// The connection is announced.
        OPEN = 1;
        /// There is an event, and perhaps more after it that are read ahead.
        DISPATCH = 2;
        /// The connection is lost, and made again.
        RECONNECT = 3;
        /// The connection has failed for good.
        FAIL = 4;
        /// The connection was let go of.
        SUSPENDED = 5;
        /// There is a comment.
        COMMENT = 6;
        /// Send the request.
        REQUEST = 7;
        /// Find out whether CORS hides a response.
        PROBE = 8;
        /// Read the next chunk.
        READ = 9;
        /// Ask again at `number::UNTIL`.
        WAIT = 10;
        /// Send the same request beside the open connection: the candidate.
        REQUEST_CANDIDATE = 11;
        /// The open connection is alive: let go of the candidate.
        VERIFIED = 12;
        /// The candidate takes the place of the open connection.
        REPLACED = 13;
    }

    /// How the answer of `Engine::next` is read.
    answer {
        /// The bits of the action.
        ACTION = 15;
        /// The type of this event is not that of the event before.
        NEW_TYPE = 16;
        /// The last event ID is not that of the event before.
        NEW_LAST_EVENT_ID = 32;
        /// The number of events begins at this bit.
        COUNT_SHIFT = 6;
    }

    /// The settings of an engine. One that is not set has the default.
    setting {
        /// Whether comments are told.
        COMMENTS = 0;
        /// In bytes.
        MAX_EVENT_SIZE = 1;
        /// In milliseconds.
        IDLE_TIMEOUT = 2;
        /// In milliseconds.
        INITIAL_DELAY = 3;
        /// In milliseconds.
        MAX_DELAY = 4;
        /// How many attempts may fail in a row.
        MAX_ATTEMPTS = 5;
        /// Whether a request is only repeated after a refused response.
        ONLY_AFTER_REFUSAL = 6;
        /// What becomes of an event whose blank line never came: 1 to deliver it, 2 for an error.
        INCOMPLETE = 7;
        /// Whether every end of the stream is too early.
        DECLARED_END = 8;
        /// In milliseconds.
        CONNECT_TIMEOUT = 9;
        /// Whether the connection is verified when the document is shown again, or the network is back.
        VERIFIES_WHEN_BACK = 10;
        /// A status after which there is another attempt; to be set once for each. The last of them.
        STATUS = 11;
    }

    /// What came of an action. Failures come with a text that says more.
    signal {
        /// There was no response, or the body broke off.
        NETWORK_ERROR = 0;
        /// The same, and CORS may hide a response.
        HIDDEN_ERROR = 1;
        /// The request was not sent, because its headers or its body could not be had.
        UNPREPARED = 2;
        /// The body is over.
        END_OF_BODY = 3;
        /// What fetch was given or has returned cannot be used.
        UNUSABLE = 4;
        /// The probe was answered.
        ANSWERED = 5;
    }

    /// What the face and the page ask for.
    command {
        /// Let go of the connection while the document is away.
        SUSPEND = 0;
        /// The document is back.
        RESUME = 1;
        /// Make another connection at once.
        RECONNECT = 2;
        /// The network is back.
        ONLINE = 3;
        /// Forget what was received and not dispatched.
        RESET = 4;
        /// Close the source.
        CLOSE = 5;
        /// If the request fails, its URL is the reason.
        EXPECT_UNFETCHABLE = 6;
        /// If the request fails, the page's policy is the reason.
        EXPECT_BLOCKED = 7;
        /// The text is the last event ID for the next request.
        SET_LAST_EVENT_ID = 8;
        /// If the request fails, the reason is that it may not be repeated.
        EXPECT_ABORTED = 9;
        /// The document was hidden or frozen, and is shown again.
        COME_BACK = 10;
        /// The next response or signal is about the candidate. Answers whether that is still awaited.
        HEAR_CANDIDATE = 11;
        /// If the request fails, the page has no permission for the local network.
        EXPECT_LOCAL_NETWORK = 12;
    }

    /// The texts to be read from the module's memory.
    text {
        /// The data of the events that are at hand, with their new IDs and types. Not always UTF-8.
        EVENTS = 0;
        /// The last event ID string.
        LAST_EVENT_ID = 1;
        /// The type of the first event at hand.
        EVENT_TYPE = 2;
        /// The comment.
        COMMENT = 3;
        /// The name of the last error's reason.
        REASON = 4;
        /// The last error's message.
        MESSAGE = 5;
        /// What to post to the channel, as bytes.
        POST = 6;
        /// The last event ID that the next request sends. In a source that shares a connection it is not that of the face.
        REQUEST_ID = 7;
        /// The origin of the events.
        ORIGIN = 8;
        /// The name of the group of everybody who hands in the same text before.
        GROUP = 9;
        /// The beginning of the body, if the last error says that it is no event stream.
        BODY = 10;
    }

    /// The numbers to be asked for.
    number {
        /// When to ask for the next action, in milliseconds of the clock that `next` was given.
        UNTIL = 0;
        /// The reconnection time, in milliseconds.
        RECONNECTION_TIME = 1;
        /// Where in memory the places of the events at hand are, and behind them the ends of the pages.
        PLACES = 2;
        /// The status of the response that was refused; 0 if the last error is about something else.
        STATUS = 3;
        /// The number of the last error in its row.
        ATTEMPT = 4;
        /// The time from the last error to the next attempt, in milliseconds; negative if there is none.
        RECONNECTS_IN = 5;
        /// What a source is in its group: one of the [roles](role).
        ROLE = 6;
        /// Whether nothing is left of a source in its group.
        IS_OVER = 7;
    }

    /// What `Engine::work` answers, for a source that shares a connection.
    work {
        /// There is nothing to do until something is received.
        NOTHING = 0;
        /// Send the request, with `text::REQUEST_ID`.
        REQUEST = 1;
        /// Find out whether CORS hides a response.
        PROBE = 2;
        /// Read the next chunk.
        READ = 3;
        /// Let go of the request or the body.
        LET_GO = 4;
        /// Open the channel, and take the lock of this member.
        JOIN = 5;
        /// Post `text::POST`.
        POST = 6;
        /// The same, so that this member hears it, too.
        POST_TO_ALL = 7;
        /// Ask for the leader's lock.
        LEAD = 8;
        /// Take the leader's lock away from whoever has it.
        STEAL = 9;
        /// Give the leader's lock back, or the place in the queue for it.
        RESIGN = 10;
        /// Look up which members hold their locks.
        CALL_ROLL = 11;
        /// Give all locks back, and close the channel.
        LEAVE = 12;
        /// Ask again at `number::UNTIL`.
        WAIT = 13;
        /// Send the same request beside the open connection, with `text::REQUEST_ID`.
        REQUEST_CANDIDATE = 14;
        /// Let go of that request.
        LET_GO_OF_CANDIDATE = 15;
        /// That request takes the place of the open connection.
        REPLACE = 16;
    }

    /// What a source that shares a connection is told of its group.
    news {
        /// The channel is open, and the lock of this member is held, if there are locks.
        JOINED = 0;
        /// There is no channel, or there are no locks.
        UNAVAILABLE = 1;
        /// The leader's lock is held.
        GRANTED = 2;
        /// The leader's lock was taken away.
        DEPOSED = 3;
        /// The document is visible.
        VISIBLE = 4;
        /// The document is hidden.
        HIDDEN = 5;
        /// A message has come, which was handed in before.
        MESSAGE = 6;
        /// A response has come of the origin that was handed in before.
        ORIGIN = 7;
        /// These members hold their locks, and this one holds the leader's. Their numbers were handed in before, eight bytes each.
        LEADS = 8;
        /// The same, but it does not.
        LEADS_NOT = 9;
    }

    /// What decides who leads.
    arbiter {
        /// The platform's locks.
        LOCKS = 0;
        /// The members.
        MEMBERS = 1;
        /// Something else, in which this member is never the leader.
        ELSEWHERE = 2;
        /// This member is the leader.
        HERE = 3;
    }

    /// What a source is in its group.
    role {
        /// It gets what the leader relays, or is about to.
        MEMBER = 0;
        /// It has the connection of the group.
        LEADER = 1;
        /// It has a connection of its own.
        ALONE = 2;
    }

    /// What a source has before its server says otherwise.
    default {
        /// The reconnection time, in milliseconds.
        RECONNECTION_TIME = 3000;
        /// The longest wait that chance and failures in a row lead to, in milliseconds.
        MAX_DELAY = 30000;
    }
}
