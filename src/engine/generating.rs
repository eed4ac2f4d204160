//! `plan -generate-config-out`: blocks for objects that `import` blocks name and the configuration does not declare.
//!
//! The objects are looked up as by the command `import`, with empty blocks in place of the missing ones; what is found is
//! then written as the blocks that it would have come from.

use crate::address::ModulePath;
use crate::config::{Configuration, Import, Module, decode_file};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{formatted, is_name, written};
use crate::plan::{Change, Plan};
use crate::schema::{Attribute, Block, Nesting, Presence, Rules, Schemas, TypeEntry};
use crate::source::SourceMap;
use crate::value::{Entries, Kind, Type, Value, from_json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Gives a configuration that is not linked yet an empty block for each import without one, and leaves it those imports
/// only. The block uses the provider configuration that the import names, for which this is returned by address.
///
/// # Errors
/// A block of the wanted type and name cannot be written.
pub fn declare_missing(
    configuration: &mut Configuration,
) -> Result<BTreeMap<String, Option<String>>, Diagnostics> {
    let mut root = Module::clone(&configuration.root());
    let missing: Vec<Import> = root
        .imports
        .iter()
        .filter(|import| is_missing(&root, import))
        .cloned()
        .collect();
    let mut providers = BTreeMap::new();
    root.imports = Vec::new();
    for mut import in missing {
        let Some((name, _)) = import.to.resource.clone() else {
            continue;
        };
        let provider = import.provider.take().map(|provider| match provider.alias {
            Some(alias) => format!("{}.{alias}", provider.local_name),
            None => provider.local_name.to_string(),
        });
        let argument = provider
            .iter()
            .map(|provider| format!("  provider = {provider}\n"));
        let text = format!(
            "resource \"{}\" \"{}\" {{\n{}}}\n",
            name.resource_type,
            name.name,
            argument.collect::<String>()
        );
        let file = configuration.sources.add("<generated>", text.as_str());
        let problems = decode_file(file, &text, &mut root);
        if problems.has_errors() {
            return Err(problems);
        }
        providers.insert(name.to_string(), provider);
        root.imports.push(import);
    }
    configuration
        .modules
        .insert(ModulePath::root(), Arc::new(root));
    Ok(providers)
}

/// Whether an import is for one instance of a block that the root module does not have.
fn is_missing(root: &Module, import: &Import) -> bool {
    let to = &import.to;
    to.noun.is_none()
        && to.modules.is_empty()
        && import.for_each.is_none()
        && matches!(&to.resource, Some((name, None)) if !root.resources.contains_key(name))
}

/// The blocks of the objects that a plan of imports found, in canonical layout.
///
/// # Errors
/// A text that cannot be laid out, which is a mistake of this program.
pub fn generated(
    plan: &Plan,
    providers: &BTreeMap<String, Option<String>>,
    schemas: &dyn Schemas,
) -> Result<String, Diagnostics> {
    let mut text = String::from(
        "# Made by trustform for objects that are imported. Look it through, and move the blocks to where they belong.\n",
    );
    for change in &plan.changes {
        let name = &change.address.resource;
        if let (Some(id), Some(entry)) = (
            &change.importing,
            schemas.find(name.mode, &name.resource_type),
        ) {
            let provider = providers.get(&name.to_string()).and_then(Option::as_deref);
            let id = id.0.replace(['\n', '\r'], " ");
            let _infallible = write!(text, "\n# Imported by the id {id}\n");
            text.push_str(&resource(change, &entry, provider));
        }
    }
    let file = SourceMap::default().add("<generated>", text.as_str());
    formatted(&text, file)
}

fn resource(change: &Change, entry: &TypeEntry, provider: Option<&str>) -> String {
    let name = &change.address.resource;
    let mut text = format!("resource \"{}\" \"{}\" {{\n", name.resource_type, name.name);
    if let Some(provider) = provider {
        let _infallible = write!(text, "provider = {provider}\n\n");
    }
    if let Some(live) = &change.before {
        text.push_str(&body(
            &entry.schema.block,
            live.object.value(),
            Some(entry.rules),
        ));
    }
    text.push_str("}\n");
    text
}

/// The arguments and nested blocks of an object, by their names. The outermost has the rules of its kind.
fn body(block: &Block, object: &Value, rules: Option<&dyn Rules>) -> String {
    let Kind::Object(values) = &object.kind else {
        return String::new();
    };
    let mut attributes: Vec<&Attribute> = block
        .attributes
        .iter()
        .filter(|attribute| is_written(block, attribute, values, rules.is_some()))
        .collect();
    attributes.sort_by_key(|attribute| attribute.name);
    let mut text = String::new();
    for attribute in attributes {
        let spelled = rules.and_then(|rules| rules.written(attribute.name, object));
        let value = spelled.as_ref().or_else(|| values.get(attribute.name));
        let documents = rules.map_or(&[][..], Rules::documents);
        let value = argument(attribute, value, documents.contains(&attribute.name));
        let _infallible = writeln!(text, "{} = {value}", attribute.name);
    }
    let mut nested: Vec<_> = block.blocks.iter().collect();
    nested.sort_by_key(|nested| nested.name);
    for nested in nested {
        let Some(value) = values.get(nested.name) else {
            continue;
        };
        let objects: Vec<&Value> = match (&nested.nesting, &value.kind) {
            (_, Kind::List(_, objects) | Kind::Set(_, objects)) => objects.iter().collect(),
            (Nesting::Single, Kind::Object(_)) => vec![value],
            (_, _) => Vec::new(),
        };
        for object in objects {
            let inner = body(&nested.block, object, None);
            let _infallible = write!(text, "\n{} {{\n{inner}}}\n", nested.name);
        }
    }
    text
}

/// Whether the configuration can give an attribute, and nothing else gives it: an id is found, and a name that begins
/// with a prefix or all tags follow from what is written beside them.
fn is_written(block: &Block, attribute: &Attribute, values: &Entries, is_outermost: bool) -> bool {
    let has_value = |name: &str| values.get(name).is_some_and(|value| !value.is_null());
    let follows = match attribute.name {
        "id" => is_outermost && attribute.presence == Presence::OptionalComputed,
        "tags_all" => block.attribute("tags").is_some(),
        name => name.strip_suffix("_prefix").is_some_and(has_value),
    };
    attribute.presence != Presence::Computed && !follows
}

fn argument(attribute: &Attribute, value: Option<&Value>, is_document: bool) -> String {
    if attribute.sensitive || attribute.unrecorded {
        return "null # sensitive".to_owned();
    }
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return match attribute.presence {
            Presence::Required => format!("null # required, {}", attribute.ty),
            Presence::Optional | Presence::OptionalComputed | Presence::Computed => {
                "null".to_owned()
            }
        };
    };
    let document = value.as_str().filter(|_| is_document).and_then(document);
    document.unwrap_or_else(|| written(value, is_name))
}

/// A policy document as a call; nothing when it is no JSON.
fn document(text: &str) -> Option<String> {
    let json = serde_json::from_str(text).ok()?;
    let value = from_json(&json, &Type::Dynamic).ok()?;
    Some(format!("jsonencode({})", written(&value, is_name)))
}

/// The refusal of a place where no file can be made.
///
/// # Errors
/// It is there already, or would be read as another language.
pub fn place_for_generated(path: &Path, is_there: bool) -> Result<(), Diagnostics> {
    let problem = |summary: &str, detail: String, hint: &str| {
        Err(Diagnostic::error(Code::Usage, detail)
            .with_summary(summary)
            .hint(hint)
            .into())
    };
    if is_there {
        let detail = format!(
            "{} exists, and blocks are written to a new file only.",
            path.display()
        );
        let hint = "Name another file, or move what it declares elsewhere and remove it.";
        return problem("Target generated file already exists", detail, hint);
    }
    if path
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        let detail = format!(
            "Blocks are written in the native syntax, and {} would be read as JSON.",
            path.display()
        );
        let hint = "Name a file that ends in `.tf`.";
        return problem("Invalid generate-config-out flag", detail, hint);
    }
    Ok(())
}

/// Adds the blocks of a file to the root module of a configuration that is not linked yet.
///
/// # Errors
/// They are no configuration, which is a mistake of this program.
pub fn add_generated(
    configuration: &mut Configuration,
    path: &Path,
    text: &str,
) -> Result<(), Diagnostics> {
    let mut root = Module::clone(&configuration.root());
    let file = configuration.sources.add(path, text);
    decode_file(file, text, &mut root)
        .into_result(())
        .map(drop)?;
    configuration
        .modules
        .insert(ModulePath::root(), Arc::new(root));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::body;
    use crate::address::Name;
    use crate::schema::{Attribute, Block};
    use crate::value::{Type, Value};

    #[test]
    fn what_is_sensitive_is_null_with_a_remark() {
        let attribute = |name| Attribute::optional(name, Type::String, "A text.");
        let block = Block {
            attributes: vec![attribute("plain"), attribute("secret").sensitive()],
            ..Block::default()
        };
        let entry = |name: &str| (Name::from(name), Value::string("hush"));
        let object = Value::object([entry("plain"), entry("secret")].into());
        assert_eq!(
            body(&block, &object, None),
            "plain = \"hush\"\nsecret = null # sensitive\n"
        );
    }
}
