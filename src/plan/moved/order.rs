//! In which order moves are made, and which contradict each other.
//!
//! A move that takes up where another one ends comes after it, and one of a part comes before the one of the whole. A
//! module whose instances get other keys is a special case: moves that are written inside it speak of it under either
//! key, and come afterwards.

use super::pattern::Pattern;
use super::statement::Statement;
use crate::address::{Name, ResourceName};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Moves that say nothing, or whose ends are also those of others.
pub(super) fn contradictions(statements: &[Statement]) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut from: BTreeMap<&Pattern, &Statement> = BTreeMap::new();
    let mut to: BTreeMap<&Pattern, &Statement> = BTreeMap::new();
    for statement in statements {
        if statement.from == statement.to {
            let detail = format!(
                "This statement declares a move from {} to the same address, which is the same as not declaring this \
                 move at all.",
                statement.from
            );
            diagnostics.push(problem("Redundant move statement", detail, statement, None));
            continue;
        }
        let first = *from.entry(&statement.from).or_insert(statement);
        if first.to != statement.to {
            let detail = format!(
                "Another statement declares that {} moved to {}, but this one declares that it moved to {}. Each resource \
                 can move to only one destination resource.",
                first.from, first.to, statement.to
            );
            let first = first.span;
            diagnostics.push(problem(
                "Ambiguous move statements",
                detail,
                statement,
                first,
            ));
            continue;
        }
        let first = *to.entry(&statement.to).or_insert(statement);
        if first.from != statement.from {
            let detail = format!(
                "Another statement declares that {} moved to {}, but this one declares that {} moved there. Each resource \
                 can have moved from only one source resource.",
                first.from, first.to, statement.from
            );
            let first = first.span;
            diagnostics.push(problem(
                "Ambiguous move statements",
                detail,
                statement,
                first,
            ));
        }
    }
    diagnostics
}

fn problem(summary: &str, detail: String, at: &Statement, first: Option<Span>) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(Code::InvalidReference, detail).with_summary(summary);
    if let Some(span) = at.span {
        diagnostic = diagnostic.at(span);
    }
    match first {
        Some(first) => diagnostic.also(first, "the other statement"),
        None => diagnostic,
    }
}

/// The statements in the order in which they are made. Ones that follow each other in a circle are an error.
pub(super) fn ordered(statements: Vec<Statement>) -> Result<Vec<Statement>, Diagnostics> {
    let mut sorting = Sorting {
        before: before(&statements),
        marks: vec![Mark::New; statements.len()],
        order: Vec::new(),
        path: Vec::new(),
    };
    for index in 0..statements.len() {
        if let Err(circle) = sorting.visit(index) {
            return Err(circular(&statements, &circle).into());
        }
    }
    let mut slots: Vec<Option<Statement>> = statements.into_iter().map(Some).collect();
    let next = |index: usize| slots.get_mut(index).and_then(Option::take);
    Ok(sorting.order.into_iter().filter_map(next).collect())
}

/// For each statement those that are made before it.
fn before(statements: &[Statement]) -> Vec<Vec<usize>> {
    let ends = Ends::of(statements);
    let waits = |later: &Statement| {
        let mut earlier = ends.near(&later.from);
        earlier.retain(|index| {
            let other = statements.get(*index);
            other.is_some_and(|other| !std::ptr::eq(other, later) && precedes(other, later))
        });
        earlier.into_iter().collect()
    };
    statements.iter().map(waits).collect()
}

/// The statements by the modules and resource that one of their ends names, keys left out: those with no end near a
/// pattern's have nothing to do with it.
struct Ends<'s>(BTreeMap<Place<'s>, Vec<usize>>);

/// The names of the calls that lead to a module, and a resource in it.
type Place<'s> = (Vec<&'s Name>, Option<&'s ResourceName>);

impl<'s> Ends<'s> {
    fn of(statements: &'s [Statement]) -> Self {
        let mut ends: BTreeMap<Place<'s>, Vec<usize>> = BTreeMap::new();
        for (index, statement) in statements.iter().enumerate() {
            for end in [&statement.from, &statement.to] {
                ends.entry(place(end)).or_default().push(index);
            }
        }
        Ends(ends)
    }

    /// The statements one of whose ends lies in what a pattern names, or around it.
    fn near(&self, pattern: &Pattern) -> BTreeSet<usize> {
        let (path, resource) = place(pattern);
        let around = (0..path.len()).map(|length| path.get(..length).unwrap_or_default());
        let around = around.filter_map(|path| self.0.get(&(path.to_vec(), None)));
        let mut near: BTreeSet<usize> = around.flatten().copied().collect();
        if let Some(resource) = resource {
            let whole = self.0.get(&(path.clone(), None));
            let same = self.0.get(&(path, Some(resource)));
            near.extend(whole.into_iter().chain(same).flatten());
        } else {
            let inside = self.0.range((path.clone(), None)..);
            let inside = inside.take_while(|((other, _), _)| other.starts_with(&path));
            near.extend(inside.flat_map(|(_, statements)| statements));
        }
        near
    }
}

fn place(pattern: &Pattern) -> Place<'_> {
    let calls = pattern.modules.iter().map(|(name, _)| name);
    (
        calls.collect(),
        pattern.resource.as_ref().map(|(name, _)| name),
    )
}

fn precedes(earlier: &Statement, later: &Statement) -> bool {
    // What stands in a module says nothing of the keys that others give to the module.
    if later.renumbers() && later.from.path().names().len() <= earlier.base.names().len() {
        return false;
    }
    earlier.to.meets(&later.from) || earlier.from.is_inside(&later.from)
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    New,
    UnderWay,
    Done,
}

struct Sorting {
    before: Vec<Vec<usize>>,
    marks: Vec<Mark>,
    order: Vec<usize>,
    path: Vec<usize>,
}

impl Sorting {
    /// Puts a statement behind all that come before it; fails with the statements of a circle.
    fn visit(&mut self, index: usize) -> Result<(), Vec<usize>> {
        match self.marks.get(index) {
            Some(Mark::Done) | None => return Ok(()),
            Some(Mark::UnderWay) => {
                let start = self.path.iter().position(|on_path| *on_path == index);
                let circle = self.path.get(start.unwrap_or_default()..);
                return Err(circle.unwrap_or_default().to_vec());
            }
            Some(Mark::New) => {}
        }
        self.mark(index, Mark::UnderWay);
        self.path.push(index);
        for earlier in self.before.get(index).cloned().unwrap_or_default() {
            self.visit(earlier)?;
        }
        self.path.pop();
        self.mark(index, Mark::Done);
        self.order.push(index);
        Ok(())
    }

    fn mark(&mut self, index: usize, mark: Mark) {
        if let Some(slot) = self.marks.get_mut(index) {
            *slot = mark;
        }
    }
}

fn circular(statements: &[Statement], circle: &[usize]) -> Diagnostic {
    let mut members: Vec<&Statement> = circle.iter().filter_map(|i| statements.get(*i)).collect();
    members.sort_by_key(|statement| statement.span.map(|span| (span.file, span.start)));
    let lines: Vec<String> = members
        .iter()
        .map(|statement| format!("  - {} → {}", statement.from, statement.to))
        .collect();
    let detail = format!(
        "The following chained move statements form a cycle, and so there is no final location to move objects to:\n{}\n\
         A chain of moves must end with an address that no other statement moves away from.",
        lines.join("\n")
    );
    let mut diagnostic =
        Diagnostic::error(Code::Cycle, detail).with_summary("Cyclic dependency in move statements");
    let mut spans = members.iter().filter_map(|statement| statement.span);
    if let Some(first) = spans.next() {
        diagnostic = diagnostic.at(first);
    }
    spans.fold(diagnostic, |diagnostic, span| {
        diagnostic.also(span, "and here")
    })
}
