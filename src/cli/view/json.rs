//! JSON views.

use crate::config::enclosing_block;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::source::{SourceMap, Span};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use trustform_state::snapshot::OutputValue;

/// The result of `validate -json`, in Terraform's format 1.0.
pub(crate) fn validation(diagnostics: &Diagnostics, sources: &SourceMap) -> Json {
    let count = |severity| {
        diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    json!({
        "format_version": "1.0",
        "valid": !diagnostics.has_errors(),
        "error_count": count(Severity::Error),
        "warning_count": count(Severity::Warning),
        "diagnostics": diagnostics.iter().map(|d| diagnostic(d, sources)).collect::<Vec<_>>(),
    })
}

/// One diagnostic.
pub(crate) fn diagnostic(diagnostic: &Diagnostic, sources: &SourceMap) -> Json {
    let mut members = Map::new();
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    members.insert("severity".into(), json!(severity));
    members.insert("code".into(), json!(diagnostic.code.name()));
    members.insert("summary".into(), json!(diagnostic.summary));
    let hints = diagnostic.hints.iter().map(|hint| format!("\n\n{hint}"));
    members.insert(
        "detail".into(),
        json!(format!(
            "{}{}",
            diagnostic.detail,
            hints.collect::<String>()
        )),
    );
    if let Some(address) = &diagnostic.address {
        members.insert("address".into(), json!(address));
    }
    if let Some(label) = &diagnostic.primary {
        members.extend(range(label.span, sources).map(|range| ("range".to_owned(), range)));
        let snippet = snippet(label.span, &diagnostic.values, sources);
        members.extend(snippet.map(|snippet| ("snippet".to_owned(), snippet)));
    }
    Json::Object(members)
}

fn range(span: Span, sources: &SourceMap) -> Option<Json> {
    let file = sources.file(span.file)?;
    let position = |offset: usize| {
        let position = file.position(offset);
        json!({ "line": position.line, "column": position.column, "byte": position.byte })
    };
    Some(json!({
        "filename": file.path().display().to_string(),
        "start": position(span.range().start),
        "end": position(span.range().end),
    }))
}

/// The lines a place lies on, where in them it is, in bytes, and what names there stood for.
fn snippet(span: Span, values: &[(String, String)], sources: &SourceMap) -> Option<Json> {
    let file = sources.file(span.file)?;
    let text = file.text();
    let (from, to) = (
        file.position(span.range().start),
        file.position(span.range().end),
    );
    let start = text.get(..from.byte)?.rfind('\n').map_or(0, |at| at + 1);
    let end = text
        .get(to.byte..)?
        .find('\n')
        .map_or(text.len(), |at| to.byte + at);
    let values = values.iter();
    let values = values.map(|(name, is)| json!({ "traversal": name, "statement": is }));
    Some(json!({
        "context": enclosing_block(text, from.byte),
        "code": text.get(start..end)?,
        "start_line": from.line,
        "highlight_start_offset": from.byte - start,
        "highlight_end_offset": to.byte - start,
        "values": values.collect::<Vec<_>>(),
    }))
}

/// All outputs, as `output -json` prints them.
pub(crate) fn outputs(outputs: &BTreeMap<String, OutputValue>) -> String {
    let members: Map<String, Json> = outputs
        .iter()
        .map(|(name, output)| {
            let value =
                json!({ "sensitive": output.sensitive, "type": output.ty, "value": output.value });
            (name.clone(), value)
        })
        .collect();
    format!("{:#}", Json::Object(members))
}
