#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::local::LocalBackend;
use super::memory::MemoryBackend;
use super::rescue::{NotWritten, write_or_rescue};
use super::*;
use crate::journal::{Outcome, OutcomeStatus, Record};
use crate::lock::LockInfo;
use crate::testing::{now, state};

/// Runs a scenario on every backend.
fn on_each(scenario: impl Fn(&dyn Backend)) {
    scenario(&MemoryBackend::new());
    let folder = TempDir::new().unwrap();
    scenario(&LocalBackend::new(folder.path().join("terraform.tfstate")));
    let folder = TempDir::new().unwrap();
    let locked = LocalBackend::new(folder.path().join("deep/er/.hidden"));
    let lock = now(locked.lock(LockInfo::new("test", "1"))).unwrap();
    scenario(&locked);
    now(locked.unlock(&lock.id)).unwrap();
}

#[test]
fn writes_are_compared_and_swapped() {
    on_each(|backend| {
        let lineage = Lineage::random();
        assert_eq!(now(backend.read()).unwrap(), None);

        let first = now(backend.write(&state(&lineage, 1, "a"), None)).unwrap();
        let read = now(backend.read()).unwrap().unwrap();
        assert_eq!(read.snapshot, state(&lineage, 1, "a"));
        assert_eq!(read.version, first);

        let second = now(backend.write(&state(&lineage, 2, "b"), Some(&first))).unwrap();
        assert_ne!(first, second);
        for stale in [None, Some(&first)] {
            let error = now(backend.write(&state(&lineage, 3, "c"), stale)).unwrap_err();
            assert!(matches!(error, BackendError::Stale { .. }), "{error}");
            assert!(error.to_string().contains("is at serial 2"), "{error}");
        }

        let error = now(backend.write(&state(&lineage, 2, "c"), Some(&second))).unwrap_err();
        assert!(matches!(error, BackendError::NotNewer { .. }), "{error}");
        let same = now(backend.write(&state(&lineage, 2, "b"), Some(&second))).unwrap();
        assert_eq!(same, second);

        let other = state(&Lineage::random(), 9, "b");
        let error = now(backend.write(&other, Some(&second))).unwrap_err();
        assert!(
            matches!(error, BackendError::OtherLineage { .. }),
            "{error}"
        );

        assert_eq!(
            now(backend.read()).unwrap().unwrap().snapshot,
            state(&lineage, 2, "b")
        );
    });
}

#[test]
fn a_state_that_vanished_is_stale() {
    let folder = TempDir::new().unwrap();
    let backend = LocalBackend::new(folder.path().join("terraform.tfstate"));
    let lineage = Lineage::random();
    let version = now(backend.write(&state(&lineage, 1, "a"), None)).unwrap();
    fs::remove_file(backend.path()).unwrap();
    let error = now(backend.write(&state(&lineage, 2, "a"), Some(&version))).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("has changed since it was read: it is gone"),
        "{error}"
    );
}

#[test]
fn a_lock_excludes_and_is_released_under_its_id_only() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("terraform.tfstate");
    let memory = MemoryBackend::new();
    let pairs: [(Box<dyn Backend>, Box<dyn Backend>); 2] = [
        (
            Box::new(LocalBackend::new(&path)),
            Box::new(LocalBackend::new(&path)),
        ),
        (Box::new(memory.clone()), Box::new(memory)),
    ];
    for (one, two) in pairs {
        let lock = now(one.lock(LockInfo::new("first", "1"))).unwrap();
        for again in [&one, &two] {
            let error = now(again.lock(LockInfo::new("second", "1"))).unwrap_err();
            assert!(error.to_string().contains("for first (lock id "), "{error}");
        }
        let error = now(one.unlock(&LockId::random())).unwrap_err();
        assert!(matches!(error, LockError::OtherId { .. }), "{error}");
        now(one.unlock(&lock.id)).unwrap();
        let error = now(one.unlock(&lock.id)).unwrap_err();
        assert!(matches!(error, LockError::NotHeld { .. }), "{error}");
        let lock = now(two.lock(LockInfo::new("second", "1"))).unwrap();
        now(two.unlock(&lock.id)).unwrap();
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "locking leaves nothing behind"
    );
}

#[test]
fn a_journal_is_kept_until_it_is_removed() {
    on_each(|backend| {
        let manifest = Manifest {
            lineage: Lineage::random(),
            serial: Serial::default(),
            run: "r".to_owned(),
            plan_digest: "d".to_owned(),
            operations: Vec::new(),
        };
        assert_eq!(now(backend.read_journal()).unwrap(), None);
        let mut writer = now(backend.begin_journal(&manifest)).unwrap();
        let error = now(backend.begin_journal(&manifest)).unwrap_err();
        assert!(matches!(error, JournalError::LeftOver { .. }), "{error}");
        let outcome = |operation| {
            let status = OutcomeStatus::Succeeded;
            Record::Outcome(Outcome {
                operation,
                status,
                effects: Vec::new(),
            })
        };
        now(writer.append(&[outcome(0), outcome(1)])).unwrap();
        now(writer.append(&[])).unwrap();
        now(writer.append(&[outcome(2)])).unwrap();
        let journal = now(backend.read_journal()).unwrap().unwrap();
        assert_eq!(journal.manifest, manifest);
        assert_eq!(journal.records, [outcome(0), outcome(1), outcome(2)]);
        now(backend.remove_journal()).unwrap();
        now(backend.remove_journal()).unwrap();
        assert_eq!(now(backend.read_journal()).unwrap(), None);
    });
}

#[test]
fn what_cannot_be_written_is_rescued() {
    let folder = TempDir::new().unwrap();
    let lineage = Lineage::random();
    let backend = MemoryBackend::new();
    now(backend.write(&state(&lineage, 5, "theirs"), None)).unwrap();
    for name in ["errored.tfstate", "errored.1.tfstate"] {
        let ours = state(&lineage, 6, name);
        let error = now(write_or_rescue(&backend, &ours, None, folder.path())).unwrap_err();
        let NotWritten::Rescued { cause, path } = &error else {
            panic!("{error}");
        };
        assert!(matches!(cause, BackendError::Stale { .. }), "{cause}");
        assert_eq!(path, &folder.path().join(name));
        assert!(
            error
                .to_string()
                .ends_with(&format!("the new state is in {}", path.display()))
        );
        let bytes = fs::read(path).unwrap();
        assert_eq!(format::parse(&bytes).unwrap(), Some(ours));
        assert_eq!(
            fs::metadata(path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

#[test]
fn a_folder_that_takes_nothing_sends_the_state_to_the_temporary_ones() {
    let lineage = Lineage::random();
    let backend = MemoryBackend::new();
    now(backend.write(&state(&lineage, 5, "theirs"), None)).unwrap();
    let ours = state(&lineage, 6, "ours");
    let nowhere = std::path::Path::new("/dev/null/no/folder");
    let error = now(write_or_rescue(&backend, &ours, None, nowhere)).unwrap_err();
    let NotWritten::Rescued { path, .. } = &error else {
        panic!("{error}");
    };
    assert!(path.starts_with(std::env::temp_dir()), "{}", path.display());
    assert_eq!(format::parse(&fs::read(path).unwrap()).unwrap(), Some(ours));
    fs::remove_file(path).unwrap();
}
