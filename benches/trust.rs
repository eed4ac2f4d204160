//! What proving costs: ten thousand bindings decided, and the reverse question answered for a thousand roles.
//!
//! `cargo bench --bench trust` prints a Markdown table of the processor's time, each line taken by a process of its own. The trust policies are read from their text each time.
//!
//! | argument | meaning |
//! |---|---|
//! | `--bindings 10000` | how many service accounts, each with a role of its own |
//! | `--roles 1000` | how many roles are asked who can assume them, given all accounts |
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a program for people at a terminal: it stops where it fails"
)]

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use trustform::policy::{AccountId, Issuer, OidcProviderArn, Partition};
use trustform::trust::{
    Binding, Cluster, DEFAULT_AUDIENCE, Door, Fact, Provider, Providers, Question, Role, Subject,
    TrustPolicy, Verdict,
};
use wait4::Wait4 as _;

const ISSUER: &str = "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53";
const ACCOUNT: &str = "132099918825";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, usual: usize| {
        let at = arguments.iter().position(|one| one == name);
        let given = at.and_then(|at| arguments.get(at + 1));
        given.map_or(usual, |text| text.parse().expect("a number"))
    };
    let (bindings, roles) = (number("--bindings", 10_000), number("--roles", 1_000));
    match arguments.iter().find_map(|one| one.strip_prefix("--only=")) {
        Some("prove") => prove(bindings),
        Some("ask") => ask(bindings, roles),
        Some(_) => drop(World::new(bindings)),
        None => table(bindings, roles),
    }
}

fn table(bindings: usize, roles: usize) {
    let sizes = [
        "--bindings".to_owned(),
        bindings.to_string(),
        "--roles".to_owned(),
        roles.to_string(),
    ];
    let run = |work: &str| {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.arg(format!("--only={work}")).args(&sizes);
        let mut child = command.stdout(Stdio::null()).spawn().expect("this program");
        let used = child.wait4().expect("its end");
        assert!(used.status.success(), "{work} failed");
        (used.rusage.utime + used.rusage.stime).as_secs_f64()
    };
    let nothing = run("nothing");
    println!("| work | CPU s |\n|---|--:|");
    println!(
        "| {bindings} bindings proved | {:.2} |",
        run("prove") - nothing
    );
    println!(
        "| {roles} roles asked who can assume them, of {bindings} accounts | {:.2} |",
        run("ask") - nothing
    );
}

/// The accounts and the texts of their roles' trust policies.
struct World {
    issuer: Issuer,
    account: AccountId,
    subjects: Vec<Subject>,
}

impl World {
    fn new(bindings: usize) -> Self {
        let subject = |at: usize| Subject::new(&format!("team-{}", at % 100), &format!("app-{at}"));
        Self {
            issuer: ISSUER.parse().expect("an issuer"),
            account: ACCOUNT.parse().expect("an account"),
            subjects: (0..bindings)
                .map(|at| subject(at).expect("a name"))
                .collect(),
        }
    }

    fn provider(&self) -> String {
        OidcProviderArn::new(Partition::aws(), self.account.clone(), self.issuer.clone())
            .to_string()
    }

    /// A trust policy; every tenth is for a whole namespace, every hundredth for every namespace, every thousandth for everyone.
    fn trust(&self, at: usize, subject: &Subject) -> String {
        let provider = self.provider();
        let (operator, wanted) = match at {
            _ if at % 1_000 == 999 => ("StringLike", "system:serviceaccount:*".to_owned()),
            _ if at % 100 == 99 => (
                "StringLike",
                format!("system:serviceaccount:*:{}", subject.name()),
            ),
            _ if at % 10 == 9 => (
                "StringLike",
                format!("system:serviceaccount:{}:*", subject.namespace()),
            ),
            _ => ("StringEquals", subject.to_string()),
        };
        let conditions = if operator == "StringEquals" {
            format!(
                r#""StringEquals":{{"{ISSUER}:aud":"{DEFAULT_AUDIENCE}","{ISSUER}:sub":"{wanted}"}}"#
            )
        } else {
            format!(
                r#""StringEquals":{{"{ISSUER}:aud":"{DEFAULT_AUDIENCE}"}},"{operator}":{{"{ISSUER}:sub":"{wanted}"}}"#
            )
        };
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{{conditions}}}}}]}}"#
        )
    }
}

fn prove(bindings: usize) {
    let world = World::new(bindings);
    let provider = Provider {
        account: world.account.clone(),
        issuer: world.issuer.clone(),
        client_ids: Fact::Known(BTreeSet::from([DEFAULT_AUDIENCE.to_owned()])),
    };
    let providers = Providers {
        known: vec![provider],
        complete_for: BTreeSet::from([world.account.clone()]),
    };
    let mut proved = 0;
    for (at, subject) in world.subjects.iter().enumerate() {
        let role = Role {
            arn: format!("arn:aws:iam::{ACCOUNT}:role/irsa/app-{at}")
                .parse()
                .expect("an ARN"),
            exists: Fact::Known(true),
            trust: Fact::Known(TrustPolicy::parse(&world.trust(at, subject))),
            max_session_duration: Fact::Known(3_600),
        };
        let binding = Binding {
            cluster: Cluster {
                issuer: Fact::Known(world.issuer.clone()),
                partition: Partition::aws(),
            },
            subject: subject.clone(),
            role_annotation: Fact::Known(Some(role.arn.to_string())),
            audience: Fact::Known(DEFAULT_AUDIENCE.to_owned()),
            association: Fact::Known(None),
            duration: None,
        };
        let question = Question {
            binding: &binding,
            role: &role,
            providers: &providers,
        };
        proved += usize::from(question.decide().verdict == Verdict::Proved);
    }
    assert_eq!(proved, bindings, "every binding is proved");
}

fn ask(bindings: usize, roles: usize) {
    let world = World::new(bindings);
    let known: BTreeSet<Subject> = world.subjects.iter().cloned().collect();
    let provider = world.provider();
    let audiences = BTreeSet::from([DEFAULT_AUDIENCE.to_owned()]);
    let mut admitted = 0;
    for (at, subject) in world.subjects.iter().enumerate().take(roles) {
        let policy = TrustPolicy::parse(&world.trust(at, subject)).expect("a policy");
        let door = Door {
            policy: &policy,
            provider: &provider,
            issuer: &world.issuer,
            audiences: &audiences,
        };
        admitted += door.admitted(&known).accounts.len();
    }
    assert!(admitted >= roles, "every role admits its account");
}
