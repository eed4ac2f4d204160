//! A second, deliberately naive evaluator, and random small policies on which both must say the same.
//!
//! It knows no third truth value and no patterns of thought: it tries every subject of a small alphabet in every world that the unknown keys could turn out to be, and counts.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The names of namespaces and accounts that are tried one by one.
const NAMES: [&str; 6] = ["a", "b", "aa", "ab", "ba", "bb"];

/// Names that no policy below is written with, but for `a` and `b`, to look for reaches beyond.
const OTHER_NAMES: [&str; 9] = ["a", "b", "c", "ac", "cb", "abc", "bcb", "c-c", "c0"];

/// What is not known beforehand.
#[derive(Debug, Clone, Copy)]
struct World {
    address: Option<&'static str>,
    everyone_counts: bool,
}

const WORLDS: [World; 6] = {
    const fn world(address: Option<&'static str>, everyone_counts: bool) -> World {
        World {
            address,
            everyone_counts,
        }
    }
    [
        world(None, false),
        world(None, true),
        world(Some("10.1.2.3"), false),
        world(Some("10.1.2.3"), true),
        world(Some("8.8.8.8"), false),
        world(Some("8.8.8.8"), true),
    ]
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whom {
    Provider,
    ProviderOrOther,
    Other,
    Everyone,
}

/// A statement as the naive evaluator has it.
#[derive(Debug, Clone)]
struct Simple {
    allows: bool,
    whom: Whom,
    action: &'static str,
    inverted: bool,
    /// Values by operator and key.
    conditions: BTreeMap<&'static str, BTreeMap<&'static str, BTreeSet<String>>>,
}

impl Simple {
    fn json(&self) -> String {
        let effect = if self.allows { "Allow" } else { "Deny" };
        let principal = match self.whom {
            Whom::Provider => r#"{"Federated":"FED"}"#,
            Whom::ProviderOrOther => r#"{"Federated":["accounts.google.com","FED"]}"#,
            Whom::Other => r#"{"Federated":"accounts.google.com"}"#,
            Whom::Everyone => r#"{"AWS":"*"}"#,
        };
        let element = if self.inverted { "NotAction" } else { "Action" };
        let condition = serde_json::to_string(&self.conditions).unwrap();
        let action = self.action;
        format!(
            r#"{{"Effect":"{effect}","Principal":{principal},"{element}":"{action}","Condition":{condition}}}"#
        )
    }

    fn matches(&self, subject: &str, world: World) -> bool {
        let whom = match self.whom {
            Whom::Provider | Whom::ProviderOrOther => true,
            Whom::Other => false,
            Whom::Everyone => !self.allows || world.everyone_counts,
        };
        let action =
            self.action == "*" || self.action == "sts:*" || self.action.ends_with("Identity");
        let mut all = whom && action != self.inverted;
        for (operator, keys) in &self.conditions {
            for (key, values) in keys {
                let actual = match *key {
                    "ISS:sub" => Some(subject),
                    "ISS:aud" => Some(DEFAULT_AUDIENCE),
                    "aws:SourceIp" => world.address,
                    _ => None,
                };
                all &= holds(operator, values, actual);
            }
        }
        all
    }
}

fn holds(operator: &str, values: &BTreeSet<String>, actual: Option<&str>) -> bool {
    let for_all = operator.starts_with("ForAllValues:");
    let for_any = operator.starts_with("ForAnyValue:");
    let base = operator.rsplit(':').next().unwrap();
    let if_exists = base.ends_with("IfExists");
    let base = base.trim_end_matches("IfExists");
    if base == "Null" {
        return values
            .iter()
            .any(|value| (value == "true") == actual.is_none());
    }
    let negated = base.contains("Not");
    let Some(actual) = actual else {
        return if_exists || for_all || (negated && !for_any);
    };
    let positive = base.replace("Not", "");
    let equals = |value: &String| match positive.as_str() {
        "StringEquals" => value == actual,
        "StringEqualsIgnoreCase" => value.eq_ignore_ascii_case(actual),
        "StringLike" => like(value.as_bytes(), actual.as_bytes()),
        "IpAddress" => actual.starts_with("10."),
        other => panic!("{other}"),
    };
    values.iter().any(equals) != negated
}

fn like(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some(b'*'), _) if like(&pattern[1..], text) => true,
        (Some(b'*'), Some(_)) => like(pattern, &text[1..]),
        (Some(b'?'), Some(_)) => like(&pattern[1..], &text[1..]),
        (Some(one), Some(other)) if one == other => like(&pattern[1..], &text[1..]),
        _ => false,
    }
}

fn admits(policy: &[Simple], subject: &str, world: World) -> bool {
    let some = |allows: bool| {
        policy
            .iter()
            .any(|one| one.allows == allows && one.matches(subject, world))
    };
    some(true) && !some(false)
}

fn in_every_world(policy: &[Simple], subject: &str) -> bool {
    WORLDS.iter().all(|world| admits(policy, subject, *world))
}

/// Whether a subject is written in the policy, under an operator or another.
fn writes(policy: &[Simple], subject: &str) -> bool {
    let blocks = policy.iter().flat_map(|one| one.conditions.values());
    blocks
        .flat_map(|keys| keys.values().flatten())
        .any(|value| value.eq_ignore_ascii_case(subject))
}

fn pick<T: Copy>(from: &[T], number: u8) -> T {
    from[usize::from(number) % from.len()]
}

/// A value for `:sub`: an account, the same in another case, or a pattern.
fn subject_value(number: u8) -> String {
    let (namespace, name) = (pick(&NAMES, number), pick(&NAMES, number / 6));
    let pattern = pick(
        &[
            "system:serviceaccount:a:*",
            "system:serviceaccount:*:b",
            "system:serviceaccount:a*:*",
            "system:serviceaccount:?:b*",
            "system:serviceaccount:*:?b",
            "*a",
            "*a*:*b*",
            "*",
            "*:b?:*",
            "x*",
        ],
        number,
    );
    match number % 5 {
        0 | 1 => format!("{SUBJECT_PREFIX}{namespace}:{name}"),
        2 => format!("{SUBJECT_PREFIX}{}:{name}", namespace.to_uppercase()),
        _ => pattern.to_owned(),
    }
}

const TEXT_OPERATORS: [&str; 16] = [
    "StringEquals",
    "StringEquals",
    "StringLike",
    "StringLike",
    "StringNotEquals",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLikeIfExists",
    "StringNotEqualsIfExists",
    "ForAnyValue:StringLike",
    "ForAnyValue:StringNotLike",
    "ForAllValues:StringEquals",
    "ForAllValues:StringNotLike",
    "ForAnyValue:StringEqualsIfExists",
    "Null",
];

/// A statement from a handful of numbers, mostly about subjects.
fn simple(numbers: [u8; 4], conditions: &[[u8; 4]]) -> Simple {
    let [effect, whom, action, _] = numbers;
    let mut blocks: BTreeMap<_, BTreeMap<_, BTreeSet<String>>> = BTreeMap::new();
    for [operator, key, one, other] in conditions {
        let (key, operator, values) = match key % 8 {
            0 => (
                "aws:SourceIp",
                pick(
                    &[
                        "IpAddress",
                        "NotIpAddress",
                        "IpAddressIfExists",
                        "ForAllValues:NotIpAddress",
                    ],
                    *operator,
                ),
                ["10.0.0.0/8".to_owned(), "10.0.0.0/8".to_owned()],
            ),
            1 => (
                "ISS:aud",
                pick(&TEXT_OPERATORS, *operator),
                [one, other]
                    .map(|number| pick(&[DEFAULT_AUDIENCE, "sts.*", "x"], *number).to_owned()),
            ),
            2 => (
                "ISS:amr",
                pick(&TEXT_OPERATORS, *operator),
                ["x", "*"].map(str::to_owned),
            ),
            _ => (
                "ISS:sub",
                pick(&TEXT_OPERATORS, *operator),
                [one, other].map(|number| subject_value(*number)),
            ),
        };
        let values = match operator {
            "Null" => [
                pick(&["true", "false"], *one).to_owned(),
                pick(&["true", "false"], *one).to_owned(),
            ],
            _ => values,
        };
        let block = blocks.entry(operator).or_default();
        block.entry(key).or_default().extend(values);
    }
    Simple {
        allows: effect % 3 != 0,
        whom: pick(
            &[
                Whom::Provider,
                Whom::Provider,
                Whom::Provider,
                Whom::ProviderOrOther,
                Whom::Other,
                Whom::Everyone,
            ],
            whom,
        ),
        action: pick(
            &[
                "sts:AssumeRoleWithWebIdentity",
                "sts:AssumeRoleWithWebIdentity",
                "sts:*",
                "*",
                "sts:AssumeRole",
            ],
            action,
        ),
        inverted: action % 7 == 0,
        conditions: blocks,
    }
}

fn policy() -> impl Strategy<Value = Vec<Simple>> {
    let numbers = || any::<[u8; 4]>();
    let statement = (numbers(), prop::collection::vec(numbers(), 0..4));
    prop::collection::vec(statement, 1..4).prop_map(|statements| {
        let statements = statements.iter();
        statements
            .map(|(numbers, conditions)| simple(*numbers, conditions))
            .collect()
    })
}

fn parsed(policy: &[Simple]) -> TrustPolicy {
    let statements: Vec<String> = policy.iter().map(Simple::json).collect();
    TrustPolicy::parse(&document(&statements.join(","))).unwrap()
}

fn subjects(names: &[&str]) -> Vec<Subject> {
    let pairs = names
        .iter()
        .flat_map(|one| names.iter().map(move |other| (one, other)));
    pairs
        .map(|(namespace, name)| Subject::new(namespace, name).unwrap())
        .collect()
}

/// A policy seen from the usual cluster.
struct Gatehouse {
    provider: String,
    issuer: Issuer,
    audiences: BTreeSet<String>,
}

impl Gatehouse {
    fn new() -> Self {
        Self {
            provider: spelt_out("FED"),
            issuer: ISSUER.parse().unwrap(),
            audiences: BTreeSet::from([DEFAULT_AUDIENCE.to_owned()]),
        }
    }

    fn door<'a>(&'a self, policy: &'a TrustPolicy) -> Door<'a> {
        Door {
            policy,
            provider: &self.provider,
            issuer: &self.issuer,
            audiences: &self.audiences,
        }
    }

    fn judge(&self, policy: &TrustPolicy, subject: &str) -> Truth {
        let token = TokenContext {
            issuer: &self.issuer,
            audience: Some(DEFAULT_AUDIENCE),
            subject,
        };
        policy.admits(&WebIdentity {
            provider: &self.provider,
            token,
        })
    }
}

proptest! {
    #![proptest_config(cases("what_is_decided_is_so_in_every_world"))]

    #[test]
    fn what_is_decided_is_so_in_every_world(simple in policy()) {
        let (policy, house) = (parsed(&simple), Gatehouse::new());
        let certain = !policy.document().canonical_json().contains("SourceIp")
            && simple.iter().all(|one| one.whom != Whom::Everyone);
        for subject in subjects(&NAMES) {
            let text = subject.to_string();
            let found = WORLDS.map(|world| admits(&simple, &text, world));
            match house.judge(&policy, &text) {
                Truth::True => prop_assert!(found.iter().all(|one| *one), "{text}"),
                Truth::False => prop_assert!(!found.iter().any(|one| *one), "{text}"),
                Truth::Unknown(reasons) => prop_assert!(!certain, "{text}: {reasons:?}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(cases("the_reverse_question_finds_whom_trying_finds"))]

    #[test]
    fn the_reverse_question_finds_whom_trying_finds(simple in policy()) {
        let (policy, house) = (parsed(&simple), Gatehouse::new());
        let everyone = subjects(&NAMES);
        let (known, others) = everyone.split_at(24);
        let known: BTreeSet<Subject> = known.iter().cloned().collect();
        let admitted = house.door(&policy).admitted(&known);
        for subject in &known {
            let truth = house.judge(&policy, &subject.to_string());
            prop_assert_eq!(admitted.accounts.contains(subject), truth == Truth::True, "{}", subject);
            prop_assert_eq!(admitted.perhaps.contains_key(subject), matches!(truth, Truth::Unknown(_)), "{}", subject);
        }
        for subject in &admitted.others {
            prop_assert!(!known.contains(subject) && in_every_world(&simple, &subject.to_string()));
        }
        for subject in others {
            let text = subject.to_string();
            let named_and_in = writes(&simple, &text) && house.judge(&policy, &text) == Truth::True;
            let told = admitted.others.contains(subject) || !admitted.beyond.is_empty();
            prop_assert!(!named_and_in || told, "{} comes in untold", text);
        }
        for broad in &admitted.beyond {
            let witness: Subject = broad.witness.parse().unwrap();
            prop_assert!(in_every_world(&simple, &broad.witness), "{broad}");
            prop_assert!(!writes(&simple, &broad.witness), "{broad} is written");
            prop_assert!(broad.breadth.covers(&witness), "{broad}");
        }
        let stranger = subjects(&OTHER_NAMES).into_iter().map(|one| one.to_string()).find(|text| {
            !writes(&simple, text) && house.judge(&policy, text) == Truth::True
        });
        if let Some(stranger) = stranger {
            prop_assert!(!admitted.beyond.is_empty(), "{stranger} comes in unnamed");
        }
    }
}

proptest! {
    #![proptest_config(cases("a_proved_binding_is_over_broad_when_strangers_come_in"))]

    #[test]
    fn a_proved_binding_is_over_broad_when_strangers_come_in(simple in policy()) {
        let (policy, house) = (parsed(&simple), Gatehouse::new());
        let beyond = house.door(&policy).admitted(&BTreeSet::new()).beyond;
        let mut scene = Scene::new(&document("{}"));
        scene.role.trust = Fact::Known(Ok(policy));
        for subject in subjects(&["a", "b", "ab"]) {
            scene.binding.subject = subject;
            let decision = scene.decide();
            if decision.verdict == Verdict::Proved {
                prop_assert_eq!(decision.over_broad.is_empty(), beyond.is_empty(), "{:?} {:?}", decision.over_broad, beyond);
            }
            for broad in decision.over_broad {
                prop_assert!(in_every_world(&simple, &broad.witness), "{broad}");
            }
        }
    }
}

proptest! {
    #![proptest_config(cases("putting_statements_together_changes_nothing"))]

    #[test]
    fn putting_statements_together_changes_nothing(simple in policy(), again in any::<u8>()) {
        let mut simple = simple;
        let mut twin = simple[0].clone();
        for keys in twin.conditions.values_mut() {
            if let Some(values) = keys.get_mut("ISS:sub") {
                values.insert(subject_value(again));
            }
        }
        if twin.conditions.keys().all(|operator| *operator != "Null") {
            simple.push(twin);
        }
        let (policy, house) = (parsed(&simple), Gatehouse::new());
        let together = policy.document().coalesced();
        prop_assert!(together.statements.len() <= policy.statements().len());
        let together = TrustPolicy::parse(&together.canonical_json()).unwrap();
        for subject in subjects(&["a", "b", "ab"]) {
            let text = subject.to_string();
            let kind = |truth: Truth| match truth {
                Truth::True => 't',
                Truth::False => 'f',
                Truth::Unknown(_) => 'u',
            };
            prop_assert_eq!(kind(house.judge(&policy, &text)), kind(house.judge(&together, &text)), "{}", text);
        }
    }
}
