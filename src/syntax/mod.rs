//! The native syntax: from text to a compact tree in which everything has its place, and every syntax error of the text.
//!
//! [`scan()`] cuts a text into tokens; [`parse()`], [`parse_expression()`] and [`parse_template()`] read them as a file,
//! as one expression and as one template. The trees are flat: nodes stand in arrays and name each other by number, so a
//! tree takes a few words a node and goes in one piece, however deep it is. The parser keeps what it still expects on a
//! stack of its own, and calls nothing again for what is nested: no text can exhaust the program's stack.
//!
//! Nothing is given a meaning here: names, numbers and texts are kept as they are written.
//!
//! The grammar is that of HCL 2 as Terraform 1.11 has it, which `tests/format` holds beside the real one, and so
//! are the summaries and places of errors.

mod access;
mod escape;
mod identifier;
mod literal;
mod open;
mod parser;
mod problem;
mod scan;
#[cfg(test)]
mod tests;
mod token;
mod tree;

pub use access::Expr;
pub use escape::escaped;
pub use identifier::is_identifier;
pub use literal::{of_line, of_quoted};
pub use open::{goes_on, is_blank};
pub use parser::{Parsed, check, parse, parse_expression, parse_template};
pub use problem::Problem;
pub use scan::{Scanned, scan};
pub use token::{Kind, Token};
pub use tree::{
    Argument, BinaryOperator, Block, Call, ExpressionId, For, ForId, Form, Heading, Item, Label,
    Part, PartForm, Place, Quoting, Run, Step, StepForm, Strip, Tree, UnaryOperator,
};
