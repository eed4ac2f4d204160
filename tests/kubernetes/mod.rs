//! The program against real kube-apiservers, with AWS in the sandbox: what is on the server after each run.

mod existing;
mod nouns;
mod plain;
mod server;
mod trouble;
mod verify;

use std::sync::Arc;

use libtest_mimic::{Completion, Trial};
use trustform_test_support::kubernetes::{KubeApiServer, cluster};

use crate::common::without;

/// The server that the trials share; each keeps to a namespace of its own.
const CLUSTER: &str = "main";

type Test = fn(&Arc<KubeApiServer>);

pub fn trials() -> Vec<Trial> {
    [
        nouns::TESTS,
        existing::TESTS,
        trouble::TESTS,
        plain::TESTS,
        verify::TESTS,
    ]
    .into_iter()
    .flatten()
    .map(|(name, test)| trial(name, *test))
    .collect()
}

fn trial(name: &str, test: Test) -> Trial {
    Trial::ignorable_test(format!("kubernetes::{name}"), move || {
        match cluster(CLUSTER) {
            Ok(server) => {
                test(&server);
                Ok(Completion::Completed)
            }
            Err(missing) => without(&missing),
        }
    })
}
