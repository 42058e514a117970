//! A live dashboard in Leptos: a chart, a log, and a chat whose answers come word by word.
//!
//! [`dashboard`] has the event source, [`chat`] one for each question; the other modules are views.
#![expect(unreachable_pub, reason = "what #[component] generates is pub")]

mod chart;
mod chat;
mod connection;
mod dashboard;
mod log;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(dashboard::Dashboard);
}
