//! The tree of a text: expressions, the steps and parts of them, arguments and blocks, each kind in an array of its own.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

/// A range of bytes in the text of a tree, end exclusive. Texts are shorter than 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Place {
    /// The place of a range; offsets beyond 4 GiB are clamped.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Place {
            start: clamp(start),
            end: clamp(end),
        }
    }

    /// As a range.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// What is written there.
    pub fn text(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// From the beginning of this one to the end of the other.
    #[must_use]
    pub fn to(self, other: Place) -> Place {
        Place {
            start: self.start,
            end: other.end.max(self.start),
        }
    }
}

/// Some entries that stand one after the other in one of the arrays of a tree.
#[derive(Debug)]
pub struct Run<T> {
    start: u32,
    length: u32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Run<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Run<T> {}

impl<T> Run<T> {
    /// Moves entries to the end of an array.
    pub(super) fn of(entries: impl Iterator<Item = T>, array: &mut Vec<T>) -> Self {
        let start = number(array.len());
        array.extend(entries);
        Run {
            start,
            length: number(array.len()) - start,
            kind: PhantomData,
        }
    }

    /// As a range of the array.
    pub(super) fn range(self) -> Range<usize> {
        let start = self.start as usize;
        start..start + self.length as usize
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.length == 0
    }
}

/// The number of an entry, as trees keep it.
pub(super) fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The number of an expression in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpressionId(pub(super) u32);

/// The number of a `for` expression in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForId(pub(super) u32);

/// The text, and what was read from it.
#[derive(Debug, Default)]
pub struct Tree {
    /// The text itself.
    pub(super) text: Arc<str>,
    pub(super) expressions: Vec<(Place, Form)>,
    pub(super) lists: Vec<ExpressionId>,
    pub(super) steps: Vec<Step>,
    pub(super) parts: Vec<Part>,
    pub(super) labels: Vec<Label>,
    pub(super) items: Vec<Item>,
    pub(super) fors: Vec<For>,
    pub(super) file: Option<Run<Item>>,
}

/// The form of an expression.
#[derive(Debug)]
pub enum Form {
    /// A number, as it is written.
    Number,
    /// A name: a variable or function-less reference, or `true`, `false` or `null`.
    Name,
    /// A template, of these parts.
    Template(Quoting, Run<Part>),
    /// An expression in parentheses.
    Parentheses(ExpressionId),
    /// Steps into the value of an expression.
    Access(ExpressionId, Run<Step>),
    /// The call of a function.
    Call(Call),
    /// An operator before its operand.
    Unary(UnaryOperator, ExpressionId),
    /// An operator between its operands.
    Binary(BinaryOperator, ExpressionId, ExpressionId),
    /// `condition ? then : otherwise`.
    Conditional(ExpressionId, ExpressionId, ExpressionId),
    /// A tuple constructor.
    Tuple(Run<ExpressionId>),
    /// An object constructor: keys and values take turns.
    Object(Run<ExpressionId>),
    /// A `for` expression.
    For(ForId),
    /// What could not be read.
    Wrong,
}

/// The call of a function, whose name begins where the expression does.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Where the name ends, with all of its `::`.
    pub(super) name_end: u32,
    /// The arguments.
    pub arguments: Run<ExpressionId>,
    /// Whether `...` follows the last one.
    pub expand: bool,
}

/// The names and the collection of a `for`.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// The name of the key or index, if there are two names.
    pub key: Option<Place>,
    /// The name of the element.
    pub value: Place,
    /// What is iterated over.
    pub collection: ExpressionId,
}

/// A `for` expression.
#[derive(Clone, Copy, Debug)]
pub struct For {
    /// Names and collection.
    pub heading: Heading,
    /// What stands before the arrow, in the `for` of an object.
    pub key: Option<ExpressionId>,
    /// What is made of an element.
    pub value: ExpressionId,
    /// Whether `...` groups elements of equal keys.
    pub group: bool,
    /// What follows `if`.
    pub condition: Option<ExpressionId>,
}

/// What a template stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// Quotes.
    Quotes,
    /// A heredoc.
    Heredoc,
    /// A heredoc whose lines lose the indentation that they have in common.
    Flush,
    /// Nothing: it is a text of its own.
    Bare,
}

/// A step into a value.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// From the dot or bracket to its end.
    pub place: Place,
    /// What it is.
    pub form: StepForm,
}

/// The form of a step.
#[derive(Clone, Copy, Debug)]
pub enum StepForm {
    /// `.name`, with the place of the name.
    Attribute(Place),
    /// `[key]`
    Index(ExpressionId),
    /// `.0`, with the place of the number.
    LegacyIndex(Place),
    /// `.*`
    AttributeSplat,
    /// `[*]`
    Splat,
}

/// A part of a template: directives are not nested, but parts like others.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// All of it, with its braces.
    pub place: Place,
    /// What it is.
    pub form: PartForm,
}

/// The form of a part of a template.
#[derive(Clone, Copy, Debug)]
pub enum PartForm {
    /// Text, as it is written.
    Text,
    /// `${…}`
    Interpolation(ExpressionId, Strip),
    /// `%{ if … }`
    If(ExpressionId, Strip),
    /// `%{ else }`
    Else(Strip),
    /// `%{ endif }`
    EndIf(Strip),
    /// `%{ for … }`
    For(Heading, Strip),
    /// `%{ endfor }`
    EndFor(Strip),
}

/// Which of the texts beside a sequence lose their white space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strip {
    /// The one before it.
    pub before: bool,
    /// The one behind it.
    pub after: bool,
}

/// An argument or a block.
#[derive(Clone, Copy, Debug)]
pub enum Item {
    /// An argument.
    Argument(Argument),
    /// A block.
    Block(Block),
}

/// An argument.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name.
    pub name: Place,
    /// Its value.
    pub value: ExpressionId,
}

/// A block.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// From its type through its closing brace.
    pub place: Place,
    /// Its type.
    pub name: Place,
    /// Its labels.
    pub labels: Run<Label>,
    /// What stands in it.
    pub body: Run<Item>,
}

/// A label of a block.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// With its quotes, if it has some.
    pub place: Place,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the operators' own")]
pub enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}
