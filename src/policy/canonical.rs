//! The one way a policy is printed: minified, members in a fixed order, values sorted, lists of one collapsed.

use super::document::{
    ActionClause, PolicyDocument, PrincipalClause, Principals, ResourceClause, Statement,
};
use super::names::ActionPattern;
use serde_json::{Map, Value};

/// Prints a document canonically.
pub(super) fn document(document: &PolicyDocument) -> String {
    let mut members = Map::new();
    if let Some(version) = document.version {
        members.insert("Version".to_owned(), version.as_str().into());
    }
    if let Some(id) = &document.id {
        members.insert("Id".to_owned(), id.as_str().into());
    }
    let statements = document.statements.iter().map(statement).collect();
    members.insert("Statement".to_owned(), Value::Array(statements));
    Value::Object(members).to_string()
}

/// The members of a statement in canonical order (`serde_json` is built to keep the order of insertion).
fn statement(statement: &Statement) -> Value {
    let mut members = Map::new();
    if let Some(sid) = &statement.sid {
        members.insert("Sid".to_owned(), sid.as_str().into());
    }
    members.insert("Effect".to_owned(), statement.effect.as_str().into());
    match &statement.principal {
        None => {}
        Some(PrincipalClause::Principal(named)) => {
            members.insert("Principal".to_owned(), principals(named));
        }
        Some(PrincipalClause::NotPrincipal(named)) => {
            members.insert("NotPrincipal".to_owned(), principals(named));
        }
    }
    let (name, actions) = match &statement.action {
        ActionClause::Action(actions) => ("Action", actions),
        ActionClause::NotAction(actions) => ("NotAction", actions),
    };
    members.insert(
        name.to_owned(),
        values(actions.iter().map(ActionPattern::as_str)),
    );
    match &statement.resource {
        None => {}
        Some(ResourceClause::Resource(resources)) => {
            members.insert("Resource".to_owned(), values(resources));
        }
        Some(ResourceClause::NotResource(resources)) => {
            members.insert("NotResource".to_owned(), values(resources));
        }
    }
    if !statement.condition.is_empty() {
        members.insert("Condition".to_owned(), condition(statement));
    }
    Value::Object(members)
}

fn principals(principals: &Principals) -> Value {
    match principals {
        Principals::Everyone => "*".into(),
        Principals::Named(named) => named
            .iter()
            .map(|(kind, names)| (kind.as_str().to_owned(), values(names)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

/// Operators by name, then keys by name.
fn condition(statement: &Statement) -> Value {
    let mut blocks: Vec<(String, Value)> = statement
        .condition
        .iter()
        .map(|(operator, keys)| {
            let block: Map<String, Value> = keys
                .iter()
                .map(|(key, texts)| (key.to_string(), values(texts)))
                .collect();
            (operator.to_string(), block.into())
        })
        .collect();
    blocks.sort_by(|(one, _), (other, _)| one.cmp(other));
    blocks.into_iter().collect::<Map<_, _>>().into()
}

fn values(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Value {
    let mut values: Vec<Value> = texts
        .into_iter()
        .map(|text| Value::from(text.as_ref()))
        .collect();
    match (values.pop(), values.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            values.push(last);
            Value::Array(values)
        }
        (None, _) => Value::Array(values),
    }
}
