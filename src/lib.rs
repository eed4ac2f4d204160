//! trustform: a declarative infrastructure compiler for the identity of workloads on EKS.
#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        reason = "tests work with files and processes"
    )
)]

pub mod address;
pub mod apply;
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod engine;
pub mod eval;
pub mod format;
pub mod graph;
#[allow(
    clippy::disallowed_methods,
    reason = "it puts modules on the disk, and asks git for them"
)]
pub mod install;
pub mod lang;
pub mod link;
pub mod plan;
pub mod policy;
pub mod prelude;
pub mod provider;
pub mod refresh;
pub mod review;
pub mod sandbox;
pub mod schema;
#[allow(
    clippy::disallowed_methods,
    reason = "the one module of the compiler that reads files"
)]
pub mod source;
pub mod syntax;
pub mod trust;
pub mod value;
