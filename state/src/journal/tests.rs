#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use super::file::JournalFile;
use super::*;
use crate::snapshot::{IndexKey, Snapshot};
use crate::testing::{PROVIDER, now, object, resource, state};

fn manifest(lineage: &Lineage, serial: u64, names: &[&str]) -> Manifest {
    let operations = names
        .iter()
        .map(|name| Intent {
            object: address(name),
            operation: OperationKind::Create,
            identity: json!({ "name": name, "weight": 1.50 }),
            fingerprint: Some("f".to_owned()),
        })
        .collect();
    Manifest {
        lineage: lineage.clone(),
        serial: Serial::new(serial),
        run: "run".to_owned(),
        plan_digest: "digest".to_owned(),
        operations,
    }
}

fn address(name: &str) -> ObjectAddress {
    let key = ObjectKey {
        index_key: None,
        deposed: None,
    };
    ObjectAddress {
        resource: resource(name),
        key,
    }
}

fn put(name: &str, content: &str) -> Effect {
    let instance = Box::new(object(None, content));
    Effect::Put {
        resource: resource(name),
        provider: PROVIDER.to_owned(),
        instance,
    }
}

fn outcome(operation: usize, status: OutcomeStatus, effects: Vec<Effect>) -> Record {
    Record::Outcome(Outcome {
        operation,
        status,
        effects,
    })
}

fn succeeded(operation: usize, effect: Effect) -> Record {
    outcome(operation, OutcomeStatus::Succeeded, vec![effect])
}

fn journal(manifest: Manifest, records: Vec<Record>) -> Journal {
    Journal {
        manifest,
        records,
        torn_bytes: 0,
    }
}

/// The objects of a snapshot as text: address and the id it has.
fn objects(snapshot: &Snapshot) -> Vec<String> {
    let mut texts = Vec::new();
    for resource in &snapshot.resources {
        for instance in &resource.instances {
            let (key, id) = (instance.key(), instance.attributes.json()["id"].clone());
            texts.push(format!(
                "{}{key}={}",
                resource.key.name,
                id.as_str().unwrap()
            ));
        }
    }
    texts
}

#[test]
fn outcomes_change_the_state_in_order() {
    let lineage = Lineage::random();
    let stored = state(&lineage, 3, "old");
    let key: DeposedKey = "0000abcd".parse().unwrap();
    let deposed = ObjectKey {
        index_key: None,
        deposed: Some(key.clone()),
    };
    let deposed = ObjectAddress {
        resource: resource("one"),
        key: deposed,
    };
    let depose = Effect::Depose {
        object: address("one"),
        key,
    };
    let fold_of = |effects: Vec<Effect>| {
        let record = outcome(0, OutcomeStatus::Succeeded, effects);
        let journal = journal(manifest(&lineage, 3, &["one"]), vec![record]);
        fold(Some(stored.clone()), &journal).unwrap()
    };
    for (effects, expected) in [
        (vec![], vec!["one=old"]),
        (vec![put("one", "old")], vec!["one=old"]),
        (vec![put("one", "new")], vec!["one=new"]),
        (vec![put("two", "new")], vec!["one=old", "two=new"]),
        (vec![Effect::Remove(address("one"))], vec![]),
        (vec![Effect::Remove(address("none"))], vec!["one=old"]),
        (
            vec![Effect::Remove(address("one")), put("one", "new")],
            vec!["one=new"],
        ),
        (
            vec![depose.clone()],
            vec!["one (deposed object 0000abcd)=old"],
        ),
        (
            vec![depose.clone(), put("one", "new")],
            vec!["one=new", "one (deposed object 0000abcd)=old"],
        ),
        (
            vec![depose, put("one", "new"), Effect::Remove(deposed)],
            vec!["one=new"],
        ),
    ] {
        let folded = fold_of(effects.clone());
        assert_eq!(objects(&folded.snapshot), expected, "{effects:?}");
        assert_eq!(folded.changed, expected != ["one=old"], "{effects:?}");
        assert_eq!(folded.snapshot.serial, stored.serial);
    }
}

#[test]
fn what_has_no_end_is_handed_back() {
    let lineage = Lineage::random();
    let records = vec![
        outcome(0, OutcomeStatus::Running, vec![put("a", "1")]),
        outcome(1, OutcomeStatus::Running, vec![put("b", "1")]),
        outcome(3, OutcomeStatus::Failed("denied".to_owned()), vec![]),
        outcome(4, OutcomeStatus::Skipped("because of d".to_owned()), vec![]),
        succeeded(0, put("a", "2")),
    ];
    let journal = journal(manifest(&lineage, 0, &["a", "b", "c", "d", "e"]), records);
    let folded = fold(None, &journal).unwrap();
    assert_eq!(objects(&folded.snapshot), ["a=2", "b=1"]);
    assert_eq!(folded.snapshot.lineage, lineage);
    let left: Vec<(String, bool)> = folded
        .unresolved
        .iter()
        .map(|left| (left.intent.object.to_string(), left.begun))
        .collect();
    let left: Vec<(&str, bool)> = left
        .iter()
        .map(|(text, begun)| (text.as_str(), *begun))
        .collect();
    assert_eq!(
        left,
        [("terraform_data.b", true), ("terraform_data.c", false)]
    );
}

#[test]
fn a_journal_fits_its_own_state_only() {
    let lineage = Lineage::random();
    let journal = journal(
        manifest(&lineage, 3, &["one"]),
        vec![succeeded(0, put("one", "new"))],
    );
    let check = |stored: Option<Snapshot>, expected: &str| {
        let error = fold(stored, &journal).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(None, "begins at serial 3 of the state, which is gone");
    check(
        Some(state(&Lineage::random(), 3, "x")),
        "is of another state",
    );
    check(Some(state(&lineage, 2, "x")), "it is at serial 2");
    check(Some(state(&lineage, 4, "x")), "it is at serial 4");
}

#[test]
fn a_state_written_on_the_way_is_known_by_its_checkpoint() {
    let lineage = Lineage::random();
    let half = state(&lineage, 4, "half");
    let mark = Checkpoint {
        serial: half.serial,
        digest: half.digest(),
    };
    let records = vec![
        outcome(0, OutcomeStatus::Running, vec![put("one", "half")]),
        Record::Checkpoint(mark),
        succeeded(0, put("one", "whole")),
    ];
    let journal = journal(manifest(&lineage, 3, &["one"]), records);
    let whole = |stored: Snapshot| {
        let folded = fold(Some(stored), &journal).unwrap();
        assert_eq!(folded.unresolved, []);
        assert!(folded.changed);
        objects(&folded.snapshot)
    };
    assert_eq!(whole(state(&lineage, 3, "old")), ["one=whole"]);
    assert_eq!(whole(half), ["one=whole"]);
    let error = fold(Some(state(&lineage, 4, "of somebody else")), &journal).unwrap_err();
    assert!(matches!(error, FoldError::OtherSerial { .. }), "{error}");
}

#[test]
fn folding_again_what_was_written_changes_nothing() {
    let lineage = Lineage::random();
    let mut last = state(&lineage, 4, "new");
    let mark = Checkpoint {
        serial: last.serial,
        digest: last.digest(),
    };
    let records = vec![succeeded(0, put("one", "new")), Record::Checkpoint(mark)];
    let journal = journal(manifest(&lineage, 3, &["one"]), records);
    let folded = fold(Some(last.clone()), &journal).unwrap();
    assert!(!folded.changed);
    last.serial = last.serial.next();
    assert!(fold(Some(last), &journal).is_err());
}

fn bytes_of(manifest: &Manifest, records: &[Record]) -> Vec<u8> {
    let mut bytes = encode_manifest(manifest).unwrap();
    bytes.extend(encode_records(records).unwrap());
    bytes
}

#[test]
fn a_journal_cut_at_any_byte_gives_its_whole_lines() {
    let lineage = Lineage::random();
    let manifest = manifest(&lineage, 0, &["a", "b\n\"", "c"]);
    let records: Vec<Record> = (0..3)
        .map(|at| succeeded(at, put("é\u{2028}", "\n1.50")))
        .collect();
    let bytes = bytes_of(&manifest, &records);
    let head = encode_manifest(&manifest).unwrap().len();
    for end in 0..=bytes.len() {
        let decoded = decode(&bytes[..end], "j");
        if end < head {
            assert!(
                matches!(decoded, Err(JournalError::NoManifest { .. })),
                "cut at {end}"
            );
            continue;
        }
        let decoded = decoded.unwrap();
        let lines = bytes[head..end].split_inclusive(|byte| *byte == b'\n');
        let lines = lines.filter(|line| line.ends_with(b"\n")).count();
        assert_eq!(decoded.manifest, manifest, "cut at {end}");
        assert_eq!(decoded.records, records[..lines], "cut at {end}");
        let whole = encode_records(&records[..lines]).unwrap().len();
        assert_eq!(decoded.torn_bytes, end - head - whole, "cut at {end}");
    }
}

#[test]
fn a_damaged_line_ends_the_journal() {
    let manifest = manifest(&Lineage::random(), 0, &["a", "b"]);
    let records = [succeeded(0, put("a", "1")), succeeded(1, put("b", "1"))];
    let whole = bytes_of(&manifest, &records);
    let head = encode_manifest(&manifest).unwrap().len();
    let first = encode_records(&records[..1]).unwrap().len();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        match decode(&bytes, "j") {
            Err(error) => assert!(at < head && matches!(error, JournalError::NoManifest { .. })),
            Ok(journal) => {
                let good = usize::from(at >= head + first);
                assert_eq!(journal.records, records[..good], "bit flipped at {at}");
                assert!(journal.torn_bytes > 0);
            }
        }
    }
}

#[test]
fn a_journal_of_another_format_is_refused() {
    let line = |json: &str| {
        format!(
            "{} {json}\n",
            &crate::backend::digest(json.as_bytes())[..16]
        )
    };
    let check = |bytes: String, expected: &str| {
        let error = decode(bytes.as_bytes(), "here").unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(
        line(r#"{"format":2,"manifest":null}"#),
        "journal here does not begin",
    );
    check(
        line(r#"{"format":2,"manifest":null}"#),
        "it has format 2, only 1 is known",
    );
    check(line("{}"), "missing field");
    let head = encode_manifest(&manifest(&Lineage::random(), 0, &[])).unwrap();
    let head = String::from_utf8(head).unwrap();
    check(
        head + &line(r#"{"novelty":1}"#),
        "line 2 of the journal here is not understood",
    );
}

#[test]
fn a_journal_file_is_private_and_grows_by_its_batches() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".terraform.tfstate.journal");
    let names: Vec<String> = (0..1000).map(|number| format!("r{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let manifest = manifest(&Lineage::random(), 0, &names);
    let mut writer = JournalFile::begin(&path, &manifest).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let records: Vec<Record> = (0..1000)
        .map(|at| succeeded(at, put(names[at], "x")))
        .collect();
    let mut length = fs::metadata(&path).unwrap().len();
    for batch in records.chunks(50) {
        now(writer.append(batch)).unwrap();
        length += encode_records(batch).unwrap().len() as u64;
        assert_eq!(fs::metadata(&path).unwrap().len(), length);
    }
    let journal = file::read(&path).unwrap().unwrap();
    let result = fold(None, &journal).unwrap();
    assert_eq!(result.unresolved, []);
    assert_eq!(result.snapshot.resources.len(), 1000);
    file::remove(&path).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_journal_that_cannot_be_written_names_its_file() {
    let path = std::path::Path::new("/dev/null/x/.journal");
    let error = JournalFile::begin(path, &manifest(&Lineage::random(), 0, &[])).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the journal /dev/null/x/.journal: "),
        "{error}"
    );
}

fn record() -> impl Strategy<Value = Record> {
    let effect = prop_oneof![
        (
            any::<String>(),
            any::<String>(),
            prop::option::of(any::<i64>())
        )
            .prop_map(|(name, content, index)| {
                let instance = Box::new(object(index.map(IndexKey::Int), &content));
                Effect::Put {
                    resource: resource(&name),
                    provider: String::new(),
                    instance,
                }
            }),
        any::<String>().prop_map(|name| Effect::Remove(address(&name))),
        (any::<String>(), "[0-9a-f]{8}").prop_map(|(name, key)| Effect::Depose {
            object: address(&name),
            key: key.parse().unwrap(),
        }),
    ];
    let status = prop_oneof![
        Just(OutcomeStatus::Running),
        Just(OutcomeStatus::Succeeded),
        any::<String>().prop_map(OutcomeStatus::Failed),
        any::<String>().prop_map(OutcomeStatus::Skipped),
    ];
    prop_oneof![
        (any::<usize>(), status, prop::collection::vec(effect, 0..3))
            .prop_map(|(operation, status, effects)| outcome(operation, status, effects)),
        (any::<u64>(), "[0-9a-f]{64}").prop_map(|(serial, digest)| {
            Record::Checkpoint(Checkpoint {
                serial: Serial::new(serial),
                digest,
            })
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_come_back_up_to_any_cut(
        records in prop::collection::vec(record(), 0..6),
        garbage in prop::collection::vec(prop::num::u8::ANY.prop_filter("ends a line", |byte| *byte != b'\n'), 0..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let manifest = manifest(&Lineage::random(), 7, &["a"]);
        let bytes = bytes_of(&manifest, &records);
        let head = encode_manifest(&manifest).unwrap().len();
        let end = head + cut.index(bytes.len() - head + 1);
        let torn = [&bytes[..end], &garbage].concat();
        let lines = bytes[head..end].split_inclusive(|byte| *byte == b'\n');
        let lines = lines.filter(|line| line.ends_with(b"\n")).count();
        prop_assert_eq!(decode(&bytes, "j").unwrap().records, records.clone());
        prop_assert_eq!(&decode(&torn, "j").unwrap().records[..], &records[..lines]);
    }
}
