//! Arguments of `import`.

use super::Planning;
use clap::Args;

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArguments {
    /// The instance that the object becomes, as `aws_iam_role.a` or `role.a`
    #[arg(value_name = "ADDR")]
    pub(in crate::cli) address: String,
    /// The import id of the object, in the form of its type
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    #[command(flatten)]
    pub(in crate::cli) planning: Planning,
}
