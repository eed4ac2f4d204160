//! The functions that the evaluator answers, because they look at expressions and not at values.
//!
//! What they do is in `evaluate/call.rs`; here are their signatures.

use super::signature::Parameter as P;
use super::{Accepts, CallError, Function, Returns};

const ANY: Returns = Returns::By(|_| Err(CallError::Special));
const VARS: P = P::new(
    "vars",
    Accepts::Any,
    "An object or a map: what the template may refer to.",
);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "can",
        "Tells whether an expression has a value, rather than an error.",
        (r#"can(tonumber("a"))"#, "false"),
        Returns::Always(Accepts::Bool),
        |_| Err(CallError::Special),
    )
    .takes(&[P::new("expression", Accepts::Any, "The expression.")]),
    Function::new(
        "templatefile",
        "Reads a file and renders it as a template.",
        (
            r#"templatefile("hello.tftpl", {name = "Ada"})"#,
            r#""Hello, Ada!""#,
        ),
        ANY,
        |_| Err(CallError::Special),
    )
    .takes(&[P::new("path", Accepts::String, "The file."), VARS]),
    Function::new(
        "templatestring",
        "Renders a template that a name holds, as a local value or an attribute of a data source.",
        (
            r#"templatestring(local.greeting, {name = "Ada"})"#,
            r#""Hello, Ada!""#,
        ),
        Returns::Always(Accepts::String),
        |_| Err(CallError::Special),
    )
    .takes(&[
        P::new("template", Accepts::String, "The name of the template."),
        VARS,
    ]),
    Function::new(
        "try",
        "Takes the first expression that has a value, rather than an error.",
        (r#"try(tonumber("a"), 0)"#, "0"),
        ANY,
        |_| Err(CallError::Special),
    )
    .variadic(P::new(
        "expressions",
        Accepts::Any,
        "The expressions, in the order in which they are tried.",
    )),
];
