//! Strategic merge patch: a merge patch that knows which lists merge and by what, with `$patch` directives.
//!
//! Its rules are the Go types' own (`patchStrategy`), which are not those of server-side apply: `secrets`,
//! `ownerReferences`, `finalizers` and conditions merge, `imagePullSecrets` is replaced.

use serde_json::{Map, Value};

use super::status::Refusal;

const DIRECTIVE: &str = "$patch";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ORDER: &str = "$setElementOrder/";
const RETAIN: &str = "$retainKeys";

/// Applies a strategic merge patch.
pub(super) fn strategic_patch(target: &mut Value, patch: &Value) -> Result<(), Refusal> {
    let Value::Object(patch) = patch else {
        return Err(Refusal::bad_request("invalid JSON patch"));
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    match target.as_object_mut() {
        Some(members) => patch_members(members, patch),
        None => Ok(()),
    }
}

/// How the items of a list are told apart when it merges.
enum Merging {
    ByMember(&'static str),
    ByValue,
}

fn merging(list: &str) -> Option<Merging> {
    match list {
        "secrets" => Some(Merging::ByMember("name")),
        "ownerReferences" => Some(Merging::ByMember("uid")),
        "conditions" => Some(Merging::ByMember("type")),
        "finalizers" => Some(Merging::ByValue),
        _ => None,
    }
}

fn patch_members(
    target: &mut Map<String, Value>,
    patch: &Map<String, Value>,
) -> Result<(), Refusal> {
    match patch.get(DIRECTIVE).and_then(Value::as_str) {
        Some("replace") => {
            *target = without_directives(patch);
            return Ok(());
        }
        Some("delete") => {
            target.clear();
            return Ok(());
        }
        _ => {}
    }
    for (name, value) in patch {
        if let Some(list) = name.strip_prefix(DELETE_FROM) {
            if let Some(Value::Array(items)) = target.get_mut(list) {
                let gone = value.as_array().cloned().unwrap_or_default();
                items.retain(|item| !gone.contains(item));
            }
        } else if !is_directive(name) {
            patch_member(target, name, value)?;
        }
    }
    Ok(())
}

fn patch_member(target: &mut Map<String, Value>, name: &str, value: &Value) -> Result<(), Refusal> {
    match (value, merging(name)) {
        (Value::Null, _) => {
            target.shift_remove(name);
        }
        (Value::Object(patch), _) => {
            let empty = || Value::Object(Map::new());
            let member = target.entry(name).or_insert_with(empty);
            if !member.is_object() {
                *member = empty();
            }
            if let Some(members) = member.as_object_mut() {
                patch_members(members, patch)?;
            }
        }
        (Value::Array(patch), Some(merging)) => {
            let live = target
                .get(name)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            target.insert(name.to_owned(), merge_items(&live, patch, &merging)?.into());
        }
        _ => {
            target.insert(name.to_owned(), value.clone());
        }
    }
    Ok(())
}

fn merge_items(live: &[Value], patch: &[Value], merging: &Merging) -> Result<Vec<Value>, Refusal> {
    if patch
        .iter()
        .any(|item| item.get(DIRECTIVE) == Some(&Value::from("replace")))
    {
        let items = patch.iter().filter(|item| item.get(DIRECTIVE).is_none());
        return Ok(items.cloned().collect());
    }
    let mut live: Vec<Value> = live.to_vec();
    let mut patched = Vec::new();
    for item in patch {
        let identity = identity(item, merging)?;
        if item.get(DIRECTIVE) == Some(&Value::from("delete")) {
            live.retain(|other| !is_same(other, &identity, merging));
            continue;
        }
        let same = live
            .iter()
            .position(|other| is_same(other, &identity, merging));
        let mut merged = same
            .and_then(|at| live.get(at))
            .cloned()
            .unwrap_or_else(|| item.clone());
        if let (Value::Object(merged), Value::Object(item)) = (&mut merged, item) {
            patch_members(merged, item)?;
        }
        patched.push((same, merged));
    }
    Ok(in_order(&live, patched))
}

/// Patched items in the patch's order, untouched ones in the live order; where both are known the live order decides,
/// and an item that is new comes before untouched ones.
fn in_order(live: &[Value], patched: Vec<(Option<usize>, Value)>) -> Vec<Value> {
    let touched: Vec<usize> = patched.iter().filter_map(|(at, _)| *at).collect();
    let untouched = live
        .iter()
        .enumerate()
        .filter(|(at, _)| !touched.contains(at));
    let mut untouched = untouched.peekable();
    let mut items = Vec::new();
    for (at, value) in patched {
        while let Some((_, earlier)) =
            untouched.next_if(|(other, _)| at.is_some_and(|at| *other < at))
        {
            items.push(earlier.clone());
        }
        items.push(value);
    }
    items.extend(untouched.map(|(_, value)| value.clone()));
    items
}

fn identity(item: &Value, merging: &Merging) -> Result<Value, Refusal> {
    match merging {
        Merging::ByValue => Ok(item.clone()),
        Merging::ByMember(key) => item.get(*key).cloned().ok_or_else(|| {
            let shown = super::typed::print_go(item);
            Refusal::internal(format!(
                "map: {shown} does not contain declared merge key: {key}"
            ))
        }),
    }
}

fn is_same(item: &Value, identity: &Value, merging: &Merging) -> bool {
    match merging {
        Merging::ByValue => item == identity,
        Merging::ByMember(key) => item.get(*key) == Some(identity),
    }
}

fn is_directive(name: &str) -> bool {
    name == DIRECTIVE || name == RETAIN || name.starts_with(ORDER)
}

fn without_directives(patch: &Map<String, Value>) -> Map<String, Value> {
    let members = patch
        .iter()
        .filter(|(name, _)| !is_directive(name) && !name.starts_with(DELETE_FROM));
    members
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
