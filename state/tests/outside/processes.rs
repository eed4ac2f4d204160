//! Locks between processes, writers killed at any instant, and full disks.
#![allow(
    clippy::print_stdout,
    reason = "a process of this test tells the other one"
)]

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use trustform_state::backend::local::LocalBackend;
use trustform_state::backend::rescue::write_or_rescue;
use trustform_state::backend::{Backend as _, BackendError};
use trustform_state::journal::{Manifest, Outcome, OutcomeStatus, Record};
use trustform_state::lock::{LockError, LockInfo};
use trustform_state::snapshot::{Lineage, Serial};

use crate::support::{Process, ROLE, STATE, now, state};

/// Plays the role that another test of this binary asks for; no test by itself.
#[test]
fn role() {
    let (Ok(role), Ok(path)) = (std::env::var(ROLE), std::env::var(STATE)) else {
        return;
    };
    let backend = LocalBackend::new(&path);
    match role.as_str() {
        "hold" => hold(&backend),
        "write" => write_for_ever(&backend),
        "grow" => grow(&backend, Path::new(&path)),
        other => panic!("no role `{other}`"),
    }
}

/// Holds the lock until the input ends.
fn hold(backend: &LocalBackend) {
    match now(backend.lock(LockInfo::new("hold", "1"))) {
        Err(error) => println!("role: {error}"),
        Ok(info) => {
            println!("role: locked {}", info.id);
            let _ended = std::io::stdin().read_to_end(&mut Vec::new());
            now(backend.unlock(&info.id)).unwrap();
            println!("role: unlocked");
        }
    }
}

/// Writes later and later states, with a journal in between, and says how far it is.
fn write_for_ever(backend: &LocalBackend) {
    now(backend.lock(LockInfo::new("write", "1"))).unwrap();
    let stored = now(backend.read()).unwrap();
    let lineage = stored
        .as_ref()
        .map_or_else(Lineage::random, |s| s.snapshot.lineage.clone());
    let mut serial = stored
        .as_ref()
        .map_or(0, |stored| stored.snapshot.serial.get());
    let mut version = stored.map(|stored| stored.version);
    loop {
        serial += 1;
        let next = state(&lineage, serial, 300);
        version = Some(now(backend.write(&next, version.as_ref())).unwrap());
        println!("role: {serial}");
    }
}

/// Runs into the end of the disk with a state and with a journal.
fn grow(backend: &LocalBackend, path: &Path) {
    let lineage = Lineage::random();
    let version = now(backend.write(&state(&lineage, 1, 1), None)).unwrap();
    let next = state(&lineage, 2, 1000);
    let folder = path.parent().unwrap();
    let error = now(write_or_rescue(backend, &next, Some(&version), folder)).unwrap_err();
    println!("role: {error}");

    let manifest = Manifest {
        lineage,
        serial: Serial::new(1),
        run: "run".to_owned(),
        plan_digest: "digest".to_owned(),
        operations: Vec::new(),
    };
    let record = |operation, reason: String| {
        let status = OutcomeStatus::Failed(reason);
        Record::Outcome(Outcome {
            operation,
            status,
            effects: Vec::new(),
        })
    };
    let mut journal = now(backend.begin_journal(&manifest)).unwrap();
    now(journal.append(&[record(0, "small".to_owned())])).unwrap();
    let large = now(journal.append(&[record(1, "large".repeat(10_000))]));
    println!("role: {}", large.unwrap_err());
    now(journal.append(&[record(2, "small".to_owned())])).unwrap();
    println!("role: done");
}

#[test]
fn a_lock_excludes_other_processes_until_it_is_released() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("terraform.tfstate");
    let ours = LocalBackend::new(&path);

    let mut holder = Process::start("hold", &path);
    let said = holder.next();
    let id = said
        .strip_prefix("locked ")
        .unwrap_or_else(|| panic!("{said}"));
    let error = now(ours.lock(LockInfo::new("second", "1"))).unwrap_err();
    let process = holder.child.id();
    for part in [
        "terraform.tfstate is locked by ",
        " for hold ",
        id,
        &format!("process {process}"),
    ] {
        assert!(
            error.to_string().contains(part),
            "{part} is not in: {error}"
        );
    }
    let error = now(ours.force_unlock(&id.parse().unwrap())).unwrap_err();
    assert!(
        matches!(error, LockError::Held { .. }),
        "a living lock is not broken: {error}"
    );
    assert_eq!(holder.finish(), "unlocked");

    let lock = now(ours.lock(LockInfo::new("second", "1"))).unwrap();
    let said = Process::start("hold", &path).next();
    assert!(
        said.contains(" for second ") && said.contains(lock.id.as_str()),
        "{said}"
    );
    // Neither reading nor writing through any backend of this process gives the lock away.
    let lineage = Lineage::random();
    let version = now(ours.write(&state(&lineage, 1, 1), None)).unwrap();
    let other = LocalBackend::new(&path);
    now(other.read()).unwrap().unwrap();
    now(other.write(&state(&lineage, 2, 1), Some(&version))).unwrap();
    now(other.lock(LockInfo::new("third", "1"))).unwrap_err();
    let said = Process::start("hold", &path).next();
    assert!(said.contains(" for second "), "{said}");
    now(ours.unlock(&lock.id)).unwrap();
    assert!(Process::start("hold", &path).next().starts_with("locked "));
}

#[test]
fn the_lock_of_a_killed_process_is_gone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("terraform.tfstate");
    let mut holder = Process::start("hold", &path);
    assert!(holder.next().starts_with("locked "));
    drop(holder);
    let ours = LocalBackend::new(&path);
    let lock = now(ours.lock(LockInfo::new("next", "1"))).unwrap();
    assert_eq!(now(ours.read()).unwrap(), None);
    now(ours.unlock(&lock.id)).unwrap();
}

#[test]
fn a_writer_killed_at_any_instant_leaves_a_readable_state() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("terraform.tfstate");
    let backend = LocalBackend::new(&path);
    let mut last = 0;
    for round in 0..12_u64 {
        let mut writer = Process::start("write", &path);
        let mut told: u64 = writer.next().parse().unwrap();
        assert!(
            told > last,
            "round {round}: the writer goes on after {last}, not at {told}"
        );
        std::thread::sleep(Duration::from_micros(round * 7919 % 20_000));
        writer.child.kill().unwrap();
        while let Ok(serial) = writer.next().parse() {
            told = serial;
        }
        drop(writer);
        let stored = now(backend.read()).unwrap().unwrap().snapshot;
        let serial = stored.serial.get();
        assert!(
            serial == told || serial == told + 1,
            "round {round}: {serial} after {told}"
        );
        assert_eq!(stored, state(&stored.lineage, serial, 300), "round {round}");
        last = serial;
    }
}

#[test]
fn a_full_disk_loses_nothing_that_was_there() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("terraform.tfstate");
    let mut process = Process::start_on_full_disk("grow", &path, 32);
    let said = process.next();
    assert!(said.starts_with("cannot write "), "{said}");
    assert!(said.contains("File too large"), "{said}");
    assert!(
        said.contains("could not be written elsewhere either: "),
        "{said}"
    );
    let said = process.next();
    assert!(said.starts_with("cannot write the journal "), "{said}");
    assert_eq!(process.next(), "done");

    let backend = LocalBackend::new(&path);
    let stored = now(backend.read()).unwrap().unwrap();
    assert_eq!(stored.snapshot.serial.get(), 1);
    let journal = now(backend.read_journal()).unwrap().unwrap();
    let noted: Vec<usize> = journal
        .records
        .iter()
        .map(|record| match record {
            Record::Outcome(outcome) => outcome.operation,
            Record::Checkpoint(_) => panic!("no checkpoint was noted"),
        })
        .collect();
    assert_eq!(noted, [0, 2]);
    assert_eq!(journal.torn_bytes, 0);
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let left = path.extension().is_some_and(|extension| extension == "new");
        assert!(!left, "{} is left behind", path.display());
    }
}

#[test]
fn a_second_writer_is_stale() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("terraform.tfstate");
    let backend = LocalBackend::new(&path);
    let lineage = Lineage::random();
    let version = now(backend.write(&state(&lineage, 1, 1), None)).unwrap();
    let mut writer = Process::start("write", &path);
    assert_eq!(writer.next(), "2");
    drop(writer);
    let error = now(backend.write(&state(&lineage, 2, 2), Some(&version))).unwrap_err();
    assert!(matches!(error, BackendError::Stale { .. }), "{error}");
}

#[test]
fn the_note_beside_a_locked_state_is_what_terraform_writes() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("terraform.tfstate");
    let backend = LocalBackend::new(&path);
    let lock = now(backend.lock(LockInfo::new("OperationTypePlan", "1.11.4"))).unwrap();
    let note = fs::read(folder.path().join(".terraform.tfstate.lock.info")).unwrap();
    let note: Value = serde_json::from_slice(&note).unwrap();
    assert_eq!(note["ID"], lock.id.as_str());
    assert_eq!(note["Operation"], "OperationTypePlan");
    assert_eq!(note["Path"], path.to_str().unwrap());
    now(backend.unlock(&lock.id)).unwrap();
}
