//! A trust policy with the statements that match a token told apart.

use crate::policy::Effect;
use crate::trust::StatementRef;
use serde_json::Value as Json;

/// A line of a document, with the effect of the matching statement it belongs to.
pub(super) type Marked = (Option<Effect>, String);

/// The lines of a document; a text that is no JSON is one line.
pub(super) fn lines(document: &str, matching: &[(StatementRef, Effect)]) -> Vec<Marked> {
    let Ok(json) = serde_json::from_str::<Json>(document) else {
        return vec![(None, document.to_owned())];
    };
    let statements = match json.get("Statement") {
        Some(Json::Array(statements)) => statements.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let mut lines = vec![(None, "{".to_owned())];
    for (name, value) in json.as_object().into_iter().flatten() {
        if name != "Statement" {
            lines.push((None, format!("  {}: {value},", Json::from(name.as_str()))));
        }
    }
    lines.push((None, "  \"Statement\": [".to_owned()));
    let last = statements.len().saturating_sub(1);
    for (position, statement) in statements.iter().enumerate() {
        let mut found = matching.iter();
        let found = found.find(|(reference, _)| reference.position == position);
        let effect = found.map(|(_, effect)| *effect);
        let comma = if position == last { "" } else { "," };
        let text = format!("{statement:#}{comma}");
        lines.extend(text.lines().map(|line| (effect, format!("    {line}"))));
    }
    lines.extend([(None, "  ]".to_owned()), (None, "}".to_owned())]);
    lines
}
