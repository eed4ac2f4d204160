//! JSON documents of both tools, compared member by member.

use libtest_mimic::Failed;
use serde_json::Value as Json;

/// A plan without what is free to differ.
///
/// The time is chance, and so is Terraform's order of modules. Terraform evaluates the outputs of the prior state anew;
/// ours are as recorded.
pub fn comparable_plan(mut plan: Json) -> Json {
    if let Some(members) = plan.as_object_mut() {
        members.remove("timestamp");
        // Terraform lists some several times, in no order that one could rely on.
        if let Some(Json::Array(relevant)) = members.get_mut("relevant_attributes") {
            relevant.sort_by_key(|attribute| sorted(attribute).to_string());
            relevant.dedup();
        }
    }
    if let Some(Json::Object(values)) = plan.pointer_mut("/prior_state/values") {
        values.remove("outputs");
    }
    let nothing = serde_json::json!({ "root_module": {} });
    if plan.pointer("/prior_state/values") == Some(&nothing)
        && let Some(members) = plan.as_object_mut()
    {
        members.remove("prior_state");
    }
    sort_modules(&mut plan);
    plan
}

/// A state without the members that are free to differ, in an order of its own; null when it holds nothing.
pub fn comparable_state(mut state: Json) -> Json {
    // Terraform writes a state of nothing where we write none.
    let is_empty = |name| {
        state.get(name).is_none_or(|part: &Json| {
            part.as_array().is_none_or(Vec::is_empty)
                && part.as_object().is_none_or(serde_json::Map::is_empty)
        })
    };
    if is_empty("resources") && is_empty("outputs") {
        return Json::Null;
    }
    let Some(members) = state.as_object_mut() else {
        return Json::Null;
    };
    for name in ["serial", "lineage", "check_results", "terraform_version"] {
        members.remove(name);
    }
    if let Some(resources) = members.get_mut("resources").and_then(Json::as_array_mut) {
        for resource in resources.iter_mut() {
            if let Some(instances) = resource.get_mut("instances").and_then(Json::as_array_mut) {
                instances.sort_by_key(|instance| {
                    let deposed = instance.get("deposed").is_some();
                    (instance.get("index_key").map(Json::to_string), deposed)
                });
            }
        }
        resources.sort_by_key(|resource| {
            ["module", "mode", "type", "name"].map(|name| resource.get(name).map(Json::to_string))
        });
    }
    sorted(&state)
}

/// The document with the members of every object sorted.
pub fn sorted(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            names
                .iter()
                .map(|name| ((*name).clone(), sorted(&members[*name])))
                .collect()
        }
        Json::Array(elements) => elements.iter().map(sorted).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json.clone(),
    }
}

/// Puts objects of one instance that were set aside into an order of their own: they stand in that of their keys, which are
/// chance.
pub fn sort_set_aside(json: &mut Json) {
    match json {
        Json::Array(elements) => {
            elements.iter_mut().for_each(sort_set_aside);
            let is_set_aside = |one: &Json| {
                ["deposed", "deposed_key"]
                    .iter()
                    .any(|key| one.get(key).is_some())
            };
            for run in elements.chunk_by_mut(|one, other| is_set_aside(one) && is_set_aside(other))
            {
                run.sort_by_key(|one| sorted(one).to_string());
            }
        }
        Json::Object(members) => members.values_mut().for_each(sort_set_aside),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn sort_modules(json: &mut Json) {
    match json {
        Json::Object(members) => {
            if let Some(Json::Array(modules)) = members.get_mut("child_modules") {
                modules.sort_by_key(|module| module["address"].to_string());
            }
            members.values_mut().for_each(sort_modules);
        }
        Json::Array(elements) => elements.iter_mut().for_each(sort_modules),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Every place where two documents differ.
pub fn differences(theirs: &Json, ours: &Json) -> Vec<String> {
    let mut found = Vec::new();
    collect("", theirs, ours, &mut found);
    found
}

/// Fails with every place where two documents differ.
pub fn compare(theirs: &Json, ours: &Json) -> Result<(), Failed> {
    let found = differences(theirs, ours);
    if found.is_empty() {
        Ok(())
    } else {
        Err(Failed::from(found.join("\n")))
    }
}

/// Notes where two documents differ.
fn collect(path: &str, theirs: &Json, ours: &Json, found: &mut Vec<String>) {
    match (theirs, ours) {
        (Json::Object(one), Json::Object(other)) => {
            let missing = other.keys().filter(|name| !one.contains_key(*name));
            for name in one.keys().chain(missing) {
                let part = |side: &serde_json::Map<String, Json>| side.get(name).cloned();
                match (part(one), part(other)) {
                    (Some(one), Some(other)) => {
                        collect(&format!("{path}/{name}"), &one, &other, found);
                    }
                    (one, other) => {
                        let told = |part: Option<Json>| {
                            part.map_or("nothing".to_owned(), |part| part.to_string())
                        };
                        let (one, other) = (told(one), told(other));
                        found.push(format!(
                            "{path}/{name}: Terraform has {one}, trustform {other}"
                        ));
                    }
                }
            }
        }
        (Json::Array(one), Json::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                collect(&format!("{path}/{index}"), one, other, found);
            }
        }
        _ if theirs == ours => {}
        _ => found.push(format!("{path}: Terraform has {theirs}, trustform {ours}")),
    }
}
