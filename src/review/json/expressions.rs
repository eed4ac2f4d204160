//! Expressions in `configuration`: the value of one that is constant, else the names it refers to.

use crate::config::{Body, Repetition};
use crate::lang::{Expression, FixedStep, Reference, Step, Subject, evaluate_constant};
use crate::schema::{Block, Nesting};
use crate::value::{Known, Value, to_json};
use serde_json::{Map, Value as Json, json};

/// An expression: `constant_value`, or `references`, or neither when only functions are called.
pub(super) fn expression(expression: &Expression) -> Json {
    let mut members = Map::new();
    if let Some(value) = constant(expression) {
        members.insert("constant_value".into(), value);
    }
    let references = references(expression);
    if !references.is_empty() {
        members.insert("references".into(), json!(references));
    }
    Json::Object(members)
}

fn constant(expression: &Expression) -> Option<Json> {
    if !expression.is_constant() {
        return None;
    }
    let value = evaluate_constant(expression).ok()?;
    Known::new(&value).ok().map(|known| to_json(&known))
}

/// The arguments and blocks that a schema knows, by name.
pub(super) fn body(body: &Body, block: &Block) -> Map<String, Json> {
    let mut members = Map::new();
    for attribute in &block.attributes {
        if let Some(argument) = body.argument(attribute.name) {
            members.insert(attribute.name.to_owned(), expression(&argument.value));
        }
    }
    for nested in &block.blocks {
        let mut blocks: Vec<Json> = body
            .blocks_of(nested.name)
            // Terraform leaves those out that `dynamic` blocks make.
            .filter(|written| written.dynamic.is_none())
            .map(|written| Json::Object(self::body(&written.body, &nested.block)))
            .collect();
        let member = match nested.nesting {
            Nesting::Single => blocks.pop(),
            Nesting::List | Nesting::Set => (!blocks.is_empty()).then_some(Json::Array(blocks)),
        };
        members.extend(member.map(|member| (nested.name.to_owned(), member)));
    }
    members
}

/// `count_expression` or `for_each_expression`, if there is anything to say of it.
pub(super) fn repetition(repetition: &Repetition) -> Option<(String, Json)> {
    let (name, written) = match repetition {
        Repetition::None => return None,
        Repetition::Count(count) => ("count_expression", expression(count)),
        Repetition::ForEach(each) => ("for_each_expression", expression(each)),
    };
    (written != json!({})).then(|| (name.to_owned(), written))
}

/// The names an expression refers to. Each stands in full first and is then cut step by step down to its object, as
/// Terraform lists them, and again wherever it occurs again.
fn references(expression: &Expression) -> Vec<String> {
    let mut found = Vec::new();
    expression.each_reference(&mut |reference, steps| found.extend(written(reference, steps)));
    found
}

fn written(reference: &Reference, steps: &[Step]) -> Vec<String> {
    let mut name = reference.subject.to_string();
    let mut names = vec![name.clone()];
    for step in steps.iter().map_while(Step::fixed) {
        name.push_str(&step.to_string());
        names.push(name.clone());
    }
    if is_output_of_instance(&reference.subject, steps) {
        names.remove(0);
    }
    names.reverse();
    names
}

/// An output of a module instance is followed by the instance alone.
fn is_output_of_instance(subject: &Subject, steps: &[Step]) -> bool {
    let mut steps = steps.iter().map_while(Step::fixed);
    matches!(subject, Subject::Module(_))
        && matches!(steps.next(), Some(FixedStep::Index(_)))
        && matches!(steps.next(), Some(FixedStep::Attribute(_)))
}

/// A reference with the steps that follow it, as it is written.
pub(super) fn full_name(reference: &Reference, steps: &[Step]) -> String {
    let steps = steps.iter().map_while(Step::fixed);
    let steps: String = steps.map(|step| step.to_string()).collect();
    format!("{}{steps}", reference.subject)
}

/// A value that is known as a whole.
pub(super) fn known(value: &Value) -> Option<Json> {
    Known::new(value).ok().map(|known| to_json(&known))
}
