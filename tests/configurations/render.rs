//! From the model to the files of a step.

use super::case::Step;
use super::model::{
    Call, Check, Condition, Item, Lifecycle, Model, Output, Remote, Repeat, Resource, Ty, Variable,
    Way,
};
use super::refer::Place;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The files of a model, and how its variables get their values.
pub(super) fn step(model: &Model) -> Step {
    let mut step = Step::default();
    for (index, module) in model.modules.iter().enumerate() {
        let place = Place {
            model,
            module,
            repeat: None,
        };
        let path = match index {
            0 => "main.tf".to_owned(),
            index => format!("m{index}/main.tf"),
        };
        step.files.insert(path, text(&place));
    }
    for item in model.modules.iter().flat_map(|module| &module.items) {
        if let Item::Remote(remote) = item {
            let (name, text) = state_of(remote);
            step.files.insert(name, text);
        }
    }
    if let Some(root) = model.modules.first() {
        give(&root.variables, &mut step);
    }
    step
}

/// The values of the root module's variables.
fn give(variables: &[Variable], step: &mut Step) {
    let mut json = BTreeMap::new();
    for variable in variables {
        let Some((way, value)) = &variable.given else {
            continue;
        };
        let name = &variable.name;
        // Text stands in the environment and in arguments as it is.
        let bare = match value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
            Some(text) if variable.ty == Ty::Text => text,
            _ => value,
        };
        let mut put = |file: &str| {
            let text = step.files.entry(file.to_owned()).or_default();
            writeln!(text, "{name} = {value}").expect("a text");
        };
        match way {
            Way::File => put("terraform.tfvars"),
            Way::AutomaticFile => put("x.auto.tfvars"),
            Way::NamedFile => put("some.tfvars"),
            Way::Environment => {
                let name = format!("TF_VAR_{name}");
                step.environment.insert(name, bare.to_owned());
            }
            Way::Argument => step.arguments.push(format!("-var={name}={bare}")),
            Way::AutomaticJson => {
                json.insert(name.clone(), as_json(value).expect("a literal"));
            }
        }
    }
    if step.files.contains_key("some.tfvars") {
        step.arguments.push("-var-file=some.tfvars".to_owned());
    }
    if !json.is_empty() {
        let text = serde_json::to_string_pretty(&json).expect("JSON");
        step.files.insert("y.auto.tfvars.json".to_owned(), text);
    }
}

/// A literal of the generator as JSON; none for anything else.
pub(super) fn as_json(literal: &str) -> Option<serde_json::Value> {
    let mut text = String::new();
    for word in literal.split_inclusive(' ') {
        match word.trim_end() {
            "=" => text.push(':'),
            name if name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() && !c.is_ascii_digit() || c == '1')
                && name.chars().any(|c| c.is_ascii_alphabetic())
                && !matches!(name, "true" | "false") =>
            {
                write!(text, "{name:?}").expect("a text");
            }
            other => text.push_str(other),
        }
    }
    serde_json::from_str(&text).ok()
}

/// The state that a `terraform_remote_state` reads.
fn state_of(remote: &Remote) -> (String, String) {
    let state = format!(
        "{{\n  \"version\": 4,\n  \"terraform_version\": \"1.11.4\",\n  \"serial\": 1,\n  \"lineage\": \"other\",\n  \
         \"outputs\": {{\n    \"o\": {{ \"value\": {}, \"type\": \"string\" }}\n  }},\n  \"resources\": []\n}}\n",
        remote.value
    );
    (format!("other/{}.json", remote.name), state)
}

fn text(place: &Place<'_>) -> String {
    let mut text = String::new();
    let module = place.module;
    for variable in &module.variables {
        write_variable(&mut text, variable);
    }
    let locals = module.items.iter().filter_map(|item| match item {
        Item::Local(local) => Some(local),
        Item::Resource(_) | Item::Call(_) | Item::Remote(_) => None,
    });
    let locals: Vec<String> = locals
        .map(|local| format!("  {} = {}\n", local.name, place.text(&local.value)))
        .collect();
    if !locals.is_empty() {
        write!(text, "locals {{\n{}}}\n", locals.concat()).expect("a text");
    }
    for item in &module.items {
        match item {
            Item::Local(_) => {}
            Item::Resource(resource) => write_resource(&mut text, place, resource),
            Item::Call(call) => write_call(&mut text, place, call),
            Item::Remote(remote) => write_remote(&mut text, place, remote),
        }
    }
    for output in &module.outputs {
        write_output(&mut text, place, output);
    }
    for check in &module.checks {
        write_check(&mut text, place, check);
    }
    for note in &module.notes {
        text.push_str(note);
    }
    text
}

fn put(text: &mut String, indent: usize, name: &str, value: &str) {
    writeln!(text, "{:indent$}{name} = {value}", "").expect("a text");
}

fn write_variable(text: &mut String, variable: &Variable) {
    writeln!(text, "variable \"{}\" {{", variable.name).expect("a text");
    if variable.typed {
        put(text, 2, "type", type_of(variable.ty));
    }
    if let Some(default) = &variable.default {
        put(text, 2, "default", default);
    }
    if let Some(nullable) = variable.nullable {
        put(text, 2, "nullable", &nullable.to_string());
    }
    if variable.sensitive {
        put(text, 2, "sensitive", "true");
    }
    if variable.validated {
        let name = &variable.name;
        text.push_str("  validation {\n");
        put(
            text,
            4,
            "condition",
            &format!("jsonencode(var.{name}) != \"zz\""),
        );
        put(text, 4, "error_message", "\"It is not so.\"");
        text.push_str("  }\n");
    }
    text.push_str("}\n");
}

fn type_of(ty: Ty) -> &'static str {
    match ty {
        Ty::Text => "string",
        Ty::Number => "number",
        Ty::Truth => "bool",
        Ty::List => "list(string)",
        Ty::Map => "map(string)",
        Ty::Object => {
            "object({ name = string, size = optional(number, 2), tags = optional(map(string), {}) })"
        }
    }
}

fn write_repeat(text: &mut String, place: &Place<'_>, repeat: &Repeat) {
    match repeat {
        Repeat::Once => {}
        Repeat::Count(count) => put(text, 2, "count", &count.to_string()),
        Repeat::CountOf(value) => put(text, 2, "count", &place.text(value)),
        Repeat::Each(keys, false) => {
            let keys: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
            put(
                text,
                2,
                "for_each",
                &format!("toset([{}])", keys.join(", ")),
            );
        }
        Repeat::Each(keys, true) => {
            let parts: Vec<String> = keys
                .iter()
                .map(|key| format!("{key} = \"of-{key}\""))
                .collect();
            put(text, 2, "for_each", &format!("{{ {} }}", parts.join(", ")));
        }
        Repeat::EachOf(value) => put(text, 2, "for_each", &place.text(value)),
        Repeat::EachLike(id) => {
            let block = place.address(*id);
            let block = block.unwrap_or_else(|| "{}".to_owned());
            put(text, 2, "for_each", &block);
        }
    }
}

fn write_depends_on(text: &mut String, place: &Place<'_>, on: &[usize]) {
    let on: Vec<String> = on.iter().filter_map(|id| place.address(*id)).collect();
    if !on.is_empty() {
        put(text, 2, "depends_on", &format!("[{}]", on.join(", ")));
    }
}

fn write_resource(text: &mut String, outside: &Place<'_>, resource: &Resource) {
    let place = &Place {
        repeat: Some(&resource.repeat),
        ..*outside
    };
    writeln!(text, "resource \"terraform_data\" \"{}\" {{", resource.name).expect("a text");
    write_repeat(text, outside, &resource.repeat);
    if let Some((_, input)) = &resource.input {
        put(text, 2, "input", &place.text(input));
    }
    if let Some(triggers) = &resource.triggers {
        put(text, 2, "triggers_replace", &place.text(triggers));
    }
    write_depends_on(text, place, &resource.depends_on);
    write_lifecycle(text, place, &resource.lifecycle);
    if let Some(breaks) = resource.breaks {
        text.push_str("  provisioner \"local-exec\" {\n");
        put(
            text,
            4,
            "command",
            if breaks { "\"exit 1\"" } else { "\"true\"" },
        );
        text.push_str("  }\n");
    }
    text.push_str("}\n");
}

fn write_lifecycle(text: &mut String, place: &Place<'_>, lifecycle: &Lifecycle) {
    let mut inner = String::new();
    if let Some(on) = lifecycle.create_before_destroy {
        put(&mut inner, 4, "create_before_destroy", &on.to_string());
    }
    if lifecycle.prevent_destroy {
        put(&mut inner, 4, "prevent_destroy", "true");
    }
    if let Some(ignore) = &lifecycle.ignore {
        put(&mut inner, 4, "ignore_changes", ignore);
    }
    let by = lifecycle
        .replaced_by
        .iter()
        .filter_map(|(id, attribute)| place.trigger(*id, *attribute));
    let by: Vec<String> = by.collect();
    if !by.is_empty() {
        put(
            &mut inner,
            4,
            "replace_triggered_by",
            &format!("[{}]", by.join(", ")),
        );
    }
    for (kind, conditions) in [
        ("precondition", &lifecycle.before),
        ("postcondition", &lifecycle.after),
    ] {
        for condition in conditions {
            write_condition(&mut inner, place, kind, 4, condition);
        }
    }
    if !inner.is_empty() {
        write!(text, "  lifecycle {{\n{inner}  }}\n").expect("a text");
    }
}

fn write_condition(
    text: &mut String,
    place: &Place<'_>,
    kind: &str,
    indent: usize,
    condition: &Condition,
) {
    writeln!(text, "{:indent$}{kind} {{", "").expect("a text");
    put(text, indent + 2, "condition", &place.text(&condition.holds));
    put(
        text,
        indent + 2,
        "error_message",
        &place.text(&condition.message),
    );
    writeln!(text, "{:indent$}}}", "").expect("a text");
}

fn write_call(text: &mut String, outside: &Place<'_>, call: &Call) {
    let place = &Place {
        repeat: Some(&call.repeat),
        ..*outside
    };
    writeln!(text, "module \"{}\" {{", call.name).expect("a text");
    let is_root = std::ptr::eq(outside.module, &raw const outside.model.modules[0]);
    let up = if is_root { "./" } else { "../" };
    put(text, 2, "source", &format!("\"{up}m{}\"", call.module));
    write_repeat(text, outside, &call.repeat);
    let variables = &outside.model.modules[call.module].variables;
    for (id, value) in &call.values {
        if let Some(variable) = variables.iter().find(|variable| variable.id == *id) {
            put(text, 2, &variable.name, &place.text(value));
        }
    }
    write_depends_on(text, place, &call.depends_on);
    text.push_str("}\n");
}

fn write_remote(text: &mut String, place: &Place<'_>, remote: &Remote) {
    writeln!(
        text,
        "data \"terraform_remote_state\" \"{}\" {{",
        remote.name
    )
    .expect("a text");
    put(text, 2, "backend", "\"local\"");
    let config = format!("{{ path = \"other/{}.json\" }}", remote.name);
    put(text, 2, "config", &config);
    write_depends_on(text, place, &remote.depends_on);
    text.push_str("}\n");
}

fn write_output(text: &mut String, place: &Place<'_>, output: &Output) {
    writeln!(text, "output \"{}\" {{", output.name).expect("a text");
    put(text, 2, "value", &place.text(&output.value));
    if output.sensitive {
        put(text, 2, "sensitive", "true");
    }
    write_depends_on(text, place, &output.depends_on);
    if let Some(condition) = &output.before {
        write_condition(text, place, "precondition", 2, condition);
    }
    text.push_str("}\n");
}

fn write_check(text: &mut String, place: &Place<'_>, check: &Check) {
    writeln!(text, "check \"{}\" {{", check.name).expect("a text");
    for assert in &check.asserts {
        write_condition(text, place, "assert", 2, assert);
    }
    text.push_str("}\n");
}
