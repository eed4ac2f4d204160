//! The record of a run: what effects do to a state.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::StateStore;
use super::store::object_address;
use crate::plan::tests::state;
use crate::value::Value;
use std::collections::BTreeMap;
use trustform_state::journal::Effect;
use trustform_state::snapshot::{DeposedKey, Snapshot};

/// What a state holds: name and whether the object is deposed.
fn objects(snapshot: &Snapshot) -> Vec<String> {
    let all = snapshot.resources.iter().flat_map(|resource| {
        resource.instances.iter().map(|instance| {
            let deposed = if instance.deposed.is_some() {
                " deposed"
            } else {
                ""
            };
            format!("{}{deposed}", resource.key.name)
        })
    });
    all.collect()
}

#[test]
fn a_store_without_effects_is_the_state_it_was_opened_with() {
    let before = state(&[("a", "", "x"), ("b", "", "y")]);
    assert!(
        StateStore::open(before.clone())
            .close()
            .same_content(&before)
    );
}

#[test]
fn effects_change_the_state_as_they_say() {
    let a = object_address(&"terraform_data.a".parse().unwrap(), None);
    let key = DeposedKey::random();
    let deposed = object_address(&"terraform_data.a".parse().unwrap(), Some(&key));
    let cases: [(Vec<Effect>, &[&str]); 4] = [
        (vec![Effect::Remove(a.clone())], &["b"]),
        (
            vec![Effect::Depose {
                object: a.clone(),
                key: key.clone(),
            }],
            &["a deposed", "b"],
        ),
        (
            vec![
                Effect::Depose {
                    object: a.clone(),
                    key: key.clone(),
                },
                Effect::Remove(deposed),
            ],
            &["b"],
        ),
        // What is not there cannot be removed.
        (vec![Effect::Remove(a.clone()), Effect::Remove(a)], &["b"]),
    ];
    for (effects, expected) in cases {
        let mut store = StateStore::open(state(&[("a", "", "x"), ("b", "", "y")]));
        for effect in &effects {
            store.apply(effect);
        }
        assert_eq!(objects(&store.close()), expected, "{effects:?}");
    }
}

/// Runs a command of a `local-exec` provisioner; what it said, and how it ended.
async fn local_exec(command: &str, stopped: bool) -> (Vec<String>, Result<(), String>) {
    let attributes = BTreeMap::from([("command".into(), Value::string(command))]);
    let command = super::local_exec::LocalExec::new(&Value::object(attributes));
    let said = std::sync::Mutex::new(Vec::new());
    let (_stop, stop) = tokio::sync::watch::channel(stopped);
    let say = |line: &str| said.lock().unwrap().push(line.to_owned());
    let result = command.run(&say, stop).await;
    (said.into_inner().unwrap(), result)
}

#[tokio::test]
async fn what_a_command_says_is_heard_line_by_line() {
    let (said, result) = local_exec("echo one; printf 'two \\377'; exit 3", false).await;
    assert_eq!(
        said,
        [
            r#"Executing: ["/bin/sh" "-c" "echo one; printf 'two \\377'; exit 3"]"#,
            "one",
            "two \u{fffd}"
        ]
    );
    let error = result.unwrap_err();
    assert!(
        error.ends_with("exit status 3. Output: one\ntwo \u{fffd}"),
        "{error}"
    );
}

#[tokio::test]
async fn an_interrupt_ends_a_command() {
    let (_, result) = local_exec("exec sleep 1000", true).await;
    let error = result.unwrap_err();
    assert!(error.contains("interrupted"), "{error}");
}
