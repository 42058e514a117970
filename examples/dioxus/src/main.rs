//! A live dashboard in Dioxus: a chart, a log, and a chat whose answers come word by word.
//!
//! [`dashboard`] has the event source, [`chat`] one for each question; the other modules are views.

mod chart;
mod chat;
mod connection;
mod dashboard;
mod log;

fn main() {
    console_error_panic_hook::set_once();
    dioxus::launch(dashboard::Dashboard);
}
