//! The AWS provider: its configuration, its clients, and one folder for each kind.
//!
//! Schemas, import ids and wording follow version 6 of Terraform's AWS provider.

mod answers;
pub mod arn;
mod call;
mod client;
mod config;
mod connect;
pub mod default_tags;
mod draft;
pub mod ec2;
pub mod eks;
pub mod iam;
mod looking;
mod names;
mod object;
pub mod partition;
mod patience;
pub mod region;
pub mod service_principal;
pub mod sts;
mod tags;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod unheard;
mod validate;
mod waiting;

pub use client::{AwsClients, Services};
pub use config::{
    AssumedRole, ConfigError, IdentityToken, NetworkSettings, Settings, WebIdentity,
    provider_schema,
};
pub use connect::{Injected, Transport, connect};
pub use looking::{Associated, Assumed};
