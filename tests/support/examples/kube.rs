//! Starts Kubernetes API servers to look at by hand, and ends them when standard input ends (Ctrl-D) or on Ctrl-C.
//!
//! `cargo kube [NAME…]` prints the path of a kubeconfig with one context for each name; without names there is one
//! cluster, `main`.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for the terminal"
)]

use std::error::Error;
use std::io::Read as _;

use trustform_test_support::kubernetes::{self, kubeconfig};
use trustform_test_support::{RunFolder, shut_down};

fn main() -> Result<(), Box<dyn Error>> {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        names.push("main".to_owned());
    }
    let mut servers = Vec::new();
    for name in &names {
        let server = kubernetes::cluster(name)?;
        println!("{name}: {} with the issuer {}", server.host, server.issuer);
        servers.push(server);
    }
    let folder = RunFolder::create()?;
    let path = folder.path().join("kubeconfig");
    let borrowed: Vec<_> = servers.iter().map(AsRef::as_ref).collect();
    std::fs::write(&path, kubeconfig(&borrowed))?;
    println!("export KUBECONFIG={}", path.display());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    shut_down();
    Ok(())
}
