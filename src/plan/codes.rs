//! The codes of problems that the catalogue knows by names of their own: those of OIDC providers.

use super::planner::Subject;
use crate::address::{AttributePath, PathStep};
use crate::diagnostic::Code;

const PROVIDER: &str = "aws_iam_openid_connect_provider";

/// The code of an object that is to be made and is there already.
pub(super) fn of_existing(subject: &Subject<'_>) -> Code {
    match &*subject.address.resource.resource_type {
        PROVIDER => Code::ProviderExists,
        _ => Code::AlreadyExists,
    }
}

/// The code of a value that a type's rules refuse.
pub(super) fn of_problem(subject: &Subject<'_>, path: &AttributePath) -> Code {
    let first = path.steps().first();
    let is_thumbprint =
        matches!(first, Some(PathStep::Attribute(name)) if &**name == "thumbprint_list");
    if is_thumbprint && &*subject.address.resource.resource_type == PROVIDER {
        return Code::Thumbprint;
    }
    Code::InvalidValue
}
