//! How a case and its answer are written, and when two answers differ.
//!
//! A case is a line with the expression and a line, indented by two spaces, with the answer; `␤` is a line end within
//! one of them. An answer is the type, the value (null where a part is unknown), and, where there are any, which parts
//! are `unknown` and which `sensitive`; or `error` with the places, in bytes from the start of the expression, and the
//! summaries of what is wrong.

use super::ours;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// An expression with the answer that it has to have.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) expression: String,
    pub(super) answer: String,
}

/// The cases of a text with the lines they stand in; empty lines and those that begin with `#` are none.
pub(super) fn cases(text: &str) -> Vec<(usize, Case)> {
    let mut cases: Vec<(usize, Case)> = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        match content.strip_prefix("  ") {
            Some(answer) => {
                if let Some((_, case)) = cases.last_mut() {
                    case.answer = answer.replace('␤', "\n");
                }
            }
            None if content.is_empty() || content.starts_with('#') => {}
            None => {
                let expression = content.replace('␤', "\n");
                let answer = String::new();
                cases.push((line, Case { expression, answer }));
            }
        }
    }
    cases
}

/// An expression or an answer as a line of a file.
pub(super) fn written(text: &str) -> String {
    text.replace('\n', "␤")
}

/// The answer of a value: its type, what is known of it, and which parts are unknown and sensitive, as trees of truths.
pub(super) fn of_value(ty: &Json, known: &Json, unknown: Json, sensitive: Json) -> String {
    let mut answer = format!("{ty} {known}");
    for (name, parts) in [("unknown", unknown), ("sensitive", sensitive)] {
        let parts = plain(parts);
        if parts != json!(false) {
            answer = format!("{answer} {name} {parts}");
        }
    }
    answer
}

/// The answers of values that a plan holds, by number: `cN` has each in its `input`, and the output `tN` its type.
pub(super) fn values_of_plan(shown: &Json) -> impl Fn(usize) -> String {
    let changes = shown["resource_changes"].as_array().into_iter().flatten();
    let changes: BTreeMap<&str, &Json> = changes
        .filter_map(|change| Some((change["name"].as_str()?, &change["change"])))
        .collect();
    move |index| {
        let ty = format!("/planned_values/outputs/t{index}/type/1/0");
        let change = changes.get(format!("c{index}").as_str());
        let part = |name: &str| change.map_or(Json::Null, |it| it[name]["input"][0].clone());
        let truths = |parts: Json| if parts.is_null() { json!(false) } else { parts };
        of_value(
            shown.pointer(&ty).unwrap_or(&Json::Null),
            &part("after"),
            truths(part("after_unknown")),
            truths(part("after_sensitive")),
        )
    }
}

/// A tree of truths in which what is false throughout is one `false`, and no attribute is.
fn plain(parts: Json) -> Json {
    match parts {
        Json::Array(parts) => {
            let parts: Vec<Json> = parts.into_iter().map(plain).collect();
            if parts.iter().all(|part| *part == json!(false)) {
                json!(false)
            } else {
                Json::Array(parts)
            }
        }
        Json::Object(parts) => {
            let parts = parts.into_iter().map(|(name, part)| (name, plain(part)));
            let mut parts: Vec<_> = parts.filter(|(_, part)| *part != json!(false)).collect();
            parts.sort_by(|one, other| one.0.cmp(&other.0));
            if parts.is_empty() {
                json!(false)
            } else {
                Json::Object(parts.into_iter().collect())
            }
        }
        truth @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => truth,
    }
}

/// The answer of an expression that is wrong: places and summaries.
pub(super) fn of_errors(errors: &BTreeSet<(Option<usize>, String)>) -> String {
    let told = errors.iter().map(|(place, summary)| match place {
        Some(place) => format!("{place} {summary}"),
        None => summary.clone(),
    });
    format!("error {}", told.collect::<Vec<_>>().join("; "))
}

/// How our answer differs from the one a case has to have.
pub(super) fn difference(case: &Case) -> Option<String> {
    let Case { expression, answer } = case;
    let ours = ours::answer(expression).unwrap_or_else(|errors| of_errors(&errors));
    (ours != *answer).then(|| format!("{expression}\n  {answer}\n  {ours}"))
}
