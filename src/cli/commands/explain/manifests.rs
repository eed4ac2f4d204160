//! Manifests: the documents of a YAML or JSON file, or of standard input.

use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Failure;
use crate::lang::functions::yaml_documents;
use crate::value::{Known, to_json};
use serde_json::Value as Json;
use std::path::Path;

/// Whether an argument names a file and not an object.
pub(super) fn is_file(what: &str) -> bool {
    let path = Path::new(what);
    let extension = path.extension().and_then(|extension| extension.to_str());
    what == "-" || matches!(extension, Some("yaml" | "yml" | "json"))
}

/// The documents of a file, each with where it stands. A `List` is what it lists.
pub(super) fn manifests(what: &str) -> Result<Vec<(String, Json)>, Failure> {
    let text = super::read(Path::new(what)).map_err(Failure::plain)?;
    let failed = |error: String| {
        let detail = format!("{what}: {error}.");
        let diagnostic = Diagnostic::error(Code::InvalidValue, detail);
        Failure::plain(diagnostic.with_summary("Invalid manifest"))
    };
    // JSON is YAML, but its own messages are better.
    let documents = match std::path::Path::new(what)
        .extension()
        .is_some_and(|it| it == "json")
    {
        true => vec![serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?],
        false => from_yaml(&text).map_err(failed)?,
    };
    let documents = documents.into_iter().filter(|one| !one.is_null());
    let listed = documents.flat_map(|one| match one.get("items").and_then(Json::as_array) {
        Some(items) => items.clone(),
        None => vec![one],
    });
    let place = |position: usize| format!("{what}, document {}", position + 1);
    Ok(listed
        .enumerate()
        .map(|(position, one)| (place(position), one))
        .collect())
}

fn from_yaml(text: &str) -> Result<Vec<Json>, String> {
    let documents = yaml_documents(text)?.into_iter();
    let documents = documents.map(|value| {
        let known = Known::new(&value).map_err(|_| "a value is not known".to_owned())?;
        Ok(to_json(&known))
    });
    documents.collect()
}
