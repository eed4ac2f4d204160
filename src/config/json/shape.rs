//! Which members of a JSON object are arguments and which are blocks.
//!
//! JSON does not say it. In blocks of the language it is fixed; in the bodies of resources, data sources and providers the
//! schema decides, and where there is none everything is an argument.

use super::{Json, Kind, Member};
use crate::address::ResourceMode;
use crate::config::escaping::ESCAPING;
use crate::config::syntax::{Attribute, Block, Ident, Structure, Syntax};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::schema::{Block as Schema, Schemas};
use std::collections::BTreeMap;

/// What stands at the top of a JSON file, and what is wrong with it.
pub(in crate::config) fn structures(
    json: &Json,
    schemas: &dyn Schemas,
) -> (Vec<Structure>, Diagnostics) {
    let mut shaping = Shaping {
        schemas,
        diagnostics: Diagnostics::new(),
    };
    if !matches!(json.kind, Kind::Object(_) | Kind::Array(_)) {
        let detail = "A JSON file of a configuration is an object, or an array of objects.";
        shaping.diagnostics.push(
            Diagnostic::error(Code::WrongType, detail)
                .with_summary("Root value must be object")
                .at(json.span),
        );
        return (Vec::new(), shaping.diagnostics);
    }
    let structures = shaping.body(json, Shape::File);
    (structures, shaping.diagnostics)
}

/// What kind of body an object is.
#[derive(Clone, Copy)]
enum Shape {
    File,
    Settings,
    Variable,
    Output,
    /// A resource or data source, with the schema of its type.
    Resource(Option<&'static Schema>),
    /// A provider, with the schema of its settings.
    Provider(Option<&'static Schema>),
    /// A nested block.
    Body(Option<&'static Schema>),
    /// A `dynamic` block, with the schema of what it makes.
    Dynamic(Option<&'static Schema>),
    Lifecycle,
    Provisioner,
    Call,
    Removed,
    Check,
    Cluster,
    Connection,
    /// Arguments only.
    Arguments,
}

impl Shape {
    /// The number of labels of a block type; `None` when the name is one of an argument.
    fn labels(self, name: &str) -> Option<usize> {
        let known = match self {
            Shape::File => match name {
                "terraform" | "locals" | "moved" | "removed" | "import" => Some(0),
                "variable" | "output" | "module" | "provider" | "check" | "cluster"
                | "oidc_provider" | "role" | "service_account" => Some(1),
                "resource" | "data" | "ephemeral" => Some(2),
                _ => None,
            },
            Shape::Settings => match name {
                "required_providers" | "cloud" => Some(0),
                "backend" | "provider_meta" => Some(1),
                _ => None,
            },
            Shape::Resource(_) | Shape::Removed => match name {
                "lifecycle" | "connection" => Some(0),
                "provisioner" => Some(1),
                // Kept for later versions, which is told of the block.
                ESCAPING | "locals" if matches!(self, Shape::Resource(_)) => Some(0),
                _ => None,
            },
            Shape::Check => match name {
                "assert" => Some(0),
                "data" => Some(2),
                _ => None,
            },
            Shape::Variable => (name == "validation").then_some(0),
            Shape::Output => (name == "precondition").then_some(0),
            Shape::Lifecycle => matches!(name, "precondition" | "postcondition").then_some(0),
            Shape::Provisioner => matches!(name, "connection" | ESCAPING).then_some(0),
            Shape::Call | Shape::Provider(_) => (name == ESCAPING).then_some(0),
            Shape::Cluster => (name == "connection").then_some(0),
            Shape::Connection => (name == "exec").then_some(0),
            Shape::Dynamic(_) => (name == "content").then_some(0),
            Shape::Body(_) | Shape::Arguments => None,
        };
        let has_dynamic = matches!(
            self,
            Shape::Resource(_) | Shape::Provider(_) | Shape::Body(_)
        );
        let dynamic = (has_dynamic && name == "dynamic").then_some(1);
        known.or(dynamic).or_else(|| self.nested(name).map(|_| 0))
    }

    /// The schema of a nested block.
    fn nested(self, name: &str) -> Option<&'static Schema> {
        let (Shape::Resource(schema) | Shape::Provider(schema) | Shape::Body(schema)) = self else {
            return None;
        };
        schema?.nested(name).map(|nested| &nested.block)
    }

    /// What the body of a block is.
    fn within(self, name: &str, labels: &[Ident], schemas: &dyn Schemas) -> Shape {
        let label = labels.first().map_or("", Ident::as_str);
        let resource = |mode| {
            let entry = schemas.find(mode, label);
            Shape::Resource(entry.map(|entry| &entry.schema.block))
        };
        match (self, name) {
            (Shape::File, "terraform") => Shape::Settings,
            (Shape::File, "variable") => Shape::Variable,
            (Shape::File, "output") => Shape::Output,
            (Shape::File, "resource") => resource(ResourceMode::Managed),
            (Shape::File | Shape::Check, "data") => resource(ResourceMode::Data),
            (Shape::File, "ephemeral") => resource(ResourceMode::Ephemeral),
            (Shape::File, "provider") => Shape::Provider(schemas.provider(label)),
            (Shape::File, "module") => Shape::Call,
            (Shape::File, "removed") => Shape::Removed,
            (Shape::File, "check") => Shape::Check,
            (Shape::File, "cluster") => Shape::Cluster,
            (Shape::Cluster, _) => Shape::Connection,
            (Shape::Resource(_) | Shape::Removed, "lifecycle") => Shape::Lifecycle,
            (Shape::Resource(_) | Shape::Removed, "provisioner") => Shape::Provisioner,
            (Shape::Resource(_) | Shape::Removed, "connection") => Shape::Arguments,
            (Shape::Resource(schema) | Shape::Provider(schema), ESCAPING)
            | (Shape::Dynamic(schema), _) => Shape::Body(schema),
            (Shape::Resource(_) | Shape::Provider(_) | Shape::Body(_), "dynamic") => {
                Shape::Dynamic(self.nested(label))
            }
            (Shape::Resource(_) | Shape::Provider(_) | Shape::Body(_), _) => {
                Shape::Body(self.nested(name))
            }
            _ => Shape::Arguments,
        }
    }
}

struct Shaping<'a> {
    schemas: &'a dyn Schemas,
    diagnostics: Diagnostics,
}

impl Shaping<'_> {
    /// A body: an object, or an array of objects that count as one. Members called `//` are comments.
    fn body(&mut self, json: &Json, shape: Shape) -> Vec<Structure> {
        let mut found = Vec::new();
        let mut arguments = BTreeMap::new();
        for member in self.members(json, "the arguments and blocks of a body") {
            if member.name == "//" {
                continue;
            }
            let ident = ident(member);
            if let Some(labels) = shape.labels(&member.name) {
                let block = Unlabelled {
                    name: ident,
                    shape,
                    labels: Vec::new(),
                };
                self.blocks(block, labels, &member.value, &mut found);
                continue;
            }
            if let Some(first) = arguments.insert(member.name.as_str(), member.span) {
                let detail = format!("The argument \"{}\" was already set.", member.name);
                self.diagnostics.push(
                    Diagnostic::error(Code::Duplicate, detail)
                        .with_summary("Duplicate argument")
                        .at(member.span)
                        .also(first, "first set here"),
                );
                continue;
            }
            found.push(Structure::Attribute(Attribute {
                key: ident,
                value: Syntax::Json(member.value.clone()),
            }));
        }
        found
    }

    /// The blocks of a type: below as many levels of labels as it has, an object for one block or an array of objects.
    fn blocks(
        &mut self,
        block: Unlabelled,
        missing: usize,
        json: &Json,
        found: &mut Vec<Structure>,
    ) {
        if let Some(missing) = missing.checked_sub(1) {
            for member in self.members(json, "the labels of blocks") {
                let mut block = block.clone();
                block.labels.push(ident(member));
                self.blocks(block, missing, &member.value, found);
            }
            return;
        }
        match &json.kind {
            // No block at all.
            Kind::Null => {}
            Kind::Array(elements) => {
                for element in elements {
                    self.blocks(block.clone(), 0, element, found);
                }
            }
            Kind::Object(_) => {
                let name = block.name.as_str();
                let within = block.shape.within(name, &block.labels, self.schemas);
                let body = self.body(json, within);
                found.push(Structure::Block(block.with(body)));
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
                self.wrong(json, "the arguments and blocks of a body");
            }
        }
    }

    /// The members of an object, or of all objects of an array.
    fn members<'j>(&mut self, json: &'j Json, what: &str) -> Vec<&'j Member> {
        match &json.kind {
            Kind::Null => Vec::new(),
            Kind::Object(members) => members.iter().collect(),
            Kind::Array(elements) => {
                let all = elements.iter();
                all.flat_map(|element| self.members(element, what))
                    .collect()
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
                self.wrong(json, what);
                Vec::new()
            }
        }
    }

    fn wrong(&mut self, json: &Json, what: &str) {
        let detail = format!("An object or an array of objects is wanted here, for {what}.");
        self.diagnostics.push(
            Diagnostic::error(Code::WrongType, detail)
                .with_summary("Incorrect JSON value type")
                .at(json.span),
        );
    }
}

/// A block whose labels are still being read.
#[derive(Clone)]
struct Unlabelled {
    name: Ident,
    /// The body in which it stands.
    shape: Shape,
    labels: Vec<Ident>,
}

impl Unlabelled {
    /// The block with its body. Its header is the name that it does not share with others: the last label.
    fn with(self, body: Vec<Structure>) -> Block {
        let span = self.labels.last().map_or(self.name.span, |last| last.span);
        let place = |ident: Ident| Ident { span, ..ident };
        Block {
            ident: place(self.name),
            labels: self.labels.into_iter().map(place).collect(),
            body,
        }
    }
}

fn ident(member: &Member) -> Ident {
    Ident {
        name: member.name.as_str().into(),
        span: member.span,
    }
}
