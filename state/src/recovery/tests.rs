#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::io::Write as _;

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::backend::local::LocalBackend;
use crate::backend::memory::MemoryBackend;
use crate::journal::{
    Effect, Intent, Manifest, ObjectAddress, OperationKind, Outcome, OutcomeStatus, carry_out,
};
use crate::snapshot::{Lineage, ObjectKey, Serial};
use crate::testing::{PROVIDER, now, object, resource, state};

fn tool() -> TerraformVersion {
    "1.11.4".parse().unwrap()
}

fn manifest(lineage: &Lineage, serial: u64) -> Manifest {
    let intent = |name: &str| Intent {
        object: ObjectAddress {
            resource: resource(name),
            key: ObjectKey {
                index_key: None,
                deposed: None,
            },
        },
        operation: OperationKind::Create,
        identity: json!(name),
        fingerprint: None,
    };
    Manifest {
        lineage: lineage.clone(),
        serial: Serial::new(serial),
        run: "killed".to_owned(),
        plan_digest: "d".to_owned(),
        operations: vec![intent("two"), intent("three")],
    }
}

fn created(operation: usize, name: &str) -> Outcome {
    let instance = Box::new(object(None, name));
    let effect = Effect::Put {
        resource: resource(name),
        provider: PROVIDER.to_owned(),
        instance,
    };
    Outcome {
        operation,
        status: OutcomeStatus::Succeeded,
        effects: vec![effect],
    }
}

fn names(snapshot: Option<&Snapshot>) -> Vec<&str> {
    let resources = snapshot.map_or(&[][..], |snapshot| &snapshot.resources);
    resources
        .iter()
        .map(|resource| resource.key.name.as_str())
        .collect()
}

/// Runs a scenario on every backend, with the state of one object stored under serial 1.
fn on_each(scenario: impl Fn(&dyn Backend, &Lineage, &Version)) {
    let folder = TempDir::new().unwrap();
    let local = LocalBackend::new(folder.path().join("terraform.tfstate"));
    for backend in [&MemoryBackend::new() as &dyn Backend, &local] {
        let lineage = Lineage::random();
        let version = now(backend.write(&state(&lineage, 1, "one"), None)).unwrap();
        scenario(backend, &lineage, &version);
    }
}

#[test]
fn a_killed_run_is_caught_up_with_before_anything_else() {
    on_each(|backend, lineage, version| {
        let mut journal = now(backend.begin_journal(&manifest(lineage, 1))).unwrap();
        now(journal.append(&[Record::Outcome(created(0, "two"))])).unwrap();

        let read_only = now(read(backend)).unwrap();
        assert_eq!(names(read_only.snapshot.as_deref()), ["one", "two"]);
        assert_eq!(read_only.version.as_ref(), Some(version));
        let leftover = read_only.leftover.as_ref().unwrap();
        assert!(leftover.changed);
        assert_eq!(leftover.run, "killed");
        assert_eq!(leftover.unresolved[0].intent.identity, json!("three"));
        assert_eq!(
            now(backend.read()).unwrap().unwrap().snapshot.serial.get(),
            1
        );

        let settled = now(settle(backend, read_only, &tool())).unwrap();
        let stored = now(backend.read()).unwrap().unwrap();
        assert_eq!(stored.snapshot.serial.get(), 2);
        assert_eq!(settled.snapshot.as_deref(), Some(&stored.snapshot));
        assert_eq!(settled.version, Some(stored.version));
        assert_eq!(names(settled.snapshot.as_deref()), ["one", "two"]);

        // What is unresolved is told again, and nothing is written twice.
        let again = now(read(backend)).unwrap();
        assert!(!again.leftover.as_ref().unwrap().changed);
        assert_eq!(again.leftover.as_ref().unwrap().unresolved.len(), 1);
        let again = now(settle(backend, again, &tool())).unwrap();
        assert_eq!(again.snapshot.unwrap().serial.get(), 2);
        now(backend.remove_journal()).unwrap();
        assert_eq!(now(read(backend)).unwrap().leftover, None);
    });
}

#[test]
fn a_run_that_ended_leaves_no_journal() {
    on_each(|backend, lineage, version| {
        let mut journal = now(backend.begin_journal(&manifest(lineage, 1))).unwrap();
        let outcomes = [created(0, "two"), created(1, "three")];
        now(journal.append(&outcomes.clone().map(Record::Outcome))).unwrap();
        let mut next = carry_out(state(lineage, 1, "one"), &outcomes);
        next.serial = next.serial.next();
        let folder = TempDir::new().unwrap();
        let written = now(conclude(
            backend,
            journal,
            &next,
            Some(version),
            folder.path(),
        ))
        .unwrap();
        let recovered = now(read(backend)).unwrap();
        assert_eq!(recovered.leftover, None);
        assert_eq!(recovered.version, Some(written));
        assert_eq!(recovered.snapshot.as_deref(), Some(&next));
    });
}

#[test]
fn a_kill_between_any_two_steps_of_the_end_is_made_up_for() {
    for steps in 0..=2 {
        on_each(|backend, lineage, version| {
            let mut journal = now(backend.begin_journal(&manifest(lineage, 1))).unwrap();
            let outcomes = [created(0, "two"), created(1, "three")];
            now(journal.append(&outcomes.clone().map(Record::Outcome))).unwrap();
            let mut next = carry_out(state(lineage, 1, "one"), &outcomes);
            next.serial = next.serial.next();
            if steps > 0 {
                now(journal.append(&[checkpoint(&next)])).unwrap();
            }
            if steps > 1 {
                now(backend.write(&next, Some(version))).unwrap();
            }
            let recovered = now(read(backend)).unwrap();
            assert_eq!(
                recovered.leftover.as_ref().unwrap().changed,
                steps < 2,
                "{steps} steps"
            );
            let settled = now(settle(backend, recovered, &tool())).unwrap();
            assert_eq!(settled.leftover, None, "{steps} steps");
            assert_eq!(settled.snapshot.as_deref(), Some(&next), "{steps} steps");
            assert_eq!(now(backend.read_journal()).unwrap(), None, "{steps} steps");
        });
    }
}

#[test]
fn a_first_run_that_was_killed_has_its_state_in_the_journal() {
    let backend = MemoryBackend::new();
    let lineage = Lineage::random();
    let mut journal = now(backend.begin_journal(&manifest(&lineage, 0))).unwrap();
    assert_eq!(now(read(&backend)).unwrap().snapshot, None);
    now(journal.append(&[Record::Outcome(created(0, "two"))])).unwrap();
    let settled = now(settle(&backend, now(read(&backend)).unwrap(), &tool())).unwrap();
    let stored = now(backend.read()).unwrap().unwrap().snapshot;
    assert_eq!(stored.lineage, lineage);
    assert_eq!(stored.serial.get(), 1);
    assert_eq!(settled.snapshot.as_deref(), Some(&stored));
}

#[test]
fn a_torn_journal_can_be_continued() {
    let folder = TempDir::new().unwrap();
    let backend = LocalBackend::new(folder.path().join("terraform.tfstate"));
    let lineage = Lineage::random();
    let mut journal = now(backend.begin_journal(&manifest(&lineage, 0))).unwrap();
    now(journal.append(&[Record::Outcome(created(0, "two"))])).unwrap();
    let path = backend.journal_location();
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(b"0123456789abcdef {\"outc").unwrap();
    now(settle(&backend, now(read(&backend)).unwrap(), &tool())).unwrap();
    let journal = now(backend.read_journal()).unwrap().unwrap();
    assert_eq!(journal.torn_bytes, 0);
    assert_eq!(
        journal.records.len(),
        2,
        "the outcome and the mark of its write"
    );
}

#[test]
fn a_state_that_others_changed_is_told_with_the_place_of_the_journal() {
    on_each(|backend, lineage, version| {
        now(backend.begin_journal(&manifest(lineage, 1))).unwrap();
        now(backend.write(&state(lineage, 2, "theirs"), Some(version))).unwrap();
        let error = now(read(backend)).unwrap_err().to_string();
        assert!(error.contains("begins at serial 1"), "{error}");
        assert!(error.contains(&backend.journal_location()), "{error}");
    });
}

#[test]
fn a_run_whose_state_is_refused_keeps_its_journal() {
    on_each(|backend, lineage, _| {
        let mut journal = now(backend.begin_journal(&manifest(lineage, 1))).unwrap();
        now(journal.append(&[Record::Outcome(created(0, "two"))])).unwrap();
        let next = state(lineage, 2, "two");
        let folder = TempDir::new().unwrap();
        let error = now(conclude(backend, journal, &next, None, folder.path())).unwrap_err();
        assert!(error.to_string().contains("errored.tfstate"), "{error}");
        assert_eq!(
            names(now(read(backend)).unwrap().snapshot.as_deref()),
            ["one", "two"]
        );
    });
}
