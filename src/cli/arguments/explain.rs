//! Arguments of `explain`.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(in crate::cli) struct ExplainArguments {
    /// A service account or a role, by its address, as NAMESPACE/NAME or by its ARN; or a manifest (FILE.yaml, FILE.json, `-`)
    #[arg(value_name = "WHAT", required_unless_present = "claims")]
    pub(in crate::cli) what: Option<String>,
    /// The cluster that is meant, where NAMESPACE/NAME or a manifest could mean several
    #[arg(long, value_name = "CLUSTER")]
    pub(in crate::cli) cluster: Option<String>,
    /// The claims of a token, as a JSON file; needs no configuration
    #[arg(
        long,
        value_name = "FILE",
        requires = "policy",
        conflicts_with = "what"
    )]
    pub(in crate::cli) claims: Option<PathBuf>,
    /// The trust policy to judge the claims by
    #[arg(long, value_name = "FILE", requires = "claims")]
    pub(in crate::cli) policy: Option<PathBuf>,
    /// The role that has the trust policy (default: one in the account of the provider that the policy names)
    #[arg(long, value_name = "ARN", requires = "claims")]
    pub(in crate::cli) role: Option<String>,
    /// The audiences that the OIDC provider accepts, with commas between them (default: sts.amazonaws.com)
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        requires = "claims",
        num_args = 1
    )]
    pub(in crate::cli) client_ids: Option<Vec<String>>,
    /// The URL of the OIDC provider that the role's account has (default: the issuer of the claims)
    #[arg(long, value_name = "URL", requires = "claims")]
    pub(in crate::cli) provider_url: Option<String>,
    /// The role's account has no OIDC provider
    #[arg(long, requires = "claims", conflicts_with = "provider_url")]
    pub(in crate::cli) no_provider: bool,
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Print Markdown, with a picture of who can assume what
    #[arg(long, conflicts_with_all = ["json", "claims"])]
    pub(in crate::cli) markdown: bool,
    /// The value of a variable, NAME=VALUE; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(in crate::cli) var: Vec<String>,
    /// A file of variable values; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) var_file: Vec<PathBuf>,
    /// Whether to read the recorded objects
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(in crate::cli) refresh: bool,
    /// How many reads may run at once
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(in crate::cli) parallelism: usize,
}
