//! `docs/sandbox-differences.md`: the known differences for a reader.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::aws;
use super::differences;
use super::kubernetes::Difference;
use crate::common::{UPDATE, repository};

const INTRODUCTION: &str = "\
# Where the sandbox differs from servers that somebody else wrote

A test compares this page with the tables that it is written from; `cargo cases -- --update` rewrites it.

# The Kubernetes API, against a real kube-apiserver

The same requests go to the sandbox and to a real kube-apiserver (`tests/conformance/kubernetes/`), and the answers are
compared whole: status, warnings and every member of the body, apart from what no two servers have in common (unique ids,
times, revisions). What is not in these tables is answered alike. They are written from
`tests/conformance/kubernetes-differences.json`.

*At* is a JSON pointer into the answer's body; `http` stands for the status, `warnings` for the warnings, and an empty
pointer for the whole body. *Right* says whom to believe: `kube-apiserver`, `sandbox` (a whole cluster answers as the
sandbox does; the test's server lacks a part), or `both` where Kubernetes leaves it open.
";

const AWS: &str = "
# AWS, against moto and ministack

The same requests of IAM, STS and EKS go to the sandbox and to two stand-ins (`tests/conformance/aws/`); status and every
member of the answers are compared, apart from identifiers, times and the words of errors. What AWS itself does is said by
each request's expectation, from the API references, and the sandbox is held to that. The tables are written from
`tests/conformance/aws-differences.json`.

*Right* says whom to believe: `sandbox`, a stand-in by its name, or `both` where AWS leaves it open. No stand-in is believed
only because it differs.
";

const TOKENS: &str = "
# Tokens and sessions, by the references

No stand-in judges tokens, so these are told by hand.

- STS in the sandbox gets the keys of issuers from its own clusters and from `issuers` of `sandbox.json`; it opens no connections.
- It judges in this order: request, form of the token, provider, keys and signature, times, audience, role and trust policy,
  duration. AWS does not document its order, nor the words for a wrong signature.
- A token from more than five minutes in the future is refused; none is refused for its age alone (`Token too old`).
- Conditions on what a token does not say (addresses, tags) do not hold. Session policies are not evaluated.
- The credentials of a session belong to the sandbox's one account, as all do.
- A cluster signs with one RSA key for as long as it lives; on EKS keys rotate.
- Pods are admitted (service account, token for the API server, pull secrets) and mutated, but neither validated nor given
  other defaults, and they never run.
";

/// Finds where the document differs from the table; with `--update` it is rewritten instead.
pub(super) fn is_up_to_date() -> Vec<String> {
    let path = repository().join("docs/sandbox-differences.md");
    let wanted = document(&differences()) + &about_aws(&aws::table()) + TOKENS;
    if std::env::args().any(|argument| argument == UPDATE) {
        std::fs::write(&path, wanted).expect("the document is written");
        return Vec::new();
    }
    if std::fs::read_to_string(&path).ok().as_deref() == Some(&*wanted) {
        return Vec::new();
    }
    vec![format!(
        "{} is not what the table says; `cargo cases -- {UPDATE}` rewrites it",
        path.display()
    )]
}

fn document(differences: &[Difference]) -> String {
    let mut cases: BTreeMap<&str, Vec<&Difference>> = BTreeMap::new();
    for known in differences {
        cases.entry(&known.case).or_default().push(known);
    }
    let mut text = INTRODUCTION.to_owned();
    for (case, known) in cases {
        write!(
            text,
            "\n## {case}\n\n| Request | At | Right | Why |\n|---|---|---|---|\n"
        )
        .expect("a text grows");
        for row in known {
            let Difference {
                step,
                at,
                right,
                why,
                ..
            } = row;
            let at = if at.is_empty() {
                String::new()
            } else {
                format!("`{at}`")
            };
            writeln!(text, "| {} | {at} | {right} | {} |", cell(step), cell(why))
                .expect("a text grows");
        }
    }
    text
}

fn about_aws(differences: &[aws::Difference]) -> String {
    let mut cases: BTreeMap<&str, Vec<&aws::Difference>> = BTreeMap::new();
    for known in differences {
        cases.entry(&known.case).or_default().push(known);
    }
    let mut text = AWS.to_owned();
    for (case, known) in cases {
        write!(
            text,
            "\n## {case}\n\n| Request | Server | At | Right | Why |\n|---|---|---|---|---|\n"
        )
        .expect("a text grows");
        for row in known {
            let at = if row.at.is_empty() {
                String::new()
            } else {
                format!("`{}`", row.at)
            };
            writeln!(
                text,
                "| {} | {} | {at} | {} | {} |",
                cell(&row.step),
                row.server,
                row.right,
                cell(&row.why)
            )
            .expect("a text grows");
        }
    }
    text
}

/// A text that does not end its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
