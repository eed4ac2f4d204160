//! Bodies: arguments, blocks, and what ends them.

use super::{Grammar, Step};
use crate::format::token::{Kind, Problem};
use std::collections::BTreeSet;
use std::ops::Range;

const REQUIRED: &str = "Argument or block definition required";
const SINGLE: &str = "Invalid single-argument block definition";

impl<'t> Grammar<'t> {
    /// The next item of a body, and then the rest of it; or its end.
    pub(super) fn body(
        &mut self,
        mut names: BTreeSet<&'t str>,
        brace: Option<Range<usize>>,
    ) -> Result<(), Problem> {
        while self.skip(Kind::Newline) {}
        let seen = self.read();
        match (seen.kind, brace) {
            (Some(Kind::CloseBrace), Some(_)) | (None, None) => Ok(()),
            (None, Some(brace)) => Err(unclosed(brace)),
            (Some(Kind::Identifier), brace) => match self.peek().kind {
                Some(Kind::Equal) => {
                    if !names.insert(seen.text) {
                        let detail = "An argument of this name is already set in this block. Each argument may be set only once.";
                        return Err(seen.problem("Attribute redefined", detail));
                    }
                    self.read();
                    let rest = Step::Body { names, brace };
                    self.expect([Step::Expression, Step::EndOfArgument, rest]);
                    Ok(())
                }
                Some(Kind::OpenQuote | Kind::OpenBrace | Kind::Identifier) => {
                    self.steps.push(Step::Body { names, brace });
                    self.block()
                }
                _ => Err(seen.problem(
                    REQUIRED,
                    "An argument or block definition is required here. To set an argument, write an equals sign before its value.",
                )),
            },
            (Some(Kind::OpenQuote), _) => Err(seen.problem(
                "Invalid argument name",
                "Names of arguments are written without quotes.",
            )),
            _ => Err(seen.problem(REQUIRED, "An argument or block definition is required here.")),
        }
    }

    /// A block behind its name.
    fn block(&mut self) -> Result<(), Problem> {
        let brace = self.labels()?;
        match self.peek().kind {
            None | Some(Kind::Newline | Kind::CloseBrace) => {
                let names = BTreeSet::new();
                let brace = Some(brace);
                self.expect([Step::Body { names, brace }, Step::EndOfBlock]);
                Ok(())
            }
            _ => self.single(brace),
        }
    }

    /// Labels through the opening brace, which is returned.
    fn labels(&mut self) -> Result<Range<usize>, Problem> {
        loop {
            let seen = self.read();
            match seen.kind {
                Some(Kind::OpenBrace) => return Ok(seen.place),
                Some(Kind::Identifier) => {}
                Some(Kind::OpenQuote) => self.label()?,
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
                Some(Kind::Quoted) => super::template::escapes(&seen)?,
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
    fn single(&mut self, brace: Range<usize>) -> Result<(), Problem> {
        let name = self.read();
        if name.kind != Some(Kind::Identifier) {
            return Err(name.problem(
                REQUIRED,
                "An argument or block definition is required here.",
            ));
        }
        match self.peek().kind {
            Some(Kind::Equal) => {
                self.read();
                let end = Step::EndOfSingle { brace };
                self.expect([Step::Expression, end, Step::EndOfBlock]);
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

    pub(super) fn end_of_argument(&mut self) -> Result<(), Problem> {
        let seen = self.peek();
        match seen.kind {
            None => Ok(()),
            Some(Kind::Newline) => {
                self.read();
                Ok(())
            }
            Some(Kind::Comma) => Err(seen.problem(
                "Unexpected comma after argument",
                "Arguments are separated by line breaks, not by commas.",
            )),
            Some(_) => Err(seen.problem(
                "Missing newline after argument",
                "An argument must be followed by a line break.",
            )),
        }
    }

    pub(super) fn end_of_block(&mut self) -> Result<(), Problem> {
        let seen = self.peek();
        if seen.kind.is_none() || self.skip(Kind::Newline) {
            return Ok(());
        }
        let detail = "A block must be followed by a line break.";
        Err(seen.problem("Missing newline after block definition", detail))
    }

    pub(super) fn end_of_single(&mut self, brace: Range<usize>) -> Result<(), Problem> {
        let seen = self.peek();
        match seen.kind {
            Some(Kind::CloseBrace) => {
                self.read();
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

fn unclosed(brace: Range<usize>) -> Problem {
    let detail = "There is no closing brace for this block before the end of the file. A brace may be missing further down.";
    Problem::new("Unclosed configuration block", detail, brace)
}
