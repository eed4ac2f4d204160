//! Results as goldens hold them: without what differs from run to run, and without the wording of views.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

use crate::common::project::Ran;

static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").expect("a pattern")
});

/// A line of progress that says that an operation begins.
static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
    let verbs = "Creat|Updat|Modif|Delet|Destroy|Read|Adopt|Import|Forget";
    Regex::new(&format!(
        r"^(?<address>\S.*?): (?<verb>{verbs})[a-z]*(?<rest>.*)\.\.\."
    ))
    .expect("a pattern")
});

/// The changes of a plan's JSON: a sign and an address a line, then the counts.
pub fn plan(plan: &Json) -> String {
    let mut text = String::new();
    let (mut add, mut change, mut destroy) = (0, 0, 0);
    for (address, actions) in changes(plan) {
        let has = |action: &str| actions.iter().any(|a| a == action);
        add += usize::from(has("create"));
        change += usize::from(has("update"));
        destroy += usize::from(has("delete"));
        writeln!(text, "{:>3} {address}", sign(&actions)).expect("text");
    }
    for (name, actions) in output_changes(plan) {
        writeln!(text, "{:>3} output.{name}", sign(&actions)).expect("text");
    }
    writeln!(
        text,
        "{add} to add, {change} to change, {destroy} to destroy"
    )
    .expect("text");
    text
}

/// The changes of resources in a plan's JSON, by address, those that do nothing left out.
pub fn changes(plan: &Json) -> BTreeMap<String, Vec<String>> {
    let changes = plan.get("resource_changes").and_then(Json::as_array);
    let named = changes.into_iter().flatten().map(|change| {
        let address = text_of(change, "address");
        let deposed = change.get("deposed").and_then(Json::as_str);
        let address = match deposed {
            Some(_) => format!("{address} (deposed)"),
            None => address,
        };
        let found = (address, actions(change.get("change")));
        (found, provenance(change))
    });
    named
        .filter(|((_, actions), provenance)| *actions != ["no-op"] || !provenance.is_empty())
        .map(|((address, actions), provenance)| (address + &provenance, actions))
        .collect()
}

/// Where an object that stands in the plan under an address was before: at another address, or in no state at all.
fn provenance(change: &Json) -> String {
    let moved = change.get("previous_address").and_then(Json::as_str);
    let imported = change
        .pointer("/change/importing/id")
        .and_then(Json::as_str);
    let moved = moved.map(|from| format!(" (moved from {from})"));
    let imported = imported.map(|id| format!(" (imported from {id})"));
    moved.into_iter().chain(imported).collect()
}

/// The changes of outputs in a plan's JSON, those that do nothing left out.
pub fn output_changes(plan: &Json) -> BTreeMap<String, Vec<String>> {
    let changes = plan.get("output_changes").and_then(Json::as_object);
    let named = changes
        .into_iter()
        .flatten()
        .map(|(name, change)| (name.clone(), actions(Some(change))));
    named.filter(|(_, actions)| *actions != ["no-op"]).collect()
}

fn actions(change: Option<&Json>) -> Vec<String> {
    let actions = change.and_then(|change| change.get("actions")?.as_array());
    actions
        .into_iter()
        .flatten()
        .filter_map(|action| Some(action.as_str()?.to_owned()))
        .collect()
}

fn text_of(json: &Json, name: &str) -> String {
    json.get(name)
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn sign(actions: &[String]) -> &'static str {
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    match actions.as_slice() {
        ["create"] => "+",
        ["update"] => "~",
        ["delete"] => "-",
        ["read"] => "<=",
        ["forget"] => ".",
        ["delete", "create"] => "-/+",
        ["create", "delete"] => "+/-",
        ["no-op"] => "",
        _ => "?",
    }
}

/// The operations of an apply, in the order in which they began.
pub fn operations(applied: &Ran) -> String {
    let mut text = String::new();
    for line in applied.stdout.lines().chain(applied.stderr.lines()) {
        if let Some(found) = BEGINS.captures(line) {
            let verb = match &found["verb"] {
                "Creat" => "create",
                "Updat" | "Modif" => "update",
                "Delet" | "Destroy" => "delete",
                "Read" => "read",
                "Adopt" | "Import" => "import",
                _ => "forget",
            };
            let rest = &found["rest"].to_lowercase();
            let deposed = rest.contains("deposed") || found["address"].contains("(deposed");
            let address = found["address"].split(" (").next().unwrap_or_default();
            let object = if deposed { " (deposed)" } else { "" };
            writeln!(text, "{verb} {address}{object}").expect("text");
        }
    }
    text
}

/// A state with its identifiers numbered; empty when there is none.
pub fn state(mut state: Json) -> String {
    let Some(members) = state.as_object_mut() else {
        return String::new();
    };
    members.insert("lineage".to_owned(), Json::from("(lineage)"));
    let text = serde_json::to_string_pretty(&state).expect("JSON");
    numbered(&text) + "\n"
}

/// A text with identifiers replaced by numbers in the order of their first appearance.
pub fn numbered(text: &str) -> String {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let number = |found: &regex::Captures<'_>| {
        let next = seen.len() + 1;
        format!("(id {})", seen.entry(found[0].to_owned()).or_insert(next))
    };
    IDENTIFIER.replace_all(text, number).into_owned()
}

/// Printed text without what differs from run to run.
pub fn text(text: &str) -> String {
    numbered(text)
}

/// What a run that failed, or that warned, said.
pub fn errors(ran: &Ran) -> String {
    let said = ran.stderr.contains("error[") || ran.stderr.contains("warning[");
    if !said && ran.code == 0 {
        return String::new();
    }
    let lines = ran.stderr.lines().filter(|line| {
        !BEGINS.is_match(line)
            && !line.contains(" complete after ")
            && !line.contains(" errored after ")
    });
    let text: Vec<&str> = lines.map(str::trim_end).collect();
    numbered(text.join("\n").trim()) + "\n"
}

/// How a result differs from its golden.
pub fn difference(name: &str, expected: Option<&str>, found: Option<&String>) -> String {
    let expected = expected.unwrap_or_default();
    let found = found.map_or("", String::as_str);
    let diff = similar::TextDiff::from_lines(expected, found);
    format!("{}", diff.unified_diff().header(name, "what came of it"))
}
