#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::time::Duration;

use super::*;
use crate::backend::Backend as _;
use crate::backend::memory::MemoryBackend;
use crate::testing::now;

#[test]
fn lock_info_has_the_members_of_terraform() {
    let info = LockInfo::new("OperationTypeApply", "1.11.4").taken_at("terraform.tfstate".into());
    let json = serde_json::to_value(&info).unwrap();
    let members: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "ID",
            "Operation",
            "Info",
            "Who",
            "Version",
            "Created",
            "Path"
        ]
    );
    assert!(
        info.created.ends_with('Z') && info.created.contains('T'),
        "{}",
        info.created
    );
    assert!(info.who.contains('@'), "{}", info.who);
}

#[test]
fn a_held_lock_says_who_since_when_and_what_to_do() {
    let info: LockInfo = serde_json::from_str(
        r#"{"ID":"4e0c","Operation":"OperationTypeApply","Info":"","Who":"alice@laptop",
            "Version":"1.11.4","Created":"2025-01-02T03:04:05Z","Path":"terraform.tfstate"}"#,
    )
    .unwrap();
    let held = |info: Option<LockInfo>, release| {
        let location = "terraform.tfstate".to_owned();
        LockError::Held {
            location,
            info: info.map(Box::new),
            release,
        }
        .to_string()
    };
    assert_eq!(
        held(Some(info.clone()), Release::EndOfProcess(Some(12))),
        "terraform.tfstate is locked by alice@laptop since 2025-01-02T03:04:05Z for \
         OperationTypeApply (lock id 4e0c); wait for it with `-lock-timeout=5m`, or end process \
         12, with which the lock ends"
    );
    assert!(held(None, Release::EndOfProcess(None)).contains("by another process, which left no"));
    assert!(
        held(Some(info.clone()), Release::ForceUnlock(info.id)).ends_with("force-unlock 4e0c`")
    );
}

#[test]
fn lock_ids_are_one_line() {
    for (text, accepted) in [("a", true), ("", false), ("a\nb", false)] {
        assert_eq!(text.parse::<LockId>().is_ok(), accepted, "{text:?}");
    }
}

#[test]
fn delays_grow_and_add_up_to_the_time_allowed() {
    let delays = |timeout| -> Vec<u64> {
        let delays = Delays::within(Duration::from_millis(timeout));
        delays
            .map(|delay| u64::try_from(delay.as_millis()).unwrap())
            .collect()
    };
    assert_eq!(delays(0), [0_u64; 0]);
    assert_eq!(delays(50), [50]);
    assert_eq!(delays(1000), [100, 200, 400, 300]);
    assert_eq!(delays(9000), [100, 200, 400, 800, 1600, 2000, 2000, 1900]);
}

#[test]
fn waiting_ends_with_the_lock_or_with_the_time() {
    let backend = MemoryBackend::new();
    let first = now(backend.lock(LockInfo::new("first", "1"))).unwrap();
    let info = || LockInfo::new("second", "1");
    let timeout = Duration::from_secs(1);

    let mut pauses = 0;
    let error = now(lock_waiting(
        &backend,
        info(),
        timeout,
        async |_, held: &LockError| {
            assert!(held.to_string().contains("for first"), "{held}");
            pauses += 1;
            true
        },
    ))
    .unwrap_err();
    assert!(matches!(error, LockError::Held { .. }), "{error}");
    assert_eq!(pauses, 4);

    let mut pauses = 0;
    let taken = now(lock_waiting(
        &backend,
        info(),
        timeout,
        async |_, _: &LockError| {
            pauses += 1;
            if pauses == 2 {
                backend.unlock(&first.id).await.unwrap();
            }
            true
        },
    ));
    assert_eq!(taken.unwrap().operation, "second");
    assert_eq!(pauses, 2);
}

#[test]
fn waiting_can_be_sent_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    let backend = MemoryBackend::new();
    let info = LockInfo::new("test", "1");
    sendable(&lock_waiting(
        &backend,
        info,
        Duration::ZERO,
        async |_, _: &LockError| std::future::pending().await,
    ));
}
