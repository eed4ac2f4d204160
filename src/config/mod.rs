//! The configuration: from syntax to modules whose expressions are not evaluated yet.
//!
//! [`decode_file`] turns the text of a file into the declarations of a [`Module`]; [`load()`] follows module calls and
//! makes a [`Configuration`]; [`check()`] finds what is wrong with it before anything is evaluated.

mod assertion;
mod block;
mod body;
mod call;
mod check;
mod check_conditions;
mod check_instances;
mod check_provisioners;
mod check_references;
mod check_shape;
mod check_targets;
mod decode;
mod dynamic;
mod enclosing;
mod escaping;
mod import;
mod inputs;
mod json;
mod lifecycle;
mod load;
mod module;
mod moved;
mod output;
mod overriding;
mod parse;
mod provisioner;
mod removed;
mod settings;
mod syntax;
mod target;
#[cfg(test)]
mod tests;
mod trigger;
mod unknown_type;
mod variable;
mod version;

pub use assertion::Check;
pub use body::{Argument, Body, NestedBlock};
pub use check::{check, required_variable, unsupported};
pub use check_shape::{unconfigurable, unsuitable};
pub use decode::{decode_file, decode_values};
pub use dynamic::Dynamic;
pub use enclosing::enclosing_block;
pub use import::Import;
pub use inputs::{InputFile, InputOrigin, Inputs, parse_variable_text};
pub use load::{
    Configuration, ModuleFiles, ModuleSource, NotInstalled, load, local_directory, no_source,
};
pub use module::{
    Backend, Condition, Dependency, IgnoreChanges, Internals, Lifecycle, Local, Module, ModuleCall,
    NounBlock, NounKind, Nouns, Output, ProviderBlock, ProviderReference, Repetition,
    RequiredProvider, Resource, Variable,
};
pub use moved::Moved;
pub use overriding::is_override;
pub use provisioner::{LOCAL_EXEC, Provisioner, Provisioning, When};
pub use removed::Removed;
pub use target::Target;
pub use trigger::Trigger;
pub use unknown_type::unknown_type;
pub use version::LANGUAGE_VERSION;
