//! The expression language: from syntax to a compact tree, what it refers to, and what it evaluates to.
//!
//! [`lower()`] turns parsed syntax into an [`Expression`], which knows its references; [`evaluate()`] computes its value in
//! a [`Scope`]. Nothing here does I/O: files, time and the values of names come from the scope.
//!
//! Where to look: how a template is built, in `lower/template.rs` (markers and white space) and `evaluate/template.rs`
//! (the text); how the arms of a conditional become one type, in `evaluate/conditional.rs` and `value/unify.rs`; how
//! unknown values and marks spread, in `evaluate/mod.rs`, which names the file of each form; what a function does, in
//! `functions/`, a file for each subject.

pub mod bare;
mod constant;
mod evaluate;
mod expression;
pub mod functions;
mod line;
mod lower;
mod print;
mod reference;
mod scope;
mod syntax;
#[cfg(test)]
mod tests;
mod types;
mod written;

pub use crate::syntax::escaped;
pub use crate::syntax::{BinaryOperator, UnaryOperator};
pub use constant::{evaluate_constant, evaluate_text};
pub use evaluate::{equals, evaluate, evaluate_with_names, unknown_calls};
pub use expression::{
    Expression, ExpressionKind, FixedStep, ForExpression, ForResult, ObjectItem, Step, TemplatePart,
};
pub use line::{argument_of_type, parse_line};
use lower::lower_rendered;
pub use lower::{lower, lower_template, lower_with_names, lower_within};
pub use print::is_name;
pub use reference::{EachPart, PathName, Reference, Subject, Target};
pub use scope::{EmptyScope, Evaluated, Halt, Scope};
pub use syntax::{formatted, parse, syntax_error};
pub use types::{TypeConstraint, type_constraint, type_constraint_of_text};
pub use written::written;
