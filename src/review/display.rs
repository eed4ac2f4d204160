//! Addresses as people see them.

use crate::address::InstanceAddress;
use crate::link::display::Display;

/// An address as people see it: `role.x["k"]` for a noun's own object, `role.x["k"].aws_iam_role_policy.inline["a"]` for
/// a part of it, and Terraform's spelling for everything else.
pub(crate) fn display_address(address: &InstanceAddress) -> String {
    Display::default().instance(address)
}

/// The noun whose module an address lies in, with its key: `role.x["a"]`.
pub(crate) fn noun(address: &InstanceAddress) -> Option<String> {
    let display = Display::default();
    let [(call, _)] = address.module.steps() else {
        return None;
    };
    display.noun(call).map(|_| display.module(&address.module))
}
