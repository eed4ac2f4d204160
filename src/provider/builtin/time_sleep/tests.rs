//! Waiting, by a clock that waiting moves.

use super::{KIND, duration};
use crate::provider::Recorded;
use crate::provider::builtin::testing::{World, problems};
use std::time::Duration;

#[test]
fn durations_have_one_unit() {
    for (text, expected) in [
        ("30s", Some(Duration::from_secs(30))),
        ("250ms", Some(Duration::from_millis(250))),
        ("1.5h", Some(Duration::from_mins(90))),
        ("2m", Some(Duration::from_mins(2))),
        ("0s", Some(Duration::ZERO)),
        ("", None),
        ("s", None),
        ("30", None),
        (".5s", None),
        ("1.s", None),
        ("1.2.3s", None),
        ("-1s", None),
        ("1h30m", None),
        ("5 m", None),
        ("1d", None),
    ] {
        assert_eq!(duration::parse(text), expected, "{text:?}");
    }
}

#[test]
fn one_duration_is_needed() {
    assert_eq!(
        problems(KIND, "{}"),
        ["At least one attribute out of [destroy_duration,create_duration] must be specified"]
    );
    let wrong = problems(
        KIND,
        r#"{ "create_duration": "5 minutes", "destroy_duration": "1m" }"#,
    );
    assert_eq!(wrong.len(), 1);
    assert!(wrong[0].ends_with("got: 5 minutes"), "{wrong:?}");
}

#[tokio::test]
async fn it_waits_while_it_is_made_and_while_it_is_removed() {
    let world = World::new();
    let config = r#"{ "create_duration": "30s", "destroy_duration": "1m" }"#;
    let made = world.create(KIND, config).await;
    assert_eq!(world.context.clock.now(), Duration::from_secs(30));
    assert_eq!(made.text("id"), Some("2026-01-02T03:04:05Z"));
    let shorter = r#"{ "create_duration": "1s", "destroy_duration": "2s" }"#;
    let updated = world.update(KIND, shorter, &made).await;
    assert_eq!(world.context.clock.now(), Duration::from_secs(30));
    let recorded = Recorded::from(updated);
    KIND.delete(&world.context, &recorded).await.unwrap();
    assert_eq!(world.context.clock.now(), Duration::from_secs(32));
}

#[tokio::test]
async fn triggers_wait_again() {
    let world = World::new();
    let made = world.create(KIND, r#"{ "create_duration": "1s" }"#).await;
    let config = r#"{ "create_duration": "1s", "triggers": { "a": "b" } }"#;
    assert_eq!(world.replaced_by(KIND, config, &made), ["triggers"]);
}

#[tokio::test]
async fn an_interrupt_ends_the_wait() {
    let world = World::new();
    let wait = world.try_create(KIND, r#"{ "create_duration": "48h" }"#);
    let (made, ()) = tokio::join!(wait, async {
        world.stop.send_replace(true);
    });
    assert_eq!(made.unwrap_err().message, "the wait was interrupted");
}

#[tokio::test]
async fn it_is_imported_by_its_durations() {
    let world = World::new();
    let imported = world.import(KIND, "30s,").await.unwrap();
    assert_eq!(world.context.clock.now(), Duration::ZERO);
    world.settled(KIND, r#"{ "create_duration": "30s" }"#, &imported);
    for id in ["30s", ",", "1s,2s,3s", "later,"] {
        assert!(world.import(KIND, id).await.is_err(), "{id}");
    }
}
