//! How texts differ: as JSON documents, line by line, or as one.

use super::{Comparer, line};
use crate::address::AttributePath;
use crate::review::tree::{Body, Item, Label, Sign, TextLine};
use crate::review::words::{has_lines, quoted};
use crate::value::{Type, Value, from_json};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// So many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// What a text says, if it is a JSON object or array that is not empty.
pub(super) fn document(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let value = from_json(&json, &Type::Dynamic).ok()?;
    value.parts().next()?;
    Some(value)
}

/// The lines of a text that has several.
pub(super) fn lines(text: &str) -> Option<Vec<&str>> {
    has_lines(text).then(|| {
        text.strip_suffix('\n')
            .unwrap_or(text)
            .split('\n')
            .collect()
    })
}

/// How a text becomes another.
pub(super) fn texts(before: &str, after: &str) -> Item {
    if let (Some(one), Some(other)) = (document(before), document(after)) {
        return documents(&one, &other);
    }
    let by_line = has_lines(before) || has_lines(after);
    let printable = |text: &str| has_lines(text) || !text.chars().any(char::is_control);
    if by_line && printable(before) && printable(after) {
        let body = Body::Text(compared_lines(before, after));
        return Item::new(Sign::Change, Label::None, body);
    }
    let shown = format!("{} -> {}", quoted(before), quoted(after));
    line(Sign::Change, shown)
}

fn documents(before: &Value, after: &Value) -> Item {
    let is_policy = |value: &Value| value.get("Statement").is_some();
    let comparer = Comparer {
        replaced: &[],
        policy: is_policy(before) && is_policy(after),
    };
    match comparer.value(before, after, &AttributePath::root()) {
        Some(item) => {
            let body = Body::Document(item.sign, Box::new(item.body));
            Item::new(Sign::Change, Label::None, body)
        }
        None => line(
            Sign::Change,
            "(the same JSON document in another spelling)".to_owned(),
        ),
    }
}

fn compared_lines(before: &str, after: &str) -> Vec<TextLine> {
    let split = |text: &str| -> Vec<String> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        text.split('\n').map(str::to_owned).collect()
    };
    let (old, new) = (split(before), split(after));
    let mut compared = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let signed = |sign: Sign, lines: &[String], range: std::ops::Range<usize>| {
            let lines = lines.get(range).unwrap_or_default().to_vec();
            lines.into_iter().map(move |text| (sign, text))
        };
        match operation {
            DiffOp::Equal { .. } => {
                compared.extend(signed(Sign::Same, &old, operation.old_range()));
            }
            DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => {
                compared.extend(signed(Sign::Remove, &old, operation.old_range()));
                compared.extend(signed(Sign::Add, &new, operation.new_range()));
            }
        }
    }
    if before.ends_with('\n') != after.ends_with('\n') && old == new {
        compared.push((
            Sign::Change,
            "(only the last line break differs)".to_owned(),
        ));
    }
    folded(&compared)
}

/// The lines, with long unchanged runs folded.
fn folded(lines: &[(Sign, String)]) -> Vec<TextLine> {
    let near = |index: usize| {
        let from = index.saturating_sub(CONTEXT);
        let to = (index + CONTEXT + 1).min(lines.len());
        let window = lines.get(from..to).unwrap_or_default();
        window.iter().any(|(sign, _)| *sign != Sign::Same)
    };
    let mut shown = Vec::new();
    let mut hidden = 0;
    for (index, (sign, text)) in lines.iter().enumerate() {
        if near(index) {
            if hidden > 0 {
                shown.push(TextLine::Hidden(std::mem::take(&mut hidden)));
            }
            shown.push(TextLine::Line(*sign, text.clone()));
        } else {
            hidden += 1;
        }
    }
    if hidden > 0 {
        shown.push(TextLine::Hidden(hidden));
    }
    shown
}
