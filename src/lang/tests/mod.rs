//! Tests of the language.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it fails"
)]

mod evaluation;
mod lowering;
mod printing;
mod types;

/// Runs a test on the stack that commands have, which is larger than that of a test.
pub(super) fn with_room(test: fn()) {
    let stack = std::thread::Builder::new().stack_size(256 << 20);
    stack.spawn(test).unwrap().join().unwrap();
}
