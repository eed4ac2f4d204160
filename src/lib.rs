//! trustform: a declarative infrastructure compiler for the identity of workloads on EKS.
#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        reason = "tests work with files and processes"
    )
)]

