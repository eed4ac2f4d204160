//! Whether a text is well formed, told of its tokens: the first thing that is wrong, as Terraform sums it up.
//!
//! What is still expected stands on a stack of [`Step`]s, so nothing here calls itself however deep a text is nested.
//! Each step takes the tokens it is about, and puts what must follow on the stack, the last first.

mod body;
mod expression;
mod template;

use super::token::{Kind, Problem, Token};
use std::collections::BTreeSet;
use std::ops::Range;
use template::Open;

/// Finds the first syntax error of a file.
pub(super) fn check(tokens: &[Token], length: usize) -> Result<(), Problem> {
    let mut grammar = Grammar {
        tokens,
        length,
        next: 0,
        newlines: vec![true],
        steps: vec![Step::Body {
            names: BTreeSet::new(),
            brace: None,
        }],
    };
    while let Some(step) = grammar.steps.pop() {
        grammar.take(step)?;
    }
    Ok(())
}

/// Something that is expected.
enum Step<'t> {
    /// Arguments and blocks, up to the closing brace or the end of the file.
    Body {
        names: BTreeSet<&'t str>,
        brace: Option<Range<usize>>,
    },
    /// The end of the line of an argument.
    EndOfArgument,
    /// The end of the line of a block.
    EndOfBlock,
    /// The closing brace of a block on one line.
    EndOfSingle { brace: Range<usize> },
    /// A whole expression.
    Expression,
    /// One operand, with signs before it and accesses behind it.
    Operand,
    /// Accesses to parts of what came before.
    Accesses,
    /// An operator and the rest of an expression, or nothing.
    Rest,
    /// The colon of a conditional.
    Colon,
    /// The end of parentheses.
    CloseParen,
    /// Arguments of a function, up to the closing parenthesis.
    Arguments { call: Range<usize> },
    /// What separates or ends arguments.
    Argument { call: Range<usize> },
    /// Items of a tuple, up to the closing bracket.
    Items { open: Range<usize> },
    /// What separates or ends items.
    Item { open: Range<usize> },
    /// Attributes of an object, up to the closing brace.
    Attributes { open: Range<usize> },
    /// The sign between key and value, and the value.
    Value { open: Range<usize> },
    /// What separates or ends attributes.
    Attribute { open: Range<usize> },
    /// The end of an index.
    CloseIndex,
    /// The colon of a `for` expression, and what it makes.
    ForResult { closing: Kind },
    /// The arrow of a `for` expression, if there is one.
    ForArrow { closing: Kind, result: Range<usize> },
    /// Ellipsis and condition of a `for` expression.
    ForCondition {
        closing: Kind,
        key: Option<Range<usize>>,
        value: Range<usize>,
    },
    /// The end of a `for` expression, which may have made something impossible.
    ForEnd {
        closing: Kind,
        problem: Option<Problem>,
    },
    /// Text and sequences, up to the end of the template.
    Template { closing: Kind, open: Vec<Open> },
    /// The brace that ends an interpolation of a template whose first part is at `first`.
    EndOfInterpolation { closing: Kind, first: Range<usize> },
    /// The brace that ends a directive.
    EndOfDirective { word: &'t str },
}

/// The tokens, and what is expected of them.
struct Grammar<'t> {
    tokens: &'t [Token<'t>],
    length: usize,
    next: usize,
    /// Whether line breaks count, for each bracket that is open.
    newlines: Vec<bool>,
    steps: Vec<Step<'t>>,
}

/// A token as the grammar sees it: a comment that ends a line is a line break.
struct Seen<'t> {
    kind: Option<Kind>,
    text: &'t str,
    place: Range<usize>,
    index: usize,
}

impl<'t> Grammar<'t> {
    fn take(&mut self, step: Step<'t>) -> Result<(), Problem> {
        match step {
            Step::Body { names, brace } => self.body(names, brace)?,
            Step::EndOfArgument => self.end_of_argument()?,
            Step::EndOfBlock => self.end_of_block()?,
            Step::EndOfSingle { brace } => self.end_of_single(brace)?,
            Step::Expression => self.expect([Step::Operand, Step::Rest]),
            Step::Operand => self.operand()?,
            Step::Accesses => self.accesses()?,
            Step::Rest => self.rest(),
            Step::Colon => self.colon()?,
            Step::CloseParen => self.close_paren()?,
            Step::Arguments { call } => self.arguments(call),
            Step::Argument { call } => self.argument(call)?,
            Step::Items { open } => self.items(open),
            Step::Item { open } => self.item(open)?,
            Step::Attributes { open } => self.attributes(open),
            Step::Value { open } => self.value(open)?,
            Step::Attribute { open } => self.attribute(open)?,
            Step::CloseIndex => self.close_index()?,
            Step::ForResult { closing } => self.for_result(closing)?,
            Step::ForArrow { closing, result } => self.for_arrow(closing, result),
            Step::ForCondition {
                closing,
                key,
                value,
            } => self.for_condition(closing, key, value),
            Step::ForEnd { closing, problem } => self.for_end(closing, problem)?,
            Step::Template { closing, open } => self.template(closing, open)?,
            Step::EndOfInterpolation { closing, first } => {
                self.end_of_interpolation(closing, first)?;
            }
            Step::EndOfDirective { word } => self.end_of_directive(word)?,
        }
        Ok(())
    }

    /// Puts steps on the stack, to be taken in this order.
    fn expect<const N: usize>(&mut self, steps: [Step<'t>; N]) {
        self.steps.extend(steps.into_iter().rev());
    }

    /// The next token that counts; without a kind at the end of the file.
    fn peek(&self) -> Seen<'t> {
        let lines = self.newlines.last().copied().unwrap_or(true);
        let rest = self.tokens.get(self.next..).unwrap_or_default();
        for (index, token) in (self.next..).zip(rest) {
            let kind = match token.kind {
                Kind::Comment if lines && token.ends_line() => Kind::Newline,
                Kind::Comment => continue,
                Kind::Newline if !lines => continue,
                kind => kind,
            };
            return Seen {
                kind: Some(kind),
                text: &token.text,
                place: token.place(),
                index,
            };
        }
        Seen {
            kind: None,
            text: "",
            place: self.length..self.length,
            index: self.tokens.len(),
        }
    }

    fn read(&mut self) -> Seen<'t> {
        let seen = self.peek();
        self.next = seen.index + 1;
        seen
    }

    /// Reads the next token if it is of a kind.
    fn skip(&mut self, kind: Kind) -> bool {
        let seen = self.peek();
        let there = seen.kind == Some(kind);
        if there {
            self.next = seen.index + 1;
        }
        there
    }

    /// Reads the next token if it is this word.
    fn skip_word(&mut self, word: &str) -> bool {
        let seen = self.peek();
        seen.is(word) && self.skip(Kind::Identifier)
    }

    /// Opens a bracket within which line breaks count or not.
    fn enter(&mut self, lines: bool) {
        self.newlines.push(lines);
    }

    fn leave(&mut self) {
        self.newlines.pop();
    }
}

impl Seen<'_> {
    /// Whether it is this word.
    fn is(&self, word: &str) -> bool {
        self.kind == Some(Kind::Identifier) && self.text == word
    }

    /// What is wrong with it.
    fn problem(&self, summary: &str, detail: &'static str) -> Problem {
        Problem::new(summary, detail, self.place.clone())
    }
}
