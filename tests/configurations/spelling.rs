//! Other spellings of the same configuration: files in JSON, and arguments that override files say.
//!
//! Files stand in the layout of the generator, a block or an argument on a line. One that does not, since a mistake was
//! put into it, stays as it is.

use super::case::Step;
use super::render::as_json;
use crate::common::random::Random;
use serde_json::{Map, Value as Json, json};
use std::fmt::Write as _;

/// Spells the files of a step otherwise. The same seed spells the files of all steps alike.
pub(super) fn spell(seed: u64, step: &mut Step) {
    let paths: Vec<String> = step.files.keys().cloned().collect();
    for path in paths {
        let mut random = Random(seed + u64::try_from(path.len()).unwrap_or_default());
        let Some(text) = step.files.get(&path).cloned() else {
            continue;
        };
        if path == "terraform.tfvars" && random.chance(50) {
            values(step, &text);
        } else if let Some(folder) = path.strip_suffix("main.tf")
            && let Some(parts) = read(&text)
        {
            step.files.remove(&path);
            let parts = overridden(&mut random, step, folder, parts);
            split(&mut random, step, folder, parts);
        }
    }
}

/// An argument or a block.
#[derive(Clone)]
enum Part {
    Argument(String, String),
    Block(Vec<String>, Vec<Part>),
}

/// The parts of a text; none where it is not in the layout of the generator.
fn read(text: &str) -> Option<Vec<Part>> {
    let mut lines = text.lines();
    let parts = body(&mut lines, false)?;
    lines.next().is_none().then_some(parts)
}

fn body(lines: &mut std::str::Lines<'_>, within: bool) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line == "}" {
            return within.then_some(parts);
        }
        if let Some((name, value)) = line.split_once(" = ") {
            parts.push(Part::Argument(name.to_owned(), value.to_owned()));
            continue;
        }
        let header = line.strip_suffix(" {")?;
        let words = header.split(' ').map(|word| word.trim_matches('"'));
        let words: Vec<String> = words.map(str::to_owned).collect();
        parts.push(Part::Block(words, body(lines, true)?));
    }
    (!within).then_some(parts)
}

/// The text of parts, in the layout of the generator.
fn written(parts: &[Part], indent: usize) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Argument(name, value) => {
                writeln!(text, "{:indent$}{name} = {value}", "").expect("a text");
            }
            Part::Block(words, inner) => {
                let labels = words.iter().skip(1).map(|label| format!(" {label:?}"));
                let labels: String = labels.collect();
                let kind = words.first().map_or("", String::as_str);
                writeln!(text, "{:indent$}{kind}{labels} {{", "").expect("a text");
                text.push_str(&written(inner, indent + 2));
                writeln!(text, "{:indent$}}}", "").expect("a text");
            }
        }
    }
    text
}

/// Writes the parts as one file or two, in either syntax.
fn split(random: &mut Random, step: &mut Step, folder: &str, parts: Vec<Part>) {
    let (first, second) = match random.below(4) {
        0 => (parts, Vec::new()),
        1 | 2 => parts.into_iter().partition(|_| random.chance(50)),
        _ => (Vec::new(), parts),
    };
    step.files
        .insert(format!("{folder}main.tf"), written(&first, 0));
    put(step, &format!("{folder}more.tf"), &second, true, random);
}

/// Adds a file, in JSON where that is wanted and can be.
fn put(step: &mut Step, path: &str, parts: &[Part], in_json: bool, random: &mut Random) {
    if parts.is_empty() {
        return;
    }
    let document = in_json.then(|| document(random, parts)).flatten();
    let (path, text) = match document {
        Some(document) => (
            format!("{path}.json"),
            serde_json::to_string_pretty(&document).expect("JSON") + "\n",
        ),
        None => (path.to_owned(), written(parts, 0)),
    };
    step.files.insert(path, text);
}

/// Leaves arguments of some blocks to override files, and says something else in their place.
fn overridden(
    random: &mut Random,
    step: &mut Step,
    folder: &str,
    mut parts: Vec<Part>,
) -> Vec<Part> {
    let (mut one, mut other) = (Vec::new(), Vec::new());
    for part in &mut parts {
        if !random.chance(25) {
            continue;
        }
        if let Some(part) = taken(random, part) {
            if random.chance(60) {
                one.push(part);
            } else {
                other.push(part);
            }
        }
    }
    let in_json = random.chance(40);
    put(step, &format!("{folder}override.tf"), &one, in_json, random);
    let path = format!("{folder}x_override.tf");
    put(step, &path, &other, !in_json, random);
    parts
}

/// A block that overrides one, with some of its arguments.
fn taken(random: &mut Random, part: &mut Part) -> Option<Part> {
    let Part::Block(words, inner) = part else {
        return None;
    };
    let kind = words.first()?.clone();
    if !matches!(
        kind.as_str(),
        "resource" | "variable" | "locals" | "output" | "module"
    ) {
        return None;
    }
    let mut said = Vec::new();
    for part in inner.iter_mut() {
        if !random.chance(50) {
            continue;
        }
        match part {
            Part::Argument(name, _) if matches!(name.as_str(), "depends_on" | "source") => {}
            Part::Argument(name, value) => {
                said.push(Part::Argument(name.clone(), value.clone()));
                if let Some(overridden) = otherwise(&kind, name, value) {
                    overridden.clone_into(value);
                }
            }
            Part::Block(words, _) if words.first().is_some_and(|word| word == "lifecycle") => {
                // Conditions cannot be overridden, and what Terraform ignores there is refused here.
                let is_argument = |part: &Part| match part {
                    Part::Argument(name, _) => name != "replace_triggered_by",
                    Part::Block(..) => false,
                };
                let with_conditions = random.chance(5);
                let mut own = part.clone();
                if let (Part::Block(_, inner), Part::Block(_, own)) = (part, &mut own) {
                    own.retain(|part| with_conditions || is_argument(part));
                    inner.retain(|part| !is_argument(part));
                }
                said.push(own);
            }
            Part::Block(..) => {}
        }
    }
    (!said.is_empty()).then(|| Part::Block(words.clone(), said))
}

/// What an argument says that is overridden; none where it has to be right all the same.
fn otherwise(kind: &str, name: &str, value: &str) -> Option<&'static str> {
    match (kind, name) {
        (_, "count") => Some("7"),
        (_, "for_each") => Some("toset([\"overridden\"])"),
        ("output", "sensitive") if value == "true" => Some("false"),
        ("output", "sensitive") if value == "false" => Some("true"),
        ("module" | "locals", _) | (_, "input" | "triggers_replace" | "value") => {
            Some("\"overridden\"")
        }
        _ => None,
    }
}

/// `terraform.tfvars` as JSON, if all of its values are literals.
fn values(step: &mut Step, text: &str) {
    let lines = text.lines().map(|line| {
        let (name, value) = line.split_once(" = ")?;
        Some((name.to_owned(), as_json(value)?))
    });
    if let Some(values) = lines.collect::<Option<Map<String, Json>>>() {
        step.files.remove("terraform.tfvars");
        let text = serde_json::to_string_pretty(&values).expect("JSON");
        step.files.insert("terraform.tfvars.json".to_owned(), text);
    }
}

/// The parts of a file as JSON; none where they do not fit.
fn document(random: &mut Random, parts: &[Part]) -> Option<Json> {
    let mut members = Map::new();
    if random.chance(30) {
        members.insert("//".to_owned(), json!("a remark"));
    }
    for part in parts {
        let Part::Block(words, inner) = part else {
            return None;
        };
        let body = members_of(random, words.first()?, inner)?;
        place(&mut members, words, body)?;
    }
    Some(Json::Object(members))
}

fn members_of(random: &mut Random, kind: &str, parts: &[Part]) -> Option<Json> {
    let mut members = Map::new();
    if random.chance(10) && kind != "locals" {
        members.insert("//".to_owned(), json!(["a", "remark"]));
    }
    for part in parts {
        match part {
            Part::Argument(name, value) => {
                let value = argument(random, kind, name, value)?;
                if members.insert(name.clone(), value).is_some() {
                    return None;
                }
            }
            Part::Block(words, inner) => {
                let body = members_of(random, words.first()?, inner)?;
                place(&mut members, words, body)?;
            }
        }
    }
    Some(Json::Object(members))
}

/// Puts the body of a block below its type and labels, behind others of the same.
fn place(members: &mut Map<String, Json>, words: &[String], body: Json) -> Option<()> {
    let (word, rest) = words.split_first()?;
    if let Some(_next) = rest.first() {
        let inner = members.entry(word.clone()).or_insert_with(|| json!({}));
        return place(inner.as_object_mut()?, rest, body);
    }
    match members.get_mut(word) {
        None => {
            members.insert(word.clone(), body);
        }
        Some(Json::Array(bodies)) => bodies.push(body),
        Some(first) => *first = json!([first.take(), body]),
    }
    Some(())
}

/// The value of an argument.
fn argument(random: &mut Random, kind: &str, name: &str, text: &str) -> Option<Json> {
    let is_address = matches!(kind, "moved" | "removed" | "import") && name != "id";
    match name {
        "default" if kind == "variable" => return as_json(text),
        "type" if kind == "variable" => return Some(json!(text)),
        "depends_on" | "ignore_changes" | "replace_triggered_by" if text.starts_with('[') => {
            let inner = text.strip_prefix('[')?.strip_suffix(']')?;
            let entries = inner.split(", ").filter(|entry| !entry.is_empty());
            return Some(entries.map(|entry| json!(entry)).collect());
        }
        "ignore_changes" => return Some(json!(text)),
        _ if is_address => return Some(json!(text)),
        _ => {}
    }
    let plain = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    if let Some(plain) = plain.filter(|plain| !plain.contains(['"', '$', '\\', '%'])) {
        return Some(json!(plain));
    }
    let is_literal = text == "true" || text == "false" || text.parse::<u32>().is_ok();
    let must_be = matches!(
        name,
        "create_before_destroy" | "prevent_destroy" | "sensitive" | "nullable" | "destroy"
    );
    if is_literal && (must_be || random.chance(70)) {
        return serde_json::from_str(text).ok();
    }
    Some(json!(format!("${{{text}}}")))
}
