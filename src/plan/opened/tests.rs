//! When ephemeral objects are opened, and what becomes of their values.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use crate::eval::Program;
use crate::eval::tests::program;
use crate::plan::tests::{operations, state};
use crate::plan::{Answer, Answers, Mode, Options, Plan, PriorState, Read, Step, plan};
use crate::provider::registry::Registry;
use crate::schema::Schemas as _;
use crate::value::{Known, Marks, Value};
use trustform_state::snapshot::{Lineage, Snapshot};

/// An object of a type with a secret, and otherwise with the arguments that were asked with.
fn opened(config: &Known, attribute: &str) -> Answer {
    let mut attributes = config.value().to_entries();
    attributes.insert(attribute.into(), Value::string("s3cret"));
    Answer::Opened(Some(Known::new(&Value::object(attributes)).unwrap()))
}

/// Plans to the end, answering what is to be opened; the plan, the answers, and what was asked in each round.
fn planned(
    program: &Program,
    snapshot: &Snapshot,
    mode: Mode,
) -> (Result<Plan, Vec<String>>, Answers, Vec<Vec<String>>) {
    let (prior, _) = PriorState::decode(snapshot, &Registry);
    let (mut answers, mut rounds) = (Answers::default(), Vec::new());
    loop {
        match plan(program, &prior, &answers, &Options::of(mode)) {
            (Step::Planned(plan), _) => return (Ok(*plan), answers, rounds),
            (Step::Failed, problems) => {
                let told = problems.iter().map(|p| p.summary.clone()).collect();
                return (Err(told), answers, rounds);
            }
            (Step::Needs(needs), _) => {
                rounds.push(needs.reads.keys().map(ToString::to_string).collect());
                for (key, read) in needs.reads {
                    let answer = match &read {
                        Read::Open {
                            config, address, ..
                        } => match address.resource.resource_type.as_ref() {
                            "random_bytes" => opened(config, "hex"),
                            _ => opened(config, "result"),
                        },
                        Read::Existing { .. } => Answer::Object(None),
                        Read::Object { .. }
                        | Read::Data { .. }
                        | Read::Names { .. }
                        | Read::Facts { .. } => panic!("it asks for {key}"),
                    };
                    answers.reads.insert(key, answer);
                }
            }
        }
    }
}

fn nothing() -> Snapshot {
    Snapshot::empty(Lineage::random())
}

const CHAIN: &str = r#"
ephemeral "random_password" "first" { length = 9 }
ephemeral "random_password" "second" { length = ephemeral.random_password.first.length }
ephemeral "random_bytes" "unused" { length = 4 }
resource "terraform_data" "user" {
  input = "x"
  provisioner "local-exec" { command = ephemeral.random_password.second.result }
}
resource "terraform_data" "after" { input = terraform_data.user.input }
"#;

#[test]
fn what_is_known_is_opened_while_planning_and_again_for_its_users() {
    let program = program(CHAIN);
    let (plan, _, rounds) = planned(&program, &nothing(), Mode::Normal);
    assert_eq!(
        rounds,
        [
            vec![
                "open ephemeral.random_bytes.unused",
                "open ephemeral.random_password.first"
            ],
            vec!["open ephemeral.random_password.second"],
        ]
    );
    let plan = plan.unwrap();
    assert_eq!(plan.opened.len(), 3);
    for opened in &plan.opened {
        assert!(!opened.deferred && opened.value.marks.contains(Marks::EPHEMERAL));
    }
    let order = operations(&plan);
    let at = |what: &str| {
        order
            .iter()
            .position(|operation| operation == what)
            .unwrap()
    };
    assert!(at("open first") < at("open second") && at("open second") < at("create user"));
    assert!(at("create user") < at("close second") && at("open second") < at("close first"));
    assert_eq!(
        order.len(),
        6,
        "what nobody uses is not opened again: {order:?}"
    );
}

#[test]
fn nothing_is_opened_where_nothing_needs_it() {
    let program = program(CHAIN);
    let recorded = state(&[("user", "", "x"), ("after", "", "x")]);
    let (plan, _, _) = planned(&program, &recorded, Mode::Normal);
    assert_eq!(operations(&plan.unwrap()), [""; 0]);
    let (plan, _, _) = planned(&program, &recorded, Mode::Destroy);
    let order = operations(&plan.unwrap());
    assert!(order.iter().all(|it| it.starts_with("delete")), "{order:?}");
}

#[test]
fn what_waits_for_an_object_is_left_to_apply() {
    let text = |argument: &str, further: &str| {
        let block = format!(
            "ephemeral \"random_password\" \"e\" {{\n length = {argument}\n {further}\n}}\nresource \"terraform_data\" \
             \"a\" {{ input = \"8\" }}\nresource \"terraform_data\" \"user\" {{\n provisioner \"local-exec\" {{ command \
             = ephemeral.random_password.e.result }}\n}}"
        );
        program(&block)
    };
    let deferred = |program: &Program, snapshot: &Snapshot| {
        let (plan, _, _) = planned(program, snapshot, Mode::Normal);
        let plan = plan.unwrap();
        let order = operations(&plan);
        let waits = order.contains(&"open e".to_owned())
            && order.iter().position(|it| it == "create a")
                < order.iter().position(|it| it == "open e");
        assert!(waits, "{order:?}");
        plan.opened[0].deferred
    };
    assert!(deferred(&text("terraform_data.a.output", ""), &nothing()));
    assert!(deferred(&text("terraform_data.a.input", ""), &nothing()));
    let depends = text("8", "depends_on = [terraform_data.a]");
    assert!(deferred(&depends, &nothing()));
    // An object that only changes is there.
    let recorded = state(&[("a", "", "7")]);
    let (plan, _, _) = planned(&depends, &recorded, Mode::Normal);
    assert!(!plan.unwrap().opened[0].deferred);
}

#[test]
fn a_plan_is_the_same_when_its_values_are_withheld() {
    let text = r#"
        ephemeral "random_password" "e" { length = 8 }
        provider "kubernetes" {
          host  = "https://example.com"
          token = ephemeral.random_password.e.result
        }
        resource "kubernetes_namespace_v1" "n" {
          metadata { name = "n" }
        }
    "#;
    let program = program(text);
    let (plan, mut answers, _) = planned(&program, &nothing(), Mode::Normal);
    let plan = plan.unwrap();
    assert_eq!(plan.renewed.len(), 1, "the provider is connected anew");
    let open = answers
        .reads
        .iter_mut()
        .filter(|(key, _)| key.to_string().starts_with("open "));
    for (_, answer) in open {
        *answer = Answer::Opened(None);
    }
    let (prior, _) = PriorState::decode(&nothing(), &Registry);
    let (Step::Planned(again), _) =
        super::super::plan(&program, &prior, &answers, &Options::default())
    else {
        panic!("it comes to a plan without any question");
    };
    let shown = |plan: &Plan| {
        let changes = plan.changes.iter();
        changes
            .map(|it| format!("{} {:?} {:?}", it.address, it.action, it.after))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(&plan), shown(&again));
    assert!(again.opened[0].value.marks.contains(Marks::WITHHELD));
    assert_eq!(operations(&again), operations(&plan));
}

#[test]
fn arguments_that_are_recorded_take_no_ephemeral_value() {
    let block = "ephemeral \"random_password\" \"e\" { length = 8 }\n";
    let uses = [
        "resource \"terraform_data\" \"a\" { input = [ephemeral.random_password.e.length] }",
        "resource \"kubernetes_namespace_v1\" \"n\" {\n metadata { name = ephemeral.random_password.e.result }\n}",
        "resource \"kubernetes_service_account_v1\" \"n\" {\n metadata { name = \"n\" }\n dynamic \"secret\" {\n for_each = \
         split(\",\", ephemeral.random_password.e.result)\n content { name = \"x\" }\n }\n}",
        "data \"terraform_remote_state\" \"d\" {\n backend = ephemeral.random_password.e.result\n}",
    ];
    for text in uses {
        let (plan, _, _) = planned(
            &program(&format!("{block}{text}")),
            &nothing(),
            Mode::Normal,
        );
        assert_eq!(
            plan.unwrap_err(),
            ["Invalid use of ephemeral value"],
            "{text}"
        );
    }
    assert!(
        Registry
            .find(crate::address::ResourceMode::Ephemeral, "random_password")
            .is_some()
    );
}
