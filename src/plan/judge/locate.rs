//! Where a text that decides something was written: in the argument itself, or in what it refers to.
//!
//! A trust policy may be a heredoc, the argument of `jsonencode`, or the blocks of a policy document, behind locals and
//! the arguments of modules. In all of them the wrong word stands in the file as it is, so it is looked for in the text of
//! the expression and of whatever that refers to.

use crate::address::{ModulePath, ResourceMode};
use crate::config::{Body, Configuration};
use crate::lang::{Expression, Subject};
use crate::source::Span;

/// References are followed so many times in a row.
const DEEPEST: usize = 8;

/// What is searched.
pub(super) struct Locator<'a> {
    /// The linked configuration.
    pub(super) configuration: &'a Configuration,
}

impl Locator<'_> {
    /// The place of the first of some words that is found in a body of a module, the body of the arguments that `wanted`
    /// names; all arguments when it is empty.
    pub(super) fn find(
        &self,
        module: &ModulePath,
        body: &Body,
        wanted: &[&str],
        words: &[String],
    ) -> Option<Span> {
        let words = words.iter().filter(|word| !word.is_empty());
        let mut found = words.map(|word| {
            let arguments = body.arguments.iter();
            let mut arguments = arguments
                .filter(|argument| wanted.is_empty() || wanted.contains(&argument.name.as_ref()));
            let mut blocks = body.blocks.iter().filter(|_| wanted.is_empty());
            arguments
                .find_map(|argument| self.in_expression(module, &argument.value, word, DEEPEST))
                .or_else(|| {
                    blocks.find_map(|block| self.in_body(module, &block.body, word, DEEPEST))
                })
        });
        found.find_map(|found| found)
    }

    fn in_body(&self, module: &ModulePath, body: &Body, word: &str, depth: usize) -> Option<Span> {
        let mut arguments = body.arguments.iter();
        let mut blocks = body.blocks.iter();
        arguments
            .find_map(|argument| self.in_expression(module, &argument.value, word, depth))
            .or_else(|| blocks.find_map(|block| self.in_body(module, &block.body, word, depth)))
    }

    fn in_expression(
        &self,
        module: &ModulePath,
        expression: &Expression,
        word: &str,
        depth: usize,
    ) -> Option<Span> {
        let text = self.configuration.sources.text(expression.span);
        if let Some(start) = position(text, word) {
            let start = expression.span.range().start + start;
            return Some(Span::new(expression.span.file, start..start + word.len()));
        }
        let deeper = depth.checked_sub(1)?;
        let references = expression.references();
        let mut followed = references.into_iter();
        followed.find_map(|reference| self.behind(module, &reference.subject, word, deeper))
    }

    /// In what a reference stands for: a local value, a data source, the argument of the call of the module.
    fn behind(
        &self,
        path: &ModulePath,
        subject: &Subject,
        word: &str,
        depth: usize,
    ) -> Option<Span> {
        let module = self.configuration.module(path)?;
        match subject {
            Subject::Local(name) => {
                self.in_expression(path, &module.locals.get(name)?.value, word, depth)
            }
            Subject::Resource(name) if name.mode == ResourceMode::Data => {
                self.in_body(path, &module.resources.get(name)?.body, word, depth)
            }
            Subject::Variable(name) => {
                let (outer, call) = path
                    .names()
                    .split_last()
                    .map(|(call, outer)| (outer, call))?;
                let outer = outer.iter().cloned();
                let outer = outer.fold(ModulePath::root(), |path, name| path.child(name));
                let calls = &self.configuration.module(&outer)?.calls;
                let mut arguments = calls.get(call)?.arguments.iter();
                let argument = arguments.find(|argument| argument.name == *name)?;
                self.in_expression(&outer, &argument.value, word, depth)
            }
            Subject::Resource(_)
            | Subject::Module(_)
            | Subject::Each(_)
            | Subject::CountIndex
            | Subject::Path(_)
            | Subject::Workspace
            | Subject::Own => None,
        }
    }
}

/// Where a word stands in a text, not as a part of a longer one.
fn position(text: &str, word: &str) -> Option<usize> {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    let begins = word.starts_with(is_part);
    let ends = word.ends_with(is_part);
    let mut places = text.match_indices(word).map(|(start, _)| start);
    places.find(|start| {
        let before = text.get(..*start).and_then(|text| text.chars().next_back());
        let after = text.get(start + word.len()..);
        let after = after.and_then(|text| text.chars().next());
        !(begins && before.is_some_and(is_part) || ends && after.is_some_and(is_part))
    })
}
