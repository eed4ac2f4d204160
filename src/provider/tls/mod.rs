//! The TLS provider: certificates of servers.

pub mod certificate;
mod chain;
mod config;

pub use chain::{Served, TlsClients};
pub use config::{check, provider_block};
