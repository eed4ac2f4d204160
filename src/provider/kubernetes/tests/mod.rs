//! The kinds against the API server of the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod bench;
mod connection;
mod fields;
mod namespace;
mod pure;
mod service_account;
mod token_request;
