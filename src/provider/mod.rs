//! Providers: what makes calls. Each kind is one folder and one line of the registry.
//!
//! A provider gets objects and returns objects; it knows neither configuration nor graph nor plan.

pub mod aws;
pub mod builtin;
mod connect;
mod context;
mod error;
mod kind;
pub mod kubernetes;
pub mod registry;
mod retry;
pub mod tls;

pub use connect::Connector;
pub use context::{CallCounts, Clock, ProviderContext};
pub use error::{ProviderError, ProviderErrorKind};
pub use kind::{DataSource, EphemeralKind, Kind, ObjectType, Outcome, Recorded, ResourceKind};
pub use retry::{RetryClass, retry};
