//! A configuration as text: enough to read what the linker made.

use crate::config::{Argument, Body, Configuration, NestedBlock, ProviderReference, Repetition};
use crate::lang::Expression;
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

/// An expression on as few lines as it takes.
pub(super) fn expression(of: &Expression) -> String {
    of.to_hcl(2)
}
