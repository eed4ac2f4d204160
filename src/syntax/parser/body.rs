//! Bodies: arguments, blocks, and what ends them.

use super::{Expected, Parser};
use crate::syntax::Problem;
use crate::syntax::token::Kind;
use crate::syntax::tree::{Argument, Block, Item, Label, Place, Run};
use std::collections::BTreeSet;

/// The names of the arguments of a body.
pub(super) type Names<'t> = BTreeSet<&'t str>;

const REQUIRED: &str = "Argument or block definition required";
const SINGLE: &str = "Invalid single-argument block definition";

/// How deep blocks may be nested, for those who walk through them.
const DEEPEST: usize = 1_000;

impl<'t> Parser<'t> {
    /// The next item of a body, and then the rest of it; or its end.
    pub(super) fn body(
        &mut self,
        mut names: Names<'t>,
        brace: Option<Place>,
        depth: usize,
    ) -> Result<(), Problem> {
        if brace.is_none() {
            self.keep_sound();
        }
        while self.skip(Kind::Newline) {}
        let seen = self.read();
        self.item = seen.index;
        match (seen.kind, brace) {
            (Some(Kind::CloseBrace), Some(_)) | (None, None) => return Ok(()),
            (None, Some(brace)) => {
                if !self.recovering {
                    self.note(unclosed(brace));
                }
                self.recovering = true;
                return Ok(());
            }
            _ => {}
        }
        let is_argument = self.peek().kind == Some(Kind::Equal);
        let twice =
            seen.kind == Some(Kind::Identifier) && is_argument && !names.insert(self.written(seen));
        self.expected.push(Expected::Body {
            names,
            brace,
            depth,
        });
        if twice {
            let detail = "An argument of this name is already set in this block. Each argument may be set only once.";
            self.note(seen.problem("Attribute redefined", detail));
            // The first one counts, so what it stands in is sound.
            let (problems, _) = &mut self.sound;
            *problems += 1;
        }
        match seen.kind {
            Some(Kind::Identifier) => self.item(seen.place, twice, depth),
            Some(Kind::OpenQuote) => Err(seen.problem(
                "Invalid argument name",
                "Names of arguments are written without quotes.",
            )),
            _ => Err(seen.problem(
                REQUIRED,
                "An argument or block definition is required here.",
            )),
        }
    }

    /// Drops the item at the top of the file that something is wrong with.
    fn keep_sound(&mut self) {
        let (problems, items) = self.sound;
        if self.problems.len() > problems {
            self.items.truncate(items);
        }
        self.sound = (self.problems.len(), self.items.len());
    }

    /// An argument, which may be set already, or block behind its name.
    fn item(&mut self, name: Place, twice: bool, depth: usize) -> Result<(), Problem> {
        match self.peek().kind {
            Some(Kind::Equal) => {
                self.read();
                let name = (!twice).then_some(name);
                self.expect([Expected::Expression, Expected::EndOfArgument { name }]);
                Ok(())
            }
            Some(Kind::OpenQuote | Kind::OpenBrace | Kind::Identifier) => {
                self.block(name, depth + 1)
            }
            _ => Err(Problem::new(
                REQUIRED,
                "An argument or block definition is required here. To set an argument, write an equals sign before its value.",
                name,
            )),
        }
    }

    /// A block behind its name, the outermost at a depth of 1.
    fn block(&mut self, name: Place, depth: usize) -> Result<(), Problem> {
        if depth == DEEPEST + 1 {
            let detail = "Blocks may be nested 1,000 levels deep.";
            self.note(Problem::new("Block nested too deeply", detail, name));
        }
        let (labels, brace) = self.labels()?;
        let items = self.items.len();
        let end = Expected::EndOfBlock {
            name,
            labels,
            items,
        };
        match self.peek().kind {
            None | Some(Kind::Newline | Kind::CloseBrace) => {
                let names = Names::new();
                let brace = Some(brace);
                let body = Expected::Body {
                    names,
                    brace,
                    depth,
                };
                self.expect([body, end]);
                Ok(())
            }
            _ => self.single(brace, end),
        }
    }

    /// Labels through the opening brace.
    fn labels(&mut self) -> Result<(Run<Label>, Place), Problem> {
        let mut labels = Vec::new();
        loop {
            let seen = self.read();
            match seen.kind {
                Some(Kind::OpenBrace) => {
                    let labels = Run::of(labels.into_iter(), &mut self.tree.labels);
                    return Ok((labels, seen.place));
                }
                Some(Kind::Identifier) => labels.push(Label { place: seen.place }),
                Some(Kind::OpenQuote) => {
                    self.label()?;
                    let place = seen.place.to(self.last);
                    labels.push(Label { place });
                }
                _ => {
                    let detail = "A block is its name, labels, and an opening brace on the same line; no equals sign.";
                    return Err(seen.problem("Invalid block definition", detail));
                }
            }
        }
    }

    /// A label behind its opening quote.
    fn label(&mut self) -> Result<(), Problem> {
        loop {
            let seen = self.read();
            match seen.kind {
                Some(Kind::CloseQuote) => return Ok(()),
                Some(Kind::Quoted) => self.escapes(seen.place),
                Some(_) => {
                    let detail = "A label may have no template sequences. Write $${ for the characters themselves.";
                    return Err(seen.problem("Invalid string literal", detail));
                }
                None => {
                    let detail = "There is no closing quote before the end of the file.";
                    return Err(seen.problem("Unterminated string literal", detail));
                }
            }
        }
    }

    /// The one argument of a block on one line.
    fn single(&mut self, brace: Place, end: Expected<'t>) -> Result<(), Problem> {
        let name = self.read();
        if name.kind != Some(Kind::Identifier) {
            let detail = "An argument or block definition is required here.";
            return Err(name.problem(REQUIRED, detail));
        }
        match self.peek().kind {
            Some(Kind::Equal) => {
                self.read();
                let name = name.place;
                let close = Expected::EndOfSingle { name, brace };
                self.expect([Expected::Expression, close, end]);
                Ok(())
            }
            Some(Kind::OpenQuote | Kind::OpenBrace | Kind::Identifier) => Err(name.problem(
                "Argument definition required",
                "A block on one line can have one argument and no block. Put the inner block on lines of its own.",
            )),
            _ => Err(name.problem(
                REQUIRED,
                "An argument or block definition is required here. To set an argument, write an equals sign before its value.",
            )),
        }
    }

    pub(super) fn end_of_argument(&mut self, name: Option<Place>) -> Result<(), Problem> {
        let seen = self.peek();
        match seen.kind {
            None => {}
            Some(Kind::Newline) => self.pass(seen),
            Some(Kind::Comma) => {
                return Err(seen.problem(
                    "Unexpected comma after argument",
                    "Arguments are separated by line breaks, not by commas.",
                ));
            }
            Some(_) => {
                return Err(seen.problem(
                    "Missing newline after argument",
                    "An argument must be followed by a line break.",
                ));
            }
        }
        match name {
            Some(name) => self.set(name),
            None => _ = self.operand_before(),
        }
        Ok(())
    }

    /// Adds an argument with the last operand as its value.
    fn set(&mut self, name: Place) {
        let value = self.operand_before();
        self.items.push(Item::Argument(Argument { name, value }));
    }

    pub(super) fn end_of_block(
        &mut self,
        name: Place,
        labels: Run<Label>,
        items: usize,
    ) -> Result<(), Problem> {
        let from = items.min(self.items.len());
        let body = Run::of(self.items.drain(from..), &mut self.tree.items);
        self.items.push(Item::Block(Block {
            place: name.to(self.last),
            name,
            labels,
            body,
        }));
        self.item = self.next;
        let seen = self.peek();
        if seen.kind.is_none() || self.skip(Kind::Newline) {
            return Ok(());
        }
        let detail = "A block must be followed by a line break.";
        Err(seen.problem("Missing newline after block definition", detail))
    }

    pub(super) fn end_of_single(&mut self, name: Place, brace: Place) -> Result<(), Problem> {
        let seen = self.peek();
        match seen.kind {
            Some(Kind::CloseBrace) => {
                self.pass(seen);
                self.set(name);
                Ok(())
            }
            None => Err(unclosed(brace)),
            Some(_) => Err(seen.problem(
                SINGLE,
                "A block on one line can have one argument only, and its closing brace must follow at once.",
            )),
        }
    }
}

fn unclosed(brace: Place) -> Problem {
    let detail = "There is no closing brace for this block before the end of the file. A brace may be missing further down.";
    Problem::new("Unclosed configuration block", detail, brace)
}
