//! The words of progress, summaries, help and messages.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::progress::{failed_line, finished_line, started_line, still_line};
use super::summary::{sentence, skipped};
use super::usage::one_dash;
use super::verbs::elapsed;
use super::{stream, summary};
use crate::address::InstanceAddress;
use crate::cli::arguments::spelled_with_two_dashes;
use crate::diagnostic::Diagnostics;
use crate::engine::ApplySummary;
use crate::plan::{Generation, OperationKind};
use serde_json::json;
use std::time::Duration;

fn address(text: &str) -> InstanceAddress {
    text.parse().unwrap()
}

#[test]
fn progress_is_worded_as_terraform_words_it() {
    let x = address("aws_iam_role.x");
    let id = Some("i");
    let took = Duration::from_secs(75);
    let create = OperationKind::Create { depose: false };
    let delete = OperationKind::Delete(Generation::Current);
    let deposed = OperationKind::Delete(Generation::Deposed("1a2b3c4d".parse().unwrap()));
    let cases = [
        (
            started_line(&x, &create, None),
            "aws_iam_role.x: Creating...",
        ),
        (
            finished_line(&x, &create, id, took),
            "aws_iam_role.x: Creation complete after 1m15s [id=i]",
        ),
        (
            failed_line(&x, &create, took),
            "aws_iam_role.x: Creation errored after 1m15s",
        ),
        (
            still_line(&x, &create, None, Duration::from_secs(10)),
            "aws_iam_role.x: Still creating... [10s elapsed]",
        ),
        (
            started_line(&x, &OperationKind::Update, id),
            "aws_iam_role.x: Modifying... [id=i]",
        ),
        (
            finished_line(&x, &OperationKind::Update, id, took),
            "aws_iam_role.x: Modifications complete after 1m15s [id=i]",
        ),
        (
            started_line(&x, &delete, id),
            "aws_iam_role.x: Destroying... [id=i]",
        ),
        (
            finished_line(&x, &delete, id, took),
            "aws_iam_role.x: Destruction complete after 1m15s",
        ),
        (
            still_line(&x, &delete, id, took),
            "aws_iam_role.x: Still destroying... [id=i, 1m15s elapsed]",
        ),
        (
            started_line(&x, &deposed, id),
            "aws_iam_role.x (deposed object 1a2b3c4d): Destroying... [id=i]",
        ),
        (
            started_line(&x, &OperationKind::Read, None),
            "aws_iam_role.x: Reading...",
        ),
        (
            finished_line(&x, &OperationKind::Read, id, took),
            "aws_iam_role.x: Read complete after 1m15s [id=i]",
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(line, expected);
    }
    assert_eq!(elapsed(Duration::from_millis(999)), "0s");
    assert_eq!(elapsed(Duration::from_secs(3601)), "1h0m1s");
}

#[test]
fn messages_have_the_members_of_the_machine_readable_ui() {
    let x = address("module.m[\"a\"].aws_iam_role.x[2]");
    let message = stream::apply_complete(
        &x,
        &OperationKind::Update,
        Some("i"),
        Duration::from_secs(2),
    );
    assert_eq!(
        message["hook"],
        json!({
            "resource": {
                "addr": "module.m[\"a\"].aws_iam_role.x[2]",
                "module": "module.m[\"a\"]",
                "resource": "aws_iam_role.x[2]",
                "implied_provider": "aws",
                "resource_type": "aws_iam_role",
                "resource_name": "x",
                "resource_key": 2,
            },
            "action": "update",
            "id_key": "id",
            "id_value": "i",
            "elapsed_seconds": 2,
        })
    );
    assert_eq!(message["type"], json!("apply_complete"));
    assert_eq!(message["@module"], json!("terraform.ui"));
    assert_eq!(stream::version()["ui"], json!("1.2"));
}

#[test]
fn the_last_line_tells_how_it_ended() {
    let mut done = ApplySummary {
        added: 1,
        changed: 2,
        destroyed: 3,
        ..ApplySummary::default()
    };
    assert_eq!(
        sentence(&done, false),
        "Apply complete! Resources: 1 added, 2 changed, 3 destroyed."
    );
    done.imported = 4;
    done.interrupted = true;
    assert_eq!(
        sentence(&done, false),
        "Apply incomplete! Resources: 4 imported, 1 added, 2 changed, 3 destroyed."
    );
    let gone = ApplySummary {
        destroyed: 3,
        diagnostics: Diagnostics::new(),
        ..ApplySummary::default()
    };
    assert_eq!(
        sentence(&gone, true),
        "Destroy complete! Resources: 3 destroyed."
    );
}

#[test]
fn what_was_passed_over_stands_under_its_cause() {
    let (a, b, c) = (address("t.a"), address("t.b"), address("t.c"));
    let all = [
        (b.clone(), Some(a.clone())),
        (c.clone(), Some(a)),
        (b, None),
    ];
    assert!(skipped(&all, false).starts_with("Not begun any more:\n  - t.b\n"));
    assert_eq!(
        skipped(&all, true),
        "Not done because of the interrupt:\n  - t.b\nNot done because t.a failed:\n  - t.b\n  - t.c"
    );
    assert_eq!(summary::skipped(&[], false), "");
}

#[test]
fn only_options_lose_a_dash() {
    let cases = [
        ("use --out=x or '--var'", "use -out=x or '-var'"),
        ("[--lock]", "[-lock]"),
        ("  --json  Print", "   -json  Print"),
        ("a -- b, c--d, 1 --2", "a -- b, c--d, 1 --2"),
        ("---", "---"),
    ];
    for (text, expected) in cases {
        assert_eq!(one_dash(text), expected);
    }
}

#[test]
fn options_may_have_one_dash_and_help_has_its_spellings() {
    let cases: [(&[&str], &[&str]); 7] = [
        (
            &["t", "plan", "-out=x", "--json"],
            &["t", "plan", "--out=x", "--json"],
        ),
        (&["t", "plan", "-h"], &["t", "plan", "--help"]),
        (
            &["t", "help", "state", "list"],
            &["t", "state", "list", "--help"],
        ),
        (&["t", "-chdir=a", "help"], &["t", "--chdir=a", "--help"]),
        (&["t", "-version"], &["t", "version"]),
        (&["t", "output", "help"], &["t", "output", "help"]),
        (&["t", "apply", "--", "-p"], &["t", "apply", "--", "-p"]),
    ];
    for (given, expected) in cases {
        let given = given.iter().map(ToString::to_string).collect();
        assert_eq!(spelled_with_two_dashes(given), expected);
    }
}
