//! What goes away: the part of a comment that is never cut. When there are too many to name one by one, those of one
//! block stand together, then those of one type; each is counted, whatever happens.

use super::text::code;
use crate::address::InstanceKey;
use crate::plan::{Action, Change};
use crate::review::display::display_address;
use std::collections::BTreeMap;

/// Whether an object goes away, or from the state.
pub(super) fn is_loss(change: &Change) -> bool {
    change.action.destroys() || change.action == Action::Forget
}

/// The list, with as much detail as fits into so many bytes. The last form is taken even if it does not.
pub(super) fn losses(changes: &[&Change], room: usize) -> String {
    let forms: [fn(&[&Change]) -> String; 4] = [one_by_one, by_block, block_counts, type_counts];
    let mut text = String::new();
    for form in forms {
        text = form(changes);
        if text.len() <= room {
            return text;
        }
    }
    if text.len() > room {
        totals(changes)
    } else {
        text
    }
}

/// What is done, in a word.
fn word(change: &Change) -> &'static str {
    match change.action {
        Action::Replace(_) => "replace",
        Action::Forget => "forget",
        Action::NoOp | Action::Create | Action::Read | Action::Update | Action::Delete => "destroy",
    }
}

fn one_by_one(changes: &[&Change]) -> String {
    let line = |change: &&Change| {
        let mut name = display_address(&change.address);
        if let Some(key) = &change.deposed {
            name.extend([format!(" (deposed object {key})")]);
        }
        let paths: Vec<String> = change
            .replace_paths
            .iter()
            .map(|path| code(&path.to_string()))
            .collect();
        let because = if paths.is_empty() || !matches!(change.action, Action::Replace(_)) {
            String::new()
        } else {
            format!(", because of {}", paths.join(", "))
        };
        format!("- **{}** {}{because}\n", word(change), code(&name))
    };
    changes.iter().map(line).collect()
}

/// The instances of each block, by what is done to them.
fn blocks<'a>(changes: &[&'a Change]) -> BTreeMap<(&'static str, String), Vec<&'a InstanceKey>> {
    let mut blocks: BTreeMap<_, Vec<&InstanceKey>> = BTreeMap::new();
    for change in changes {
        let block = crate::address::InstanceAddress {
            key: InstanceKey::None,
            ..change.address.clone()
        };
        let name = (word(change), display_address(&block));
        blocks.entry(name).or_default().push(&change.address.key);
    }
    blocks
}

fn by_block(changes: &[&Change]) -> String {
    let line = |((word, block), keys): ((&str, String), Vec<&InstanceKey>)| {
        let keys: Vec<String> = keys
            .into_iter()
            .filter(|key| **key != InstanceKey::None)
            .map(|key| code(&key.to_string()))
            .collect();
        let keys = if keys.is_empty() {
            String::new()
        } else {
            format!(": {}", keys.join(" "))
        };
        format!("- **{word}** {}{keys}\n", code(&block))
    };
    blocks(changes).into_iter().map(line).collect()
}

fn block_counts(changes: &[&Change]) -> String {
    let line = |((word, block), keys): ((&str, String), Vec<&InstanceKey>)| {
        format!("- **{word}** {} × {}\n", keys.len(), code(&block))
    };
    let lines: String = blocks(changes).into_iter().map(line).collect();
    format!("{lines}\nThere are too many to name each: those of one block stand together.\n")
}

fn type_counts(changes: &[&Change]) -> String {
    let mut types: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for change in changes {
        let kind = change.address.resource.resource_type.as_ref();
        *types.entry((word(change), kind)).or_default() += 1;
    }
    let line = |((word, kind), count): ((&str, &str), usize)| {
        format!("- **{word}** {count} × {}\n", code(kind))
    };
    let lines: String = types.into_iter().map(line).collect();
    format!("{lines}\nThere are too many to name each: those of one type stand together.\n")
}

fn totals(changes: &[&Change]) -> String {
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    for change in changes {
        *words.entry(word(change)).or_default() += 1;
    }
    let line = |(word, count): (&str, usize)| format!("- **{word}** {count} objects\n");
    let lines: String = words.into_iter().map(line).collect();
    format!("{lines}\nThere are too many to name each.\n")
}
