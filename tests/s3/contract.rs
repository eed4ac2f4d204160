//! What every backend promises, kept by the one in S3: on the sandbox, with lost replies too, and on real servers.

use std::sync::Arc;

use libtest_mimic::Trial;
use trustform::sandbox::{Fault, Sandbox};
use trustform_state::backend::s3::{S3Cause, S3Store};
use trustform_state::backend::{Backend, BackendError};
use trustform_state::journal::{JournalError, Manifest, Outcome, OutcomeStatus, Record};
use trustform_state::lock::{LockError, LockId, LockInfo};
use trustform_state::snapshot::{Lineage, Serial, Snapshot};

use super::servers::{Server, on_each, sandbox, sandbox_store, wait};

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 5] = [
        ("keeps_its_promises", on_the_sandbox),
        ("a_lost_reply_to_a_write_is_no_conflict", lost_write),
        ("a_lost_reply_to_a_lock_is_no_other_holder", lost_lock),
        ("a_lost_reply_to_an_unlock_is_an_unlock", lost_unlock),
        ("a_successors_lock_is_left_alone", successor),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(format!("s3::sandbox::{name}"), move || {
            test();
            Ok(())
        })
    };
    let mut trials: Vec<Trial> = tests.into_iter().map(trial).collect();
    trials.extend(on_each("keeps_its_promises", on_a_server));
    trials
}

fn on_the_sandbox() {
    let sandbox = sandbox();
    wait(async { promises(&sandbox_store(&sandbox, "states", "a/b.tfstate").await).await });
}

fn on_a_server(server: &Server) {
    server.bucket("promises");
    wait(async { promises(&server.store("promises", "a/b.tfstate").await).await });
}

async fn promises(store: &S3Store) {
    let backend = store.backend("default");
    writes(&backend).await;
    locks(&backend, &store.backend("default")).await;
    journal(&backend).await;
    let dev = store.backend("dev");
    writes(&dev).await;
    assert_eq!(store.workspaces().await.unwrap(), ["default", "dev"]);
    store.remove("dev").await.unwrap();
    assert_eq!(store.workspaces().await.unwrap(), ["default"]);
    assert_eq!(dev.read().await.unwrap(), None);
}

/// A state of this serial.
fn state(lineage: &Lineage, serial: u64) -> Snapshot {
    let mut snapshot = Snapshot::empty(lineage.clone());
    snapshot.serial = Serial::new(serial);
    snapshot.record_version(&"1.11.4".parse().unwrap());
    snapshot
}

async fn writes(backend: &dyn Backend) {
    let lineage = Lineage::random();
    assert_eq!(backend.read().await.unwrap(), None);
    let first = backend.write(&state(&lineage, 1), None).await.unwrap();
    let read = backend.read().await.unwrap().unwrap();
    assert_eq!((read.snapshot, &read.version), (state(&lineage, 1), &first));
    let second = backend
        .write(&state(&lineage, 2), Some(&first))
        .await
        .unwrap();
    for stale in [None, Some(&first)] {
        let error = backend.write(&state(&lineage, 3), stale).await.unwrap_err();
        assert!(matches!(error, BackendError::Stale { .. }), "{error}");
        assert!(error.to_string().contains("is at serial 2"), "{error}");
    }
    let other = backend
        .write(&state(&Lineage::random(), 9), Some(&second))
        .await;
    assert!(
        matches!(other, Err(BackendError::OtherLineage { .. })),
        "{other:?}"
    );
}

async fn locks(one: &dyn Backend, two: &dyn Backend) {
    let lock = one
        .lock(LockInfo::new("OperationTypeApply", "1"))
        .await
        .unwrap();
    assert!(lock.path.ends_with("/a/b.tfstate"), "{}", lock.path);
    for again in [one, two] {
        let error = again
            .lock(LockInfo::new("OperationTypePlan", "1"))
            .await
            .unwrap_err();
        let text = error.to_string();
        assert!(text.contains("for OperationTypeApply (lock id "), "{text}");
        assert!(
            text.contains(&format!("trustform force-unlock {}", lock.id)),
            "{text}"
        );
    }
    let error = two.force_unlock(&LockId::random()).await.unwrap_err();
    assert!(matches!(error, LockError::OtherId { .. }), "{error}");
    two.force_unlock(&lock.id).await.unwrap();
    let error = one.unlock(&lock.id).await.unwrap_err();
    assert!(matches!(error, LockError::NotHeld { .. }), "{error}");
}

async fn journal(backend: &dyn Backend) {
    let manifest = Manifest {
        lineage: Lineage::random(),
        serial: Serial::default(),
        run: "run".to_owned(),
        plan_digest: "digest".to_owned(),
        operations: Vec::new(),
    };
    let note = |operation| {
        Record::Outcome(Outcome {
            operation,
            status: OutcomeStatus::Succeeded,
            effects: Vec::new(),
        })
    };
    assert_eq!(backend.read_journal().await.unwrap(), None);
    let mut writer = backend.begin_journal(&manifest).await.unwrap();
    let error = backend
        .begin_journal(&Manifest {
            run: "other".to_owned(),
            ..manifest.clone()
        })
        .await;
    assert!(
        matches!(error, Err(JournalError::LeftOver { .. })),
        "{error:?}"
    );
    writer.append(&[note(0), note(1)]).await.unwrap();
    writer.append(&[]).await.unwrap();
    let mut next = backend.continue_journal().await.unwrap();
    next.append(&[note(2)]).await.unwrap();
    // Whoever was thought dead and is not finds its place taken.
    assert!(writer.append(&[note(3)]).await.is_err());
    let journal = backend.read_journal().await.unwrap().unwrap();
    assert_eq!(journal.manifest, manifest);
    assert_eq!(journal.records, [note(0), note(1), note(2)]);
    for _again in 0..2 {
        backend.remove_journal().await.unwrap();
        assert_eq!(backend.read_journal().await.unwrap(), None);
    }
}

/// A backend of a sandbox that it shares with the test.
async fn faulty() -> (Sandbox, Arc<dyn Backend>) {
    let sandbox = sandbox();
    let store = sandbox_store(&sandbox, "states", "a/b.tfstate").await;
    (sandbox, Arc::new(store.backend("default")))
}

fn lost_write() {
    wait(async {
        let (sandbox, backend) = faulty().await;
        let lineage = Lineage::random();
        sandbox.inject(Fault::lose_reply("s3", "PutObject"));
        let first = backend.write(&state(&lineage, 1), None).await.unwrap();
        sandbox.inject(Fault::lose_reply("s3", "PutObject"));
        let second = backend
            .write(&state(&lineage, 2), Some(&first))
            .await
            .unwrap();
        assert_eq!(backend.read().await.unwrap().unwrap().version, second);
        let writes = sandbox.requests();
        let writes = writes.iter().filter(|request| request.name == "PutObject");
        assert_eq!(writes.count(), 4, "each write was sent twice");
    });
}

fn lost_lock() {
    wait(async {
        let (sandbox, backend) = faulty().await;
        sandbox.inject(Fault::lose_reply("s3", "PutObject"));
        let lock = backend.lock(LockInfo::new("test", "1")).await.unwrap();
        backend.unlock(&lock.id).await.unwrap();
        assert!(sandbox.inspect("s3/object").unwrap().is_empty());
    });
}

fn lost_unlock() {
    wait(async {
        let (sandbox, backend) = faulty().await;
        let lock = backend.lock(LockInfo::new("test", "1")).await.unwrap();
        sandbox.inject(Fault::lose_reply("s3", "DeleteObject"));
        backend.unlock(&lock.id).await.unwrap();
        assert!(sandbox.inspect("s3/object").unwrap().is_empty());
    });
}

fn successor() {
    wait(async {
        let (sandbox, backend) = faulty().await;
        let first = backend.lock(LockInfo::new("first", "1")).await.unwrap();
        backend.force_unlock(&first.id).await.unwrap();
        let second = backend.lock(LockInfo::new("second", "1")).await.unwrap();
        let error = backend.unlock(&first.id).await.unwrap_err();
        assert!(matches!(error, LockError::OtherId { .. }), "{error}");
        backend.unlock(&second.id).await.unwrap();
        // A bucket whose server ignores conditions is refused, and no lock is left in it.
        let careless = serde_json::json!({"ConditionalWrites": false});
        sandbox.set("s3/bucket/states", &careless).unwrap();
        let error = backend.lock(LockInfo::new("third", "1")).await.unwrap_err();
        let LockError::S3(error) = error else {
            panic!("{error}")
        };
        assert_eq!(error.cause, S3Cause::NotConditional);
        assert!(sandbox.inspect("s3/object").unwrap().is_empty());
    });
}
