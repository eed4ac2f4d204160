//! What only several processes can show: locks, runs that are killed, and the real Terraform.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test stops where it fails, and works with files and processes"
)]

mod processes;
mod support;
mod terraform;
