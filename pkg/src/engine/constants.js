// Made by `cargo xtask constants` from crates/npm/src/constants.rs, which says what they mean. A test fails when it is not
// up to date.

export const ACTION_NOTHING = 0;
export const ACTION_OPEN = 1;
export const ACTION_DISPATCH = 2;
export const ACTION_RECONNECT = 3;
export const ACTION_FAIL = 4;
export const ACTION_SUSPENDED = 5;
export const ACTION_COMMENT = 6;
export const ACTION_REQUEST = 7;
export const ACTION_PROBE = 8;
export const ACTION_READ = 9;
export const ACTION_WAIT = 10;
export const ACTION_REQUEST_CANDIDATE = 11;
export const ACTION_VERIFIED = 12;
export const ACTION_REPLACED = 13;

export const ANSWER_ACTION = 15;
export const ANSWER_NEW_TYPE = 16;
export const ANSWER_NEW_LAST_EVENT_ID = 32;
export const ANSWER_COUNT_SHIFT = 6;

export const SETTING_COMMENTS = 0;
export const SETTING_MAX_EVENT_SIZE = 1;
export const SETTING_IDLE_TIMEOUT = 2;
export const SETTING_INITIAL_DELAY = 3;
export const SETTING_MAX_DELAY = 4;
export const SETTING_MAX_ATTEMPTS = 5;
export const SETTING_ONLY_AFTER_REFUSAL = 6;
export const SETTING_INCOMPLETE = 7;
export const SETTING_DECLARED_END = 8;
export const SETTING_CONNECT_TIMEOUT = 9;
export const SETTING_VERIFIES_WHEN_BACK = 10;
export const SETTING_STATUS = 11;

export const SIGNAL_NETWORK_ERROR = 0;
export const SIGNAL_HIDDEN_ERROR = 1;
export const SIGNAL_UNPREPARED = 2;
export const SIGNAL_END_OF_BODY = 3;
export const SIGNAL_UNUSABLE = 4;
export const SIGNAL_ANSWERED = 5;

export const COMMAND_SUSPEND = 0;
export const COMMAND_RESUME = 1;
export const COMMAND_RECONNECT = 2;
export const COMMAND_ONLINE = 3;
export const COMMAND_RESET = 4;
export const COMMAND_CLOSE = 5;
export const COMMAND_EXPECT_UNFETCHABLE = 6;
export const COMMAND_EXPECT_BLOCKED = 7;
export const COMMAND_SET_LAST_EVENT_ID = 8;
export const COMMAND_EXPECT_ABORTED = 9;
export const COMMAND_COME_BACK = 10;
export const COMMAND_HEAR_CANDIDATE = 11;
export const COMMAND_EXPECT_LOCAL_NETWORK = 12;

export const TEXT_EVENTS = 0;
export const TEXT_LAST_EVENT_ID = 1;
export const TEXT_EVENT_TYPE = 2;
export const TEXT_COMMENT = 3;
export const TEXT_REASON = 4;
export const TEXT_MESSAGE = 5;
export const TEXT_POST = 6;
export const TEXT_REQUEST_ID = 7;
export const TEXT_ORIGIN = 8;
export const TEXT_GROUP = 9;
export const TEXT_BODY = 10;

export const NUMBER_UNTIL = 0;
export const NUMBER_RECONNECTION_TIME = 1;
export const NUMBER_PLACES = 2;
export const NUMBER_STATUS = 3;
export const NUMBER_ATTEMPT = 4;
export const NUMBER_RECONNECTS_IN = 5;
export const NUMBER_ROLE = 6;
export const NUMBER_IS_OVER = 7;

export const WORK_NOTHING = 0;
export const WORK_REQUEST = 1;
export const WORK_PROBE = 2;
export const WORK_READ = 3;
export const WORK_LET_GO = 4;
export const WORK_JOIN = 5;
export const WORK_POST = 6;
export const WORK_POST_TO_ALL = 7;
export const WORK_LEAD = 8;
export const WORK_STEAL = 9;
export const WORK_RESIGN = 10;
export const WORK_CALL_ROLL = 11;
export const WORK_LEAVE = 12;
export const WORK_WAIT = 13;
export const WORK_REQUEST_CANDIDATE = 14;
export const WORK_LET_GO_OF_CANDIDATE = 15;
export const WORK_REPLACE = 16;

export const NEWS_JOINED = 0;
export const NEWS_UNAVAILABLE = 1;
export const NEWS_GRANTED = 2;
export const NEWS_DEPOSED = 3;
export const NEWS_VISIBLE = 4;
export const NEWS_HIDDEN = 5;
export const NEWS_MESSAGE = 6;
export const NEWS_ORIGIN = 7;
export const NEWS_LEADS = 8;
export const NEWS_LEADS_NOT = 9;

export const ARBITER_LOCKS = 0;
export const ARBITER_MEMBERS = 1;
export const ARBITER_ELSEWHERE = 2;
export const ARBITER_HERE = 3;

export const ROLE_MEMBER = 0;
export const ROLE_LEADER = 1;
export const ROLE_ALONE = 2;

export const DEFAULT_RECONNECTION_TIME = 3000;
export const DEFAULT_MAX_DELAY = 30000;
