#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::backend::rescue::{NotWritten, write_or_rescue};
use crate::format;
use crate::lock::LockId;
use crate::snapshot::{Lineage, Snapshot};
use crate::testing::{now, state};

/// A folder with a backend in it.
struct Place {
    folder: TempDir,
    backend: LocalBackend,
    lineage: Lineage,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let backend = LocalBackend::new(folder.path().join("terraform.tfstate"));
        Self {
            folder,
            backend,
            lineage: Lineage::random(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a later state.
    fn write(&self, serial: u64, content: &str) -> Result<Version, BackendError> {
        let version = now(self.backend.read())
            .unwrap()
            .map(|stored| stored.version);
        now(self
            .backend
            .write(&state(&self.lineage, serial, content), version.as_ref()))
    }

    fn lock(&self) -> LockId {
        now(self.backend.lock(LockInfo::new("test", "1")))
            .unwrap()
            .id
    }

    /// Puts a state into a file of the folder, behind the backend's back.
    fn put(&self, name: &str, snapshot: &Snapshot) {
        fs::write(self.path(name), format::write(snapshot).unwrap()).unwrap();
    }

    /// Serial of the state in a file; `None` when there is no file.
    fn serial_in(&self, name: &str) -> Option<u64> {
        let bytes = fs::read(self.path(name)).ok()?;
        Some(format::parse(&bytes).unwrap().unwrap().serial.get())
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

#[test]
fn files_are_private_and_nothing_else_is_left() {
    let place = Place::new();
    let lock = place.lock();
    assert_eq!(
        place.names(),
        [".terraform.tfstate.lock.info", "terraform.tfstate"]
    );
    place.write(1, "a").unwrap();
    place.write(2, "b").unwrap();
    for name in place.names() {
        let mode = fs::metadata(place.path(&name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    now(place.backend.unlock(&lock)).unwrap();
    assert_eq!(
        place.names(),
        ["terraform.tfstate", "terraform.tfstate.backup"]
    );
}

#[test]
fn the_backup_is_the_state_before_the_first_change_of_a_run() {
    let place = Place::new();
    let backup = || place.serial_in("terraform.tfstate.backup");
    let run = |writes: &[(u64, &str)]| {
        let lock = place.lock();
        for (serial, content) in writes {
            place.write(*serial, content).unwrap();
        }
        now(place.backend.unlock(&lock)).unwrap();
    };
    run(&[(1, "a")]);
    assert_eq!(backup(), None, "there was nothing to keep");
    run(&[(2, "b"), (3, "c"), (4, "d")]);
    assert_eq!(backup(), Some(1));
    run(&[(5, "d")]);
    assert_eq!(backup(), Some(1), "nothing but the serial has changed");
    run(&[(6, "d"), (7, "e")]);
    assert_eq!(backup(), Some(6));
}

#[test]
fn the_backup_can_be_elsewhere_or_nowhere() {
    for backup in [None, Some("kept")] {
        let mut place = Place::new();
        let path = backup.map(|name| place.path(name));
        place.backend = LocalBackend::new(place.path("terraform.tfstate")).with_backup(path);
        place.write(1, "a").unwrap();
        place.write(2, "b").unwrap();
        assert_eq!(place.serial_in("terraform.tfstate.backup"), None);
        assert_eq!(place.serial_in("kept"), backup.map(|_| 1));
    }
}

#[test]
fn what_lies_aside_counts_when_it_is_whole_and_later() {
    let lineage = Lineage::random();
    let bytes = |serial| format::write(&state(&lineage, serial, "x")).unwrap();
    let other = || format::write(&state(&Lineage::random(), 99, "x")).unwrap();
    let torn = |serial| bytes(serial)[..100].to_vec();
    let (none, empty) = (|| None, || Some(Vec::new()));
    for (main, aside, expected) in [
        (none(), none(), Ok(None)),
        (empty(), none(), Ok(None)),
        (Some(bytes(5)), none(), Ok(Some(5))),
        (Some(torn(5)), none(), Err(())),
        (none(), Some(bytes(6)), Ok(Some(6))),
        (empty(), Some(bytes(6)), Ok(Some(6))),
        (Some(torn(6)), Some(bytes(6)), Ok(Some(6))),
        (Some(bytes(5)), Some(bytes(6)), Ok(Some(6))),
        (Some(bytes(6)), Some(bytes(6)), Ok(Some(6))),
        (Some(bytes(7)), Some(bytes(6)), Ok(Some(7))),
        (Some(bytes(5)), Some(torn(6)), Ok(Some(5))),
        (Some(bytes(5)), empty(), Ok(Some(5))),
        (Some(bytes(5)), Some(other()), Ok(Some(5))),
        (Some(torn(5)), Some(torn(6)), Err(())),
    ] {
        let place = Place::new();
        let case = format!(
            "{:?} beside {:?}",
            main.as_ref().map(Vec::len),
            aside.as_ref().map(Vec::len)
        );
        for (name, bytes) in [
            ("terraform.tfstate", main),
            (".terraform.tfstate.aside", aside),
        ] {
            if let Some(bytes) = bytes {
                fs::write(place.path(name), bytes).unwrap();
            }
        }
        let read = now(place.backend.read())
            .map(|stored| stored.map(|stored| stored.snapshot.serial.get()))
            .map_err(|error| assert!(error.to_string().contains("cut off"), "{error}"));
        assert_eq!(read, expected, "{case}");
    }
}

#[test]
fn a_write_goes_on_from_what_lay_aside() {
    let mut place = Place::new();
    place.lineage = Lineage::random();
    fs::write(place.path("terraform.tfstate"), "{\"version\": 4, \"ser").unwrap();
    place.put(".terraform.tfstate.aside", &state(&place.lineage, 6, "x"));
    place.write(7, "y").unwrap();
    assert_eq!(place.serial_in("terraform.tfstate"), Some(7));
    assert_eq!(place.serial_in("terraform.tfstate.backup"), Some(6));
    assert_eq!(
        place.names(),
        ["terraform.tfstate", "terraform.tfstate.backup"]
    );
}

#[test]
fn a_shorter_state_leaves_nothing_of_the_longer_one() {
    let place = Place::new();
    place.write(1, &"long".repeat(1000)).unwrap();
    place.write(2, "short").unwrap();
    let expected = format::write(&state(&place.lineage, 2, "short")).unwrap();
    assert_eq!(fs::read(place.path("terraform.tfstate")).unwrap(), expected);
}

#[test]
fn a_locked_file_is_written_in_place() {
    use std::os::unix::fs::MetadataExt as _;
    let place = Place::new();
    let lock = place.lock();
    let inode = || fs::metadata(place.path("terraform.tfstate")).unwrap().ino();
    let before = inode();
    place.write(1, "a").unwrap();
    place.write(2, "b").unwrap();
    assert_eq!(inode(), before);
    now(place.backend.unlock(&lock)).unwrap();
}

#[test]
fn a_file_replaced_under_the_lock_is_noticed() {
    let place = Place::new();
    let _lock = place.lock();
    place.write(1, "a").unwrap();
    fs::rename(place.path("terraform.tfstate"), place.path("moved")).unwrap();
    place.put("terraform.tfstate", &state(&place.lineage, 1, "a"));
    let error = place.write(2, "b").unwrap_err();
    assert!(matches!(error, BackendError::Replaced { .. }), "{error}");
}

#[test]
fn a_place_that_refuses_keeps_the_old_state_and_the_new_one_is_rescued() {
    let place = Place::new();
    let version = place.write(1, "a").unwrap();
    fs::create_dir_all(place.path(".terraform.tfstate.aside/full")).unwrap();
    let next = state(&place.lineage, 2, "b");
    let directory = place.folder.path();
    let error = now(write_or_rescue(
        &place.backend,
        &next,
        Some(&version),
        directory,
    ))
    .unwrap_err();
    let NotWritten::Rescued { cause, path } = error else {
        panic!("{error}");
    };
    assert!(
        cause.to_string().contains("terraform.tfstate.aside: "),
        "{cause}"
    );
    assert_eq!(path, place.path("errored.tfstate"));
    assert_eq!(place.serial_in("errored.tfstate"), Some(2));
    assert_eq!(place.serial_in("terraform.tfstate"), Some(1));
}

#[test]
fn errors_name_the_file() {
    let backend = LocalBackend::new("/dev/null/terraform.tfstate");
    let lineage = Lineage::random();
    for error in [
        now(backend.read()).unwrap_err().to_string(),
        now(backend.write(&state(&lineage, 1, "a"), None))
            .unwrap_err()
            .to_string(),
        now(backend.lock(LockInfo::new("test", "1")))
            .unwrap_err()
            .to_string(),
    ] {
        assert!(error.contains("/dev/null"), "{error}");
    }
}

#[test]
fn the_note_of_a_dead_process_is_in_nobodys_way() {
    let place = Place::new();
    let dead = LockInfo::new("dead", "1");
    let note = place.path(".terraform.tfstate.lock.info");
    fs::write(&note, serde_json::to_vec(&dead).unwrap()).unwrap();

    let error = now(place.backend.force_unlock(&LockId::random())).unwrap_err();
    assert!(matches!(error, LockError::OtherId { .. }), "{error}");
    now(place.backend.force_unlock(&dead.id)).unwrap();
    let error = now(place.backend.force_unlock(&dead.id)).unwrap_err();
    assert!(matches!(error, LockError::NotHeld { .. }), "{error}");
    assert_eq!(place.names(), [""; 0]);

    fs::write(&note, serde_json::to_vec(&dead).unwrap()).unwrap();
    let lock = place.lock();
    let error = now(place.backend.force_unlock(&lock)).unwrap_err();
    assert!(
        matches!(error, LockError::Held { .. }),
        "a living lock is not broken: {error}"
    );
    now(place.backend.unlock(&lock)).unwrap();
}

#[test]
fn the_folder_of_a_workspace_is_made() {
    let place = Place::new();
    let path = place.path("terraform.tfstate.d/blue/terraform.tfstate");
    let backend = LocalBackend::new(&path);
    let lock = now(backend.lock(LockInfo::new("test", "1"))).unwrap();
    now(backend.write(&state(&place.lineage, 1, "a"), None)).unwrap();
    now(backend.unlock(&lock.id)).unwrap();
    assert!(path.exists());
}

#[test]
fn a_dropped_backend_releases_its_lock() {
    let place = Place::new();
    let dropped = LocalBackend::new(place.backend.path());
    now(dropped.lock(LockInfo::new("dropped", "1"))).unwrap();
    now(place.backend.lock(LockInfo::new("test", "1"))).unwrap_err();
    drop(dropped);
    assert_eq!(place.names(), [""; 0]);
    place.lock();
}
