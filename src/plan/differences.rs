//! Where two values differ.

use crate::address::{AttributePath, PathStep};
use crate::value::{Kind, Value};

/// The smallest paths at which two values of one type differ, marks left out of account. An unknown part of `after`
/// differs from whatever was there. Elements of sets have no paths: a set differs as a whole.
pub fn differences(before: &Value, after: &Value) -> Vec<AttributePath> {
    let mut found = Vec::new();
    collect(before, after, &AttributePath::root(), &mut found);
    found
}

fn collect(before: &Value, after: &Value, path: &AttributePath, found: &mut Vec<AttributePath>) {
    match (&before.kind, &after.kind) {
        (Kind::Object(a), Kind::Object(b)) if a.keys().eq(b.keys()) => {
            for ((name, before), after) in a.iter().zip(b.values()) {
                collect(
                    before,
                    after,
                    &path.then(PathStep::Attribute(name.clone())),
                    found,
                );
            }
        }
        (Kind::Map(_, a), Kind::Map(_, b)) => {
            let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let path = path.then(PathStep::Key(key.clone()));
                match (a.get(key), b.get(key)) {
                    (Some(before), Some(after)) => collect(before, after, &path, found),
                    _ => found.push(path),
                }
            }
        }
        (Kind::List(_, a), Kind::List(_, b)) | (Kind::Tuple(a), Kind::Tuple(b))
            if a.len() == b.len() =>
        {
            for (index, (before, after)) in (0..).zip(a.iter().zip(b.iter())) {
                collect(before, after, &path.then(PathStep::Index(index)), found);
            }
        }
        // Two nulls are equal whatever their types.
        (Kind::Null(_), Kind::Null(_)) => {}
        (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => found.push(path.clone()),
        _ if same(before, after) => {}
        _ => found.push(path.clone()),
    }
}

/// Whether two values are equal, marks left out of account.
fn same(before: &Value, after: &Value) -> bool {
    before.without_marks().kind == after.without_marks().kind
}
