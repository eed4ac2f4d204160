//! What the stand-ins do otherwise than AWS, as far as it shows in the program's runs.

use libtest_mimic::Trial;
use serde::Deserialize;

use crate::common::project::Ran;
use crate::common::{finds_nothing, repository};

/// A run that ends otherwise than it would on AWS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The stand-in.
    pub server: String,
    /// The subject: an example, or a life.
    pub subject: String,
    /// The step that ends otherwise: `plan`, `apply`, `again` (the plan after the apply), `destroy`, `left` (what is
    /// there after it).
    pub step: String,
    /// What is said then.
    pub says: String,
    /// Who is right: `aws`, or `server` where AWS is said to do so too.
    pub right: String,
    /// Why it is so, and what follows from it.
    pub why: String,
}

/// The table.
pub fn table() -> Vec<Difference> {
    let path = repository().join("tests/servers/differences.json");
    let text = std::fs::read(path).expect("the table");
    serde_json::from_slice(&text).expect("differences")
}

/// The difference that is known of a step, if there is one.
pub fn known(server: &str, subject: &str, step: &str) -> Option<Difference> {
    table()
        .into_iter()
        .find(|known| known.server == server && known.subject == subject && known.step == step)
}

/// Checks a run against its exit code and the table. Tells whether the run ended as it would on AWS.
pub fn is_as_on_aws(server: &str, subject: &str, step: &str, ran: &Ran, code: i32) -> bool {
    let place = format!("{subject} on {server}: {step}");
    match known(server, subject, step) {
        None => {
            assert_eq!(ran.code, code, "{place}\n{ran}");
            true
        }
        Some(known) => {
            let said = format!("{}{}", ran.stdout, ran.stderr);
            let is_so = ran.code != code && said.contains(&known.says);
            assert!(
                is_so,
                "{place}: no such difference any more ({known:?})\n{ran}"
            );
            false
        }
    }
}

pub fn trials() -> Vec<Trial> {
    vec![finds_nothing(
        "servers::differences_have_a_judge_and_a_reason",
        || {
            let bad = |known: &Difference| {
                !matches!(known.right.as_str(), "aws" | "server") || known.why.is_empty()
            };
            let bad = table().into_iter().filter(bad);
            bad.map(|known| format!("{known:?}")).collect()
        },
    )]
}
