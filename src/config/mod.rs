//! The configuration: from syntax to modules whose expressions are not evaluated yet.
//!
//! [`decode_file`] turns the text of a file into the declarations of a [`Module`]; [`load()`] follows module calls and
//! makes a [`Configuration`]; [`check()`] finds what is wrong with it before anything is evaluated.

mod block;
mod body;
mod call;
mod check;
mod decode;
mod inputs;
mod lifecycle;
mod load;
mod module;
mod settings;
#[cfg(test)]
mod tests;
mod version;

pub use body::{Argument, Body, NestedBlock};
pub use check::{check, unknown_type};
pub use decode::{decode_file, decode_values};
pub use inputs::{InputFile, InputOrigin, Inputs, parse_variable_text};
pub use load::{Configuration, ModuleFiles, ModuleSource, load};
pub use module::{
    Backend, Condition, Dependency, IgnoreChanges, Internals, Lifecycle, Local, Module, ModuleCall,
    NounBlock, NounKind, Output, ProviderBlock, ProviderReference, Repetition, RequiredProvider,
    Resource, Variable,
};
pub use version::LANGUAGE_VERSION;
