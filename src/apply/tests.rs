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
