//! `explain` with files alone: tokens and trust policies as a table; and the outputs that `docs/explain.md` shows.

use std::fs;

use libtest_mimic::{Failed, Trial};
use serde_json::{Value as Json, json};

use crate::common::project::Project;
use crate::common::repository;

const ISSUER: &str = "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53";
const ACCOUNT: &str = "132099918825";

/// The trials: one for each row of `tests/explain/vectors.json`, and what holds of all.
pub fn trials() -> Vec<Trial> {
    let text = fs::read_to_string(repository().join("tests/explain/vectors.json"));
    let rows: Vec<Json> = serde_json::from_str(&text.expect("the table")).expect("JSON");
    let mut trials: Vec<Trial> = rows
        .into_iter()
        .map(|row| {
            let name = row["name"].as_str().expect("a name").replace(' ', "_");
            Trial::test(format!("explain::files::{name}"), move || judged(&row))
        })
        .collect();
    trials.push(Trial::test("explain::malformed_files", malformed));
    trials.push(Trial::test("explain::human", human));
    trials.push(Trial::test("explain::documentation", documentation));
    trials
}

/// A text of the table with the usual names put in.
fn filled(json: &Json) -> String {
    let text = json
        .as_str()
        .map_or_else(|| json.to_string(), str::to_owned);
    text.replace("FED", &format!("arn:aws:iam::{ACCOUNT}:oidc-provider/ISS"))
        .replace("ISS", ISSUER)
        .replace("ROLE", &format!("arn:aws:iam::{ACCOUNT}:role/app"))
}

/// The usual policy with the row's condition, statement or document.
fn policy(row: &Json) -> String {
    let usual = json!({ "StringEquals": {
        "ISS:aud": "sts.amazonaws.com", "ISS:sub": "system:serviceaccount:prod:app",
    } });
    let mut statement = json!({
        "Effect": "Allow", "Principal": { "Federated": "FED" },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": row.get("condition").unwrap_or(&usual),
    });
    for (name, value) in row["statement"].as_object().into_iter().flatten() {
        statement[name] = value.clone();
    }
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
    filled(row.get("document").unwrap_or(&document))
}

fn judged(row: &Json) -> Result<(), Failed> {
    let project = Project::new();
    let mut claims = json!({
        "iss": "https://ISS", "sub": "system:serviceaccount:prod:app",
        "aud": ["sts.amazonaws.com"], "exp": 1_618_776_732,
    });
    for (name, value) in row["claims"].as_object().into_iter().flatten() {
        claims[name] = value.clone();
    }
    project.write("claims.json", &filled(&claims));
    project.write("trust.json", &policy(row));
    let mut arguments = vec![
        "explain".to_owned(),
        "-claims=claims.json".to_owned(),
        "-policy=trust.json".to_owned(),
        "-json".to_owned(),
    ];
    let more = row["arguments"].as_array().into_iter().flatten();
    arguments.extend(more.map(filled));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = project.run(&arguments);
    let found: Json = serde_json::from_str(&ran.stdout)
        .map_err(|error| Failed::from(format!("{error}: {}{}", ran.stdout, ran.stderr)))?;
    let keys: Vec<&String> = found.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "verdict",
            "gate",
            "code",
            "explanation",
            "unknown_keys",
            "overbroad",
            "witness"
        ]
    );
    let mut expected =
        json!({ "gate": null, "code": null, "unknown_keys": [], "overbroad": false });
    for (name, value) in row["expected"].as_object().expect("what is expected") {
        expected[name] = value.clone();
    }
    for (name, value) in expected.as_object().expect("an object") {
        let value: Json = serde_json::from_str(&filled(&json!({ "": value }))).expect("JSON");
        assert_eq!(found[name], value[""], "{name} in {found:#}");
    }
    assert_eq!(found["witness"].is_string(), found["overbroad"] == true);
    let code = match found["verdict"].as_str().expect("a verdict") {
        "PROVED" => 0,
        "UNDECIDED" => 3,
        _ => 1,
    };
    assert_eq!(ran.code, code);
    Ok(())
}

/// Files that are no JSON, or no claims, are problems and no verdicts; both are told at once.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a trial is a function of this form"
)]
fn malformed() -> Result<(), Failed> {
    let project = Project::new();
    project.write("bad.json", "{");
    project.write("list.json", "[]");
    project.write(
        "claims.json",
        r#"{"iss":"https://ISS","sub":"robot","aud":"x"}"#,
    );
    let run = |claims: &str, policy: &str| {
        let (claims, policy) = (format!("-claims={claims}"), format!("-policy={policy}"));
        project.run(&["explain", "-json", &claims, &policy])
    };
    for (claims, policy, expected) in [
        (
            "bad.json",
            "bad.json",
            vec!["bad.json: it is not JSON", "Invalid trust policy"],
        ),
        (
            "list.json",
            "list.json",
            vec!["the claims of a token are a JSON object"],
        ),
        (
            "claims.json",
            "list.json",
            vec!["`robot` is not of the form"],
        ),
        ("none.json", "list.json", vec!["none.json"]),
    ] {
        let ran = run(claims, policy);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{claims}");
        for text in expected {
            assert!(ran.stderr.contains(text), "{text} in {}", ran.stderr);
        }
    }
    Ok(())
}

/// For people: the verdict, and how far it reaches.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a trial is a function of this form"
)]
fn human() -> Result<(), Failed> {
    let project = Project::new();
    project.write(
        "claims.json",
        &filled(&json!({ "iss": "https://ISS", "sub": "system:serviceaccount:prod:app", "aud": "sts.amazonaws.com" })),
    );
    project.write("trust.json", &policy(&json!({ "condition": {} })));
    let ran = project.run(&["explain", "-claims=claims.json", "-policy=trust.json"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.stdout
            .starts_with("PROVED\n  ! every service account of the cluster"),
        "{}",
        ran.stdout
    );
    Ok(())
}

/// What the guide shows is what the program prints in the life of the example.
fn documentation() -> Result<(), Failed> {
    let guide = fs::read_to_string(repository().join("docs/explain.md"))?;
    let life = fs::read_to_string(repository().join("tests/lives/explain/life.txt"))?;
    let shown: Vec<&str> = guide
        .split("```text\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect();
    assert!(shown.len() >= 3, "the guide shows outputs");
    for block in shown {
        assert!(life.contains(block), "not printed by the program:\n{block}");
    }
    Ok(())
}
