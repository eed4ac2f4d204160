//! Properties that hold of every policy.

use super::*;
use proptest::prelude::*;

/// Statements over a small alphabet, so that they often speak of the subject in question.
fn statement() -> impl Strategy<Value = String> {
    let effect = prop::sample::select(vec!["Allow", "Allow", "Deny"]);
    let principal = prop::sample::select(vec![
        r#"{"Federated":"FED"}"#,
        r#"{"Federated":["FED","accounts.google.com"]}"#,
        r#"{"AWS":"111111111111"}"#,
        r#""*""#,
    ]);
    let action = prop::sample::select(vec![
        r#""Action":"sts:AssumeRoleWithWebIdentity""#,
        r#""Action":["sts:*","sts:TagSession"]"#,
        r#""NotAction":"sts:AssumeRole""#,
        r#""Action":"sts:AssumeRole""#,
    ]);
    let operator = prop::sample::select(vec![
        "StringEquals",
        "StringLike",
        "StringNotEquals",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "StringEqualsIfExists",
        "ForAnyValue:StringLike",
        "ForAllValues:StringNotEquals",
        "Null",
    ]);
    let key = prop::sample::select(vec!["ISS:sub", "ISS:aud", "ISS:amr", "aws:SourceIp"]);
    let values = prop::collection::vec(
        prop::sample::select(vec![
            "SUB",
            "AUD",
            "system:serviceaccount:*",
            "*:app",
            "x",
            "true",
        ]),
        1..3,
    );
    let condition = (operator, key, values).prop_map(|(operator, key, values)| {
        format!(
            r#"{{"{operator}":{{"{key}":["{}"]}}}}"#,
            values.join("\",\"")
        )
    });
    (effect, principal, action, condition).prop_map(|(effect, principal, action, condition)| {
        format!(
            r#"{{"Effect":"{effect}","Principal":{principal},{action},"Condition":{condition}}}"#
        )
    })
}

fn statements() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(statement(), 1..4)
}

fn verdict(statements: &[String]) -> &'static str {
    Scene::new(&document(&statements.join(",")))
        .decide()
        .verdict
        .as_str()
}

fn subject() -> impl Strategy<Value = Subject> {
    ("[a-z]([a-z-]{0,4}[a-z])?", "[a-z]([a-z-]{0,4}[a-z])?")
        .prop_map(|(namespace, name)| Subject::new(&namespace, &name).unwrap())
}

proptest! {
    #![proptest_config(cases("an_allow_never_takes_away_and_a_deny_never_gives"))]

    #[test]
    fn an_allow_never_takes_away_and_a_deny_never_gives(
        statements in statements(),
        more in statement(),
    ) {
        let before = verdict(&statements);
        let allow = more.replace("Deny", "Allow");
        let after = verdict(&[statements.clone(), vec![allow]].concat());
        prop_assert!(before != "PROVED" || after == "PROVED");
        prop_assert!(before != "UNDECIDED" || after != "REFUTED");
        let deny = more.replace("Allow", "Deny");
        let after = verdict(&[statements, vec![deny]].concat());
        prop_assert!(before != "REFUTED" || after == "REFUTED");
        prop_assert!(before != "UNDECIDED" || after != "PROVED");
    }
}

proptest! {
    #![proptest_config(cases("order_and_spelling_do_not_matter"))]

    #[test]
    fn order_and_spelling_do_not_matter(statements in statements()) {
        let mut reversed = statements.clone();
        reversed.reverse();
        prop_assert_eq!(verdict(&statements), verdict(&reversed));
        let text = document(&statements.join(","));
        let canonical = TrustPolicy::parse(&text).unwrap().document().canonical_json();
        let respelt = Scene::new(&canonical).decide();
        prop_assert_eq!(Scene::new(&text).decide().verdict.as_str(), respelt.verdict.as_str());
        let recased: Vec<String> = statements
            .iter()
            .map(|one| one.replace("sts:", "STS:").replace("ISS:sub", "ISS:Sub"))
            .collect();
        prop_assert_eq!(verdict(&statements), verdict(&recased));
    }
}

proptest! {
    #![proptest_config(cases("the_canonical_policy_admits_its_subjects_and_no_other"))]

    #[test]
    fn the_canonical_policy_admits_its_subjects_and_no_other(
        subjects in prop::collection::btree_set(subject(), 1..5),
        other in subject(),
    ) {
        let listed: Vec<String> = subjects.iter().map(ToString::to_string).collect();
        let condition = |subjects: &str| {
            format!(r#"{{"StringEquals":{{"ISS:aud":"AUD","ISS:sub":["{subjects}"]}}}}"#)
        };
        let coalesced = document(&allow_if(&condition(&listed.join("\",\""))));
        let split: Vec<String> = listed.iter().map(|one| allow_if(&condition(one))).collect();
        let split = document(&split.join(","));
        for asked in subjects.iter().chain([&other]) {
            let expected = if subjects.contains(asked) { "PROVED" } else { "REFUTED" };
            for trust in [&coalesced, &split] {
                let mut scene = Scene::new(trust);
                scene.binding.subject = asked.clone();
                let decision = scene.decide();
                prop_assert_eq!(decision.verdict.as_str(), expected, "{} in {}", asked, trust);
                prop_assert_eq!(decision.over_broad, vec![]);
            }
        }
    }
}

proptest! {
    #![proptest_config(cases("a_known_audience_agrees_with_an_unknown_one"))]

    #[test]
    fn a_known_audience_agrees_with_an_unknown_one(statements in statements(), audience in "[a-z]{1,3}") {
        let mut scene = Scene::new(&document(&statements.join(",")));
        scene.providers.known[0].client_ids =
            Fact::Known(BTreeSet::from([audience.clone(), DEFAULT_AUDIENCE.to_owned()]));
        scene.binding.audience = Fact::Unknown;
        let unknown = scene.decide().verdict;
        for audience in [audience.as_str(), DEFAULT_AUDIENCE] {
            scene.binding.audience = Fact::Known(audience.to_owned());
            let known = scene.decide().verdict;
            prop_assert!(
                matches!(unknown, Verdict::Undecided(_)) || unknown.as_str() == known.as_str(),
                "{unknown:?}, but {known:?} for {audience}"
            );
        }
    }
}

proptest! {
    #![proptest_config(cases("the_witness_of_an_over_broad_policy_is_admitted"))]

    #[test]
    fn the_witness_of_an_over_broad_policy_is_admitted(statements in statements()) {
        let mut scene = Scene::new(&document(&statements.join(",")));
        for broad in scene.decide().over_broad {
            scene.binding.subject = broad.witness.parse().unwrap();
            prop_assert_eq!(scene.decide().verdict, Verdict::Proved);
        }
    }
}

proptest! {
    #![proptest_config(cases("globs_agree_with_trying_every_split"))]

    #[test]
    fn globs_agree_with_trying_every_split(pattern in "[ab*?]{0,6}", text in "[ab]{0,6}") {
        fn naive(pattern: &[char], text: &[char]) -> bool {
            match pattern.split_first() {
                None => text.is_empty(),
                Some(('*', rest)) => (0..=text.len()).any(|at| naive(rest, &text[at..])),
                Some(('?', rest)) => !text.is_empty() && naive(rest, &text[1..]),
                Some((character, rest)) => text.first() == Some(character) && naive(rest, &text[1..]),
            }
        }
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        prop_assert_eq!(Glob::new(&pattern).matches(&text), naive(&chars(&pattern), &chars(&text)));
    }
}
