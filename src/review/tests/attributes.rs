//! Each kind of value, made, changed and destroyed.

use super::{REPLACE, change, check, check_change};
use crate::address::AttributePath;
use crate::plan::Action;
use serde_json::json;

#[test]
fn a_new_object_shows_what_is_set_and_what_will_be_known() {
    check(
        Action::Create,
        json!(null),
        json!({"id": "UNKNOWN", "name": "a", "number": 1.5, "tags": {"a b": "c", "d": "UNKNOWN"}, "list": ["x"], "set": []}),
        r#"
          + id     = (known after apply)
          + list   = [
              + "x",
            ]
          + name   = "a"
          + number = 1.5
          + set    = []
          + tags   = {
              + "a b" = "c"
              + "d"   = (known after apply)
            }
"#,
    );
}

#[test]
fn an_object_that_goes_away_shows_what_is_lost() {
    check(
        Action::Delete,
        json!({"id": "i", "name": "a", "rule": [{"key": "k"}]}),
        json!(null),
        r#"
          - id   = "i" -> null
          - name = "a" -> null

          - rule {
              - key = "k" -> null
            }
"#,
    );
}

#[test]
fn what_stays_is_counted_but_for_its_names() {
    check(
        Action::Update,
        json!({"id": "i", "name": "a", "number": 1, "tags": {"x": "1", "y": "2"}, "rule": [{"key": "same"}]}),
        json!({"id": "i", "name": "a", "number": 1, "tags": {"x": "1", "z": "3"}, "rule": [{"key": "same"}]}),
        r#"
            id   = "i"
            name = "a"
          ~ tags = {
              - "y" = "2" -> null
              + "z" = "3"
                # (1 unchanged element hidden)
            }
            # (1 unchanged attribute hidden)

            # (1 unchanged block hidden)
"#,
    );
}

#[test]
fn values_change_appear_disappear_and_become_unknown() {
    check(
        Action::Update,
        json!({"name": "a", "number": 1, "policy": "p", "list": ["a"]}),
        json!({"name": "UNKNOWN", "number": 2, "tags": {"a": "b"}, "list": null}),
        r#"
          - list   = [
              - "a",
            ] -> null
          ~ name   = "a" -> (known after apply)
          ~ number = 1 -> 2
          - policy = "p" -> null
          + tags   = {
              + "a" = "b"
            }
"#,
    );
}

#[test]
fn the_reason_of_a_replacement_stands_beside_the_attribute() {
    let mut replaced = change(
        REPLACE,
        json!({"id": "i", "name": "a", "list": ["x", "y"]}),
        json!({"id": "UNKNOWN", "name": "b", "list": ["x", "z"]}),
    );
    replaced.replace_paths = vec![
        AttributePath::attribute("name"),
        AttributePath::attribute("list").then(crate::address::PathStep::Index(1)),
    ];
    check_change(
        replaced,
        r#"
          ~ id   = "i" -> (known after apply)
          ~ list = [ # forces replacement
                "x",
              ~ "y" -> "z",
            ]
          ~ name = "a" -> "b" # forces replacement
"#,
    );
}

#[test]
fn lists_keep_their_order_and_sets_have_none() {
    check(
        Action::Update,
        json!({"name": "n", "list": ["1", "2", "3", "4", "5", "6"], "set": ["a", "b", "c"]}),
        json!({"name": "n", "list": ["1", "2", "x", "4", "5", "6", "7"], "set": ["b", "c", "d"]}),
        r#"
          ~ list = [
                # (1 unchanged element hidden)
                "2",
              ~ "3" -> "x",
                "4",
                # (1 unchanged element hidden)
                "6",
              + "7",
            ]
            name = "n"
          ~ set  = [
              - "a",
              + "d",
                # (2 unchanged elements hidden)
            ]
"#,
    );
}

#[test]
fn nested_blocks_are_compared_by_place_or_as_a_set() {
    check(
        Action::Update,
        json!({"name": "n", "rule": [{"key": "a"}, {"key": "b"}], "port": [{"key": "1"}, {"key": "2"}, {"key": "3"}]}),
        json!({"name": "n", "rule": [{"key": "a"}, {"key": "c"}, {"key": "d"}], "port": [{"key": "2"}]}),
        r#"
            name = "n"

          ~ rule {
              ~ key = "b" -> "c"
            }
          + rule {
              + key = "d"
            }

          - port {
              - key = "1" -> null
            }
          - port {
              - key = "3" -> null
            }

            # (2 unchanged blocks hidden)
"#,
    );
}

#[test]
fn texts_of_many_lines_are_compared_line_by_line() {
    let long = |third: &str| format!("1\n2\n{third}\n4\n5\n6\n7\n8\n");
    check(
        Action::Update,
        json!({"name": "n", "policy": long("3")}),
        json!({"name": "n", "policy": long("three")}),
        r#"
            name   = "n"
          ~ policy = <<-EOT
                1
                2
              - 3
              + three
                4
                5
                6
                # (2 unchanged lines hidden)
            EOT
"#,
    );
}

#[test]
fn nothing_in_a_text_moves_the_cursor() {
    check(
        Action::Update,
        json!({"name": "n", "policy": "a\u{1b}[2Jb\n", "number": 1}),
        json!({"name": "n", "policy": "c \"d\" ${e}\r\n", "number": 1}),
        r#"
            name   = "n"
          ~ policy = "a\u001b[2Jb\n" -> "c \"d\" ${e}\r\n"
            # (1 unchanged attribute hidden)
"#,
    );
}
