//! Plans of small configurations, from states in their own format.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::{
    Action, ActionReason, Answer, Answers, CheckStatus, Checkable, Generation, Mode, OperationKind,
    Options, Plan, PriorState, Read, Step, plan,
};
use crate::diagnostic::Code;
use crate::eval::Program;
use crate::eval::tests::{program, program_of};
use crate::provider::registry::Registry;
use crate::schema::Facts;
use std::sync::Arc;
use trustform_state::snapshot::{Lineage, Snapshot};

/// A state that records `terraform_data` objects: name, further members of the instance, input.
pub(crate) fn state(objects: &[(&str, &str, &str)]) -> Snapshot {
    let resource = |(name, members, input): &(&str, &str, &str)| {
        format!(
            r#"{{"mode": "managed", "type": "terraform_data", "name": "{name}",
                "provider": "provider[\"terraform.io/builtin/terraform\"]",
                "instances": [{{ {members} "schema_version": 0, "attributes": {{
                    "id": "id-of-{name}", "triggers_replace": null,
                    "input": {{"value": "{input}", "type": "string"}},
                    "output": {{"value": "{input}", "type": "string"}} }} }}]}}"#
        )
    };
    let resources: Vec<String> = objects.iter().map(resource).collect();
    let text = format!(
        r#"{{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {{}}, "resources": [{}]}}"#,
        resources.join(",")
    );
    trustform_state::format::parse(text.as_bytes())
        .unwrap()
        .unwrap()
}

/// Plans a program from a state; nothing has to be read.
pub(crate) fn planned(
    program: &Program,
    snapshot: &Snapshot,
    mode: Mode,
) -> Result<Plan, Vec<String>> {
    let (prior, problems) = PriorState::decode(snapshot, &Registry);
    assert!(!problems.has_errors(), "{problems:#?}");
    let answers = Answers::default();
    match plan(program, &prior, &answers, &Options::of(mode)) {
        (Step::Planned(plan), _) => Ok(*plan),
        (Step::Failed, problems) => Err(problems.iter().map(|p| p.summary.clone()).collect()),
        (Step::Needs(needs), _) => panic!("it asks for {needs:?}"),
    }
}

/// The changes as signs and addresses.
fn changes(plan: &Plan) -> Vec<String> {
    let changes = plan
        .changes
        .iter()
        .filter(|change| change.action.is_change());
    changes
        .map(|change| {
            let deposed = change.deposed.as_ref().map_or("", |_| " deposed");
            format!(
                "{} {}{deposed}",
                change.action.sign().trim(),
                change.address
            )
        })
        .collect()
}

#[test]
fn actions_follow_from_configuration_and_state() {
    let a = |input| state(&[("a", "", input)]);
    let block = "resource \"terraform_data\" \"a\" { input = \"x\" }";
    let replaced = "resource \"terraform_data\" \"a\" {\n input = \"x\"\n triggers_replace = 1\n}";
    let first = "resource \"terraform_data\" \"a\" {\n input = \"x\"\n triggers_replace = 1\n lifecycle { create_before_destroy = true }\n}";
    let ignored = "resource \"terraform_data\" \"a\" {\n input = \"x\"\n lifecycle { ignore_changes = [input] }\n}";
    let cases: [(&str, Snapshot, &[&str]); 9] = [
        (
            block,
            Snapshot::empty(Lineage::random()),
            &["+ terraform_data.a"],
        ),
        (block, a("x"), &[]),
        (block, a("y"), &["~ terraform_data.a"]),
        ("", a("x"), &["- terraform_data.a"]),
        (replaced, a("x"), &["-/+ terraform_data.a"]),
        (first, a("x"), &["+/- terraform_data.a"]),
        (ignored, a("y"), &[]),
        (
            block,
            state(&[("a", "\"status\": \"tainted\",", "x")]),
            &["-/+ terraform_data.a"],
        ),
        (
            block,
            state(&[("a", "\"deposed\": \"01234567\",", "x")]),
            &["+ terraform_data.a", "- terraform_data.a deposed"],
        ),
    ];
    for (text, snapshot, expected) in cases {
        let plan = planned(&program(text), &snapshot, Mode::Normal).unwrap();
        assert_eq!(changes(&plan), expected, "{text}");
        assert_eq!(plan.has_changes(), !expected.is_empty(), "{text}");
    }
}

#[test]
fn refusals_come_with_their_summaries() {
    let protected = "resource \"terraform_data\" \"a\" {\n triggers_replace = 1\n lifecycle { prevent_destroy = true }\n}";
    let cases = [
        (protected, "Instance cannot be destroyed"),
        (
            "resource \"terraform_data\" \"a\" { for_each = toset([terraform_data.b.id]) }\nresource \"terraform_data\" \"b\" {}",
            "Invalid for_each argument",
        ),
        (
            "resource \"terraform_data\" \"a\" { count = -1 }",
            "Invalid count argument",
        ),
        (
            "resource \"terraform_data\" \"a\" {\n lifecycle {\n precondition {\n condition = path.module == \"x\"\n error_message = \"No.\"\n }\n }\n}",
            "Resource precondition failed",
        ),
        (
            "resource \"terraform_data\" \"a\" {\n input = 1\n lifecycle {\n postcondition {\n condition = self.input > 1\n error_message = \"No.\"\n }\n }\n}",
            "Resource postcondition failed",
        ),
        (
            "output \"a\" { value = sensitive(1) }",
            "Output refers to sensitive values",
        ),
    ];
    for (text, expected) in cases {
        let snapshot = state(&[("a", "", "x")]);
        let told = planned(&program(text), &snapshot, Mode::Normal).unwrap_err();
        assert_eq!(told, [expected], "{text}");
    }
}

#[test]
fn nothing_in_particular_asks_for_a_tainted_object_to_be_replaced() {
    let text = "resource \"terraform_data\" \"a\" {\n input = \"x\"\n triggers_replace = 2\n}";
    for (members, expected) in [("\"status\": \"tainted\",", 0), ("", 1)] {
        let plan = planned(&program(text), &state(&[("a", members, "x")]), Mode::Normal).unwrap();
        assert!(matches!(plan.changes[0].action, Action::Replace(_)));
        assert_eq!(plan.changes[0].replace_paths.len(), expected, "{members}");
    }
}

#[test]
fn a_block_that_is_gone_is_a_better_reason_than_its_module() {
    let program = program_of(&[
        (
            "root",
            "module \"m\" {\n source = \"./child\"\n for_each = {}\n}",
        ),
        ("root/child", "resource \"terraform_data\" \"declared\" {}"),
    ]);
    let mut snapshot = state(&[("declared", "", "x"), ("gone", "", "x")]);
    for resource in &mut snapshot.resources {
        resource.key.module = Some("module.m[\"k\"]".to_owned());
    }
    let plan = planned(&program, &snapshot, Mode::Normal).unwrap();
    let reasons: Vec<ActionReason> = plan.changes.iter().map(|change| change.reason).collect();
    assert_eq!(
        reasons,
        [ActionReason::NoModule, ActionReason::NoConfiguration]
    );
}

#[test]
fn dependencies_are_recorded_through_others() {
    let text = "resource \"terraform_data\" \"a\" {}\nresource \"terraform_data\" \"b\" { input = local.l }\nlocals { l = terraform_data.a.id }\nresource \"terraform_data\" \"c\" { depends_on = [terraform_data.b] }";
    let plan = planned(
        &program(text),
        &Snapshot::empty(Lineage::random()),
        Mode::Normal,
    )
    .unwrap();
    let dependencies: Vec<Vec<String>> = plan
        .changes
        .iter()
        .map(|change| {
            change
                .dependencies
                .iter()
                .map(ToString::to_string)
                .collect()
        })
        .collect();
    assert_eq!(
        dependencies,
        [
            &[][..],
            &["terraform_data.a"],
            &["terraform_data.a", "terraform_data.b"]
        ]
    );
}

/// The operations in an order that the graph allows, each with its address.
pub(crate) fn operations(plan: &Plan) -> Vec<String> {
    let nodes = plan.execution.nodes();
    let mut done = vec![false; nodes.len()];
    let mut order = Vec::new();
    while let Some(next) =
        (0..nodes.len()).find(|at| !done[*at] && nodes[*at].after.iter().all(|on| done[on.0]))
    {
        done[next] = true;
        if let Some(operation) = &nodes[next].operation {
            let address = operation.address(plan).unwrap();
            let what = match &operation.kind {
                OperationKind::Create { depose: false } => "create",
                OperationKind::Create { depose: true } => "create beside",
                OperationKind::Update => "update",
                OperationKind::Delete(Generation::Current) => "delete",
                OperationKind::Delete(Generation::Replaced) => "delete replaced",
                OperationKind::Delete(Generation::Deposed(_)) => "delete deposed",
                OperationKind::Open => "open",
                OperationKind::Close => "close",
                OperationKind::Read | OperationKind::Adopt | OperationKind::Forget => "other",
            };
            order.push(format!("{what} {}", address.resource.name));
        }
    }
    assert!(
        done.iter().all(|done| *done),
        "the execution graph has a cycle"
    );
    order
}

#[test]
fn the_execution_graph_holds_the_order() {
    let chain = |lifecycle: &str| {
        format!(
            "resource \"terraform_data\" \"a\" {{\n triggers_replace = 1\n {lifecycle}\n}}\nresource \"terraform_data\" \"b\" {{\n triggers_replace = terraform_data.a.id\n {lifecycle}\n}}"
        )
    };
    let first = "lifecycle { create_before_destroy = true }";
    let recorded = state(&[
        ("a", "", "x"),
        ("b", "\"dependencies\": [\"terraform_data.a\"],", "x"),
    ]);
    let nothing = Snapshot::empty(Lineage::random());
    let cases: [(String, &Snapshot, Mode, &[&str]); 5] = [
        (chain(""), &nothing, Mode::Normal, &["create a", "create b"]),
        (
            chain(""),
            &recorded,
            Mode::Normal,
            &["delete b", "delete a", "create a", "create b"],
        ),
        (
            chain(first),
            &recorded,
            Mode::Normal,
            &[
                "create beside a",
                "create beside b",
                "delete replaced b",
                "delete replaced a",
            ],
        ),
        (
            chain(""),
            &recorded,
            Mode::Destroy,
            &["delete b", "delete a"],
        ),
        (
            String::new(),
            &recorded,
            Mode::Normal,
            &["delete b", "delete a"],
        ),
    ];
    for (text, snapshot, mode, expected) in cases {
        let plan = planned(&program(&text), snapshot, mode).unwrap();
        assert_eq!(operations(&plan), expected, "{text} {mode:?}");
    }
}

#[test]
fn signs_are_distinct() {
    use super::ReplaceOrder::{CreateThenDelete, DeleteThenCreate};
    let all = [
        Action::Create,
        Action::Read,
        Action::Update,
        Action::Replace(DeleteThenCreate),
        Action::Replace(CreateThenDelete),
        Action::Delete,
        Action::Forget,
    ];
    let signs: std::collections::BTreeSet<&str> =
        all.iter().map(|action| action.sign().trim()).collect();
    assert_eq!(signs.len(), all.len());
}

/// How many rounds it takes until a program is planned of which nothing exists yet.
fn rounds(program: &Program) -> usize {
    let prior = PriorState::default();
    let mut answers = Answers::default();
    let nothing_there = |read: &Read| match read {
        Read::Facts { .. } => Answer::Facts(Facts {
            partition: "aws".to_owned(),
            account: "123456789012".to_owned(),
            region: "eu-west-1".to_owned(),
            ..Facts::default()
        }),
        Read::Object { .. }
        | Read::Existing { .. }
        | Read::Data { .. }
        | Read::Open { .. }
        | Read::Names { .. } => Answer::Object(None),
    };
    for round in 1..64 {
        match plan(program, &prior, &answers, &Options::of(Mode::Normal)) {
            (Step::Planned(_), _) => return round,
            (Step::Failed, problems) => panic!("{problems:#?}"),
            (Step::Needs(needs), _) => {
                let answered = needs.reads.iter();
                let answered = answered.map(|(key, read)| (key.clone(), nothing_there(read)));
                answers.reads.extend(answered.collect::<Vec<_>>());
            }
        }
    }
    panic!("it never ends")
}

#[test]
fn what_is_to_be_made_is_looked_for_all_at_once() {
    let trust = r#"{
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
    }"#;
    let role = |name: &str, description: &str| {
        format!(
            "resource \"aws_iam_role\" \"{name}\" {{\n name = \"{name}\"\n assume_role_policy = jsonencode({trust})\n \
             description = {description}\n}}\n"
        )
    };
    let provider = "provider \"aws\" {\n region = \"eu-west-1\"\n}\n".to_owned();
    let one = provider.clone() + &role("a", "\"first\"");
    let chain = one.clone() + &role("b", "aws_iam_role.a.arn") + &role("c", "aws_iam_role.b.arn");
    assert_eq!(rounds(&program(&chain)), rounds(&program(&one)));
}

/// A move whose ends are not both targets would be made by halves.
#[test]
fn targets_hold_both_ends_of_a_move() {
    let program = program(
        "resource \"terraform_data\" \"b\" {}\nmoved {\n from = terraform_data.a\n to = terraform_data.b\n}",
    );
    let mut snapshot = Arc::new(state(&[("a", "", "x")]));
    let (made, _) = super::moves(&mut snapshot, &program.configuration, &Registry);
    let (mut prior, _) = PriorState::decode(&snapshot, &Registry);
    prior.moves = made;
    let cases: [(&[&str], &[&str]); 4] = [
        (&[], &[]),
        (&["terraform_data.a", "terraform_data.b"], &[]),
        (&["terraform_data.b"], &["terraform_data.a"]),
        (
            &["terraform_data.c"],
            &["terraform_data.a", "terraform_data.b"],
        ),
    ];
    for (targets, left_out) in cases {
        let options = Options {
            targets: targets.iter().map(|it| it.parse().unwrap()).collect(),
            ..Options::of(Mode::Normal)
        };
        let told = super::focus::split_moves(&prior, &options);
        let flags: Vec<String> = left_out
            .iter()
            .map(|name| format!("-target=\"{name}\""))
            .collect();
        let hints: Vec<&str> = told
            .iter()
            .flat_map(|it| &it.hints)
            .map(String::as_str)
            .collect();
        assert_eq!(hints.is_empty(), left_out.is_empty(), "{targets:?}");
        assert!(
            hints.iter().all(|hint| hint.ends_with(&flags.join(" "))),
            "{hints:?}"
        );
    }
}

/// What a plan would forget is told although it failed before it came to that.
#[test]
fn a_plan_that_fails_tells_what_it_would_forget() {
    let removed = |destroy| {
        format!(
            "locals {{\n no = false\n}}\nresource \"terraform_data\" \"a\" {{\n lifecycle {{\n precondition {{\n condition = local.no\n error_message = \"No.\"\n }}\n }}\n}}\nremoved {{\n from = terraform_data.gone\n lifecycle {{ destroy = {destroy} }}\n}}"
        )
    };
    let snapshot = state(&[("gone", "", "x"), ("stays", "", "x")]);
    let told = |text: &str, mode| planned(&program(text), &snapshot, mode).unwrap_err();
    let forgets = Code::Forgotten.summary().to_owned();
    assert!(told(&removed(false), Mode::Normal).contains(&forgets));
    assert!(!told(&removed(true), Mode::Normal).contains(&forgets));
}

/// An instance outside of the targets has conditions of which nothing is said.
#[test]
fn conditions_of_an_instance_that_is_not_looked_at_stay_open() {
    let program = program(
        "resource \"terraform_data\" \"a\" {\n count = 2\n lifecycle {\n precondition {\n condition = count.index < 2\n error_message = \"No.\"\n }\n }\n}",
    );
    let options = Options {
        targets: vec!["terraform_data.a[1]".parse().unwrap()],
        ..Options::of(Mode::Normal)
    };
    let (step, _) = plan(
        &program,
        &PriorState::default(),
        &Answers::default(),
        &options,
    );
    let Step::Planned(plan) = step else {
        panic!("it fails")
    };
    let address: crate::address::InstanceAddress = "terraform_data.a".parse().unwrap();
    let block = Checkable::Resource(address.block());
    let instances = plan.checks.0[&block].as_ref().unwrap();
    let found: Vec<_> = instances.values().collect();
    assert_eq!(found, [&CheckStatus::Unknown, &CheckStatus::Pass]);
}
