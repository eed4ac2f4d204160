//! STS: who the caller is.

pub mod caller_identity;
