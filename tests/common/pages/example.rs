//! Examples as whole configurations: what they refer to is declared, and the files they read exist.

use std::collections::BTreeSet;

use regex::Regex;
use trustform::address::ResourceMode;
use trustform::provider::registry::Registry;
use trustform::schema::Schemas as _;

use super::manual::Manual;
use super::render::examples;
use super::{Page, folder};
use crate::common::project::Project;

/// What is wrong with the examples of a page, as `validate` says it.
pub fn problems(page: &Page, manuals: &[Manual]) -> Option<String> {
    let manual = page.manual(manuals)?;
    let example = examples(page, manual).join("\n\n");
    let whole = completed(&example, manuals);
    let project = Project::of(&whole);
    for file in captures(r#"\bfile\("([^"$]+)"\)"#, &whole) {
        project.write(&file, "{}");
    }
    let ran = project.run(&["validate"]);
    (ran.code != 0).then(|| {
        let place = format!("{}/{}", folder(page.mode), page.entry.name);
        format!("the example of {place} is not valid:\n{whole}\n{ran}")
    })
}

/// An example with declarations of what it refers to, taken from the examples of those types.
fn completed(example: &str, manuals: &[Manual]) -> String {
    let mut whole = example.to_owned();
    let mut seen = BTreeSet::new();
    while let Some((mode, name, label)) = undeclared(&whole).into_iter().find(|u| !seen.contains(u))
    {
        if let Some(block) = block(mode, &name, &label, manuals) {
            whole = format!("{whole}\n\n{block}");
        }
        seen.insert((mode, name, label));
    }
    let variables: BTreeSet<String> = captures(r"\bvar\.(\w+)", &whole).into_iter().collect();
    for variable in variables {
        whole = format!("{whole}\n\nvariable \"{variable}\" {{}}");
    }
    whole
}

/// The types and labels that a configuration refers to and does not declare.
fn undeclared(configuration: &str) -> Vec<(ResourceMode, String, String)> {
    let pattern = Regex::new(r"(^|[^\w.])(data\.|ephemeral\.)?([a-z]\w+)\.([a-zA-Z_][\w-]*)")
        .expect("a pattern");
    let mut found = Vec::new();
    for captures in pattern.captures_iter(configuration) {
        let mode = match captures.get(2).map(|found| found.as_str()) {
            Some("data.") => ResourceMode::Data,
            Some(_) => ResourceMode::Ephemeral,
            None => ResourceMode::Managed,
        };
        let (name, label) = (captures[3].to_owned(), captures[4].to_owned());
        let declaration = format!("{} \"{name}\" \"{label}\"", mode.block_type());
        if Registry.find(mode, &name).is_some() && !configuration.contains(&declaration) {
            found.push((mode, name, label));
        }
    }
    found
}

/// The block of a type from its own example, under another label.
fn block(mode: ResourceMode, name: &str, label: &str, manuals: &[Manual]) -> Option<String> {
    let pattern = format!(
        r#"(?ms)^{} "{name}" "[^"]+" (\{{\}}$|\{{\n.*?^\}})"#,
        mode.block_type()
    );
    let pattern = Regex::new(&pattern).expect("a pattern");
    let blocks = manuals.iter().flat_map(|manual| &manual.examples);
    blocks.into_iter().find_map(|example| {
        let body = pattern.captures(example)?[1].to_owned();
        let keyword = mode.block_type();
        Some(format!("{keyword} \"{name}\" \"{label}\" {body}"))
    })
}

fn captures(pattern: &str, text: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).expect("a pattern");
    let found = pattern.captures_iter(text);
    found.map(|captures| captures[1].to_owned()).collect()
}
