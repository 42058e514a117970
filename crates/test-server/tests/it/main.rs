//! The test server seen by HTTP clients: one test program for all of them, so that it is linked once.

mod axum_sse;
mod behaviours;
mod client;
mod cross_origin;
mod demo;
mod files;
mod ports;
mod recording;
mod steps;
