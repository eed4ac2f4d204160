//! Values and recorded objects as HCL: what `output` and `state show` print.

use super::compare::{Comparer, object, whole};
use super::draw::draw;
use super::palette::Palette;
use super::tree::{Body, Entry, Item, Label, Sign};
use super::words::quoted;
use crate::address::InstanceAddress;
use crate::diagnostic::Style;
use crate::plan::decode_attributes;
use crate::plan::{attribute_path, mark_at};
use crate::schema::{Block, Schemas};
use crate::value::{Entries, Kind, Marks, Type, Value, from_json, type_from_json};
use std::collections::BTreeMap;
use trustform_state::snapshot::{InstanceState, OutputValue};

/// The value of an output as an expression that would give it; `<sensitive>` for one that must not be shown.
pub fn output_text(output: &OutputValue) -> String {
    if output.sensitive {
        return "<sensitive>".to_owned();
    }
    recorded_value(output).map_or_else(
        || format!("{:#}", output.value),
        |value| expression(&value, 0),
    )
}

/// The value of an output; `None` for one of a type that this version does not know, which is no reason to hide it.
fn recorded_value(output: &OutputValue) -> Option<Value> {
    let ty = type_from_json(&output.ty).ok()?;
    from_json(&output.value, &ty).ok()
}

/// Recorded outputs as `show` lists them: each drawn like an argument of a block. Ends without a newline.
pub fn recorded_outputs(outputs: &BTreeMap<String, OutputValue>, style: Style) -> String {
    let drawn = outputs.iter().map(|(name, output)| {
        let value = match recorded_value(output) {
            _ if output.sensitive => Value::null(Type::Dynamic).marked(Marks::SENSITIVE),
            Some(value) => value,
            None => return format!("{name} = {:#}", output.value),
        };
        let item = whole(&value, Sign::Same).labelled(Label::Attribute(name.clone()));
        let entry = unsigned(Entry::Item(item));
        let text = draw(&[entry], 0, Palette::new(style));
        let lines = text
            .lines()
            .map(|line| line.strip_prefix("    ").unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    });
    drawn.collect::<Vec<_>>().join("\n")
}

/// A value as the console shows it: an expression that would give it, with `(sensitive value)` or `(ephemeral value)` for
/// each part that must not be shown.
pub fn value_text(value: &Value) -> String {
    expression(value, 0)
}

/// A recorded object as the block that would describe it, with its address above.
pub fn recorded_text(
    address: &InstanceAddress,
    instance: &InstanceState,
    schemas: &dyn Schemas,
    style: Style,
) -> String {
    let resource = &address.resource;
    let entry = schemas.find(resource.mode, &resource.resource_type);
    let (block, value) = match entry {
        Some(entry) => (
            Some(&entry.schema.block),
            decode_attributes(&instance.attributes, &entry.schema.block),
        ),
        None => (
            None,
            from_json(&instance.attributes.json(), &Type::Dynamic).and_then(|value| {
                crate::value::Known::new(&value)
                    .map_err(|error| crate::value::JsonError(error.to_string()))
            }),
        ),
    };
    let empty = Block::default();
    let entries = value.map_or_else(
        |_| Vec::new(),
        |known| {
            let mut value = known.into_value();
            for path in &instance.sensitive_attributes {
                value = mark_at(&value, attribute_path(path).steps());
            }
            if let Some(block) = block {
                value = super::secrets::by_schema(block, &value);
            }
            object(
                Comparer::new(&[]),
                block.unwrap_or(&empty),
                None,
                Some(&value),
            )
        },
    );
    let keyword = resource.mode.block_type();
    let entries: Vec<Entry> = entries.into_iter().map(unsigned).collect();
    let tainted = match instance.status {
        trustform_state::snapshot::ObjectStatus::Ready => "",
        trustform_state::snapshot::ObjectStatus::Tainted => " (tainted)",
    };
    format!(
        "# {address}:{tainted}\n{keyword} \"{}\" \"{}\" {{\n{}}}",
        resource.resource_type,
        resource.name,
        draw(&entries, 0, Palette::new(style))
    )
}

/// The entry without signs, at any depth.
fn unsigned(entry: Entry) -> Entry {
    match entry {
        Entry::Item(item) => Entry::Item(Item {
            sign: Sign::Same,
            body: unsigned_body(item.body),
            ..item
        }),
        Entry::Hidden(..) | Entry::Gap => entry,
    }
}

fn unsigned_body(body: Body) -> Body {
    let all = |entries: Vec<Entry>| entries.into_iter().map(unsigned).collect();
    match body {
        Body::List(entries) => Body::List(all(entries)),
        Body::Object(entries) => Body::Object(all(entries)),
        Body::Map(entries) => Body::Map(all(entries)),
        Body::Document(_, inner) => Body::Document(Sign::Same, Box::new(unsigned_body(*inner))),
        Body::Line(_) | Body::Text(_) | Body::Switch(..) => body,
    }
}

/// The value as an expression, with further lines indented.
fn expression(value: &Value, indent: usize) -> String {
    // There is nothing to hide.
    if value.is_unknown() {
        return super::words::UNKNOWN.to_owned();
    }
    if value.marks.contains(Marks::SENSITIVE) {
        return super::words::SENSITIVE.to_owned();
    }
    if value.marks.contains(Marks::EPHEMERAL) {
        return super::words::EPHEMERAL.to_owned();
    }
    match &value.kind {
        Kind::Null(ty) => null(ty),
        Kind::Unknown(_) => super::words::UNKNOWN.to_owned(),
        Kind::Bool(truth) => truth.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => text_expression(text, indent),
        Kind::Tuple(elements) => elements_of(elements, indent),
        Kind::List(_, elements) => format!("tolist({})", elements_of(elements, indent)),
        Kind::Set(_, elements) => format!("toset({})", elements_of(elements, indent)),
        Kind::Object(entries) => members(entries, indent),
        Kind::Map(_, entries) => format!("tomap({})", members(entries, indent)),
    }
}

fn null(ty: &Type) -> String {
    match ty {
        Type::Bool => "tobool(null)".to_owned(),
        Type::Number => "tonumber(null)".to_owned(),
        Type::String => "tostring(null)".to_owned(),
        Type::List(_) | Type::Set(_) | Type::Map(_) => format!("null /* {} */", ty.friendly()),
        Type::Dynamic | Type::Tuple(_) | Type::Object(_) => "null".to_owned(),
    }
}

fn text_expression(text: &str, indent: usize) -> String {
    if !super::words::has_lines(text) {
        return quoted(text);
    }
    let space = " ".repeat(indent);
    let open = if indent == 0 { "<<EOT" } else { "<<-EOT" };
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| format!("{space}{line}"))
        .collect();
    format!("{open}\n{}\n{space}EOT", lines.join("\n"))
}

fn elements_of(elements: &[Value], indent: usize) -> String {
    if elements.is_empty() {
        return "[]".to_owned();
    }
    let space = " ".repeat(indent);
    let mut lines = String::new();
    for element in elements {
        lines.extend([format!("{space}  {},\n", expression(element, indent + 2))]);
    }
    format!("[\n{lines}{space}]")
}

fn members(entries: &Entries, indent: usize) -> String {
    if entries.is_empty() {
        return "{}".to_owned();
    }
    let space = " ".repeat(indent);
    let mut lines = String::new();
    for (name, value) in entries {
        let value = expression(value, indent + 2);
        lines.extend([format!("{space}  {} = {value}\n", quoted(name))]);
    }
    format!("{{\n{lines}{space}}}")
}
