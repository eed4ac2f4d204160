//! Computing the document from its arguments.

use super::document::{Condition, Document, Statement, Texts};
use super::set_order::{checksum, of_condition, of_principals};
use crate::address::{AttributePath, Name, PathStep};
use crate::provider::aws::object::{text, texts};
use crate::schema::{Facts, Problem, Rules};
use crate::value::Value;
use std::collections::BTreeMap;

const VERSION: &str = "2012-10-17";
/// In this version `${` is no variable, so there is nothing to spell `&{` for.
const OLD_VERSION: &str = "2008-10-17";

pub(super) struct PolicyDocumentRules;

impl Rules for PolicyDocumentRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        check_text(
            config,
            &AttributePath::root(),
            "version",
            &[VERSION, OLD_VERSION],
            &mut problems,
        );
        for name in ["override_json", "source_json"] {
            if text(config, name).is_some() {
                problems.push(problem(
                    AttributePath::attribute(name),
                    format!("expected {name} to be an empty string"),
                    format!(
                        "`{name}` is no longer used by the AWS provider. Use `{}` with a list of documents.",
                        name.replace("_json", "_policy_documents")
                    ),
                ));
            }
        }
        for name in ["override_policy_documents", "source_policy_documents"] {
            documents(config, name, &mut problems);
        }
        for (index, statement) in (0..).zip(statements(config)) {
            let path = AttributePath::attribute("statement").then(PathStep::Index(index));
            check_text(
                statement,
                &path,
                "effect",
                &["Allow", "Deny"],
                &mut problems,
            );
            sid(statement, &path, &mut problems);
        }
        problems
    }

    fn compute(&self, config: &Value, _: &Facts) -> Option<Result<Value, Problem>> {
        // One unknown part leaves the whole text unknown, so it is left to the time when everything is known.
        if !config.is_wholly_known() {
            return None;
        }
        let object = with_defaults(config);
        let document = match document(&object) {
            Ok(document) => document.written(),
            Err(wrong) => return Some(Err(wrong)),
        };
        let results = (document.indented(), document.minified());
        Some(Ok(with_results(&object, results)))
    }
}

/// The arguments with what the provider fills in.
fn with_defaults(config: &Value) -> Value {
    let filled = |value: &Value, name: &str, default: &str| {
        let entries = value.to_entries();
        let mut entries: BTreeMap<Name, Value> = entries;
        if entries.get(name).is_none_or(Value::is_null) {
            entries.insert(name.into(), Value::string(default));
        }
        Value {
            marks: value.marks,
            ..Value::object(entries)
        }
    };
    let mut object = filled(config, "version", VERSION);
    if let (Some(statements), Some(entries)) = (config.get("statement"), object.as_entries()) {
        let statements = statements.map_parts(&mut |statement| match statement.as_entries() {
            Some(_) => filled(statement, "effect", "Allow"),
            None => statement.clone(),
        });
        let mut entries = entries.to_map();
        entries.insert("statement".into(), statements);
        object = Value::object(entries).marked(config.marks);
    }
    object
}

/// The results carry the marks of everything they are made of.
fn with_results(object: &Value, (json, minified): (String, String)) -> Value {
    let marks = object.deep_marks();
    let mut entries: BTreeMap<Name, Value> = object.to_entries();
    let results = [
        ("id", checksum(&json).to_string()),
        ("json", json),
        ("minified_json", minified),
    ];
    for (name, text) in results {
        entries.insert(name.into(), Value::string(text).marked(marks));
    }
    Value {
        marks: object.marks,
        ..Value::object(entries)
    }
}

fn document(config: &Value) -> Result<Document, Problem> {
    let mut merged = Document::default();
    let mut sids: Vec<String> = Vec::new();
    for (index, source) in other_documents(config, "source_policy_documents")? {
        for (position, statement) in source.statements.iter().enumerate() {
            if statement.sid.is_empty() {
                continue;
            }
            if sids.contains(&statement.sid) {
                let sid = &statement.sid;
                return Err(failed(
                    "source_policy_documents",
                    format!(
                        "merging source document {index}: duplicate Sid ({sid}) in source_policy_documents (statement {position}). Remove the Sid or ensure Sids are unique."
                    ),
                ));
            }
            sids.push(statement.sid.clone());
        }
        merged.merge(source);
    }
    merged.merge(own(config)?);
    for (_, over) in other_documents(config, "override_policy_documents")? {
        merged.merge(over);
    }
    Ok(merged)
}

fn other_documents(config: &Value, name: &str) -> Result<Vec<(usize, Document)>, Problem> {
    let which = name.split('_').next().unwrap_or_default();
    let elements = config.get(name).and_then(Value::as_elements);
    let mut documents = Vec::new();
    for (index, element) in elements.into_iter().flatten().enumerate() {
        // An empty list of a document's parts is often written as null.
        let Some(text) = element.as_str() else {
            continue;
        };
        let document = Document::parse(text)
            .map_err(|error| failed(name, format!("merging {which} document {index}: {error}")))?;
        documents.push((index, document));
    }
    Ok(documents)
}

/// The document of the block itself.
fn own(config: &Value) -> Result<Document, Problem> {
    let version = text(config, "version").unwrap_or(VERSION).to_owned();
    let mut document = Document {
        id: text(config, "policy_id").unwrap_or_default().to_owned(),
        version,
        statements: Vec::new(),
    };
    for statement in statements(config) {
        let statement = read(statement, &document.version)?;
        let taken = |there: &Statement| there.sid == statement.sid && !statement.sid.is_empty();
        if document.statements.iter().any(taken) {
            let sid = &statement.sid;
            return Err(failed(
                "statement",
                format!("duplicate Sid ({sid}). Remove the Sid or ensure the Sid is unique."),
            ));
        }
        document.statements.push(statement);
    }
    Ok(document)
}

fn read(statement: &Value, version: &str) -> Result<Statement, Problem> {
    let plain = |name: &str| {
        let texts = texts(statement, name);
        (!texts.is_empty()).then(|| Texts::of_set(texts))
    };
    let replaced = |name: &str| -> Result<Option<Texts>, Problem> {
        let found = texts(statement, name);
        if found.is_empty() {
            return Ok(None);
        }
        variables(found, version, name).map(|texts| Some(in_order_of_set(texts)))
    };
    Ok(Statement {
        sid: text(statement, "sid").unwrap_or_default().to_owned(),
        effect: text(statement, "effect").unwrap_or("Allow").to_owned(),
        actions: plain("actions"),
        not_actions: plain("not_actions"),
        resources: replaced("resources")?,
        not_resources: replaced("not_resources")?,
        principals: principals(statement, "principals", version)?,
        not_principals: principals(statement, "not_principals", version)?,
        conditions: conditions(statement, version)?,
    })
}

/// Texts whose order was made before `&{` became `${`.
fn in_order_of_set(mut texts: Vec<String>) -> Texts {
    if texts.len() == 1 {
        return Texts::One(texts.remove(0));
    }
    Texts::Many(texts)
}

fn principals(
    statement: &Value,
    name: &str,
    version: &str,
) -> Result<Vec<(String, Texts)>, Problem> {
    let blocks = statement.get(name).and_then(Value::as_elements);
    let mut principals = Vec::new();
    for block in blocks.into_iter().flatten() {
        let kind = text(block, "type").unwrap_or_default().to_owned();
        let identifiers = texts(block, "identifiers");
        let order = of_principals(&kind, &identifiers);
        let found = variables(identifiers, version, name)?;
        principals.push((order, (kind, in_order_of_set(found))));
    }
    Ok(in_order(principals))
}

fn conditions(statement: &Value, version: &str) -> Result<Vec<Condition>, Problem> {
    let blocks = statement.get("condition").and_then(Value::as_elements);
    let mut conditions = Vec::new();
    for block in blocks.into_iter().flatten() {
        let found = block.get("values").and_then(Value::as_elements);
        let found = found.into_iter().flatten();
        let found: Vec<String> = found
            .map(|value| value.as_str().unwrap_or_default().to_owned())
            .collect();
        let test = text(block, "test").unwrap_or_default();
        let variable = text(block, "variable").unwrap_or_default();
        let order = of_condition(test, variable, &found);
        let condition = Condition {
            test: test.to_owned(),
            variable: variable.to_owned(),
            values: replace_variables(found, version, "condition")?,
        };
        conditions.push((order, condition));
    }
    Ok(in_order(conditions))
}

fn in_order<T>(mut parts: Vec<(String, T)>) -> Vec<T> {
    parts.sort_by(|(one, _), (other, _)| one.cmp(other));
    parts.into_iter().map(|(_, part)| part).collect()
}

/// Texts of a set in descending order, with the variables of the policy language in their own spelling.
fn variables(mut texts: Vec<String>, version: &str, of: &str) -> Result<Vec<String>, Problem> {
    texts.sort_unstable_by(|a, b| b.cmp(a));
    replace_variables(texts, version, of)
}

fn replace_variables(texts: Vec<String>, version: &str, of: &str) -> Result<Vec<String>, Problem> {
    if version == OLD_VERSION
        && let Some(text) = texts.iter().find(|text| text.contains("&{"))
    {
        return Err(failed(
            "statement",
            format!(
                "reading {of}: found &{{ sequence in ({text}), which is not supported in document version {OLD_VERSION}"
            ),
        ));
    }
    Ok(texts
        .into_iter()
        .map(|text| text.replace("&{", "${"))
        .collect())
}

fn statements(config: &Value) -> impl Iterator<Item = &Value> {
    let statements = config.get("statement").and_then(Value::as_elements);
    statements.into_iter().flatten()
}

fn check_text(
    object: &Value,
    path: &AttributePath,
    name: &str,
    allowed: &[&str],
    problems: &mut Vec<Problem>,
) {
    let Some(found) = object.get(name).and_then(Value::as_str) else {
        return;
    };
    if allowed.contains(&found) {
        return;
    }
    let quoted: Vec<String> = allowed.iter().map(|text| format!("{text:?}")).collect();
    problems.push(problem(
        path.then(PathStep::Attribute(name.into())),
        format!(
            "expected {name} to be one of [{}], got {found}",
            quoted.join(" ")
        ),
        format!("Allowed are {}.", allowed.join(" and ")),
    ));
}

fn sid(statement: &Value, path: &AttributePath, problems: &mut Vec<Problem>) {
    let Some(sid) = text(statement, "sid") else {
        return;
    };
    if !sid.chars().all(|c| c.is_ascii_alphanumeric()) {
        problems.push(problem(
            path.then(PathStep::Attribute("sid".into())),
            "invalid value for sid (must only include alphanumeric characters)".to_owned(),
            format!("`{sid}` has others; a `sid` has letters and digits only."),
        ));
    }
}

fn documents(config: &Value, name: &str, problems: &mut Vec<Problem>) {
    let elements = config.get(name).and_then(Value::as_elements);
    for (index, element) in (0..).zip(elements.into_iter().flatten()) {
        let Some(text) = element.as_str() else {
            continue;
        };
        if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
            problems.push(problem(
                AttributePath::attribute(name).then(PathStep::Index(index)),
                format!("\"{name}.{index}\" contains an invalid JSON: {error}"),
                "Each element is a policy document as JSON.".to_owned(),
            ));
        }
    }
}

fn failed(name: &str, message: String) -> Problem {
    problem(
        AttributePath::attribute(name),
        "writing IAM Policy Document".to_owned(),
        message,
    )
}

fn problem(path: AttributePath, summary: String, detail: String) -> Problem {
    Problem {
        path,
        summary,
        detail,
    }
}
