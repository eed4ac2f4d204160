//! Random strings: what is chosen, what is refused, what older providers recorded.

use super::KIND;
use crate::provider::builtin::testing::{World, problems};

async fn made(arguments: &str) -> String {
    let made = World::new()
        .create(KIND, &format!("{{ {arguments} }}"))
        .await;
    assert_eq!(made.text("id"), made.text("result"));
    made.text("result").unwrap().to_owned()
}

#[tokio::test]
async fn the_characters_are_of_the_sorts_that_are_asked_for() {
    let all = made(r#""length": 200"#).await;
    assert_eq!(all.len(), 200);
    for has in [char::is_lowercase, char::is_uppercase, |c: char| {
        c.is_ascii_digit()
    }] {
        assert!(all.contains(has), "{all}");
    }
    assert!(
        all.contains(|c: char| "!@#$%&*()-_=+[]{}<>:?".contains(c)),
        "{all}"
    );
    let plain = made(r#""length": 50, "special": false, "upper": false, "number": false"#).await;
    assert!(plain.bytes().all(|b| b.is_ascii_lowercase()), "{plain}");
    let own = made(
        r#""length": 6, "lower": false, "upper": false, "numeric": false, "override_special": "äß""#,
    );
    assert!(own.await.chars().all(|c| "äß".contains(c)));
}

#[tokio::test]
async fn the_least_numbers_are_kept() {
    let least =
        r#""length": 10, "min_numeric": 3, "min_special": 2, "min_upper": 4, "min_lower": 1"#;
    let text = made(least).await;
    let count = |is: fn(&char) -> bool| text.chars().filter(is).count();
    assert_eq!(count(char::is_ascii_digit), 3);
    assert_eq!(count(char::is_ascii_uppercase), 4);
    assert_eq!(count(char::is_ascii_lowercase), 1);
    assert_eq!(count(|c| !c.is_ascii_alphanumeric()), 2);
}

#[test]
fn what_cannot_be_is_refused() {
    for (arguments, detail) in [
        (
            r#""length": 0"#,
            "Attribute length value must be at least 1, got: 0",
        ),
        (
            r#""length": 3, "min_upper": 2, "min_lower": 2"#,
            "Attribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, got: 3",
        ),
        (
            r#""length": 3, "number": true, "numeric": false"#,
            "Number is deprecated, use numeric instead",
        ),
        (
            r#""length": 3, "numeric": false, "upper": false, "lower": false, "special": false"#,
            "At least one attribute out of [special,upper,lower,numeric] must be specified as true",
        ),
    ] {
        assert_eq!(problems(KIND, &format!("{{ {arguments} }}")), [detail]);
    }
}

#[tokio::test]
async fn other_arguments_make_another() {
    let world = World::new();
    let made = world
        .create(KIND, r#"{ "length": 8, "override_special": "_" }"#)
        .await;
    let replaced = |config| world.replaced_by(KIND, config, &made);
    assert_eq!(
        replaced(r#"{ "length": 9, "override_special": "_" }"#),
        ["length"]
    );
    assert_eq!(replaced(r#"{ "length": 8 }"#), ["override_special"]);
    assert_eq!(
        replaced(r#"{ "length": 8, "override_special": "_", "number": false }"#),
        ["number", "numeric"]
    );
    assert_eq!(
        replaced(r#"{ "length": 8, "override_special": "_", "keepers": { "a": "b" } }"#),
        ["keepers"]
    );
}

#[tokio::test]
async fn an_import_has_the_defaults() {
    let world = World::new();
    let imported = world.import(KIND, "Ab3!").await.unwrap();
    assert_eq!(imported.text("result"), Some("Ab3!"));
    world.settled(KIND, r#"{ "length": 4 }"#, &imported);
}

#[test]
fn what_older_providers_recorded_is_completed() {
    let old =
        r#"{ "id": "abc", "result": "abc", "keepers": null, "length": null, "number": false }"#;
    let upgraded = World::upgraded(KIND, 1, old);
    World::new().settled(KIND, r#"{ "length": 3, "numeric": false }"#, &upgraded);
    // An empty text that was recorded where nothing was configured is no change that needs another.
    let old = r#"{ "id": "abc", "result": "abc", "length": 3, "override_special": "" }"#;
    let upgraded = World::upgraded(KIND, 1, old);
    assert!(
        World::new()
            .replaced_by(KIND, r#"{ "length": 3 }"#, &upgraded)
            .is_empty()
    );
}
