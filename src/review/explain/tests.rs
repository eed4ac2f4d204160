//! One way in each verdict, told in each form.

use super::{explained_json, explained_markdown, explained_text};
use crate::diagnostic::Style;
use crate::trust::pod::{AccountAnnotations, AccountDefaults, Workload};
use crate::trust::{
    Cause, Chain, ChainFacts, Decision, Entrance, Entrances, Explained, Gate, Refutation, Story,
    Subject, TrustPolicy, Unknown, Verdict, Witnesses,
};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

const ROLE: &str = "arn:aws:iam::132099918825:role/app";

fn subject(name: &str) -> Subject {
    Subject::new("prod", name).unwrap()
}

fn decided(verdict: Verdict) -> Decision {
    Decision {
        verdict,
        over_broad: Vec::new(),
        notes: BTreeSet::new(),
    }
}

/// The way of `prod/app`, whose pod has one variable of its own, with this finding.
fn explained(finding: Result<Decision, String>, variable: &str) -> Explained {
    let container =
        json!({ "name": "app", "image": "app", "env": [{ "name": variable, "value": "x" }] });
    let manifest = json!({
        "kind": "Pod", "metadata": { "name": "app" },
        "spec": { "containers": [container], "serviceAccountName": "app" },
    });
    let chain = Chain::predict(ChainFacts {
        subject: subject("app"),
        annotations: AccountAnnotations {
            role_arn: Some(ROLE.to_owned()),
            ..AccountAnnotations::default()
        },
        defaults: AccountDefaults::default(),
        workload: Workload::of(&manifest, "prod").unwrap(),
        association: None,
        issuer: None,
        region: Some("eu-central-1".to_owned()),
        policy: Some(json!({ "Version": "2012-10-17", "Statement": [] }).to_string()),
        finding,
    });
    let story = Story {
        account: "service_account.app[\"`#;\"]".to_owned(),
        declared: true,
        cluster: "cluster.main".to_owned(),
        role: Some("role.app".to_owned()),
        manifest: None,
        meant: Vec::new(),
        association_unknown: None,
        chain,
    };
    Explained {
        stories: vec![story],
        roles: vec![entrances()],
        about_roles: false,
        witnesses: Witnesses::default(),
    }
}

/// A role with a declared account, one that is in the cluster only, and one that is nowhere.
fn entrances() -> Entrances {
    let mut entrance = Entrance {
        cluster: "cluster.main".to_owned(),
        live_only: BTreeSet::from([subject("live"), subject("shut-out")]),
        is_listed: true,
        ..Entrance::default()
    };
    entrance.admitted.accounts = BTreeSet::from([subject("app"), subject("live")]);
    entrance.admitted.others = BTreeSet::from([subject("nobody")]);
    Entrances {
        role: "role.app".to_owned(),
        arn: ROLE.to_owned(),
        policy: None,
        clusters: vec![entrance],
        open: None,
    }
}

/// Each kind of finding, with what the picture says of it.
fn findings() -> Vec<(Result<Decision, String>, &'static str)> {
    let refuted = Verdict::Refuted(Refutation {
        gate: Gate::Annotation,
        cause: Cause::NoAnnotation,
    });
    let undecided = Verdict::Undecided(BTreeSet::from([Unknown::UniversalPrincipal]));
    let invalid = Verdict::Invalid(TrustPolicy::parse("{}").unwrap_err());
    vec![
        (Ok(decided(Verdict::Proved)), "-->|proved|"),
        (Ok(decided(refuted)), "--x|refuted|"),
        (Ok(decided(undecided)), "-.->|not decided|"),
        (Ok(decided(invalid)), "--x|refused by IAM|"),
        (Err("it is not read".to_owned()), "-.->|not decided|"),
    ]
}

#[test]
fn colours_are_for_terminals_that_show_them() {
    for (finding, _) in findings() {
        let explained = explained(finding, "A");
        let coloured = explained_text(&explained, Style::Coloured);
        assert!(coloured.contains("\u{1b}["), "{coloured}");
        let plain = explained_text(&explained, Style::Plain);
        assert!(!plain.contains('\u{1b}'), "{plain}");
        // What is coloured is told apart without colours, too.
        let mut bare = String::new();
        let mut parts = coloured.split('\u{1b}');
        bare.push_str(parts.next().unwrap());
        for part in parts {
            bare.push_str(part.split_once('m').unwrap().1);
        }
        assert_eq!(bare, plain);
    }
}

#[test]
fn a_container_that_is_there_is_not_new_because_it_gets_variables() {
    let text = explained_text(&explained(Ok(decided(Verdict::Proved)), "A"), Style::Plain);
    for line in [
        "    - name: app\n",
        "      env:\n",
        "      - name: A\n",
        "        value: x\n",
        "  +   - name: AWS_ROLE_ARN\n",
        "  +   volumeMounts:\n",
        "  + volumes:\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn markdown_draws_every_verdict() {
    for (finding, arrow) in findings() {
        let text = explained_markdown(&explained(finding, "A"));
        let edge = format!("\n  n0 {arrow} n1\n");
        assert!(text.contains(&edge), "{edge}{text}");
        well_formed(&text);
    }
    let stopped = explained(Ok(decided(Verdict::Proved)), "AWS_ROLE_ARN");
    let text = explained_markdown(&stopped);
    assert!(
        text.contains("\n  n0 --x|pods in their own way| n1\n"),
        "{text}"
    );
}

/// Fences are closed, and the picture has nodes and edges of the forms that Mermaid reads, and nothing else.
fn well_formed(text: &str) {
    assert_eq!(text.matches("\n```").count() % 2, 1, "{text}");
    let picture = text.strip_prefix("```mermaid\nflowchart LR\n").unwrap();
    let (picture, _) = picture.split_once("```\n").unwrap();
    let form = r#"^  n\d+(\["[^"`]*"\]|\("[^"`]*"\)|\{"[^"`]*"\}| (-->|==>|--x|-\.->)(\|[a-zA-Z ]+\|)? n\d+)$"#;
    let form = regex::Regex::new(form).unwrap();
    for line in picture.lines() {
        assert!(form.is_match(line), "{line}");
    }
}

#[test]
fn json_tells_the_declared_from_the_others() {
    let told = explained_json(&explained(Ok(decided(Verdict::Proved)), "A"));
    let keys =
        |value: &Json| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(
        keys(&told),
        ["format_version", "outcome", "service_accounts", "roles"]
    );
    let account = [
        "service_account",
        "declared",
        "subject",
        "cluster",
        "role",
        "role_arn",
        "association",
        "association_unknown",
        "annotations",
        "manifest",
        "meant",
        "pod",
        "collisions",
        "token",
        "trust_policy",
        "matching_statements",
        "sts",
        "decision",
    ];
    assert_eq!(keys(&told["service_accounts"][0]), account);
    let expected = json!({
        "cluster": "cluster.main",
        "service_accounts": ["prod/app"],
        "in_cluster_only": ["prod/live"],
        "perhaps": [],
        "not_declared": ["prod/nobody"],
        "beyond": [],
    });
    assert_eq!(told["roles"][0]["clusters"][0], expected);
}
