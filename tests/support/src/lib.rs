//! The servers that the tests run against: found or built from files of this repository, started on free loopback ports
//! once per run, and ended with it, also when the run is killed.
//!
//! - [`kubernetes`]: a real kube-apiserver on a real etcd; [`kubernetes::cluster`] is where most tests begin.
//! - [`aws`]: stand-ins for AWS, and what can stand before one.
//! - [`s3`]: object stores that we did not write.
//! - [`pip`]: how servers that come as Python packages are had.
//! - [`stubprovider`]: providers for the real `terraform` that need no service.
//! - [`terraform`]: the real `terraform` binary, where the machine has one.
//!
//! What a machine cannot give is a [`Missing`] that names the service and the reason. A test then counts as skipped, or
//! as failed where [`services_are_required`].
#![allow(
    clippy::disallowed_methods,
    reason = "starting servers is work with files, processes and the environment"
)]

pub mod aws;
pub mod certificates;
pub mod http;
pub mod https;
pub mod kubernetes;
pub mod pip;
pub mod s3;
pub mod stubprovider;
pub mod terraform;

mod folder;
mod go;
mod kubetest;
mod missing;
mod process;
mod program;
#[cfg(test)]
mod tests;

pub use folder::RunFolder;
pub use missing::{Missing, services_are_required};
pub use process::{Server, free_port};

/// Ends every server that this run shares and removes their files. Called once, after the last test.
pub fn shut_down() {
    kubernetes::shut_down();
    s3::shut_down();
    folder::remove_shared();
}
