//! A file's text with other words at some places, and without some blocks.

use crate::address::InstanceKey;
use crate::config::Target;
use crate::lang::Expression;
use crate::source::{FileId, Span};
use crate::syntax::parse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

/// What stands at places instead of what was written there.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits(BTreeMap<Span, String>);

impl Edits {
    pub(super) fn replace(&mut self, span: Span, text: String) {
        self.0.insert(span, text);
    }

    /// Whether anything is written otherwise in a file.
    pub(super) fn touch(&self, file: FileId) -> bool {
        let mut later = self.0.range(Span::new(file, 0..0)..);
        later.next().is_some_and(|(span, _)| span.file == file)
    }

    /// An address with constant keys, where another was written.
    pub(super) fn retarget(&mut self, before: &Target<InstanceKey>, after: &Target<InstanceKey>) {
        if before.noun.is_some() {
            self.replace(before.span, address(after, &ToString::to_string));
        }
    }

    /// The same for keys that are expressions.
    pub(super) fn retarget_import(
        &mut self,
        before: &Target<Expression>,
        after: &Target<Expression>,
    ) {
        if before.noun.is_some() {
            let key = |key: &Expression| format!("[{}]", key.to_hcl(0));
            self.replace(before.span, address(after, &key));
        }
    }

    /// The text of a file without the given ranges, with the edits of the rest.
    pub(super) fn applied(&self, file: FileId, text: &str, without: &[Range<usize>]) -> String {
        let mut edited = String::with_capacity(text.len());
        let mut start = 0;
        for gap in without {
            edited.push_str(&self.slice(file, text, start..gap.start));
            start = gap.end;
        }
        edited.push_str(&self.slice(file, text, start..text.len()));
        edited
    }

    /// A part of the text of a file, with the edits in it.
    pub(super) fn slice(&self, file: FileId, text: &str, part: Range<usize>) -> String {
        let mut edited = String::new();
        let mut start = part.start;
        let from = Span::new(file, part.start..part.start);
        for (span, replacement) in self.0.range(from..) {
            let place = span.range();
            if span.file != file || place.start >= part.end {
                break;
            }
            // Inside of what was replaced already.
            if place.start < start || place.end > part.end {
                continue;
            }
            edited.push_str(text.get(start..place.start).unwrap_or_default());
            edited.push_str(replacement);
            start = place.end;
        }
        edited.push_str(text.get(start..part.end).unwrap_or_default());
        edited
    }
}

fn address<K>(target: &Target<K>, key: &dyn Fn(&K) -> String) -> String {
    let mut text = String::new();
    let keyed = |index: &Option<K>| index.as_ref().map(key).unwrap_or_default();
    for (name, index) in &target.modules {
        write!(text, "module.{name}{}.", keyed(index)).unwrap_or_default();
    }
    match &target.resource {
        Some((name, index)) => write!(text, "{name}{}", keyed(index)).unwrap_or_default(),
        None => drop(text.pop()),
    }
    text
}

/// Where the outermost blocks whose headers begin at `headers` stand, with the rest of their last line and one of the blank
/// lines around them.
pub(super) fn blocks_at(text: &str, headers: &BTreeSet<u32>) -> Vec<Range<usize>> {
    let parsed = parse(&Arc::from(text));
    let places = parsed.tree.blocks().map(|block| block.place);
    let wanted = places.filter(|place| headers.contains(&place.start));
    wanted
        .map(|place| with_lines(text, place.range()))
        .collect()
}

fn with_lines(text: &str, span: Range<usize>) -> Range<usize> {
    let rest = text.get(span.end..).unwrap_or_default();
    let line = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    let only_space = rest.get(..line).is_some_and(|line| line.trim().is_empty());
    let mut end = if only_space {
        span.end + line
    } else {
        span.end
    };
    let after = text.get(end..).unwrap_or_default();
    if only_space && after.starts_with('\n') {
        end += 1;
    }
    span.start..end
}
