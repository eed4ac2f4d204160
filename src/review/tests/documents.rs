//! JSON texts as trees, and policies by meaning.

use super::check;
use crate::plan::Action;
use serde_json::json;

fn check_policy(before: &serde_json::Value, after: &serde_json::Value, expected: &str) {
    check(
        Action::Update,
        json!({"policy": before.to_string()}),
        json!({"policy": after.to_string()}),
        expected,
    );
}

#[test]
fn a_new_document_is_shown_as_what_it_says() {
    check(
        Action::Create,
        json!(null),
        json!({"policy": r#"{"b": [1, {"c": null}], "a": {}}"#}),
        r"
          + policy = jsonencode(
                {
                  + a = {}
                  + b = [
                      + 1,
                      + {
                          + c = null
                        },
                    ]
                }
            )
",
    );
}

#[test]
fn order_and_single_values_are_no_difference_in_a_policy() {
    let statement = |actions: serde_json::Value| {
        json!([
            {"Sid": "Read", "Effect": "Allow", "Action": actions, "Resource": "*"},
            {"Sid": "Other", "Effect": "Deny", "Action": "a:B", "Resource": ["*"]},
        ])
    };
    let mut turned = statement(json!(["s3:C", "s3:B", "s3:A"]))
        .as_array()
        .unwrap()
        .clone();
    turned.reverse();
    check_policy(
        &json!({"Statement": statement(json!(["s3:A", "s3:B"]))}),
        &json!({"Statement": turned}),
        r#"
          ~ policy = jsonencode(
              ~ {
                  ~ Statement = [
                      ~ {
                          ~ Action = [
                              + "s3:C",
                                # (2 unchanged elements hidden)
                            ]
                            # (3 unchanged attributes hidden)
                        },
                        # (1 unchanged element hidden)
                    ]
                }
            )
"#,
    );
}

#[test]
fn another_spelling_of_a_document_is_named_as_such() {
    check(
        Action::Update,
        json!({"policy": r#"{"a":[1,2]}"#}),
        json!({"policy": r#"{ "a": [1, 2] }"#}),
        r"
          ~ policy = (the same JSON document in another spelling)
",
    );
}

#[test]
fn order_counts_in_any_other_document() {
    check_policy(
        &json!({"a": ["x", "y"]}),
        &json!({"a": ["y", "x"]}),
        r#"
          ~ policy = jsonencode(
              ~ {
                  ~ a = [
                      + "y",
                        "x",
                      - "y",
                    ]
                }
            )
"#,
    );
}
