//! In which order objects are destroyed: by what is recorded, and then by what the configuration says.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use crate::eval::tests::program;
use crate::plan::execution::ExecutionGraph;
use crate::plan::tests::{operations, planned, state};
use crate::plan::{Mode, Operation, OperationId, OperationKind, Plan};

const ON_A: &str = "\"dependencies\": [\"terraform_data.a\"],";

/// Checks the operations of a plan from objects: name, further members.
fn check(text: &str, objects: &[(&str, &str)], mode: Mode, expected: &[&str]) {
    let objects: Vec<_> = objects
        .iter()
        .map(|(name, more)| (*name, *more, "x"))
        .collect();
    let plan = planned(&program(text), &state(&objects), mode).expect("a plan");
    assert_eq!(operations(&plan), expected, "{text}");
}

#[test]
fn what_is_configured_counts_where_nothing_is_recorded() {
    let text = "resource \"terraform_data\" \"a\" {}\nresource \"terraform_data\" \"b\" { input = terraform_data.a.id }";
    let objects = [("a", ""), ("b", "")];
    check(text, &objects, Mode::Destroy, &["delete b", "delete a"]);
}

#[test]
fn what_is_recorded_decides_against_what_is_configured() {
    let text = "resource \"terraform_data\" \"a\" { input = terraform_data.b.id }\nresource \"terraform_data\" \"b\" {}";
    let objects = [("a", ""), ("b", ON_A)];
    check(text, &objects, Mode::Destroy, &["delete b", "delete a"]);
}

#[test]
fn a_user_turns_away_before_what_it_used_is_destroyed() {
    let text = "resource \"terraform_data\" \"b\" { input = \"y\" }";
    let objects = [("a", ""), ("b", ON_A)];
    check(text, &objects, Mode::Normal, &["update b", "delete a"]);
}

#[test]
fn a_user_that_stays_is_updated_when_there_is_another_to_use() {
    let text = "resource \"terraform_data\" \"a\" { triggers_replace = 1 }\nresource \"terraform_data\" \"b\" { input = terraform_data.a.id }";
    let objects = [("a", ""), ("b", ON_A)];
    let expected = ["delete a", "create a", "update b"];
    check(text, &objects, Mode::Normal, &expected);
}

#[test]
fn what_a_replacement_needs_is_made_before_the_old_object_goes() {
    let text = "resource \"terraform_data\" \"a\" { triggers_replace = terraform_data.c.id }\nresource \"terraform_data\" \"c\" {}";
    let expected = ["create c", "delete a", "create a"];
    check(text, &[("a", "")], Mode::Normal, &expected);
}

#[test]
fn what_was_set_aside_goes_when_its_successor_is_there() {
    let text = "resource \"terraform_data\" \"a\" { input = \"x\" }";
    let objects = [("a", "\"deposed\": \"01234567\",")];
    let expected = ["create a", "delete deposed a"];
    check(text, &objects, Mode::Normal, &expected);
}

/// Whether the object of a block is destroyed only after one of another block is made.
fn waits(plan: &Plan, destroyed: &str, made: &str) -> bool {
    let is = |id: OperationId, name: &str, delete: bool| {
        let operation = plan.execution.nodes()[id.0].operation.as_ref();
        operation.is_some_and(|operation| {
            let address = operation.address(plan).expect("an address");
            let deletes = matches!(operation.kind, OperationKind::Delete(_));
            address.resource.name.as_ref() == name && deletes == delete
        })
    };
    let all = (0..plan.execution.nodes().len()).map(OperationId);
    let mut open: Vec<OperationId> = all.filter(|id| is(*id, destroyed, true)).collect();
    while let Some(id) = open.pop() {
        if is(id, made, false) {
            return true;
        }
        open.extend(&plan.execution.nodes()[id.0].after);
    }
    false
}

/// An object that was to be replaced by another before it goes outlives the making of those that used it.
#[test]
fn users_are_made_again_before_an_object_goes_that_is_destroyed_late() {
    let program = program("resource \"terraform_data\" \"b\" { triggers_replace = 1 }");
    for (members, late) in [("\"create_before_destroy\": true,", true), ("", false)] {
        let recorded = state(&[("a", members, "x"), ("b", ON_A, "x")]);
        let plan = planned(&program, &recorded, Mode::Normal).expect("a plan");
        assert_eq!(waits(&plan, "a", "b"), late, "{members}");
    }
}

/// What the current object was recorded to need says nothing of what an earlier run set aside.
#[test]
fn what_was_set_aside_does_not_wait_for_what_its_successor_needed() {
    let text =
        "resource \"terraform_data\" \"a\" {}\nresource \"terraform_data\" \"b\" { input = \"x\" }";
    let mut recorded = state(&[("b", ON_A, "x")]);
    let instances = &mut recorded.resources[0].instances;
    let mut deposed = instances[0].clone();
    deposed.deposed = Some("01234567".parse().expect("a key"));
    instances.push(deposed);
    let plan = planned(&program(text), &recorded, Mode::Normal).expect("a plan");
    assert_eq!(operations(&plan), ["create a", "delete deposed b"]);
    assert!(!waits(&plan, "b", "a"));
}

/// Where one pair contradicts what is there already, the other still counts.
#[test]
fn pairs_wait_as_far_as_they_do_not_contradict() {
    let mut graph = ExecutionGraph::default();
    let mut add = |after| {
        let kind = OperationKind::Update;
        graph.operation(Operation { entry: 0, kind }, after)
    };
    let first = add(vec![]);
    let second = add(vec![first]);
    let (third, apart, alone) = (add(vec![second]), add(vec![]), add(vec![]));
    let pairs = [
        (vec![first, apart], vec![third]),
        (vec![second], vec![apart]),
        (vec![third], vec![apart]),
        (vec![first], vec![alone]),
    ];
    graph.wait_each_where_possible(&pairs);
    let waiting = |id: OperationId| graph.nodes()[id.0].after.clone();
    assert_eq!(waiting(first), [alone]);
    assert_eq!(waiting(second), [first]);
    assert_eq!(waiting(third), [second]);
    assert_eq!(waiting(apart), [third]);
}
