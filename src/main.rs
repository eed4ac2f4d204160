//! The `trustform` binary: parses arguments, runs, returns the exit code; nothing else.

fn main() {}
