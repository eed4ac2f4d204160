//! The arguments of provisioners.

use super::{Attribute, Block};
use crate::value::Type;

/// The arguments of `provisioner "local-exec"`.
pub fn local_exec() -> Block {
    let texts = || Type::list(Type::String);
    Block {
        attributes: vec![
            Attribute::required("command", Type::String, "The command."),
            Attribute::optional(
                "interpreter",
                texts(),
                "The program that is given the command, and its arguments; else the shell.",
            ),
            Attribute::optional("working_dir", Type::String, "Where the command is run."),
            Attribute::optional(
                "environment",
                Type::map(Type::String),
                "Variables of the environment, besides those that are there.",
            ),
            Attribute::optional("quiet", Type::Bool, "Whether the command is not shown."),
        ],
        blocks: Vec::new(),
    }
}
