//! The test server seen by HTTP clients: one test program for all of them, so that it is linked once.

mod axum_sse;
mod behaviours;
mod chat;
mod client;
mod completions;
mod cross_origin;
mod dashboard;
mod demo;
mod event_stream;
mod feeds;
mod files;
mod ports;
mod recording;
mod steps;
