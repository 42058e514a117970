//! What the example dashboards know and show, without a framework; the apps beside this crate are its views.
//!
//! | module | what it is |
//! |---|---|
//! | `feed` | all that has come of the dashboard's stream, and whether anything is missing |
//! | `happening` | the payloads of its events |
//! | `series` | the values of the latest time as a line |
//! | `log` | the latest named events |
//! | `chat` | questions, and answers that come word by word |
//! | `status` | the state of a connection in words |
//! | `page` | the URLs of the streams |

mod chat;
mod feed;
mod happening;
mod log;
mod page;
mod series;
mod status;

pub use chat::{Conversation, Exchange, Progress, Speech};
pub use feed::Feed;
pub use happening::Happening;
pub use log::{Entry, Log};
pub use page::Page;
pub use series::{HEIGHT, Series, WIDTH};
pub use status::Status;
