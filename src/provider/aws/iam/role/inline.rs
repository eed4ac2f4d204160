//! The `inline_policy` blocks of a role: all its inline policies, told where the role itself says what it is granted.
//!
//! No block leaves the role's inline policies alone. One empty block says that there are none
//! (documentation of the provider's `aws_iam_role`).

use crate::policy;
use crate::provider::aws::object::text;
use crate::provider::aws::validate::Checks;
use crate::schema::is_given;
use crate::value::{Kind, Type, Value};
use std::collections::BTreeMap;

/// Documents by name.
pub(super) type Documents = BTreeMap<String, String>;

/// The policies that the blocks of an object say; `None` when it has no blocks, or not all of them are known.
pub(super) fn documents(object: &Value) -> Option<Documents> {
    let blocks = object
        .get("inline_policy")
        .filter(|b| b.is_wholly_known())?;
    let blocks = blocks.as_elements().filter(|blocks| !blocks.is_empty())?;
    let named = blocks.iter().filter_map(|block| {
        let document = text(block, "policy").unwrap_or_default();
        Some((text(block, "name")?.to_owned(), document.to_owned()))
    });
    Some(named.collect())
}

/// Whether two sets of policies say the same: the same names, and documents of the same meaning.
pub(super) fn same(one: &Documents, other: &Documents) -> bool {
    one.len() == other.len()
        && one.iter().all(|(name, document)| {
            let found = other.get(name);
            found.is_some_and(|found| policy::equivalent(found, document))
        })
}

/// The blocks that are planned: those written, in the words of the existing ones where all mean the same.
pub(super) fn planned(config: &Value, prior: Option<&Value>) -> Value {
    let written = config.get("inline_policy").cloned();
    let written = written.unwrap_or_else(|| blocks(&Documents::new()));
    let existing = prior.and_then(|prior| prior.get("inline_policy"));
    let none = written.as_elements().is_some_and(<[Value]>::is_empty);
    match (existing, documents(config), prior.and_then(documents)) {
        (Some(existing), _, _) if none => existing.clone(),
        (Some(existing), Some(wanted), Some(there)) if same(&wanted, &there) => existing.clone(),
        _ => written,
    }
}

/// The blocks of live policies, in the words of recorded or planned ones that mean the same.
pub(super) fn seen(live: &Documents, spelled: &Value) -> Value {
    let words = documents(spelled).unwrap_or_default();
    if same(live, &words)
        && let Some(blocks) = spelled.get("inline_policy")
    {
        return blocks.without_marks();
    }
    let live = live.iter().map(|(name, document)| {
        let word = words.get(name);
        let word = word.filter(|word| policy::equivalent(word, document));
        (name.clone(), word.unwrap_or(document).clone())
    });
    blocks(&live.collect())
}

/// Policies as blocks.
pub(super) fn blocks(policies: &Documents) -> Value {
    let block = Type::object([("name", Type::String), ("policy", Type::String)]);
    let elements = policies.iter().map(|(name, document)| {
        Value::object_of([
            ("name", Value::string(name.as_str())),
            ("policy", Value::string(document.as_str())),
        ])
    });
    Value::set(block, elements.collect())
}

/// Checks the blocks of a configuration.
pub(super) fn check(checks: &mut Checks<'_>, config: &Value) {
    let blocks = config.get("inline_policy").and_then(Value::as_elements);
    for block in blocks.unwrap_or_default() {
        let said = is_given(block, "name").zip(is_given(block, "policy"));
        if said.is_some_and(|(name, policy)| name != policy) {
            checks.problem(
                "inline_policy",
                "Incomplete inline policy".to_owned(),
                "An `inline_policy` block has a `name` and a `policy`. One block without either says that the role has no inline policies.",
            );
        }
        let mut inner = Checks::of(block);
        inner
            .length("name", 1..=128)
            .iam_name("name")
            .policy("policy");
        for problem in inner.found() {
            checks.problem("inline_policy", problem.summary, problem.detail);
        }
    }
    if let Some(Kind::Set(_, blocks)) = config.get("inline_policy").map(|blocks| &blocks.kind) {
        twice(checks, blocks.iter());
    }
}

fn twice<'v>(checks: &mut Checks<'_>, blocks: impl Iterator<Item = &'v Value>) {
    let mut names: Vec<&str> = blocks.filter_map(|block| text(block, "name")).collect();
    names.sort_unstable();
    let pairs = names.windows(2);
    for name in pairs.filter_map(|pair| match pair {
        [one, other] if one == other => Some(*one),
        _ => None,
    }) {
        checks.problem(
            "inline_policy",
            "Duplicate inline policy".to_owned(),
            format!("Two `inline_policy` blocks have the name `{name}`; a role has one policy of a name."),
        );
    }
}
