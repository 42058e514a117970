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
export const SETTING_ONLY_WITH_ID = 6;
export const SETTING_STATUS = 7;

export const SIGNAL_NETWORK_ERROR = 0;
export const SIGNAL_HIDDEN_ERROR = 1;
export const SIGNAL_UNPREPARED = 2;
export const SIGNAL_END_OF_BODY = 3;
export const SIGNAL_UNUSABLE = 4;
export const SIGNAL_ANSWERED = 5;

export const COMMAND_SUSPEND = 0;
export const COMMAND_RESUME = 1;
export const COMMAND_RECONNECT = 2;
export const COMMAND_STOP_WAITING = 3;
export const COMMAND_RESET = 4;
export const COMMAND_CLOSE = 5;
export const COMMAND_EXPECT_UNFETCHABLE = 6;
export const COMMAND_EXPECT_BLOCKED = 7;

export const TEXT_EVENTS = 0;
export const TEXT_LAST_EVENT_ID = 1;
export const TEXT_EVENT_TYPE = 2;
export const TEXT_COMMENT = 3;
export const TEXT_REASON = 4;
export const TEXT_MESSAGE = 5;

export const NUMBER_UNTIL = 0;
export const NUMBER_RECONNECTION_TIME = 1;
export const NUMBER_PLACES = 2;
export const NUMBER_STATUS = 3;
export const NUMBER_ATTEMPT = 4;
export const NUMBER_RECONNECTS_IN = 5;

export const DEFAULT_RECONNECTION_TIME = 3000;
export const DEFAULT_MAX_DELAY = 30000;
