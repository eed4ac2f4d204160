//! Addresses on the command line, in Terraform's form or as nouns (`role.x["k"]`).

use crate::address::{AddressError, InstanceAddress, Target};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Failure;
use crate::link::display::{instance_form, module_form};

/// What an address names. A noun is everything in it.
pub(super) fn target(text: &str) -> Result<Target, AddressError> {
    module_form(text).unwrap_or_else(|| text.to_owned()).parse()
}

/// The instance that an address names. A noun is its own object.
pub(super) fn instance(text: &str) -> Result<InstanceAddress, AddressError> {
    instance_form(text)
        .unwrap_or_else(|| text.to_owned())
        .parse()
}

/// The problem of an argument that is no address.
pub(super) fn invalid(what: &str, text: &str, error: &AddressError) -> Failure {
    Failure::plain(
        Diagnostic::error(Code::Usage, format!("{error}."))
            .with_summary(format!("Invalid {what} \"{text}\"")),
    )
}
