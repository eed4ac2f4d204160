//! The page of a type, from its manual and its schema.

use std::fmt::Write as _;

use trustform::address::ResourceMode;
use trustform::schema::{Attribute, Block, NestedBlock, Nesting, Presence, TypeEntry};

use super::manual::{Manual, capitalised};
use super::{MODES, Page, folder};

/// The page of a type in Markdown.
pub fn page(page: &Page, manual: &Manual) -> String {
    let mut text = format!(
        "<!-- Made from {}; after a change there: `cargo cases pages -- --update`. -->\n\n# {}\n",
        manual.file,
        title(page)
    );
    for paragraph in &manual.text {
        section(&mut text, paragraph);
    }
    if !page.aliases.is_empty() {
        let aliases: Vec<String> = page.aliases.iter().map(|a| format!("`{a}`")).collect();
        let sentence = format!("{} is another name of the same type.", aliases.join(", "));
        section(&mut text, &sentence);
    }
    section(&mut text, "## Example");
    for example in examples(page, manual) {
        section(&mut text, &format!("```hcl\n{example}\n```"));
    }
    arguments(&mut text, &page.entry);
    attributes(&mut text, &page.entry.schema.block);
    import(&mut text, page, manual);
    if let Some(calls) = &manual.calls {
        section(&mut text, &format!("## Calls\n\n{calls}"));
    }
    text
}

/// The examples of a manual that show a type.
pub fn examples(page: &Page, manual: &Manual) -> Vec<String> {
    let opening = format!("{} \"{}\" \"", page.mode.block_type(), page.entry.name);
    let shows = |example: &&String| example.contains(&opening);
    manual.examples.iter().filter(shows).cloned().collect()
}

/// The index of all pages, by provider.
pub fn index(pages: &[Page]) -> String {
    let mut text = String::from(
        "<!-- Made by `cargo cases pages -- --update`. -->\n\n# Resource, data and ephemeral types\n\nEvery type that is built in. The \
         versions that they follow stand in [providers](../providers.md).\n",
    );
    let mut providers: Vec<&str> = pages.iter().map(|page| page.entry.provider).collect();
    providers.sort_unstable();
    providers.dedup();
    for provider in providers {
        section(&mut text, &format!("## `{provider}`\n"));
        for mode in MODES {
            let of = |page: &&Page| page.mode == mode && page.entry.provider == provider;
            for page in pages.iter().filter(of) {
                let _ = writeln!(text, "{}", line(page));
            }
        }
    }
    text
}

fn line(page: &Page) -> String {
    let aliases: Vec<String> = page.aliases.iter().map(|a| format!(", `{a}`")).collect();
    let aliases = aliases.concat();
    let description = page.entry.schema.description;
    format!(
        "- [{}](../{}/{}.md){aliases}: {description}",
        title(page),
        folder(page.mode),
        page.entry.name
    )
}

fn title(page: &Page) -> String {
    match page.mode {
        ResourceMode::Managed => format!("`{}`", page.entry.name),
        ResourceMode::Data | ResourceMode::Ephemeral => {
            format!("`{} \"{}\"`", page.mode.block_type(), page.entry.name)
        }
    }
}

fn section(text: &mut String, paragraph: &str) {
    let _ = writeln!(text, "\n{paragraph}");
}

/// What may be written: the arguments, and the blocks with theirs.
fn arguments(text: &mut String, entry: &TypeEntry) {
    section(text, "## Arguments\n");
    let block = &entry.schema.block;
    if written(block).is_empty() && block.blocks.is_empty() {
        text.push_str("None.\n");
    }
    list(text, &written(block));
    mention(text, block, "");
    let mut later = Vec::new();
    for nested in &block.blocks {
        blocks(nested, nested.name, &mut later);
    }
    for (heading, nested) in later {
        nested_block(text, &heading, nested);
    }
}

/// A block and those in it, with the dotted names under which they are shown.
fn blocks<'a>(nested: &'a NestedBlock, heading: &str, found: &mut Vec<(String, &'a NestedBlock)>) {
    found.push((heading.to_owned(), nested));
    for inner in &nested.block.blocks {
        blocks(inner, &format!("{heading}.{}", inner.name), found);
    }
}

fn nested_block(text: &mut String, heading: &str, nested: &NestedBlock) {
    let description = nested.description;
    let gap = if description.is_empty() { "" } else { " " };
    section(
        text,
        &format!(
            "### `{heading}`\n\n{}{gap}{description}\n",
            occurrence(nested)
        ),
    );
    list(text, &written(&nested.block));
    mention(text, &nested.block, heading);
    for attribute in given(&nested.block) {
        let _ = writeln!(text, "{} Given by the provider.", item(attribute));
    }
}

/// Names the blocks of a block, which is shown under `heading`, and leads to where they are shown.
fn mention(text: &mut String, block: &Block, heading: &str) {
    for inner in &block.blocks {
        let anchor = format!("{heading}{}", inner.name).replace('.', "");
        let required = if inner.min > 0 { ", required" } else { "" };
        let _ = writeln!(text, "- `{}` ([block](#{anchor}){required})", inner.name);
    }
}

/// How often a block may stand.
fn occurrence(nested: &NestedBlock) -> String {
    let most = match (nested.nesting, nested.max) {
        (Nesting::Single, _) => 1,
        (Nesting::List | Nesting::Set, max) => max,
    };
    match (nested.min, most) {
        (0, 0) => "Any number of blocks.".to_owned(),
        (0, 1) => "At most one block.".to_owned(),
        (1, 1) => "One block, required.".to_owned(),
        (least, 0) => format!("At least {least} of the block."),
        (least, most) => format!("{least} to {most} of the block."),
    }
}

/// What the provider alone gives, of the top.
fn attributes(text: &mut String, block: &Block) {
    let given = given(block);
    if !given.is_empty() {
        section(text, "## Attributes\n\nBeside the arguments:\n");
        list(text, &given);
    }
}

fn import(text: &mut String, page: &Page, manual: &Manual) {
    let Some(how) = manual
        .import
        .as_ref()
        .filter(|_| page.mode == ResourceMode::Managed)
    else {
        return;
    };
    section(text, &format!("## Import\n\n{}", capitalised(how)));
    let Some(id) = how.split('`').nth(1) else {
        return;
    };
    let example = examples(page, manual).join("\n");
    let opening = format!("resource \"{}\" \"", page.entry.name);
    let label = example.split(&opening).nth(1);
    let label = label.and_then(|rest| rest.split('"').next());
    let to = format!("{}.{}", page.entry.name, label.unwrap_or("example"));
    section(
        text,
        &format!("```hcl\nimport {{\n  to = {to}\n  id = {id:?}\n}}\n```"),
    );
}

fn written(block: &Block) -> Vec<&Attribute> {
    let attributes = block.attributes.iter();
    let mut written: Vec<&Attribute> = attributes
        .filter(|attribute| attribute.presence != Presence::Computed)
        .collect();
    written.sort_by_key(|attribute| (attribute.presence != Presence::Required, attribute.name));
    written
}

fn given(block: &Block) -> Vec<&Attribute> {
    let attributes = block.attributes.iter();
    attributes
        .filter(|attribute| attribute.presence == Presence::Computed)
        .collect()
}

fn list(text: &mut String, attributes: &[&Attribute]) {
    for attribute in attributes {
        let _ = writeln!(text, "{}", item(attribute));
    }
}

/// One attribute: its name, its type and what it is, the consequences of a change.
fn item(attribute: &Attribute) -> String {
    let mut traits = vec![spaced(&attribute.ty.to_string())];
    match attribute.presence {
        Presence::Required => traits.push("required".to_owned()),
        Presence::OptionalComputed => traits.push("else given by the provider".to_owned()),
        Presence::Optional | Presence::Computed => {}
    }
    if attribute.requires_replacement {
        traits.push("another value makes a new object".to_owned());
    }
    if attribute.sensitive {
        traits.push("sensitive".to_owned());
    }
    format!(
        "- `{}` ({}): {}",
        attribute.name,
        traits.join("; "),
        attribute.description
    )
}

/// A type as people write it.
fn spaced(ty: &str) -> String {
    ty.replace('=', " = ")
}
