//! The chain from a service account to a session: what was decided before apply against what STS does with a real token.
//!
//! `agreement` asks both about thousands of drawn policies and accounts in the sandbox; `real` lets a kube-apiserver sign the
//! tokens and tampers with them; `admission` compares predicted pods with what that server makes of them; `webhook` compares
//! the predicted mutation with recorded answers of the real webhook; `verify` breaks what was applied and has it found.

mod admission;
mod agreement;
mod real;
mod sts;
mod verify;
mod webhook;

use std::sync::Arc;

use libtest_mimic::{Completion, Trial};
use trustform_test_support::kubernetes::{KubeApiServer, cluster};

use crate::common::{finds_nothing, without};

/// The server that the trials share; each keeps to a namespace of its own.
const CLUSTER: &str = "chain";

type Test = fn(&Arc<KubeApiServer>);

pub fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [real::TESTS, admission::TESTS]
        .into_iter()
        .flatten()
        .map(|(name, test)| trial(name, *test))
        .collect();
    trials.push(finds_nothing("chain::agreement", agreement::disagreements));
    trials.push(finds_nothing("chain::webhook", webhook::differences));
    trials.push(finds_nothing("chain::verify", verify::problems));
    trials.push(finds_nothing(
        "chain::verify_of_running_pods",
        verify::of_running_pods,
    ));
    trials
}

fn trial(name: &str, test: Test) -> Trial {
    Trial::ignorable_test(format!("chain::{name}"), move || match cluster(CLUSTER) {
        Ok(server) => {
            test(&server);
            Ok(Completion::Completed)
        }
        Err(missing) => without(&missing),
    })
}
