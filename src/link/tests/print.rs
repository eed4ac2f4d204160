//! A configuration as text: enough to read what the linker made.

use crate::address::Name;
use crate::config::{Argument, Body, Configuration, NestedBlock, ProviderReference, Repetition};
use crate::lang::{
    BinaryOperator, Expression, ExpressionKind, ForResult, Step, TemplatePart, UnaryOperator,
};
use crate::value::{Kind, Value};
use std::fmt::Write as _;

/// The root module.
pub(super) fn root(configuration: &Configuration) -> String {
    let root = configuration.root();
    let mut text = String::new();
    let mut locals = String::new();
    for local in root.locals.values() {
        let _ = writeln!(locals, "  {} = {}", local.name, expression(&local.value));
    }
    if !locals.is_empty() {
        let _ = writeln!(text, "locals {{\n{locals}}}\n");
    }
    for resource in root.resources.values() {
        let name = &resource.name;
        let mode = if name.to_string().starts_with("data.") {
            "data"
        } else {
            "resource"
        };
        let _ = writeln!(
            text,
            "{mode} \"{}\" \"{}\" {{",
            name.resource_type, name.name
        );
        repetition(&resource.repetition, &mut text);
        if let Some(provider) = &resource.provider {
            let _ = writeln!(text, "  provider = {}", reference(provider));
        }
        body(&resource.body, "  ", &mut text);
        text.push_str("}\n\n");
    }
    for call in root.calls.values() {
        let _ = writeln!(
            text,
            "module \"{}\" {{\n  source   = \"{}\"",
            call.name, call.source
        );
        repetition(&call.repetition, &mut text);
        for (inner, outer) in &call.providers {
            let _ = writeln!(
                text,
                "  providers = {{ {} = {} }}",
                reference(inner),
                reference(outer)
            );
        }
        let dependencies: Vec<String> = call
            .depends_on
            .iter()
            .map(|dependency| dependency.reference.subject.to_string())
            .collect();
        if !dependencies.is_empty() {
            let _ = writeln!(text, "  depends_on = [{}]", dependencies.join(", "));
        }
        arguments(&call.arguments, "  ", &mut text);
        text.push_str("}\n\n");
    }
    for provider in &root.providers {
        let _ = writeln!(text, "provider \"{}\" {{", provider.local_name);
        if let Some(alias) = &provider.alias {
            let _ = writeln!(text, "  alias = \"{alias}\"");
        }
        repetition(&provider.repetition, &mut text);
        body(&provider.body, "  ", &mut text);
        text.push_str("}\n\n");
    }
    for output in root.outputs.values() {
        let _ = writeln!(
            text,
            "output \"{}\" {{\n  value = {}\n}}\n",
            output.name,
            expression(&output.value)
        );
    }
    text
}

fn reference(reference: &ProviderReference) -> String {
    let mut text = reference.local_name.to_string();
    if let Some(alias) = &reference.alias {
        let _ = write!(text, ".{alias}");
    }
    if let Some(key) = &reference.key {
        let _ = write!(text, "[{}]", expression(key));
    }
    text
}

fn repetition(repetition: &Repetition, text: &mut String) {
    let _ = match repetition {
        Repetition::None => Ok(()),
        Repetition::Count(count) => writeln!(text, "  count    = {}", expression(count)),
        Repetition::ForEach(each) => writeln!(text, "  for_each = {}", expression(each)),
    };
}

fn body(body: &Body, indent: &str, text: &mut String) {
    arguments(&body.arguments, indent, text);
    for NestedBlock {
        name, body: inner, ..
    } in &body.blocks
    {
        let _ = writeln!(text, "{indent}{name} {{");
        self::body(inner, &format!("{indent}  "), text);
        let _ = writeln!(text, "{indent}}}");
    }
}

fn arguments(arguments: &[Argument], indent: &str, text: &mut String) {
    for argument in arguments {
        let _ = writeln!(
            text,
            "{indent}{} = {}",
            argument.name,
            expression(&argument.value)
        );
    }
}

fn all(expressions: &[Expression]) -> String {
    let shown: Vec<String> = expressions.iter().map(expression).collect();
    shown.join(", ")
}

/// An expression.
pub(super) fn expression(of: &Expression) -> String {
    match of.kind.as_ref() {
        ExpressionKind::Literal(found) => value(found),
        ExpressionKind::Template(parts) => format!("\"{}\"", template(parts)),
        ExpressionKind::Reference(reference, following) => {
            format!("{}{}", reference.subject, steps(following))
        }
        ExpressionKind::Variable(name, following) => format!("{name}{}", steps(following)),
        ExpressionKind::Access(inner, following) => {
            format!("{}{}", expression(inner), steps(following))
        }
        ExpressionKind::Call {
            name, arguments, ..
        } => format!("{name}({})", all(arguments)),
        ExpressionKind::Unary(operator, operand) => {
            let sign = match operator {
                UnaryOperator::Negate => "-",
                UnaryOperator::Not => "!",
            };
            format!("{sign}{}", expression(operand))
        }
        ExpressionKind::Binary(operator, left, right) => {
            let sign = if *operator == BinaryOperator::NotEqual {
                "!=".to_owned()
            } else {
                format!("{operator:?}")
            };
            format!("{} {sign} {}", expression(left), expression(right))
        }
        ExpressionKind::Conditional(condition, then, otherwise) => format!(
            "{} ? {} : {}",
            expression(condition),
            expression(then),
            expression(otherwise)
        ),
        ExpressionKind::Tuple(elements) => format!("[{}]", all(elements)),
        ExpressionKind::Object(items) => {
            let items = items
                .iter()
                .map(|item| format!("{} = {}", expression(&item.key), expression(&item.value)));
            format!("{{ {} }}", items.collect::<Vec<_>>().join(", "))
        }
        ExpressionKind::For(found) => {
            let names = [found.key.as_ref(), Some(&found.value)];
            let names: Vec<&str> = names.into_iter().flatten().map(Name::as_ref).collect();
            let head = format!(
                "for {} in {} :",
                names.join(", "),
                expression(&found.collection)
            );
            let condition = match &found.condition {
                Some(condition) => format!(" if {}", expression(condition)),
                None => String::new(),
            };
            match &found.result {
                ForResult::Tuple(element) => format!("[{head} {}{condition}]", expression(element)),
                ForResult::Object { key, value, group } => format!(
                    "{{{head} {} => {}{}{condition}}}",
                    expression(key),
                    expression(value),
                    if *group { "..." } else { "" }
                ),
            }
        }
        ExpressionKind::Parentheses(inner) => format!("({})", expression(inner)),
    }
}

fn steps(of: &[Step]) -> String {
    of.iter()
        .map(|step| match step {
            Step::Attribute(name, _) => format!(".{name}"),
            Step::Index(key, _) => format!("[{}]", expression(key)),
            Step::Splat(inner, _) => format!("[*]{}", steps(inner)),
            Step::AttributeSplat(inner, _) => format!(".*{}", steps(inner)),
        })
        .collect()
}

fn template(parts: &[TemplatePart]) -> String {
    parts
        .iter()
        .map(|part| match part {
            TemplatePart::Text(text) => text.to_string(),
            TemplatePart::Interpolation(inner) => format!("${{{}}}", expression(inner)),
            TemplatePart::If { .. } | TemplatePart::For { .. } => "%{…}".to_owned(),
        })
        .collect()
}

fn value(of: &Value) -> String {
    match &of.kind {
        Kind::String(text) => format!("{:?}", text.as_ref()),
        Kind::Tuple(elements) | Kind::List(_, elements) => {
            let shown: Vec<String> = elements.iter().map(value).collect();
            format!("[{}]", shown.join(", "))
        }
        Kind::Object(entries) | Kind::Map(_, entries) => {
            let shown: Vec<String> = entries
                .iter()
                .map(|(name, entry)| format!("{name} = {}", value(entry)))
                .collect();
            if shown.is_empty() {
                return "{}".to_owned();
            }
            format!("{{ {} }}", shown.join(", "))
        }
        Kind::Bool(truth) => truth.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::Null(_) => "null".to_owned(),
        Kind::Set(..) | Kind::Unknown(_) => "…".to_owned(),
    }
}
