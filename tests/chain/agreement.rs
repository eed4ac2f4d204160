//! Drawn policies and accounts: what the decision says before apply, and what STS does with a token of the account.
//!
//! STS gets nothing but the token: it takes issuer, subject and audience out of the claims, finds provider and role in the
//! account's store, and judges. The decision is made from the facts that a plan knows. Both read the same policy text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use trustform::policy::{AccountId, Issuer, Partition, RoleArn};
use trustform::sandbox::{Sandbox, Seed};
use trustform::trust::{
    Binding, Cluster, DEFAULT_AUDIENCE, Fact, Gate, Provider, Providers, Question, Role, Subject,
    TrustPolicy, Verdict,
};

use super::sts::{self, Answer};

const HOME: &str = "123456789012";
const STRANGE: &str = "210987654321";
/// Cluster, the end of its issuer, and whether the account has a provider for it.
const CLUSTERS: [(&str, &str, bool); 3] = [
    ("main", "0123456789ABCDEF0123456789ABCDEF", true),
    ("second", "89ABCDEF0123456789ABCDEF01234567", true),
    ("bare", "FEDCBA9876543210FEDCBA9876543210", false),
];
const NAMESPACES: [&str; 3] = ["apps", "apps-test", "kube-system"];
const ACCOUNTS: [&str; 4] = [
    "reader",
    "reader-2",
    "writer",
    "aws-load-balancer-controller",
];
const AUDIENCES: [&str; 4] = [
    DEFAULT_AUDIENCE,
    DEFAULT_AUDIENCE,
    "second",
    "sts.amazonaws.com.cn",
];
const ROLES: usize = 400;
const ACCOUNTS_FOR_EACH: usize = 12;
/// So many pairs have to be decided, and to agree.
const WANTED: usize = 2_000;

/// A generator of numbers that is the same in every run (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(drawn).unwrap() % end
    }

    fn of<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

fn host(id: &str) -> String {
    format!("oidc.eks.eu-central-1.amazonaws.com/id/{id}")
}

fn policy(dice: &mut Dice) -> Json {
    let count = 1 + dice.below(3);
    let statements: Vec<Json> = (0..count).map(|_| statement(dice)).collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn statement(dice: &mut Dice) -> Json {
    let (_, id, _) = *dice.of(&CLUSTERS[..2]);
    let account = if dice.chance(90) { HOME } else { STRANGE };
    let provider = |id: &str| format!("arn:aws:iam::{account}:oidc-provider/{}", host(id));
    let principal = match dice.below(10) {
        0 => json!({ "Federated": [provider(CLUSTERS[0].1), provider(CLUSTERS[1].1)] }),
        1 => json!({ "Service": "ec2.amazonaws.com" }),
        _ => json!({ "Federated": provider(id) }),
    };
    let actions = [
        "sts:AssumeRoleWithWebIdentity",
        "sts:AssumeRoleWithWebIdentity",
        "sts:*",
        "sts:assumerolewithwebidentity",
        "sts:AssumeRole*",
        "sts:AssumeRole",
    ];
    let mut statement = json!({
        "Effect": if dice.chance(85) { "Allow" } else { "Deny" },
        "Principal": principal,
    });
    let member = if dice.chance(95) {
        "Action"
    } else {
        "NotAction"
    };
    statement[member] = json!(dice.of(&actions));
    let mut conditions = BTreeMap::<String, BTreeMap<String, Json>>::new();
    for _ in 0..dice.below(4) {
        let (operator, key, values) = condition(dice, id);
        conditions.entry(operator).or_default().insert(key, values);
    }
    if !conditions.is_empty() {
        statement["Condition"] = json!(conditions);
    }
    statement
}

fn condition(dice: &mut Dice, id: &str) -> (String, String, Json) {
    let bases = [
        "StringEquals",
        "StringEquals",
        "StringEquals",
        "StringLike",
        "StringLike",
        "StringNotEquals",
        "StringNotLike",
        "StringEqualsIgnoreCase",
    ];
    let base = *dice.of(&bases);
    let set = ["", "", "", "", "ForAnyValue:", "ForAllValues:"];
    let suffix = if dice.chance(15) { "IfExists" } else { "" };
    let operator = format!("{}{base}{suffix}", dice.of(&set));
    let id = if dice.chance(92) { id } else { CLUSTERS[2].1 };
    let (claim, values) = match dice.below(3) {
        0 => ("aud", audiences(dice)),
        _ => ("sub", subjects(dice)),
    };
    (operator, format!("{}:{claim}", host(id)), values)
}

fn audiences(dice: &mut Dice) -> Json {
    match dice.below(5) {
        0 => json!(["second", DEFAULT_AUDIENCE]),
        1 => json!("second"),
        2 => json!("sts.*"),
        _ => json!(DEFAULT_AUDIENCE),
    }
}

fn subjects(dice: &mut Dice) -> Json {
    let count = 1 + dice.below(3);
    let drawn: Vec<String> = (0..count).map(|_| subject(dice)).collect();
    match drawn.as_slice() {
        [one] => json!(one),
        many => json!(many),
    }
}

fn subject(dice: &mut Dice) -> String {
    let (namespace, name) = (*dice.of(&NAMESPACES), *dice.of(&ACCOUNTS));
    match dice.below(12) {
        0 => format!("system:serviceaccount:{namespace}:*"),
        1 => format!("system:serviceaccount:*:{name}"),
        2 => "system:serviceaccount:apps*:reader*".to_owned(),
        3 => format!("system:serviceaccount:{namespace}:{}", name.to_uppercase()),
        4 => format!("system:serviceaccount:{namespace}:reader-?"),
        5 => format!("{namespace}:{name}"),
        _ => format!("system:serviceaccount:{namespace}:{name}"),
    }
}

/// A sandbox with these roles, and everything else that the drawn questions are about.
fn sandbox(policies: &[Json]) -> Sandbox {
    let accounts: Vec<Json> = NAMESPACES
        .iter()
        .flat_map(|namespace| {
            ACCOUNTS.iter().map(move |name| {
                json!({ "object": {
                    "apiVersion": "v1", "kind": "ServiceAccount",
                    "metadata": { "namespace": namespace, "name": name },
                } })
            })
        })
        .collect();
    let clusters = CLUSTERS.map(|(name, id, _)| {
        json!({ "name": name, "issuer_id": id, "namespaces": ["apps", "apps-test"], "objects": accounts })
    });
    let providers: Vec<Json> = CLUSTERS
        .iter()
        .filter(|(_, _, has_provider)| *has_provider)
        .map(|(_, id, _)| json!({ "Url": format!("https://{}", host(id)), "ClientIDList": client_ids() }))
        .collect();
    let roles: Vec<Json> = policies
        .iter()
        .enumerate()
        .map(|(number, policy)| json!({ "RoleName": role_name(number), "AssumeRolePolicyDocument": policy }))
        .collect();
    let seed = json!({
        "account": HOME, "region": "eu-central-1",
        "clusters": clusters, "oidc_providers": providers, "roles": roles,
    });
    Sandbox::in_memory(Some(Seed::parse(&seed.to_string()).unwrap())).unwrap()
}

fn client_ids() -> Vec<&'static str> {
    vec![DEFAULT_AUDIENCE, "second"]
}

fn role_name(number: usize) -> String {
    format!("role-{number}")
}

/// The providers as a plan reads them.
fn providers() -> Providers {
    let account: AccountId = HOME.parse().unwrap();
    let known = CLUSTERS.iter().filter(|(_, _, has_provider)| *has_provider);
    Providers {
        known: known
            .map(|(_, id, _)| Provider {
                account: account.clone(),
                issuer: host(id).parse().unwrap(),
                client_ids: Fact::Known(client_ids().into_iter().map(str::to_owned).collect()),
            })
            .collect(),
        complete_for: BTreeSet::from([account]),
    }
}

/// What the decision says before apply.
fn decide(
    policy: &Json,
    role: &str,
    issuer: &str,
    subject: (&str, &str),
    audience: &str,
    duration: Option<u32>,
    exists: bool,
) -> Verdict {
    let arn: RoleArn = role.parse().unwrap();
    let issuer: Issuer = issuer.parse().unwrap();
    let binding = Binding {
        cluster: Cluster {
            issuer: Fact::Known(issuer),
            partition: Partition::aws(),
        },
        subject: Subject::new(subject.0, subject.1).unwrap(),
        role_annotation: Fact::Known(Some(role.to_owned())),
        audience: Fact::Known(audience.to_owned()),
        association: Fact::Known(None),
        duration,
    };
    let role = Role {
        arn,
        exists: Fact::Known(exists),
        trust: Fact::Known(TrustPolicy::parse(&policy.to_string())),
        max_session_duration: Fact::Known(3600),
    };
    let providers = providers();
    Question {
        binding: &binding,
        role: &role,
        providers: &providers,
    }
    .decide()
    .verdict
}

/// The verdict in the words of the table.
fn column(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Proved => "PROVED".to_owned(),
        Verdict::Refuted(refutation) => format!("REFUTED at {}", refutation.gate),
        Verdict::Undecided(_) => "UNDECIDED".to_owned(),
        Verdict::Invalid(_) => "INVALID".to_owned(),
    }
}

/// Whether STS did what the verdict says; `None` when the verdict says nothing.
fn agrees(verdict: &Verdict, answer: &Answer) -> Option<bool> {
    let Answer::Refused(code, message) = answer else {
        return match verdict {
            Verdict::Proved => Some(true),
            Verdict::Refuted(_) | Verdict::Invalid(_) => Some(false),
            Verdict::Undecided(_) => None,
        };
    };
    let says = |code_wanted: &str, words: &str| code == code_wanted && message.contains(words);
    Some(match verdict {
        Verdict::Undecided(_) => return None,
        Verdict::Proved => false,
        Verdict::Invalid(_) => true,
        Verdict::Refuted(refutation) => match refutation.gate {
            // A missing role is found out by STS only after the token was believed.
            Gate::Annotation | Gate::Role => true,
            Gate::Provider => says("InvalidIdentityToken", "No OpenIDConnect provider found"),
            Gate::Audience => says("InvalidIdentityToken", "Incorrect token audience"),
            Gate::Trust => says("AccessDenied", "Not authorized"),
            Gate::Duration => says("ValidationError", "MaxSessionDuration"),
        },
    })
}

/// Asks both about everything, prints the table, and lists where they disagree.
pub(super) fn disagreements() -> Vec<String> {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let policies: Vec<Json> = (0..ROLES).map(|_| policy(&mut dice)).collect();
    let sandbox = sandbox(&policies);
    let mut tokens = BTreeMap::new();
    let mut table = BTreeMap::<(String, String), usize>::new();
    let (mut decided, mut found) = (0, Vec::new());
    for (number, policy) in policies.iter().enumerate() {
        for _ in 0..ACCOUNTS_FOR_EACH {
            let clusters = if dice.chance(90) { 2 } else { 3 };
            let (cluster, id, _) = *dice.of(&CLUSTERS[..clusters]);
            let subject = (*dice.of(&NAMESPACES), *dice.of(&ACCOUNTS));
            let audience = *dice.of(&AUDIENCES);
            let duration = dice
                .chance(10)
                .then_some(if dice.chance(50) { 900 } else { 7200 });
            let exists = dice.chance(97);
            let name = if exists {
                role_name(number)
            } else {
                format!("gone-{number}")
            };
            let role = format!("arn:aws:iam::{HOME}:role/{name}");
            let token = tokens
                .entry((cluster, subject, audience))
                .or_insert_with(|| sts::token(&sandbox, cluster, subject, audience));
            let answer = sts::assume(&sandbox, &role, token, duration);
            let issuer = format!("https://{}", host(id));
            let verdict = decide(policy, &role, &issuer, subject, audience, duration, exists);
            *table
                .entry((column(&verdict), answer.code().to_owned()))
                .or_default() += 1;
            match agrees(&verdict, &answer) {
                None => {}
                Some(true) => decided += 1,
                Some(false) => found.push(format!(
                    "{subject:?} of {cluster} for {audience}: {verdict:?}, but STS: {answer:?}; policy {policy}"
                )),
            }
        }
    }
    report(&rendered(&table, decided, found.len()));
    if decided < WANTED {
        found.push(format!("only {decided} of {WANTED} pairs were decided"));
    }
    let granted = |(_, code): &(String, String)| code == "granted";
    let granted: usize = table
        .iter()
        .filter(|(key, _)| granted(key))
        .map(|(_, count)| count)
        .sum();
    if granted < WANTED / 10 {
        found.push(format!(
            "only {granted} sessions were granted: the policies are drawn too strange"
        ));
    }
    found
}

fn rendered(
    table: &BTreeMap<(String, String), usize>,
    decided: usize,
    disagreements: usize,
) -> String {
    let mut text = format!("{:<18} {:<22} {:>6}\n", "before apply", "STS", "pairs");
    for ((verdict, code), count) in table {
        let _ = writeln!(text, "{verdict:<18} {code:<22} {count:>6}");
    }
    let _ = write!(
        text,
        "{decided} decided pairs agree, {disagreements} disagree"
    );
    text
}

#[expect(clippy::print_stdout, reason = "the table is the trial's report")]
fn report(table: &str) {
    println!("{table}");
}
