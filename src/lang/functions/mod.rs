//! The built-in functions: what they are called with, what they give, and the one way to call them.
//!
//! Each family has a file with its functions beside their signatures. [`call`] does what is common to all: it converts
//! arguments to the types of the parameters, refuses nulls, answers unknown arguments with an unknown result and
//! carries marks from the arguments to the result.

mod arguments;
mod charset;
mod collection;
mod combine;
mod crypto;
mod csv;
mod encoding;
mod filesystem;
mod format;
mod go_regex;
mod hash;
mod json;
pub(crate) mod limits;
mod network;
mod numeric;
mod power;
mod private_key;
mod provider;
mod sensitivity;
mod set;
mod signature;
mod special;
mod string;
#[cfg(test)]
mod tests;
mod time;
mod types;
mod yaml;
mod yaml_read;

pub use signature::{Accepts, Function, Parameter, Returns};
pub(crate) use yaml_read::documents as yaml_documents;

use super::{Halt, Scope};
use crate::value::{Marks, Type, Value, convert};
use arguments::Arguments;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq)]
pub enum CallError {
    /// There is no function of that name.
    Unknown,
    /// The evaluator itself has to answer the call, because it looks at expressions and not at values.
    Special,
    /// A fact is missing that has been asked for.
    Blocked,
    /// The scope failed while it was asked for a file.
    Failed(Halt),
    /// There are fewer arguments than parameters.
    TooFew {
        /// The first parameter without an argument.
        missing: &'static str,
        /// How many arguments are needed.
        needed: usize,
        /// Whether there may be more.
        variadic: bool,
    },
    /// There are more arguments than parameters.
    TooMany {
        /// How many arguments are taken.
        taken: usize,
    },
    /// An argument is wrong, or, without an index, all of them together.
    Argument {
        /// Which argument, from 0.
        index: Option<usize>,
        /// What is wrong with it, as a part of a sentence.
        message: String,
    },
}

impl From<Halt> for CallError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Blocked => CallError::Blocked,
            Halt::Failed(_) => CallError::Failed(halt),
        }
    }
}

/// What a function makes of its arguments.
type Answer = Result<Value, CallError>;

/// An error about one argument.
fn wrong(index: usize, message: impl Into<String>) -> CallError {
    CallError::Argument {
        index: Some(index),
        message: message.into(),
    }
}

/// The same error, about one argument.
fn about(index: usize, error: CallError) -> CallError {
    match error {
        CallError::Argument { message, .. } => wrong(index, message),
        CallError::Unknown
        | CallError::Special
        | CallError::Blocked
        | CallError::Failed(_)
        | CallError::TooFew { .. }
        | CallError::TooMany { .. } => error,
    }
}

/// An error about the call as a whole.
fn failed(message: impl Into<String>) -> CallError {
    CallError::Argument {
        index: None,
        message: message.into(),
    }
}

/// The functions that are answered by the evaluator, because they look at expressions and not at values.
pub const SPECIAL: [&str; 4] = ["can", "templatefile", "templatestring", "try"];

/// The families in the order of the reference, each with its title.
pub const FAMILIES: [(&str, &[Function]); 22] = [
    ("Numbers", numeric::FUNCTIONS),
    ("Texts", string::FUNCTIONS),
    ("Formats", format::FUNCTIONS),
    ("Regular expressions", go_regex::FUNCTIONS),
    ("Collections", collection::FUNCTIONS),
    ("Combining collections", combine::FUNCTIONS),
    ("Sets", set::FUNCTIONS),
    ("Types", types::FUNCTIONS),
    ("Errors and templates", special::FUNCTIONS),
    ("Marks", sensitivity::FUNCTIONS),
    ("JSON", json::FUNCTIONS),
    ("Writing YAML", yaml::FUNCTIONS),
    ("Reading YAML", yaml_read::FUNCTIONS),
    ("CSV", csv::FUNCTIONS),
    ("Base64 and URLs", encoding::FUNCTIONS),
    ("Charsets", charset::FUNCTIONS),
    ("Files and paths", filesystem::FUNCTIONS),
    ("Time", time::FUNCTIONS),
    ("Hashes and UUIDs", hash::FUNCTIONS),
    ("Cryptography", crypto::FUNCTIONS),
    ("Networks", network::FUNCTIONS),
    ("Of the provider `terraform`", provider::FUNCTIONS),
];

/// All functions, family by family; those of [`SPECIAL`] are answered by the evaluator.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.into_iter().flat_map(|(_, functions)| functions)
}

/// The names of all functions, for suggestions.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|function| function.name)
}

/// The function of a name.
pub fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: LazyLock<BTreeMap<&str, &Function>> =
        LazyLock::new(|| all().map(|function| (function.name, function)).collect());
    BY_NAME.get(name).copied()
}

/// The function of a name as it is called. One of a provider is called by the name that a module gives the provider, which has
/// to be the built-in one.
pub fn find_for(name: &str, is_builtin: &dyn Fn(&str) -> bool) -> Option<&'static Function> {
    match of_provider(name) {
        None => find(name),
        Some((provider, function)) if is_builtin(provider) => {
            find(&format!("provider::terraform::{function}"))
        }
        Some(_) => None,
    }
}

/// The provider and the function of a name such as `provider::terraform::encode_expr`.
pub fn of_provider(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("provider::")?.split_once("::")
}

/// Calls a function with values; the name is without `core::`.
pub fn call(name: &str, arguments: Vec<Value>, scope: &dyn Scope) -> Answer {
    let function = find(name).ok_or(CallError::Unknown)?;
    check_count(function, arguments.len())?;
    let converted = arguments.into_iter().enumerate();
    let converted = converted.map(|(index, value)| argument(function, index, value));
    apply(function, converted.collect::<Result<_, _>>()?, scope)
}

/// Whether a function takes so many arguments.
pub fn check_count(function: &Function, given: usize) -> Result<(), CallError> {
    let needed = function.parameters.len();
    if let Some(missing) = function.parameters.get(given) {
        return Err(CallError::TooFew {
            missing: missing.name,
            needed,
            variadic: function.variadic.is_some(),
        });
    }
    if given > needed && function.variadic.is_none() {
        return Err(CallError::TooMany { taken: needed });
    }
    Ok(())
}

/// A value as the type of the parameter that it is for.
pub fn argument(function: &Function, index: usize, value: Value) -> Result<Value, CallError> {
    let wanted = function.parameter(index).map(|parameter| parameter.accepts);
    let accepts = wanted.unwrap_or(Accepts::Any);
    if matches!(accepts, Accepts::Any) {
        return Ok(value);
    }
    convert(&value, &accepts.ty()).map_err(|error| wrong(index, error.message))
}

/// Calls a function with as many arguments as [`check_count`] wants, each as [`argument`] gives it.
pub fn apply(function: &'static Function, arguments: Vec<Value>, scope: &dyn Scope) -> Answer {
    if SPECIAL.contains(&function.name) {
        return Err(CallError::Special);
    }
    answer(function, arguments, scope)
}

fn answer(function: &'static Function, mut values: Vec<Value>, scope: &dyn Scope) -> Answer {
    let mut marks = Marks::NONE;
    let mut unknown = false;
    let mut untyped = false;
    for (index, value) in values.iter_mut().enumerate() {
        let Some(parameter) = function.parameter(index) else {
            continue;
        };
        // Behind an argument without a type nothing is looked at.
        if value.is_null() && !parameter.nullable && !untyped {
            return Err(wrong(index, "argument must not be null"));
        }
        if !parameter.marked {
            marks = marks | value.deep_marks();
            *value = value.without_marks();
        }
        // Marks that the function would have looked at are lost with the value.
        if value.is_unknown() && !parameter.unknown {
            unknown = true;
            untyped |= value.is_untyped();
        }
    }
    let arguments = Arguments::new(&values, scope);
    let result = if unknown {
        let ty = if untyped {
            Type::Dynamic
        } else {
            function.result_type(&arguments)?
        };
        unknown_result(function, ty)
    } else {
        (function.body)(&arguments)?
    };
    Ok(result.marked(marks))
}

fn unknown_result(function: &Function, ty: Type) -> Value {
    if function.never_null && ty != Type::Dynamic {
        Value::unknown_not_null(ty)
    } else {
        Value::unknown(ty)
    }
}
