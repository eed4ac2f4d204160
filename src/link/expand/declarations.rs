//! What the linker made of the nouns, as the text of a file.

use super::MODULES;
use super::edits::Edits;
use crate::config::{
    Argument, Body, Dependency, Module, ModuleCall, NestedBlock, NounBlock, ProviderBlock,
    ProviderReference, Repetition, Resource,
};
use crate::lang::Expression;
use crate::link::connections::INTERNAL_SETTINGS;
use crate::link::{NAMESPACES_OF, RESERVED};
use crate::source::{SourceMap, Span};
use std::collections::BTreeSet;

/// How far an argument is indented in its block, in spaces.
const STEP: usize = 2;

/// Arguments that the linker follows; what it made of them may stand at the same places.
const FOLLOWED: [&str; 4] = ["cluster", "role", "service_accounts", "create_namespace"];

/// Whether a call was made by the linker.
pub(super) fn is_made(call: &ModuleCall) -> bool {
    call.noun.is_some() || call.name.starts_with(NAMESPACES_OF)
}

/// Everything in the linked root module that stands for nouns; empty without any.
pub(super) fn of_nouns(
    root: &Module,
    linked: &Module,
    sources: &SourceMap,
    edits: &Edits,
) -> String {
    let writer = Writer {
        sources,
        edits,
        written: root.nouns.values().flat_map(written).collect(),
    };
    let locals = linked.locals.values();
    let locals = locals.filter(|local| local.name.starts_with(RESERVED));
    let locals: Vec<(String, String)> = locals
        .map(|local| (local.name.to_string(), writer.value(&local.value, STEP)))
        .collect();
    let mut blocks = Vec::new();
    let calls = linked
        .calls
        .values()
        .filter(|call| is_made(call) && !root.calls.contains_key(&call.name));
    blocks.extend(calls.map(|call| writer.call(call)));
    let data = linked.resources.values();
    let data = data.filter(|resource| resource.name.name.starts_with(RESERVED));
    blocks.extend(data.map(|resource| writer.resource(resource)));
    let made = linked.providers.iter().skip(root.providers.len());
    blocks.extend(made.map(|provider| writer.provider(provider)));
    if !locals.is_empty() {
        blocks.insert(0, block("locals", &arguments(&locals, STEP)));
    }
    blocks.join("\n")
}

/// The places of values that stand in the block of a noun as they are.
fn written(noun: &NounBlock) -> Vec<Span> {
    let arguments = noun.body.arguments.iter();
    let arguments = arguments.filter(|argument| !FOLLOWED.contains(&argument.name.as_ref()));
    let nested = noun.body.blocks.iter();
    let nested = nested.flat_map(|nested| &nested.body.arguments);
    let values = arguments.chain(nested).map(|argument| argument.value.span);
    let repetition = match &noun.repetition {
        Repetition::None => None,
        Repetition::Count(value) | Repetition::ForEach(value) => Some(value.span),
    };
    values.chain(repetition).collect()
}

struct Writer<'a> {
    sources: &'a SourceMap,
    edits: &'a Edits,
    /// The places of values that are copied as they were written.
    written: BTreeSet<Span>,
}

impl Writer<'_> {
    fn value(&self, value: &Expression, indent: usize) -> String {
        match self.sources.file(value.span.file) {
            Some(file) if self.written.contains(&value.span) => {
                self.edits
                    .slice(value.span.file, file.text(), value.span.range())
            }
            Some(_) | None => value.to_hcl(indent),
        }
    }

    fn call(&self, call: &ModuleCall) -> String {
        let module = call.source.rsplit('/').next().unwrap_or_default();
        let mut head = vec![("source".to_owned(), format!("\"./{MODULES}/{module}\""))];
        head.extend(self.repetition(&call.repetition));
        let providers: Vec<String> = call
            .providers
            .iter()
            .map(|(inner, outer)| format!("    {} = {}\n", inner.local_name, reference(outer)))
            .collect();
        if !providers.is_empty() {
            let providers = providers.concat();
            head.push(("providers".to_owned(), format!("{{\n{providers}  }}")));
        }
        head.extend(dependencies(&call.depends_on));
        let own = self.body_arguments(&call.arguments, STEP);
        let gap = if own.is_empty() { "" } else { "\n" };
        let body = format!("{}{gap}{}", arguments(&head, STEP), arguments(&own, STEP));
        block(&format!("module \"{}\"", call.name), &body)
    }

    fn resource(&self, resource: &Resource) -> String {
        let name = &resource.name;
        let mut head: Vec<_> = self.repetition(&resource.repetition).into_iter().collect();
        let provider = resource.provider.as_ref();
        head.extend(provider.map(|provider| ("provider".to_owned(), reference(provider))));
        let body = format!(
            "{}{}",
            arguments(&head, STEP),
            self.body(&resource.body, STEP)
        );
        block(
            &format!("data \"{}\" \"{}\"", name.resource_type, name.name),
            &body,
        )
    }

    /// The connection to a cluster. What the client makes of its own here is left to `aws eks get-token`.
    fn provider(&self, provider: &ProviderBlock) -> String {
        let alias = provider.alias.iter();
        let alias = alias.map(|alias| ("alias".to_owned(), format!("\"{alias}\"")));
        let own = self
            .body_arguments(&provider.body.arguments, STEP)
            .into_iter();
        let own = own.filter(|(name, _)| !INTERNAL_SETTINGS.contains(&name.as_str()));
        let settings: Vec<_> = alias.chain(own).collect();
        let blocks = provider.body.blocks.iter();
        let blocks: String = blocks.map(|nested| self.nested(nested, STEP)).collect();
        let token = self.token(&provider.body);
        let body = format!("{}{blocks}{token}", arguments(&settings, STEP));
        block(&format!("provider \"{}\"", provider.local_name), &body)
    }

    fn token(&self, body: &Body) -> String {
        let setting = |name| {
            body.argument(name)
                .map(|argument| self.value(&argument.value, STEP))
        };
        let (Some(name), Some(region)) = (setting("eks_cluster_name"), setting("eks_region"))
        else {
            return String::new();
        };
        let words =
            format!("[\"eks\", \"get-token\", \"--cluster-name\", {name}, \"--region\", {region}]");
        let settings = [
            (
                "api_version".to_owned(),
                "\"client.authentication.k8s.io/v1beta1\"".to_owned(),
            ),
            ("command".to_owned(), "\"aws\"".to_owned()),
            ("args".to_owned(), words),
        ];
        format!("\n  exec {{\n{}  }}\n", arguments(&settings, 2 * STEP))
    }

    fn body(&self, body: &Body, indent: usize) -> String {
        let mut text = arguments(&self.body_arguments(&body.arguments, indent), indent);
        for nested in &body.blocks {
            text.push_str(&self.nested(nested, indent));
        }
        text
    }

    fn nested(&self, nested: &NestedBlock, indent: usize) -> String {
        let space = " ".repeat(indent);
        let labels = nested.labels.iter().map(|label| format!("\"{label}\""));
        let header: Vec<String> = [nested.name.to_string()]
            .into_iter()
            .chain(labels)
            .collect();
        let body = self.body(&nested.body, indent + STEP);
        format!("\n{space}{} {{\n{body}{space}}}\n", header.join(" "))
    }

    fn body_arguments(&self, arguments: &[Argument], indent: usize) -> Vec<(String, String)> {
        let text = |argument: &Argument| {
            let value = self.value(&argument.value, indent);
            (argument.name.to_string(), value)
        };
        arguments.iter().map(text).collect()
    }

    fn repetition(&self, repetition: &Repetition) -> Option<(String, String)> {
        let (name, value) = match repetition {
            Repetition::None => return None,
            Repetition::Count(value) => ("count", value),
            Repetition::ForEach(value) => ("for_each", value),
        };
        Some((name.to_owned(), self.value(value, STEP)))
    }
}

fn dependencies(depends_on: &[Dependency]) -> Option<(String, String)> {
    let names: Vec<String> = depends_on
        .iter()
        .map(|one| one.reference.subject.to_string())
        .collect();
    (!names.is_empty()).then(|| ("depends_on".to_owned(), format!("[{}]", names.join(", "))))
}

fn reference(provider: &ProviderReference) -> String {
    let alias = provider.alias.iter().map(|alias| format!(".{alias}"));
    format!("{}{}", provider.local_name, alias.collect::<String>())
}

fn block(header: &str, body: &str) -> String {
    format!("{header} {{\n{body}}}\n")
}

/// Arguments on lines of their own.
fn arguments(arguments: &[(String, String)], indent: usize) -> String {
    let space = " ".repeat(indent);
    let lines = arguments.iter();
    let lines = lines.flat_map(|(name, value)| [space.as_str(), name, " = ", value, "\n"]);
    lines.collect()
}
