//! How many cases the properties are tried on.

use proptest::prelude::ProptestConfig;

/// The cases of each property: many where one costs little. A case of the last four judges a policy for up to 36 subjects,
/// each in six worlds.
const CASES: [(&str, u32); 10] = [
    ("globs_agree_with_trying_every_split", 30_000),
    ("the_witness_of_an_over_broad_policy_is_admitted", 26_000),
    ("a_known_audience_agrees_with_an_unknown_one", 16_000),
    ("an_allow_never_takes_away_and_a_deny_never_gives", 8_000),
    ("order_and_spelling_do_not_matter", 3_000),
    (
        "the_canonical_policy_admits_its_subjects_and_no_other",
        1_500,
    ),
    ("what_is_decided_is_so_in_every_world", 5_000),
    ("putting_statements_together_changes_nothing", 5_000),
    (
        "a_proved_binding_is_over_broad_when_strangers_come_in",
        3_000,
    ),
    ("the_reverse_question_finds_whom_trying_finds", 2_500),
];

/// The settings for a property, by its name.
pub(super) fn cases(property: &str) -> ProptestConfig {
    let (_, count) = CASES.iter().find(|(name, _)| *name == property).unwrap();
    ProptestConfig::with_cases(*count)
}

/// `cargo test --lib -- trust::tests::cases --nocapture` prints the table.
#[test]
fn the_properties_are_tried_on_100_000_cases() {
    let total: u32 = CASES.iter().map(|(_, count)| count).sum();
    for (name, count) in CASES {
        println!("{count:>8}  {name}");
    }
    println!("{total:>8}  cases");
    assert!(total >= 100_000);
}
