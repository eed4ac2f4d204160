//! From tokens to a tree, and what is wrong, as Terraform sums it up.
//!
//! What is still expected stands on a stack, so nothing here calls itself however deep a text is nested. Each entry takes
//! the tokens it is about, and puts what must follow on the stack, the last first. What was read is put together on
//! stacks of the same kind: operands on one, operators on another.
//!
//! After an error in an argument or block the parser goes on with the next one (`recover`), so that all of a file are
//! told. Where Terraform itself goes on in the middle of an expression, so does this.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a rule names the few kinds of tokens it is about, and treats all others alike"
)]

mod body;
mod brackets;
mod expression;
mod recover;
mod template;

use super::Problem;
use super::scan::{Scanned, scan, scan_template};
use super::token::{Kind, Token};
use super::tree::{
    BinaryOperator, ExpressionId, Form, Item, Label, Part, Place, Quoting, Run, Step, Tree,
    UnaryOperator,
};
use body::Names;
use brackets::{Called, Loop};
use std::sync::Arc;
use template::{Directive, Opened};

/// What was read from a text, and what is wrong with it, in the order of the text.
#[derive(Debug)]
pub struct Parsed<T> {
    /// The tree.
    pub tree: Tree,
    /// What of the tree was asked for.
    pub root: T,
    /// The syntax errors.
    pub problems: Vec<Problem>,
}

/// Reads a text as a file. Arguments and blocks at its top with an error in them are left out of [`Tree::file`].
pub fn parse(text: &Arc<str>) -> Parsed<()> {
    let scanned = scan(text);
    let mut parser = Parser::new(text, &scanned.tokens);
    parser.file();
    let (mut tree, problems) = parser.finish(&scanned);
    tree.text = text.clone();
    Parsed {
        tree,
        root: (),
        problems,
    }
}

/// The syntax errors of a file, from its tokens.
pub fn check(text: &str, scanned: &Scanned) -> Vec<Problem> {
    let mut parser = Parser::new(text, &scanned.tokens);
    parser.file();
    parser.finish(scanned).1
}

/// Reads a text as one expression, in which line breaks count as little as in parentheses.
pub fn parse_expression(text: &Arc<str>) -> Parsed<ExpressionId> {
    let scanned = scan(text);
    let mut parser = Parser::new(text, &scanned.tokens);
    parser.newlines = vec![false];
    parser.expect([Expected::Expression, Expected::End]);
    parser.whole(text, &scanned)
}

/// Reads a text as one template.
pub fn parse_template(text: &Arc<str>) -> Parsed<ExpressionId> {
    let scanned = scan_template(text);
    let mut parser = Parser::new(text, &scanned.tokens);
    parser.begin_template(Place::default(), Quoting::Bare, None);
    parser.whole(text, &scanned)
}

/// Something that is expected.
enum Expected<'t> {
    /// Arguments and blocks, up to the closing brace or the end of the file.
    Body {
        names: Names<'t>,
        brace: Option<Place>,
        /// How many blocks are around it.
        depth: usize,
    },
    /// The end of the line of an argument; without a name it is dropped.
    EndOfArgument { name: Option<Place> },
    /// The end of the line of a block, whose items are those behind so many.
    EndOfBlock {
        name: Place,
        labels: Run<Label>,
        items: usize,
    },
    /// The closing brace of a block on one line.
    EndOfSingle { name: Place, brace: Place },
    /// The end of the text.
    End,
    /// A whole expression.
    Expression,
    /// One operand, with signs before it and accesses behind it.
    Operand,
    /// Accesses to parts of what came before; its steps are those behind so many.
    Accesses { steps: usize },
    /// An operator and the rest of an expression, or nothing; its operators are those behind so many.
    Rest { operators: usize },
    /// The colon of a conditional.
    Colon,
    /// What a conditional is made of.
    EndOfConditional,
    /// What the sign before an operand is of.
    EndOfUnary {
        operator: UnaryOperator,
        start: Place,
    },
    /// The end of parentheses.
    CloseParen { open: Place },
    /// Arguments of a function, up to the closing parenthesis.
    Arguments(Called),
    /// What separates or ends arguments.
    Argument(Called),
    /// Items of a tuple, up to the closing bracket; its operands are those behind so many.
    Items { open: Place, operands: usize },
    /// What separates or ends items.
    Item { open: Place, operands: usize },
    /// Attributes of an object, up to the closing brace; its operands are those behind so many.
    Attributes { open: Place, operands: usize },
    /// The sign between key and value, and the value.
    Value { open: Place, operands: usize },
    /// What separates or ends attributes.
    Attribute { open: Place, operands: usize },
    /// The end of an index.
    CloseIndex { open: Place },
    /// The colon of a `for` expression, and what it makes.
    ForResult(Loop),
    /// The arrow of a `for` expression, if there is one.
    ForArrow(Loop),
    /// Ellipsis and condition of a `for` expression.
    ForCondition(Loop),
    /// The end of a `for` expression.
    ForEnd(Loop),
    /// Text and sequences, up to the end of the template.
    Template(Opened),
    /// The brace that ends an interpolation of a template.
    EndOfInterpolation { open: Place, template: Opened },
    /// The brace that ends a directive.
    EndOfDirective {
        open: Place,
        word: Place,
        directive: Directive,
        template: Opened,
    },
}

/// The tokens, what is expected of them, and what was made of them so far.
struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    next: usize,
    /// The token that was read last.
    last: Place,
    /// Whether line breaks count, for each bracket that is open.
    newlines: Vec<bool>,
    expected: Vec<Expected<'t>>,
    tree: Tree,
    operands: Vec<ExpressionId>,
    operators: Vec<BinaryOperator>,
    steps: Vec<Step>,
    parts: Vec<Part>,
    items: Vec<Item>,
    problems: Vec<Problem>,
    /// The first token of the current argument or block.
    item: usize,
    /// How many problems and items there were before the current one at the top of the file.
    sound: (usize, usize),
    /// Whether something was passed over, so that what seems wrong may be its consequence.
    recovering: bool,
}

/// A token as the grammar sees it: a comment that ends a line is a line break. Without a kind at the end of the text.
#[derive(Clone, Copy)]
struct Seen {
    kind: Option<Kind>,
    place: Place,
    index: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, tokens: &'t [Token]) -> Self {
        Parser {
            text,
            tokens,
            next: 0,
            last: Place::default(),
            newlines: vec![true],
            expected: Vec::new(),
            tree: Tree::default(),
            operands: Vec::new(),
            operators: Vec::new(),
            steps: Vec::new(),
            parts: Vec::new(),
            items: Vec::new(),
            problems: Vec::new(),
            item: 0,
            sound: (0, 0),
            recovering: false,
        }
    }

    /// Reads a file, all of it.
    fn file(&mut self) {
        self.expect([Expected::Body {
            names: Names::new(),
            brace: None,
            depth: 0,
        }]);
        while let Some(step) = self.expected.pop() {
            if let Err(problem) = self.take(step) {
                self.recover(problem);
            }
        }
        self.tree.file = Some(Run::of(self.items.drain(..), &mut self.tree.items));
    }

    /// Reads what is a whole by itself, up to the first error that nothing can follow.
    fn whole(mut self, text: &Arc<str>, scanned: &Scanned) -> Parsed<ExpressionId> {
        while let Some(step) = self.expected.pop() {
            if let Err(problem) = self.take(step) {
                self.problems.push(problem);
                break;
            }
        }
        let root = self.operands.pop();
        let root = root.unwrap_or_else(|| self.tree.add(Place::default(), Form::Wrong));
        let (mut tree, problems) = self.finish(scanned);
        tree.text = text.clone();
        Parsed {
            tree,
            root,
            problems,
        }
    }

    /// The tree and all problems; of what has no meaning to the scanner only that is told.
    fn finish(self, scanned: &Scanned) -> (Tree, Vec<Problem>) {
        let mut problems = self.problems;
        if !scanned.problems.is_empty() {
            let invalid = |problem: &Problem| {
                let start = problem.place.start;
                let tokens = &scanned.tokens;
                let at = tokens.partition_point(|token| token.place.start < start);
                let token = tokens.get(at);
                token.is_some_and(|token| token.kind == Kind::Invalid && token.place.start == start)
            };
            problems.retain(|problem| !invalid(problem));
            problems.extend(scanned.problems.iter().cloned());
        }
        problems.sort_by_key(|problem| problem.place.start);
        problems.dedup();
        (self.tree, problems)
    }

    fn take(&mut self, step: Expected<'t>) -> Result<(), Problem> {
        match step {
            Expected::Body {
                names,
                brace,
                depth,
            } => self.body(names, brace, depth)?,
            Expected::EndOfArgument { name } => self.end_of_argument(name)?,
            Expected::EndOfBlock {
                name,
                labels,
                items,
            } => self.end_of_block(name, labels, items)?,
            Expected::EndOfSingle { name, brace } => self.end_of_single(name, brace)?,
            Expected::End => self.end()?,
            Expected::Expression => self.whole_expression(),
            Expected::Operand => self.operand()?,
            Expected::Accesses { steps } => self.accesses(steps)?,
            Expected::Rest { operators } => self.rest(operators),
            Expected::Colon => self.colon()?,
            Expected::EndOfConditional => self.end_of_conditional(),
            Expected::EndOfUnary { operator, start } => self.end_of_unary(operator, start),
            Expected::CloseParen { open } => self.close_paren(open)?,
            Expected::Arguments(called) => self.arguments(called),
            Expected::Argument(called) => self.argument(called)?,
            Expected::Items { open, operands } => self.tuple_items(open, operands),
            Expected::Item { open, operands } => self.tuple_item(open, operands)?,
            Expected::Attributes { open, operands } => self.attributes(open, operands),
            Expected::Value { open, operands } => self.value(open, operands)?,
            Expected::Attribute { open, operands } => self.attribute(open, operands)?,
            Expected::CloseIndex { open } => self.close_index(open)?,
            Expected::ForResult(form) => self.for_result(form)?,
            Expected::ForArrow(form) => self.for_arrow(form),
            Expected::ForCondition(form) => self.for_condition(form),
            Expected::ForEnd(form) => self.for_end(form)?,
            Expected::Template(template) => self.template(template)?,
            Expected::EndOfInterpolation { open, template } => {
                self.end_of_interpolation(open, template)?;
            }
            Expected::EndOfDirective {
                open,
                word,
                directive,
                template,
            } => self.end_of_directive(open, word, directive, template)?,
        }
        Ok(())
    }

    /// Puts entries on the stack, to be taken in this order.
    fn expect<const N: usize>(&mut self, steps: [Expected<'t>; N]) {
        self.expected.extend(steps.into_iter().rev());
    }

    /// The next token that counts.
    fn peek(&self) -> Seen {
        let lines = self.newlines.last().copied().unwrap_or(true);
        let rest = self.tokens.get(self.next..).unwrap_or_default();
        for (index, token) in (self.next..).zip(rest) {
            let kind = match token.kind {
                Kind::Comment if lines && self.ends_line(*token) => Kind::Newline,
                Kind::Comment => continue,
                Kind::Newline if !lines => continue,
                kind => kind,
            };
            return Seen {
                kind: Some(kind),
                place: token.place,
                index,
            };
        }
        Seen {
            kind: None,
            place: Place::new(self.text.len(), self.text.len()),
            index: self.tokens.len(),
        }
    }

    /// Whether the next token stands on another line.
    fn ends_line(&self, token: Token) -> bool {
        match token.kind {
            Kind::Newline => true,
            Kind::Comment => token.place.text(self.text).ends_with('\n'),
            _ => false,
        }
    }

    fn read(&mut self) -> Seen {
        let seen = self.peek();
        self.pass(seen);
        seen
    }

    /// Goes on behind a token.
    fn pass(&mut self, seen: Seen) {
        self.next = seen.index + 1;
        self.last = seen.place;
    }

    /// Reads the next token if it is of a kind.
    fn skip(&mut self, kind: Kind) -> bool {
        let seen = self.peek();
        let there = seen.kind == Some(kind);
        if there {
            self.pass(seen);
        }
        there
    }

    /// Reads the next token if it is this word.
    fn skip_word(&mut self, word: &str) -> bool {
        let seen = self.peek();
        let there = seen.kind == Some(Kind::Identifier) && self.written(seen) == word;
        if there {
            self.pass(seen);
        }
        there
    }

    fn written(&self, seen: Seen) -> &'t str {
        seen.place.text(self.text)
    }

    /// Opens a bracket within which line breaks count or not.
    fn enter(&mut self, lines: bool) {
        self.newlines.push(lines);
    }

    fn leave(&mut self) {
        self.newlines.pop();
    }

    /// Notes a problem that does not keep from reading on.
    fn note(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The end of an expression that is a text of its own.
    fn end(&mut self) -> Result<(), Problem> {
        let seen = self.peek();
        if seen.kind.is_none() {
            return Ok(());
        }
        let detail = "An expression was read, and something follows it.";
        Err(seen.problem("Extra characters after expression", detail))
    }

    /// Puts an expression on the stack of operands.
    fn made(&mut self, place: Place, form: Form) {
        let id = self.tree.add(place, form);
        self.operands.push(id);
    }

    /// The operands behind so many, as a list.
    fn gathered(&mut self, operands: usize) -> Run<ExpressionId> {
        let from = operands.min(self.operands.len());
        Run::of(self.operands.drain(from..), &mut self.tree.lists)
    }

    /// Takes the last operand.
    fn operand_before(&mut self) -> ExpressionId {
        let last = self.operands.pop();
        last.unwrap_or_else(|| self.tree.add(self.last, Form::Wrong))
    }

    fn place_of(&self, id: ExpressionId) -> Place {
        self.tree.expression(id).place()
    }
}

impl Seen {
    /// What is wrong with it.
    fn problem(self, summary: &'static str, detail: &'static str) -> Problem {
        Problem::new(summary, detail, self.place)
    }
}
